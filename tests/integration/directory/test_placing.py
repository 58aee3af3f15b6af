from datetime import UTC, date, datetime

import pytest
from tests.factories import PupilFactory, SchoolFactory, upn

from mainstay.registers.register import Person
from mainstay.service.common.models import AuditRow, SearchEntry
from mainstay.service.directory import rolls
from mainstay.service.directory.models import Enrolment, FormerUpn, MergeCandidate, Pupil, PupilFact
from mainstay.service.directory.placing import place

pytestmark = pytest.mark.django_db(databases="__all__")
BORN = date(2016, 3, 9)
ON = date(2026, 9, 7)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def school():
    return SchoolFactory()


def ada(school, **changed):
    return PupilFactory(school=school, **{"surname": "Fenwick", "forename": "Ada", "upn": upn(1), **changed})


def row(**changed):
    said = {"surname": "Fenwick", "forename": "Ada", "upn": upn(1), "date_of_birth": BORN}
    return Person("990001", **{**said, **changed})


def put(school, *people):
    return place(people, school, ON, by=None, at=AT, source="test file")


def test_upn_surname_and_birth_date_find_a_pupil_whose_forename_changed(school):
    pupil = ada(school)
    assert put(school, row(forename="Adelaide")).pupils == [pupil.pk]


def test_names_are_compared_without_accents_case_or_apostrophes(school):
    pupil = ada(school, surname="O’Neíll")
    assert put(school, row(surname="ONEILL", forename="")).pupils == [pupil.pk]


def test_a_upn_in_lower_case_with_spaces_is_the_same_upn(school):
    pupil = ada(school)
    spaced = upn(1)[:4].lower() + " " + upn(1)[4:]
    assert put(school, row(upn=spaced)).pupils == [pupil.pk]


def test_a_upn_alone_names_nobody(school):
    ada(school)
    placed = put(school, row(surname="", forename="", date_of_birth=None))
    assert placed.pupils == [None]
    assert "a UPN alone" in placed.problems[0]


def test_a_copied_upn_goes_to_the_merge_queue_and_places_nobody(school):
    pupil = ada(school)
    placed = put(school, row(surname="Okafor", forename="Ben", date_of_birth=date(2015, 1, 2)))
    assert placed.pupils == [None]
    candidate = MergeCandidate.objects.get()
    assert (candidate.kept, candidate.incoming["surname"]) == (pupil, "Okafor")
    assert Pupil.objects.count() == 1


def test_the_same_file_again_queues_a_doubt_once(school):
    ada(school)
    stranger = row(surname="Okafor", forename="Ben", date_of_birth=date(2015, 1, 2))
    assert put(school, stranger).queued == 1
    assert put(school, stranger).queued == 0


def test_a_permanent_upn_takes_the_place_of_a_temporary_one(school):
    temporary = "Y85299992401A"
    pupil = ada(school, upn=temporary)
    placed = put(school, row())
    pupil.refresh_from_db()
    assert (placed.pupils, placed.renumbered) == ([pupil.pk], [pupil.pk])
    assert pupil.upn == upn(1)
    assert FormerUpn.objects.get().upn == temporary
    assert put(school, row(upn=temporary)).pupils == [pupil.pk]


def test_a_second_permanent_upn_is_for_people_to_decide(school):
    ada(school)
    placed = put(school, row(upn=upn(2)))
    assert placed.pupils == [None]
    assert "another UPN" in MergeCandidate.objects.get().why


def test_a_newcomer_is_added_and_enrolled_from_the_first_day_of_the_file(school):
    placed = put(school, row(year_group="5", reg_group="5B", extra={"fsm": "Y", "sen": "K"}))
    pupil = Pupil.objects.get()
    assert placed.created == [pupil.pk]
    assert (pupil.year_group, pupil.fsm, pupil.sen, pupil.school) == ("5", True, "K", school)
    assert Enrolment.objects.get().entered_on == ON
    assert {(f.name, f.source) for f in PupilFact.objects.all()} == {
        ("fsm", "test file"),
        ("sen", "test file"),
    }
    assert SearchEntry.objects.get(kind="pupil").key == "fenwick ada"


def test_a_newcomer_without_upn_or_birth_date_is_refused_with_a_remedy(school):
    placed = put(school, row(upn="", date_of_birth=None))
    assert placed.pupils == [None]
    assert "date of birth" in placed.problems[0]
    assert not Pupil.objects.exists()


def test_a_mover_is_enrolled_at_the_new_school_too(school):
    pupil = ada(SchoolFactory())
    placed = put(school, row(entered_on=date(2026, 10, 13)))
    assert placed.enrolled == [pupil.pk]
    assert Enrolment.objects.filter(pupil=pupil).count() == 2
    pupil.refresh_from_db()
    assert pupil.school == school


def test_a_leaving_date_ends_the_enrolment(school):
    ada(school)
    put(school, row(left_on=date(2026, 10, 10)))
    assert Enrolment.objects.get().left_on == date(2026, 10, 10)


def test_twins_are_two_pupils(school):
    placed = put(school, row(), row(forename="Ben", upn=upn(2)))
    assert len(set(placed.pupils)) == 2


def test_two_rows_for_one_pupil_take_the_first_and_refuse_the_second(school):
    pupil = ada(school)
    placed = put(school, row(), row(upn=""))
    assert placed.pupils == [pupil.pk, None]
    assert "another row" in placed.problems[1]


def test_a_namesake_elsewhere_without_upn_is_not_taken_for_the_same(school):
    ada(SchoolFactory())
    assert put(school, row(upn="")).pupils == [None]
    assert MergeCandidate.objects.count() == 1


def test_a_whole_school_takes_few_queries(school, django_assert_max_num_queries):
    people = [row(surname=f"Pupil{n}", upn=upn(n)) for n in range(1, 301)]
    with django_assert_max_num_queries(
        36
    ):  # words of the search and the look for missing children among them
        put(school, *people)
    with django_assert_max_num_queries(14):
        assert all(put(school, *people).pupils)


def last_year(school, *people, year=2025):
    return place(people, school, date(2025, 9, 8), by=None, at=AT, source="old file", year=year)


def test_a_pupil_who_has_left_is_on_no_roll_until_the_leaving_date_is_corrected(school):
    pupil = ada(school)
    put(school, row(left_on=date(2026, 10, 10)))
    pupil.refresh_from_db()
    assert pupil.school is None
    assert SearchEntry.objects.get(kind="pupil").detail.endswith("on no roll")
    placed = place(
        [row(left_on=date(2027, 7, 23))], school, date(2026, 10, 20), by=None, at=AT, source="new file"
    )
    pupil.refresh_from_db()
    enrolment = Enrolment.objects.get()
    assert placed.pupils == [pupil.pk]
    assert (enrolment.left_on, pupil.school) == (date(2027, 7, 23), school)
    told = AuditRow.objects.filter(action="directory.people_placed").latest("pk").payload["corrected"]
    assert told == {str(enrolment.pk): {"left_on": ["2026-10-10", "2027-07-23"]}}


def test_a_leaving_date_still_to_come_keeps_the_pupil_on_the_roll(school):
    put(school, row(left_on=date(2026, 12, 18)))
    assert Pupil.objects.get().school == school


def test_leaving_dates_that_pass_and_entry_dates_that_come_are_followed_each_day(school):
    leaver, mover = ada(school), ada(school, upn=upn(2), forename="Ben")
    put(school, row(left_on=date(2026, 12, 18)), row(upn=upn(2), forename="Ben", left_on=date(2026, 12, 18)))
    other = SchoolFactory()
    Enrolment.objects.create(pupil=mover, school=other, entered_on=date(2026, 12, 19))
    rolls.daily(on=date(2026, 12, 18), last=None)
    leaver.refresh_from_db()
    assert leaver.school == school
    rolls.daily(on=date(2026, 12, 20), last=date(2026, 12, 17))
    leaver.refresh_from_db()
    mover.refresh_from_db()
    assert (leaver.school, mover.school) == (None, other)
    rolls.daily(on=date(2026, 12, 21), last=date(2026, 12, 20))
    assert AuditRow.objects.filter(action="pupils.roll_followed").count() == 1


def test_a_file_corrects_how_a_pupil_is_registered_and_says_why_they_left(school):
    ada(school)
    put(school, row(extra={"status": "S"}))
    assert Enrolment.objects.get().status == "S"
    put(
        school,
        row(
            left_on=date(2026, 10, 10), extra={"leaving_reason": "Moved away", "destination": "Hill Primary"}
        ),
    )
    enrolment = Enrolment.objects.get()
    assert (enrolment.status, enrolment.leaving_reason, enrolment.destination) == (
        "S",
        "Moved away",
        "Hill Primary",
    )


def test_a_file_of_last_year_does_not_put_a_pupil_back_a_year(school):
    pupil = ada(school)
    last_year(school, row(year_group="4", reg_group="4C", extra={"status": "S"}))
    pupil.refresh_from_db()
    assert (pupil.year_group, pupil.reg_group) == ("5", "5B")
    assert Enrolment.objects.get().status == "C"
    last_year(school, row(year_group="6"), year=2026)  # the part of the same file that is of this year
    pupil.refresh_from_db()
    assert pupil.year_group == "6"


def test_a_subsidiary_school_does_not_say_which_year_a_pupil_is_in(school):
    pupil, unit = ada(school, reg_group=""), SchoolFactory(phase="pru")
    put(unit, row(year_group="4", reg_group="Blue", extra={"status": "S"}))
    pupil.refresh_from_db()
    assert (pupil.school, pupil.year_group, pupil.reg_group) == (school, "5", "Blue")


def test_a_pupil_registered_as_subsidiary_only_counts_to_that_school(school):
    put(school, row(extra={"status": "S"}))
    assert Pupil.objects.get().school == school
