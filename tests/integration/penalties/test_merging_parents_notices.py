"""Two records of one parent become one: what was issued to both counts together."""

from datetime import date, timedelta

import pytest
from tests.factories import ParenthoodFactory, UserFactory
from tests.factories_attendance import TODAY, at
from tests.factories_penalties import a_notice, a_parent, a_request, absent, an_earlier, answered, declared

from mainstay.service.accounts.models import User
from mainstay.service.common.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.merging_parents import merge_parents
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.penalties import positions
from mainstay.service.penalties.actions import checking
from mainstay.service.penalties.models import EarlierNotice, Enquiry, LeaveRequest, Notice
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db


@pytest.fixture
def senior() -> User:
    return UserFactory(role="senior_ewo")


def two_records(pupil: Pupil) -> tuple[Parent, Parent]:
    """The second has another spelling of the forename, so that the check does not take them for one."""
    return a_parent(pupil, surname="Fenwick"), a_parent(pupil, surname="Fenwick", forename="G.")


def join(kept: Parent, other: Parent, by: User) -> None:
    merge_parents(kept=kept, other=other, reasons="The same passport.", by=by, at=at(), home="kept")


def test_a_notice_that_would_have_been_the_second_becomes_a_task_with_a_number_only(senior: User) -> None:
    pupil = absent()
    kept, other = two_records(pupil)
    an_earlier(other, pupil, date(2025, 3, 3))
    notice = a_notice(pupil=pupil, parent=kept)
    assert notice.position == "first"
    join(kept, other, senior)
    task = Deadline.objects.get(rule="notice-position")
    assert (task.about_id, task.owner, task.state) == (str(notice.pk), notice.request.owner, "open")
    assert task.label == f"{notice.number}: wrong position"
    assert task.last_day == date(2026, 11, 30)


def test_what_hangs_on_the_second_record_moves_and_the_audit_says_which(senior: User) -> None:
    pupil = absent()
    kept, other = two_records(pupil)
    earlier = an_earlier(other, pupil, date(2020, 3, 3))
    enquiry = Enquiry.objects.create(
        pupil=pupil, parent=other, authority="Elsewhere Council", asked_on=TODAY, asked_by=senior
    )
    leave = LeaveRequest.objects.create(
        pupil=pupil, school=pupil.school, parent=other, lives_with=True, asked_on=TODAY, first_day=TODAY,
        last_day=TODAY, reason="A wedding", written_by=senior, written_at=at(),
    )  # fmt: skip
    join(kept, other, senior)
    for row in (earlier, enquiry, leave):
        row.refresh_from_db()
        assert row.parent == kept
    moved = AuditRow.objects.get(action="parents.merged").payload["moved"]
    assert moved["penalties.earliernotice"] == [earlier.pk]
    assert moved["penalties.enquiry"] == [enquiry.pk]


def test_one_earlier_notice_known_of_both_records_counts_once(senior: User) -> None:
    pupil = absent()
    kept, other = two_records(pupil)
    same = {"reference": "E-77"}
    an_earlier(kept, pupil, date(2025, 3, 3), **same)
    an_earlier(other, pupil, date(2025, 3, 3), **same)
    join(kept, other, senior)
    assert EarlierNotice.objects.filter(parent=kept).count() == 1


def test_one_person_with_two_notices_of_one_request_is_not_joined_before_one_is_given_up(
    senior: User,
) -> None:
    pupil = absent()
    declared()
    kept, other = two_records(pupil)
    request = a_request(pupil)
    a_notice("draft", request=request, parent=kept, pupil=pupil)
    second = a_notice("draft", request=request, parent=other, pupil=pupil)
    with pytest.raises(StepRefused, match="not fined twice"):
        join(kept, other, senior)
    checking.drop(notice_id=second.pk, because="The same person twice.", by=senior, at=at())
    join(kept, other, senior)
    second.refresh_from_db()
    assert (second.parent, second.state) == (other, Notice.State.REFUSED)


def test_the_check_no_longer_asks_about_a_record_that_was_joined(senior: User) -> None:
    pupil = absent()
    kept, other = a_parent(pupil, surname="Fenwick"), a_parent(pupil, surname="Fenwick")
    declared()
    request = a_request(pupil)
    answered(request, senior)
    notice = checking.choose_parent(
        request_id=request.pk, parent=kept, why="Took the child away.", by=senior, at=at()
    )
    with pytest.raises(StepRefused, match="one person twice"):
        checking.propose(notice_id=notice.pk, reasons="A holiday.", by=senior, at=at())
    join(kept, other, senior)
    proposed = checking.propose(notice_id=notice.pk, reasons="A holiday.", by=senior, at=at())
    assert proposed.state == Notice.State.PROPOSED


def test_a_task_ends_when_the_position_is_right_again(senior: User) -> None:
    notice = a_notice()
    earlier = an_earlier(notice.parent, notice.pupil, date(2025, 3, 3))
    pair = (notice.parent_id, notice.pupil_id)
    assert positions.recheck([pair], by=senior, at=at()) == [notice]
    EarlierNotice.objects.filter(pk=earlier.pk).update(outcome="withdrawn")
    assert positions.recheck([pair], by=senior, at=at()) == []
    assert Deadline.objects.get(rule="notice-position").state == "met"


@pytest.mark.parametrize(
    ("days_before", "kind", "wrong"),
    [
        (30, "attendance", True),
        (-1, "attendance", False),  # it came later
        (30, "excluded", False),  # another offence
        (3 * 366, "attendance", False),  # out of the three years
    ],
)
def test_only_what_counted_on_the_day_of_issue_makes_a_position_wrong(
    senior: User, days_before: int, kind: str, wrong: bool
) -> None:
    notice = a_notice()
    assert notice.issued_on
    an_earlier(notice.parent, notice.pupil, notice.issued_on - timedelta(days=days_before), kind=kind)
    found = positions.recheck([(notice.parent_id, notice.pupil_id)], by=senior, at=at())
    assert bool(found) is wrong


def test_many_pairs_take_the_same_few_queries(senior: User, django_assert_max_num_queries: object) -> None:
    notices = [a_notice() for _ in range(4)]
    for notice in notices:
        ParenthoodFactory(parent=notice.parent)
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        positions.recheck([(n.parent_id, n.pupil_id) for n in notices], by=senior, at=at())
