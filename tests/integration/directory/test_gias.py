from datetime import UTC, date, datetime

import pytest
from tests.factories import PupilFactory, SchoolFactory, UserFactory

from mainstay.service.directory.importing import Unreadable, gias
from mainstay.service.directory.importing.schools import apply, compare
from mainstay.service.directory.models import School, SchoolUrn

pytestmark = pytest.mark.django_db(databases="__all__")
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HEADER = (
    "URN,LA (code),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),"
    "OpenDate,CloseDate,PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,Street,Town,Postcode,TelephoneNum,"
    "HeadTitle (name),HeadFirstName,HeadLastName,Trusts (name)"
)


def extract(*rows, encoding="cp1252", **known):
    return gias.read("\r\n".join([HEADER, *rows]).encode(encoding), la="852", **known)


def row(
    urn="990101",
    number="9777",
    name="Invented Primary",
    status="Open",
    opened="01-09-2001",
    closed="",
    trust="",
    la="852",
):
    kind = "Academy converter" if trust else "Community school"
    return f'{urn},{la},{number},"{name}",{kind},{status},{opened},{closed},Primary,4,11,Made Up Road,Southampton,so99 9zz,01632 960001,Ms,Ann,Thorne,{trust}'


def links(*rows):
    return gias.read_links("\n".join(["URN,LinkURN,LinkName,LinkType,LinkEstablishedDate", *rows]).encode())


def store(comparison):
    return apply(comparison, by=UserFactory(role="administrator"), at=AT)


def test_a_new_school_comes_with_all_its_details():
    comparison = compare(extract(row(name="St Ann’s Primary", trust="Invented Trust")))
    assert [change.kind for change in comparison.changes] == ["new"]
    store(comparison)
    school = School.objects.get()
    assert (school.name, school.laestab, school.urn) == ("St Ann’s Primary", "8529777", "990101")
    assert (school.phase, school.trust.name, school.head) == ("primary", "Invented Trust", "Ms Ann Thorne")
    assert school.opened_on == date(2001, 9, 1)


def test_an_academy_conversion_keeps_our_school_and_joins_its_urns():
    school = SchoolFactory(urn="990101", laestab="8529777", name="Invented Primary")
    pupil = PupilFactory(school=school)
    rows = [
        row(status="Closed", closed="31-08-2025"),
        row(urn="990202", opened="01-09-2025", trust="Invented Trust"),
    ]
    store(compare(extract(*rows)))
    school.refresh_from_db()
    assert School.objects.count() == 1
    assert (school.pk, school.urn, school.closed_on) == (pupil.school_id, "990202", None)
    history = list(SchoolUrn.objects.order_by("since").values_list("urn", "since", "until"))
    assert history == [
        ("990101", date(2001, 9, 1), date(2025, 8, 31)),
        ("990202", date(2025, 9, 1), None),
    ]


def test_a_successor_with_another_number_is_found_through_the_links():
    school = SchoolFactory(urn="990101", laestab="8529777")
    rows = [row(status="Closed", closed="31-08-2025"), row(urn="990202", number="4001", opened="01-09-2025")]
    store(compare(extract(*rows), links("990101,990202,Invented Primary,Successor,01-09-2025")))
    school.refresh_from_db()
    assert (school.urn, school.laestab) == ("990202", "8524001")


def test_two_schools_that_merge_do_not_become_one_record():
    one, other = (
        SchoolFactory(urn="990101", laestab="8529777"),
        SchoolFactory(urn="990102", laestab="8529778"),
    )
    rows = [
        row(status="Closed", closed="31-08-2025"),
        row(urn="990102", number="9778", status="Closed", closed="31-08-2025"),
        row(urn="990202", number="4001", opened="01-09-2025"),
    ]
    both = links("990202,990101,A,Predecessor,01-09-2025", "990202,990102,B,Predecessor,01-09-2025")
    store(compare(extract(*rows), both))
    one.refresh_from_db()
    other.refresh_from_db()
    assert School.objects.count() == 3
    assert one.closed_on == other.closed_on == date(2025, 8, 31)


def test_the_same_extract_twice_changes_nothing():
    store(compare(extract(row())))
    assert [change.kind for change in compare(extract(row())).changes] == ["same"]
    assert store(compare(extract(row()))) == 0


def test_what_changes_is_shown_with_old_and_new():
    store(compare(extract(row())))
    change = compare(extract(row(name="Invented Academy"))).changes[0]
    assert change.differences == [("Name", "Invented Primary", "Invented Academy")]


def test_rows_of_other_authorities_are_counted_and_left_out():
    found = extract(row(), row(urn="990300", la="999"))
    assert (len(found.establishments), found.elsewhere) == (1, 1)


def test_a_bad_row_is_refused_with_its_line_and_the_rest_is_taken():
    found = extract(row(), row(urn="990300", number="9800", opened="2001/09/01"))
    assert len(found.establishments) == 1
    assert (found.refusals[0].line, "dd-mm-yyyy" in found.refusals[0].problem) == (3, True)


def test_closed_schools_we_never_knew_are_not_added():
    comparison = compare(extract(row(status="Closed", closed="31-08-1999")))
    assert (comparison.changes, comparison.closed_before) == ([], 1)


def test_a_file_that_is_no_extract_is_refused_whole():
    with pytest.raises(Unreadable, match="URN"):
        gias.read(b"a,b\n1,2\n", la="852")


def test_a_line_cut_short_refuses_the_file_with_its_number_and_the_remedy():
    with pytest.raises(Unreadable, match=r"line 3 has 2 of the 19 columns.*download it from GIAS again"):
        extract(row(), "990102,852")
    with pytest.raises(Unreadable, match="line 2 has 1 of the 5 columns"):
        links("990101")


def test_an_establishment_number_too_long_is_no_number():
    assert extract(row(number="12345")).establishments[0].laestab == ""
