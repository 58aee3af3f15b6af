"""Whatever is passed on whatever day: its last day and the day it is spent are those of the law."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mainstay.law import deadlines
from mainstay.service.court import sentencing
from mainstay.service.court.models import Sentence
from mainstay.service.court.sentencing import Passed

DAYS = st.integers(0, 2190).map(lambda days: date(2024, 9, 1) + timedelta(days=days))
ONE = timedelta(days=1)


@given(DAYS, st.integers(1, 36), st.integers(0, 200))
def test_the_ends_of_a_sentence_are_those_of_the_law(convicted: date, months: int, later: int) -> None:
    on = convicted + timedelta(days=later)
    _, spent = sentencing.dates(Passed(kind="fine", pence=1), on, convicted)
    assert spent == deadlines.find("fine-spent", convicted).next_step_from > convicted
    assert sentencing.dates(Passed(kind="absolute_discharge"), on, convicted) == (None, convicted)
    ends, spent = sentencing.dates(Passed(kind="conditional_discharge", months=months), on, convicted)
    assert ends is not None and spent == ends + ONE
    longest = deadlines.find("conditional-discharge-longest", on).last_day
    assert (ends <= longest) and (months < 36 or ends == longest)
    parenting, never = sentencing.dates(Passed(kind="parenting_order", months=min(months, 12)), on, convicted)
    assert never is None and parenting is not None
    assert parenting <= deadlines.find("parenting-order-longest", on).last_day
    assert (parenting == deadlines.find("parenting-order-longest", on).last_day) == (months >= 12)


@given(st.lists(st.tuples(st.sampled_from(Sentence.Kind.values), st.none() | DAYS), max_size=4))
def test_a_conviction_is_spent_with_its_last_part_and_never_before_one_that_is_not_known(
    parts: list[tuple[str, date | None]],
) -> None:
    found = sentencing.spent_on([Sentence(kind=kind, spent_on=day) for kind, day in parts])
    counted = [day for kind, day in parts if kind != "parenting_order"]
    if not counted or None in counted:
        assert found is None
    else:
        assert found == max(day for day in counted if day)
