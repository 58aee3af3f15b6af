"""Pages of schools, pupils, calendars, imports and the merge queue."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories import (
    CalendarExceptionFactory,
    ConflictFactory,
    LinkOfficerFactory,
    ParentFactory,
    PupilFactory,
    SchoolFactory,
    SecondaryFactory,
    TrustFactory,
    UserFactory,
    six_halves,
    upn,
)

from mainstay.service.common import search
from mainstay.service.common.models import AuditRow
from mainstay.service.directory import searching
from mainstay.service.directory.models import (
    CalendarException,
    Conflict,
    MergeCandidate,
    Pupil,
    School,
    TermDates,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def signed_in(role="service_manager", **post):
    client = Client()
    client.user = UserFactory(role=role, **post)
    client.force_login(client.user)
    return client


def text(response):
    body = b"".join(response) if response.streaming else response.content
    return body.decode()


@pytest.fixture
def manager():
    return signed_in()


def test_the_list_of_pupils_takes_the_same_queries_for_one_and_for_many(
    manager, django_assert_max_num_queries
):
    school = SchoolFactory(name="Harbour Primary")
    for _ in range(60):
        PupilFactory(school=school)
    with django_assert_max_num_queries(14):
        page = text(manager.get(reverse("pupils")))
    assert "<strong>60 pupils</strong>, showing 1 to 50" in page
    assert page.count("Harbour Primary") >= 50


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("year=7", {"Okafor"}),
        ("sen=KE", {"Okafor"}),
        ("also=fsm", {"O’Neill"}),
        ("also=fsm&also=in_care", set()),
    ],
)
def test_filters_of_pupils_narrow_the_list_and_the_export_alike(manager, query, found):
    PupilFactory(surname="Fenwick")
    PupilFactory(surname="O’Neill", fsm=True)
    PupilFactory(surname="Okafor", year_group="7", sen="K")
    page = text(manager.get(reverse("pupils") + "?" + query))
    export = text(manager.get(reverse("pupils_export", args=["csv"]) + "?" + query))
    for name in ("Fenwick", "O’Neill", "Okafor"):
        assert (f"{name}, Ada" in page) == (name in found)
        assert (name in export) == (name in found)


def test_no_name_is_taken_from_the_address_of_the_list(manager):
    PupilFactory(surname="Fenwick")
    PupilFactory(surname="Okafor")
    page = text(manager.get(reverse("pupils") + "?q=fenwick"))
    assert "Okafor, Ada" in page
    assert page.count('name="q"') == 1  # the search box of the frame
    assert "search box" in page


def test_the_search_box_finds_a_child_by_a_former_upn(manager):
    pupil = PupilFactory(surname="Fenwick")
    pupil.former_upns.create(upn="Y85299992401A")
    searching.write_pupils([pupil.pk])
    assert [hit.object_id for hit in search.find(manager.user, "y85299992401a")] == [pupil.pk]


def test_a_restricted_pupil_is_listed_by_initials(manager):
    PupilFactory(surname="Quenby", forename="Ada", restricted=True)
    assert "Quenby" not in text(manager.get(reverse("pupils")))
    assert "AQ" in text(manager.get(reverse("pupils")))


@pytest.mark.parametrize("name", ["pupils", "schools", "trusts", "merges", "conflicts"])
def test_an_export_holds_what_the_list_shows_and_is_in_the_audit(manager, name):
    pupil = PupilFactory(surname="Fenwick", school=SchoolFactory(name="Harbour Primary"))
    School.objects.filter(pk=pupil.school_id).update(trust=TrustFactory(name="Invented Trust"))
    MergeCandidate.objects.create(kept=pupil, school=pupil.school, why="same UPN", found_at=AT)
    ConflictFactory(school=SchoolFactory(), reason="My niece goes there")
    words = {"pupils": "Fenwick", "schools": "Harbour", "trusts": "Invented Trust", "merges": "same UPN"}
    assert words.get(name, "My niece") in text(manager.get(reverse(f"{name}_export", args=["csv"])))
    assert reverse(f"{name}_export", args=["xlsx"]) in text(manager.get(reverse(name)))
    row = AuditRow.objects.get(action=f"{name}.exported")
    assert (row.by_id, row.payload["kind"]) == (manager.user.pk, "csv")
    assert row.payload["rows"] >= 1


def test_whoever_may_not_decide_the_merge_queue_exports_none_of_it():
    MergeCandidate.objects.create(kept=PupilFactory(), why="same UPN", found_at=AT)
    assert "same UPN" not in text(signed_in("ewo").get(reverse("merges_export", args=["csv"])))


def test_conflicts_come_in_pages_the_standing_ones_first(manager):
    ConflictFactory.create_batch(50, school=SchoolFactory(), ended_on=date(2026, 3, 1))
    standing = ConflictFactory(school=SchoolFactory(), declared_at=datetime(2020, 1, 6, tzinfo=UTC))
    page = text(manager.get(reverse("conflicts")))
    assert "<strong>51 conflicts</strong>, showing 1 to 50" in page
    assert standing.user.name in page
    assert "showing 51 to 51" in text(manager.get(reverse("conflicts") + "?page=2"))


@pytest.mark.parametrize(("since", "until"), [(None, date(2026, 1, 31)), (date(2099, 9, 1), None)])
def test_a_school_names_the_link_officer_of_today_only(manager, since, until):
    link = LinkOfficerFactory(since=since, until=until)
    address = reverse("school", args=[link.school_id])
    assert "Nobody yet" in text(manager.get(address))
    now = LinkOfficerFactory(school=link.school, since=date(2026, 2, 1), until=date(2098, 8, 31))
    page = text(manager.get(address))
    assert "Nobody yet" not in page
    assert page.index(now.officer.name) < page.index(">Contacts")


def test_the_search_finds_pupils_parents_and_schools_in_view_only():
    school = SchoolFactory(name="Fenwick Primary")
    pupil = PupilFactory(school=school, surname="Fenwick", forename="Ada")
    parent = ParentFactory(surname="Fenwick", forename="Grace", of=pupil)
    other = PupilFactory(surname="Fenwick", forename="Zora")
    searching.write_pupils([pupil.pk, other.pk])
    searching.write_parents([parent.pk])
    searching.write_schools([school])
    page = text(
        signed_in("school_staff", school=school).post(reverse("search"), {"q": "fenwick"}, follow=True)
    )
    for name in ("Ada Fenwick", "Mrs Grace Fenwick", "Fenwick Primary", "child at Fenwick Primary"):
        assert name in page
    assert "Zora" not in page


def test_filters_of_schools_work_together(manager):
    trust = TrustFactory(name="Invented Trust")
    SchoolFactory(name="Harbour Primary", trust=trust)
    SecondaryFactory(name="Harbour School", trust=trust)
    page = text(manager.get(reverse("schools") + f"?phase=secondary&trust={trust.pk}"))
    assert "Harbour School" in page
    assert ">Harbour Primary</a>" not in page


def test_my_schools_are_those_i_am_link_officer_of():
    officer = signed_in("ewo")
    mine = LinkOfficerFactory(officer=officer.user, school=SchoolFactory(name="Harbour Primary"))
    SchoolFactory(name="Hill Primary")
    page = text(officer.get(reverse("schools") + "?mine=1"))
    assert mine.school.name in page
    assert ">Hill Primary</a>" not in page


def test_a_school_outside_the_view_is_not_there():
    client = signed_in("head_teacher", school=SchoolFactory())
    other = SchoolFactory()
    for name in ("school", "school_calendar"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404


def test_details_of_a_school_are_changed_and_the_old_ones_kept_in_the_audit(manager):
    school = SchoolFactory(name="Harbour Primary")
    said = {"name": "Harbour Academy", "head": "Ms Thorne", "phone": "", "address": "", "postcode": ""}
    answer = manager.post(reverse("school_edit", args=[school.pk]), {**said, "expects_file_every_days": "5"})
    assert answer.status_code == 302
    school.refresh_from_db()
    assert (school.name, school.key) == ("Harbour Academy", "harbour academy")
    assert AuditRow.objects.get(action="school.edited").payload["old"]["name"] == "Harbour Primary"


def term_data(of, **more):
    rows = six_halves(of)
    data = {"term-TOTAL_FORMS": "8", "term-INITIAL_FORMS": "8"}
    for n in range(8):
        name, first, last = rows[n] if n < len(rows) else ("", "", "")
        data |= {f"term-{n}-name": name, f"term-{n}-first": str(first), f"term-{n}-last": str(last)}
    return {**data, **more}


def test_terms_are_counted_before_they_are_stored(manager):
    school = SchoolFactory(years=())
    address = reverse("school_terms", args=[school.pk]) + "?year=2026"
    page = text(manager.post(address, term_data(2026, action="preview")))
    assert "These terms give" in page
    assert not TermDates.objects.exists()
    assert manager.post(address, term_data(2026, action="save")).status_code == 302
    assert TermDates.objects.filter(school=school, year=2026).count() == 6


def test_terms_that_overlap_are_refused_with_what_was_typed(manager):
    school = SchoolFactory(years=())
    data = term_data(2026, action="save")
    data["term-1-first"] = data["term-0-first"]
    answer = manager.post(reverse("school_terms", args=[school.pk]) + "?year=2026", data)
    assert answer.status_code == 400
    assert "has ended" in text(answer)
    assert data["term-5-last"] in text(answer)
    assert not TermDates.objects.exists()


def test_the_same_terms_are_set_for_many_schools_but_those_left_out(manager):
    schools = [SchoolFactory(years=()) for _ in range(3)]
    SecondaryFactory(years=())
    data = term_data(
        2026, year="2026", phase="primary", leave_out=schools[0].pk, inset_1="2026-09-07", action="preview"
    )
    assert "2 schools" in text(manager.post(reverse("calendars_set"), data))
    assert not TermDates.objects.exists()
    manager.post(reverse("calendars_set"), {**data, "action": "save"})
    assert set(TermDates.objects.values_list("school_id", flat=True)) == {s.pk for s in schools[1:]}
    assert CalendarException.objects.filter(on=date(2026, 9, 7), kind="inset").count() == 2


def test_a_closure_of_half_a_day_is_added_and_removed(manager):
    school = SchoolFactory()
    data = {
        "on_day": "7",
        "on_month": "9",
        "on_year": "2026",
        "kind": "closed",
        "sessions": "am",
        "reason": "Snow",
    }
    assert manager.post(reverse("school_exception_add", args=[school.pk]), data).status_code == 302
    row = CalendarException.objects.get()
    assert (row.am_open, row.pm_open) == (True, False)
    page = text(manager.get(reverse("school_calendar", args=[school.pk]) + "?year=2026"))
    assert "Open in the morning only" in page
    manager.post(reverse("school_exception_remove", args=[school.pk]), {"day": row.pk})
    assert not CalendarException.objects.exists()


def test_a_day_is_closed_for_a_phase_and_single_schools_once_they_were_counted(manager):
    primary, secondary = SchoolFactory(), SecondaryFactory()
    SecondaryFactory()
    data = {"on_day": "3", "on_month": "12", "on_year": "2026", "kind": "unplanned", "sessions": "none"}
    data |= {"reason": "Snow", "action": "preview"}
    page = reverse("calendars_day")
    refused = manager.post(page, data)
    assert (refused.status_code, "Tick at least one phase or one school" in text(refused)) == (400, True)
    data |= {"phase": "primary", "also": secondary.pk}
    assert "2 schools on" in text(manager.post(page, data))
    assert not CalendarException.objects.exists()
    answer = manager.post(page, {**data, "action": "save"}, follow=True)
    assert "The day is set for 2 schools" in text(answer)
    assert set(CalendarException.objects.values_list("school", flat=True)) == {primary.pk, secondary.pk}


def test_another_schools_day_cannot_be_removed(manager):
    row = CalendarExceptionFactory(on=date(2026, 9, 7))
    other = SchoolFactory()
    assert (
        manager.post(reverse("school_exception_remove", args=[other.pk]), {"day": row.pk}).status_code == 404
    )


def test_a_conflict_is_declared_by_upn_without_naming_the_child():
    officer = signed_in("ewo")
    pupil = PupilFactory(upn=upn(5), surname="Fenwick")
    officer.post(reverse("conflict_declare"), {"upn": upn(5).lower(), "reason": "My nephew"})
    assert Conflict.objects.get().pupil == pupil
    assert "Fenwick" not in text(officer.get(reverse("conflicts")))
    assert officer.get(reverse("pupil", args=[pupil.pk])).status_code == 404


def test_a_doubt_is_shown_side_by_side_and_decided_with_reasons(manager):
    kept = PupilFactory(surname="Fenwick", upn=upn(1))
    doubt = MergeCandidate.objects.create(
        kept=kept,
        incoming={"surname": "Okafor", "upn": upn(1)},
        school=kept.school,
        why="same UPN",
        found_at=AT,
    )
    page = reverse("merge", args=[doubt.pk])
    assert "Differs" in text(manager.get(page))
    refused = manager.post(page, {"decision": "same"})
    assert (refused.status_code, "Say how you know" in text(refused)) == (400, True)
    assert manager.post(page, {"decision": "different", "reasons": "Two children"}).status_code == 302
    assert Pupil.objects.get(surname="Okafor").school == kept.school


def test_after_the_decision_about_a_row_the_page_says_to_send_the_file_again(manager):
    kept = PupilFactory()
    row = {"surname": "Moss", "upn": kept.upn, "source": "register week 3.csv"}
    row |= {"first_day": "2026-09-07", "origin": ["attendance.registerimport", "12"]}
    doubt = MergeCandidate.objects.create(kept=kept, incoming=row, school=kept.school, why="UPN", found_at=AT)
    answer = manager.post(
        reverse("merge", args=[doubt.pk]), {"decision": "same", "reasons": "Mother rang"}, follow=True
    )
    assert "Send the file again (register week 3.csv)" in text(answer)
    assert reverse("import", args=[12]) in text(answer)


GIAS = (
    "URN,LA (code),EstablishmentNumber,EstablishmentName,PhaseOfEducation (name),EstablishmentStatus (name)\n"
    "990101,852,9777,Harbour Primary,Primary,Open\n990102,852,x,,Primary,Open\n"
)


def test_schools_are_shown_before_they_are_stored():
    client = signed_in("administrator")
    file = SimpleUploadedFile("edubasealldata20261101.csv", GIAS.encode("cp1252"))
    page = client.post(reverse("schools_import"), {"establishments": file})
    assert page.status_code == 200
    assert "Line 3: the establishment has no name" in text(page)
    assert not School.objects.exists()
    token = text(page).split('name="token" value="')[1].split('"')[0]
    assert client.post(reverse("schools_import"), {"token": token}).status_code == 302
    assert School.objects.get().laestab == "8529777"
    other = signed_in("administrator")
    assert other.post(reverse("schools_import"), {"token": token}).status_code == 403


def test_people_are_shown_before_they_are_stored(manager):
    school = SchoolFactory()
    file = SimpleUploadedFile(
        "pupils.csv", f"UPN,Surname,Forename,DOB\n{upn(1)},Fenwick,Ada,09/03/2016\n".encode()
    )
    page = manager.post(reverse("people_import"), {"file": file, "school": school.pk})
    assert "1 new pupil<" in text(page)
    assert not Pupil.objects.exists()
    token = text(page).split('name="token" value="')[1].split('"')[0]
    assert "This is stored" in text(manager.post(reverse("people_import"), {"token": token}))
    assert Pupil.objects.get().school == school


def test_a_file_of_another_kind_is_refused_in_words(manager):
    file = SimpleUploadedFile("pupils.csv", b"MZ\x90\x00\x03")
    page = manager.post(reverse("people_import"), {"file": file, "school": SchoolFactory().pk})
    assert page.status_code == 400
    assert "There is a problem" in text(page) or "cannot be taken" in text(page)


def test_a_parent_is_seen_through_a_child_in_view_only():
    school = SchoolFactory()
    parent = ParentFactory(of=PupilFactory(school=school))
    hidden = ParentFactory(of=PupilFactory(school=school, restricted=True))
    assert (
        signed_in("school_staff", school=school).get(reverse("parent", args=[parent.pk])).status_code == 200
    )
    assert (
        signed_in("school_staff", school=school).get(reverse("parent", args=[hidden.pk])).status_code == 404
    )
    elsewhere = signed_in("school_staff", school=SchoolFactory())
    assert elsewhere.get(reverse("parent", args=[parent.pk])).status_code == 404
