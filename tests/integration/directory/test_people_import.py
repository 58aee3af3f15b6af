from datetime import UTC, date, datetime

import pytest
from tests.factories import PupilFactory, SchoolFactory, UserFactory, upn

from mainstay.service.common.models import AuditRow
from mainstay.service.directory.importing import Unreadable, ctf, people_csv
from mainstay.service.directory.importing.people import apply, preview
from mainstay.service.directory.models import (
    Address,
    Enrolment,
    FormerUpn,
    MergeCandidate,
    Parent,
    Parenthood,
    Pupil,
    PupilFact,
)
from mainstay.service.record.models import Entry

pytestmark = pytest.mark.django_db(databases="__all__")
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 2)
CTF = """<?xml version="1.0" encoding="utf-8"?>
<CTfile><Header><DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion><DateTime>2026-10-02T16:00:00</DateTime>
<SourceSchool><LEA>852</LEA><Estab>9777</Estab><SchoolName>Invented Primary</SchoolName></SourceSchool></Header>
<CTFpupilData>
<Pupil><UPN>{upn}</UPN><Surname>Fenwick</Surname><Forename>Ada</Forename><DOB>2016-03-09</DOB><Sex>F</Sex>
<BasicDetails><FormerUPN>Y85299992401A</FormerUPN><PreferredForename>Addie</PreferredForename><NCyearActual>5</NCyearActual><EnrolStatus>C</EnrolStatus></BasicDetails>
<FSMhistory><FSMinstance><FSMstartDate>2025-01-06</FSMstartDate></FSMinstance></FSMhistory>
<LookedAfter><InCare>false</InCare></LookedAfter>
<SENhistory><SEN><StartDate>2024-09-02</StartDate><SENprovision>K</SENprovision></SEN><SEN><StartDate>2026-01-05</StartDate><SENprovision>E</SENprovision></SEN></SENhistory>
<Address><PAON>4</PAON><Street>Made Up Road</Street><PostTown>Southampton</PostTown><PostCode>so99 9zz</PostCode></Address>
<Contacts>
<Contact><Order>1</Order><Title>Mrs</Title><Surname>Fenwick</Surname><Forename>Grace</Forename><Relationship>PAM</Relationship><Responsibility>true</Responsibility><Address><AddressAsPupil>true</AddressAsPupil></Address><Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>01632 960777</PhoneNo></Phone></Phones></Contact>
<Contact><Order>2</Order><Surname>Ito</Surname><Forename>Ken</Forename><Relationship>SWR</Relationship><Responsibility>true</Responsibility></Contact>
<Contact><Order>3</Order><Surname>Moss</Surname><Forename>Jo</Forename><Relationship>FOM</Relationship><Responsibility>true</Responsibility></Contact>
</Contacts></Pupil>
</CTFpupilData></CTfile>"""


@pytest.fixture
def school():
    return SchoolFactory(laestab="8529777")


@pytest.fixture
def officer():
    return UserFactory(role="ewo")


def transfer(**changed):
    return ctf.read(CTF.format(upn=changed.pop("upn", upn(1))).encode(), today=TODAY)


def store(file, officer, chosen=None):
    return apply(file, chosen=chosen, by=officer, at=AT)


def test_a_transfer_file_brings_a_pupil_with_dated_facts_and_their_source(school, officer):
    outcome = store(transfer(), officer)
    pupil = Pupil.objects.get()
    assert (outcome.counts["new"], outcome.refusals) == (1, [])
    assert (pupil.name, pupil.sen, pupil.fsm, pupil.school) == ("Addie Fenwick", "E", True, school)
    facts = {(f.name, f.value, f.since, f.until) for f in PupilFact.objects.all()}
    assert ("sen", "K", date(2024, 9, 2), date(2026, 1, 4)) in facts
    assert ("sen", "E", date(2026, 1, 5), None) in facts
    assert ("fsm", "true", date(2025, 1, 6), None) in facts
    assert {f.source for f in PupilFact.objects.all()} == {"CTF 25.0 from Invented Primary"}
    assert FormerUpn.objects.get().upn == "Y85299992401A"


def test_only_parents_in_law_are_kept_and_a_foster_carers_responsibility_is_not_believed(school, officer):
    store(transfer(), officer)
    ties = {tie.parent.surname: tie for tie in Parenthood.objects.select_related("parent")}
    assert set(ties) == {"Fenwick", "Moss"}
    assert ties["Fenwick"].basis == "natural"
    assert ties["Fenwick"].lives_with is True
    assert (ties["Moss"].basis, ties["Moss"].parental_responsibility) == ("care", None)


def test_the_same_file_twice_changes_nothing(school, officer):
    store(transfer(), officer)
    before = [m.objects.count() for m in (Pupil, Parent, Parenthood, Address, PupilFact, Enrolment)]
    store(transfer(), officer)
    assert [m.objects.count() for m in (Pupil, Parent, Parenthood, Address, PupilFact, Enrolment)] == before


def test_a_parent_of_two_children_is_one_row(school, officer):
    store(transfer(), officer)
    other = CTF.format(upn=upn(2)).replace("<Forename>Ada</Forename>", "<Forename>Ben</Forename>")
    store(ctf.read(other.replace("<FormerUPN>Y85299992401A</FormerUPN>", "").encode(), today=TODAY), officer)
    assert Pupil.objects.count() == 2
    assert Parent.objects.filter(surname="Fenwick").count() == 1


def test_the_former_upn_of_the_file_finds_the_pupil_we_know_under_it(school, officer):
    pupil = PupilFactory(school=school, upn="Y85299992401A", surname="Fenwick", forename="Ada")
    store(transfer(), officer)
    pupil.refresh_from_db()
    assert pupil.upn == upn(1)
    assert Pupil.objects.count() == 1


def test_a_new_address_ends_the_old_one_the_day_before(school, officer):
    store(transfer(), officer)
    moved = (
        CTF.format(upn=upn(1)).replace("<PAON>4</PAON>", "<PAON>9</PAON>").replace("2026-10-02", "2026-10-30")
    )
    store(ctf.read(moved.encode(), today=TODAY), officer)
    homes = Address.objects.filter(pupil__isnull=False).order_by("since")
    assert [(h.since, h.until) for h in homes] == [
        (date(2026, 10, 2), date(2026, 10, 29)),
        (date(2026, 10, 30), None),
    ]


def test_a_preview_stores_nothing(school, officer):
    outcome = preview(transfer(), officer, None)
    assert outcome.counts["new"] == 1
    assert outcome.counts["outsiders"] == 1
    assert not Pupil.objects.exists()


def test_a_document_type_is_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><CTfile/>'
    with pytest.raises(Unreadable, match="document type"):
        ctf.read(bomb, today=TODAY)


@pytest.mark.parametrize("content", [b"<CTfile><Header>", b"<html/>", b"\x00\xff", b"<CTfile></CTfile>"])
def test_a_damaged_file_is_refused_in_words(content):
    with pytest.raises(Unreadable):
        ctf.read(content, today=TODAY)


def test_a_csv_is_read_by_its_headers_whatever_their_order(school, officer):
    text = (
        "Postcode;Forename;SURNAME;D.O.B.;upn;Contact 1 surname;Contact 1 Forename;contact_1_relationship;LAESTAB\r\n"
        f"so99 9zz;Zoë;O’Neill;09/03/2016;{upn(1)};O’Neill;Mary;mother;852/9777\r\n"
    )
    outcome = store(people_csv.read(text.encode("cp1252"), name="pupils.csv", today=TODAY), officer)
    pupil = Pupil.objects.get()
    assert outcome.counts["new"] == 1
    assert (pupil.surname, pupil.forename, pupil.key) == ("O’Neill", "Zoë", "oneill zoe")
    assert Parenthood.objects.get().relationship == "Mother"
    assert Address.objects.get().postcode == "SO99 9ZZ"


def test_refusals_name_the_line_and_the_remedy(school, officer):
    text = f"UPN,Surname,Forename,DOB\n{upn(1)},Fenwick,Ada,31/02/2016\n{upn(2)},,Ben,01/02/2015\n{upn(3)},Okafor,Chi,01/02/2015\n"
    outcome = store(people_csv.read(text.encode(), name="p.csv", today=TODAY), officer, school)
    assert [refusal.line for refusal in outcome.refusals] == [2, 3]
    assert "dd/mm/yyyy" in outcome.refusals[0].problem
    assert Pupil.objects.get().surname == "Okafor"


def test_a_file_without_names_is_refused_whole():
    with pytest.raises(Unreadable, match="Surname and Forename"):
        people_csv.read(b"UPN,Mark\nZ852999924001,/\n", name="x.csv", today=TODAY)


def test_rows_of_a_school_outside_the_view_are_refused(school):
    other = SchoolFactory()
    user = UserFactory(role="school_staff", school=other)
    outcome = preview(transfer(), user, None)
    assert not outcome.counts["new"]
    assert "in your view" in outcome.refusals[0].problem


def test_a_doubt_is_queued_and_told(school, officer):
    PupilFactory(school=school, upn=upn(1), surname="Okafor", forename="Chi", date_of_birth=date(2015, 1, 2))
    outcome = store(transfer(), officer)
    assert MergeCandidate.objects.count() == 1
    assert "merge queue" in outcome.refusals[0].problem


def contacts(school, officer, **cells):
    said = {"UPN": upn(1), "Surname": "Fenwick", "Forename": "Ada", "DOB": "09/03/2016"}
    said |= {
        "Contact 1 surname": "Fenwick",
        "Contact 1 forename": "Grace",
        "Contact 1 relationship": "Mother",
    } | cells
    text = ",".join(said) + "\n" + ",".join(said.values()) + "\n"
    return store(people_csv.read(text.encode(), name="contacts.csv", today=TODAY), officer, school)


def test_the_facts_about_a_contact_come_with_the_file(school, officer):
    contacts(
        school,
        officer,
        **{
            "Contact 1 language": "Polish",
            "Contact 1 interpreter": "Y",
            "Contact 1 contact allowed": "no",
            "Contact 1 safe contact": "By letter only",
            "Contact 1 evidence": "Birth certificate",
            "Contact 1 address": "7 Hidden Lane",
            "Contact 1 confidential address": "yes",
            "Leaving date": "30/10/2026",
            "Leaving reason": "Moved away",
            "Entry date": "01/09/2026",
        },
    )
    parent, tie = Parent.objects.get(), Parenthood.objects.get()
    assert (parent.language, parent.interpreter, parent.safe_contact) == ("Polish", True, "By letter only")
    assert (tie.contact_allowed, tie.basis_evidence) == (False, "Birth certificate")
    assert Address.objects.get(parent=parent).confidential
    assert Enrolment.objects.get().leaving_reason == "Moved away"


def test_a_file_never_lifts_what_keeps_a_family_safe(school, officer):
    first = {"Contact 1 contact allowed": "no", "Contact 1 safe contact": "Never by letter"}
    contacts(
        school,
        officer,
        **first,
        **{"Contact 1 address": "7 Hidden Lane", "Contact 1 confidential address": "y"},
    )
    then = {
        "Contact 1 contact allowed": "yes",
        "Contact 1 safe contact": "By letter",
        "Contact 1 address": "9 New Road",
    }
    contacts(school, officer, **then, **{"Contact 1 confidential address": "no"})
    assert Parenthood.objects.get().contact_allowed is False
    assert Parent.objects.get().safe_contact == "Never by letter"
    assert list(Address.objects.values_list("confidential", flat=True)) == [True, True]


def test_a_changed_contact_leaves_the_old_values_in_the_audit_and_an_entry_in_the_chronology(school, officer):
    contacts(school, officer, **{"Contact 1 phone": "01632 960001", "Contact 1 address": "1 Old Road"})
    assert not Entry.objects.filter(kind="family").exists()  # a new child: nothing was changed
    contacts(school, officer, **{"Contact 1 phone": "01632 960002", "Contact 1 address": "2 New Road"})
    row = AuditRow.objects.get(action="people.contacts_changed")
    changes = row.payload["changes"]["Grace Fenwick"]
    assert row.on_id == str(Pupil.objects.get().pk)
    assert changes["phone"] == ["01632 960001", "01632 960002"]
    assert changes["address"] == [[["1 Old Road", ""]], ["2 New Road", ""]]
    entry = Entry.objects.get(kind="family")
    assert (entry.title, entry.audience) == ("Contact details changed by the school’s file", "school")
    assert entry.text == "Grace Fenwick: telephone, address.\nSource: file contacts.csv"
    contacts(school, officer, **{"Contact 1 phone": "01632 960002", "Contact 1 address": "2 New Road"})
    assert Entry.objects.filter(kind="family").count() == 1


def test_a_parent_who_is_new_to_a_known_child_is_told_in_the_chronology(school, officer):
    contacts(school, officer)
    contacts(school, officer, **{"Contact 2 surname": "Moss", "Contact 2 relationship": "Father"})
    assert "Moss: parent or carer added." in Entry.objects.get(kind="family").text


def test_a_basis_with_evidence_is_not_changed_by_a_file(school, officer):
    contacts(school, officer, **{"Contact 1 evidence": "Birth certificate"})
    contacts(school, officer, **{"Contact 1 relationship": "Carer"})
    tie = Parenthood.objects.get()
    assert (tie.basis, tie.relationship) == ("natural", "Carer")
