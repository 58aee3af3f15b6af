from datetime import UTC, date, datetime

import pytest
from tests.factories import EntryFactory, ParentFactory, PupilFactory, SchoolFactory, UserFactory, upn

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
)
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
