from datetime import UTC, date, datetime

import pytest
from tests.factories import EntryFactory, ParentFactory, PupilFactory, SchoolFactory, UserFactory, upn

from mainstay.registers.register import Person
from mainstay.service.accounts.models import User
from mainstay.service.common.models import AuditRow, SearchEntry
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.merging import decide, merge_pupils
from mainstay.service.directory.models import (
    Enrolment,
    FormerUpn,
    MergeCandidate,
    Parenthood,
    Pupil,
    PupilAlias,
)
from mainstay.service.directory.placing import place
from mainstay.service.record.models import Entry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TEMPORARY = "Y85299992401A"


@pytest.fixture
def manager():
    return UserFactory(role="service_manager")


@pytest.fixture
def two():
    school = SchoolFactory()
    same = {"surname": "Fenwick", "forename": "Ada"}
    return PupilFactory(school=school, upn=TEMPORARY, **same), PupilFactory(school=school, upn=upn(1), **same)


def candidate(kept, other=None, **row):
    return MergeCandidate.objects.create(
        kept=kept, other=other, incoming=row or None, school=kept.school, why="for a test", found_at=AT
    )


def decided(found, manager, **said):
    return decide(candidate_id=found.pk, by=manager, at=AT, **{"reasons": "The school confirmed it.", **said})


def test_joining_moves_everything_and_takes_the_second_record_out_of_view(two, manager):
    kept, other = two
    shared = ParentFactory(of=kept)
    Parenthood.objects.create(pupil=other, parent=shared, basis="natural")
    ParentFactory(of=other)
    entry = EntryFactory(pupil=other)
    decided(candidate(kept, other), manager, same=True)
    kept.refresh_from_db()
    other.refresh_from_db()
    entry.refresh_from_db()
    assert other.merged_into == kept
    assert entry.pupil == kept
    assert kept.parenthoods.count() == 2
    assert Enrolment.objects.filter(pupil=kept).count() == 1
    assert not Pupil.objects.visible_to(User.objects.get(pk=manager.pk)).filter(pk=other.pk).exists()
    assert not SearchEntry.objects.filter(kind="pupil", object_id=other.pk).exists()
    assert Entry.objects.filter(pupil=kept, kind="merge").exists()


def test_the_permanent_upn_stays_and_the_temporary_becomes_a_former_one(two, manager):
    kept, other = two
    decided(candidate(kept, other), manager, same=True)
    kept.refresh_from_db()
    assert kept.upn == upn(1)
    assert list(FormerUpn.objects.values_list("pupil_id", "upn")) == [(kept.pk, TEMPORARY)]


def test_the_audit_row_lists_what_was_moved_and_dropped(two, manager):
    kept, other = two
    entry = EntryFactory(pupil=other)
    merge_pupils(kept=kept, other=other, by=manager, at=AT)
    payload = AuditRow.objects.get(action="pupils.merged").payload
    assert payload["moved"]["record.entry"] == [entry.pk]
    assert len(payload["dropped"]["directory.enrolment"]) == 1
    assert payload["before"]["upn"] == TEMPORARY


def test_different_people_stay_apart(two, manager):
    kept, other = two
    found = candidate(kept, other)
    decided(found, manager, same=False)
    other.refresh_from_db()
    found.refresh_from_db()
    assert other.merged_into is None
    assert (found.state, found.decided_by) == ("different", manager)


def test_a_row_of_the_same_person_leaves_its_upn_as_a_former_one(two, manager):
    kept = two[1]
    row = {"upn": upn(7), "surname": "Fenwick", "forename": "Ada", "date_of_birth": "2016-03-09"}
    decided(candidate(kept, **row), manager, same=True)
    kept.refresh_from_db()
    assert kept.upn == upn(1)
    assert FormerUpn.objects.get(pupil=kept).upn == upn(7)


def test_a_row_with_better_information_may_win(two, manager):
    kept = two[1]
    row = {"upn": upn(7), "surname": "Fenwick-Moss", "forename": "Ada", "date_of_birth": "2016-03-10"}
    decided(candidate(kept, **row), manager, same=True, take_new=True)
    kept.refresh_from_db()
    assert (kept.upn, kept.surname, kept.date_of_birth) == (upn(7), "Fenwick-Moss", date(2016, 3, 10))
    assert FormerUpn.objects.get(pupil=kept).upn == upn(1)


def test_a_row_of_somebody_else_becomes_a_pupil_of_their_own(two, manager):
    kept = two[1]
    row = {"upn": upn(1), "surname": "Okafor", "forename": "Ben", "date_of_birth": "2015-01-02"}
    new = decided(candidate(kept, **row), manager, same=False)
    assert (new.surname, new.school) == ("Okafor", kept.school)
    assert Enrolment.objects.filter(pupil=new, school=kept.school).exists()


def test_a_doubt_is_decided_once_and_with_reasons(two, manager):
    found = candidate(*two)
    with pytest.raises(StepRefused, match="how you know"):
        decided(found, manager, same=True, reasons=" ")
    decided(found, manager, same=False)
    with pytest.raises(StepRefused, match="already"):
        decided(found, manager, same=True)


def the_file_of(school, day, **row):
    person = Person("990001", **row)
    return place([person], school, day, by=None, at=AT, source="register week.csv", origin=("x", "1"))


@pytest.mark.parametrize("take_new", [False, True])
@pytest.mark.parametrize(
    "row",
    [
        {"upn": upn(1), "surname": "Moss", "forename": "Adelaide", "date_of_birth": date(2016, 3, 9)},
        {"upn": upn(1), "surname": "Fenwick", "forename": "Ada", "date_of_birth": date(2015, 3, 9)},
        {"upn": upn(1), "surname": "Moss", "forename": "Adelaide", "date_of_birth": None},
        {"upn": upn(8), "surname": "Fenwick", "forename": "Ada", "date_of_birth": date(2016, 3, 9)},
    ],
)
def test_a_row_decided_to_be_the_same_child_is_placed_by_the_next_file(manager, row, take_new):
    pupil = PupilFactory(upn=upn(1), surname="Fenwick", forename="Ada", school=SchoolFactory(years=()))
    school, day = SchoolFactory(), date(2026, 9, 7)
    assert the_file_of(school, day, **row).pupils == [None]
    decided(MergeCandidate.objects.get(), manager, same=True, take_new=take_new)
    again = the_file_of(school, day, **row)
    assert (again.pupils, again.problems, again.queued) == ([pupil.pk], [""], 0)
    assert Enrolment.objects.get(pupil=pupil, school=school).entered_on == day


def test_a_namesake_of_another_school_is_on_the_roll_from_the_files_first_day(manager):
    pupil = PupilFactory(upn=upn(1), surname="Fenwick", forename="Ada")
    school, row = (
        SchoolFactory(),
        {"surname": "Fenwick", "forename": "Ada", "date_of_birth": date(2016, 3, 9)},
    )
    the_file_of(school, date(2026, 9, 7), **row)
    decided(MergeCandidate.objects.get(), manager, same=True)
    assert the_file_of(school, date(2026, 9, 7), **row).pupils == [pupil.pk]


def test_an_earlier_file_moves_the_entry_back_instead_of_making_a_second_enrolment(manager):
    pupil = PupilFactory(upn=upn(1), surname="Fenwick", forename="Ada")
    school, row = (
        SchoolFactory(),
        {"surname": "Fenwick", "forename": "Ada", "date_of_birth": date(2016, 3, 9)},
    )
    for day in (date(2026, 10, 5), date(2026, 9, 7)):
        the_file_of(school, day, **row)
        decided(MergeCandidate.objects.get(state="open"), manager, same=True)
    assert Enrolment.objects.get(pupil=pupil, school=school).entered_on == date(2026, 9, 7)


def test_of_two_records_that_share_everything_the_one_decided_takes_the_row(two, manager):
    kept = two[0]
    Pupil.objects.filter(pk=kept.pk).update(upn=upn(1))
    row = {"upn": upn(1), "surname": "Fenwick", "forename": "Ada", "date_of_birth": kept.date_of_birth}
    assert the_file_of(kept.school, date(2026, 9, 7), **row).pupils == [None]
    found = MergeCandidate.objects.get()
    decided(found, manager, same=True)
    assert the_file_of(kept.school, date(2026, 9, 7), **row).pupils == [found.kept_id]


def test_what_a_row_said_before_it_was_joined_is_in_the_audit(two, manager):
    kept = two[1]
    row = {"upn": upn(1), "surname": "Moss", "forename": "Ada", "date_of_birth": "2016-03-10"}
    decided(candidate(kept, **row), manager, same=True, take_new=True)
    payload = AuditRow.objects.get(action="pupil.row_joined").payload
    assert (payload["before"]["surname"], payload["said"]["surname"]) == ("Fenwick", "Moss")
    alias = PupilAlias.objects.get(surname="Fenwick")
    assert (alias.source, alias.learned_on) == ("merge queue", AT.date())


def test_a_file_that_spells_a_child_like_the_joined_record_finds_the_one_that_stays(manager):
    school, day = SchoolFactory(), date(2026, 9, 7)
    kept = PupilFactory(school=school, upn=upn(1), surname="Fenwick", forename="Ada")
    other = PupilFactory(school=school, upn="", surname="Fenwick Moss", forename="Ada")
    merge_pupils(kept=kept, other=other, by=manager, at=AT)
    row = {"surname": "Fenwick Moss", "forename": "Ada", "date_of_birth": date(2016, 3, 9)}
    assert the_file_of(school, day, **row).pupils == [kept.pk]
