"""The ledger: who had which notice when, what became of it, what frees when, and what one today would be."""

from datetime import date

import pytest
from tests.factories import ParenthoodFactory, UserFactory
from tests.factories_attendance import TODAY, later
from tests.factories_penalties import a_notice, a_parent, absent, an_earlier

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.penalties.actions import ending
from mainstay.service.penalties.models import Enquiry
from mainstay.service.penalties.queries import ledger
from mainstay.service.penalties.queries.ledger import Standing

pytestmark = pytest.mark.django_db


def standing(pupil: Pupil, parent: Parent, on: date = TODAY) -> Standing:
    found = ledger.of_child(pupil, on).pairs.get((parent.pk, pupil.pk))
    assert found is not None
    return found


def test_without_a_notice_one_today_would_be_the_first() -> None:
    pupil = absent()
    one = standing(pupil, a_parent(pupil))
    assert (one.rows, one.light) == ([], "first")
    assert one.today == "A notice proposed today would be the first: £80, later £160."


def test_each_notice_says_who_when_which_and_from_when_it_is_free() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    an_earlier(parent, pupil, date(2024, 11, 15), issuer="Elsewhere Council", reference="E-17")
    notice = a_notice(pupil=pupil, parent=parent)
    one = standing(pupil, parent)
    said = [(r.what, r.issuer, r.position, r.outcome, r.frees_on, r.because) for r in one.rows]
    assert said == [
        ("E-17", "Elsewhere Council", "Not known", "Paid", date(2027, 11, 15), ""),
        (notice.number, ledger.OURS, "Second", "Issued, to be paid", date(2029, 11, 23), ""),
    ]
    assert one.light == "none"
    assert one.today == "No notice can be issued today. Again possible from Monday 15 November 2027."


def test_from_the_day_the_first_is_free_one_is_left_and_the_next_is_the_second() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    an_earlier(parent, pupil, date(2024, 11, 15))
    an_earlier(parent, pupil, date(2026, 3, 3))
    assert standing(pupil, parent, date(2027, 11, 14)).light == "none"
    freed = standing(pupil, parent, date(2027, 11, 15))
    assert (freed.light, freed.today) == ("second", "A notice proposed today would be the second: £160.")
    assert freed.rows[0].frees_on is None
    assert "don't reach back" in freed.rows[0].because


def test_a_withdrawn_notice_stands_there_and_does_not_count() -> None:
    notice = a_notice()
    ending.withdraw(
        notice_id=notice.pk, ground="wrong_recipient", reasons="He lives abroad.", at=later(1),
        by=UserFactory(role="service_manager"),
    )  # fmt: skip
    one = standing(notice.pupil, notice.parent, date(2026, 11, 24))
    assert (one.rows[0].outcome, one.rows[0].because, one.light) == ("Withdrawn", "it was withdrawn", "first")


def test_an_answer_that_is_awaited_makes_it_unknown() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    Enquiry.objects.create(
        pupil=pupil,
        parent=parent,
        authority="Elsewhere Council",
        asked_on=TODAY,
        asked_by=UserFactory(role="ewo"),
    )
    one = standing(pupil, parent)
    assert (one.light, one.today) == ("unknown", "Not known: the answer of Elsewhere Council is awaited.")


def test_parents_and_children_are_counted_one_by_one() -> None:
    notice = a_notice()
    father, sister = a_parent(notice.pupil, forename="Alan"), absent()
    ParenthoodFactory(pupil=sister, parent=notice.parent)
    found = {one.parent.pk: one.light for one in ledger.of_child(notice.pupil, TODAY).all}
    assert found == {notice.parent_id: "second", father.pk: "first"}
    children = ledger.children_of(notice.parent)
    mine = {one.pupil.pk: one.light for one in ledger.of_parent(notice.parent, children, TODAY).all}
    assert mine == {notice.pupil_id: "second", sister.pk: "first"}


def test_an_excluded_childs_notice_is_listed_and_counts_for_nothing() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    an_earlier(parent, pupil, date(2026, 10, 1), kind="excluded")
    one = standing(pupil, parent)
    assert (one.rows[0].position, one.light) == ("Excluded child", "first")
    assert "another offence" in one.rows[0].because


def test_a_parent_no_longer_tied_to_the_child_keeps_their_notices() -> None:
    notice = a_notice()
    notice.pupil.parenthoods.all().delete()
    assert [one.parent.pk for one in ledger.of_child(notice.pupil, TODAY).all] == [notice.parent_id]


def test_many_parents_ask_no_more_queries_than_one(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    pupil = absent()
    for number in range(5):
        an_earlier(a_parent(pupil), pupil, date(2025, 1, 1 + number))
    with django_assert_num_queries(9):
        ledger.of_child(pupil, TODAY)
