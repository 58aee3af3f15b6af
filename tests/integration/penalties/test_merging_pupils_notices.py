"""When two records of a child become one, its notices do; what was issued at a wrong position is a task."""

from datetime import date

import pytest
from tests.factories import ParenthoodFactory, UserFactory
from tests.factories_attendance import at, later
from tests.factories_penalties import a_notice, a_parent, absent, an_earlier

from mainstay.service.directory.merging import merge_pupils
from mainstay.service.directory.models import Parent, Parenthood, Pupil
from mainstay.service.penalties import facts, positions
from mainstay.service.penalties.models import EarlierNotice, Notice, NoticeRequest
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db


def two_records() -> tuple[Pupil, Pupil, Parent]:
    """The same child twice, with one parent of both."""
    kept, other = absent(), absent()
    parent = a_parent(kept)
    ParenthoodFactory(pupil=other, parent=parent, basis_evidence="Birth certificate seen")
    return kept, other, parent


def join(kept: Pupil, other: Pupil) -> None:
    merge_pupils(kept=kept, other=other, by=UserFactory(role="service_manager"), at=later(2))


def tasks() -> list[tuple[str, str, int | None]]:
    open_ = Deadline.objects.open().filter(rule=positions.RULE)
    return list(open_.values_list("about_id", "label", "owner_id"))


def test_everything_of_the_second_record_lies_with_the_first() -> None:
    kept, other, parent = two_records()
    notice = a_notice(pupil=other, parent=parent)
    old = an_earlier(parent, other, date(2025, 2, 3))
    join(kept, other)
    assert Notice.objects.get().pupil_id == kept.pk
    assert NoticeRequest.objects.get().pupil_id == kept.pk
    assert EarlierNotice.objects.get(pk=old.pk).pupil_id == kept.pk
    assert notice.number in {one.said for one in facts.earlier_of({(parent.pk, kept.pk)})[parent.pk, kept.pk]}


def test_two_first_notices_of_one_child_make_the_later_one_a_task_of_the_requests_owner() -> None:
    kept, other, parent = two_records()
    first = a_notice(pupil=kept, parent=parent)
    second = a_notice(pupil=other, parent=parent, when=later(1))
    NoticeRequest.objects.filter(pk=second.request_id).update(owner=(owner := UserFactory(role="ewo")))
    assert (first.position, second.position) == ("first", "first")
    join(kept, other)
    [(about, label, whose)] = tasks()
    assert (about, whose) == (str(second.pk), owner.pk)
    assert str(second.number) in label
    assert kept.surname not in label
    second.refresh_from_db()
    assert (second.position, second.full_pence) == ("first", 16000)  # nothing about it changes by itself


def test_a_withdrawn_notice_changes_no_position() -> None:
    from mainstay.service.penalties.actions import ending

    kept, other, parent = two_records()
    first = a_notice(pupil=kept, parent=parent)
    a_notice(pupil=other, parent=parent, when=later(1))
    ending.withdraw(
        notice_id=first.pk, ground="material_error", reasons="The school was wrong.", at=later(1),
        by=UserFactory(role="service_manager"),
    )  # fmt: skip
    join(kept, other)
    assert tasks() == []


def test_an_earlier_notice_on_both_records_counts_once() -> None:
    kept, other, parent = two_records()
    for pupil in (kept, other):
        an_earlier(parent, pupil, date(2025, 2, 3), reference="E-17")
    join(kept, other)
    assert list(EarlierNotice.objects.filter(pupil=kept).values_list("reference", flat=True)) == ["E-17"]
    assert len(facts.earlier_of({(parent.pk, kept.pk)})[parent.pk, kept.pk]) == 1


def test_an_earlier_notice_of_the_second_record_makes_a_first_notice_wrong() -> None:
    kept, other, parent = two_records()
    notice = a_notice(pupil=kept, parent=parent)
    an_earlier(parent, other, date(2025, 2, 3))
    join(kept, other)
    assert [about for about, _, _ in tasks()] == [str(notice.pk)]


def test_notices_of_another_parent_are_left_alone() -> None:
    kept, other, parent = two_records()
    a_notice(pupil=kept, parent=parent)
    father = a_parent(other, forename="Alan")
    a_notice(pupil=other, parent=father, when=at())
    join(kept, other)
    assert tasks() == []
    assert Parenthood.objects.filter(pupil=kept).count() == 2
