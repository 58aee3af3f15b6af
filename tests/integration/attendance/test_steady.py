"""What is left out when a day's marks come in makes no difference to any finding."""

import random
from datetime import date
from typing import Any

import pytest
from tests.factories_attendance import TODAY, a_child, a_school, at, days_before, give

from mainstay.law import returns, threshold
from mainstay.service.attendance.findings import recompute
from mainstay.service.attendance.findings.answers import Asked, ask
from mainstay.service.attendance.findings.batch import Batch, rows_of
from mainstay.service.attendance.findings.inputs import close_enough
from mainstay.service.attendance.models import Finding
from mainstay.service.directory.models import Pupil

pytestmark = pytest.mark.django_db(databases="__all__")
FIELDS = ("kind", "school_id", "state", "since", "reached_on", "strength", "answer")


def some_marks(rng: random.Random, days: list[date]) -> dict[tuple[date, str], str]:
    """Presence with spells of absence, blanks among them."""
    found = {}
    code, left = "/", 0
    for day in days:
        for half in ("AM", "PM"):
            if not left:
                code, left = rng.choice("///OUGNIIM-"), rng.randint(1, 14)
            left -= 1
            if code != "-":
                found[day, half] = "\\" if code == "/" and half == "PM" else code
    return found


def kept_of(pupil: Pupil) -> list[tuple[Any, ...]]:
    return sorted(Finding.objects.filter(pupil=pupil).values_list(*FIELDS), key=repr)


@pytest.mark.parametrize("seed", range(8))
def test_day_by_day_gives_the_findings_of_asking_everything(seed: int) -> None:
    rng = random.Random(seed)
    pupil = a_child()
    days = days_before(pupil.school)
    marks = some_marks(rng, days)
    begin = len(days) - 12
    give(
        pupil,
        {(on, half): code for (on, half), code in marks.items() if on < days[begin]}
        or {(days[0], "AM"): "/"},
    )
    for on in days[begin:]:
        if today := {key: code for key, code in marks.items() if key[0] == on}:
            give(pupil, today, when=at(on, 16))
    step_by_step = kept_of(pupil)
    Finding.objects.filter(pupil=pupil, state="open").update(rests_on="")
    recompute.recompute([pupil.pk], today=TODAY, at=at(TODAY, 16))
    opened = [row for row in kept_of(pupil) if row[0] != "unresolved"]
    assert [row for row in step_by_step if row[0] != "unresolved"] == opened


@pytest.mark.parametrize("seed", range(6))
def test_the_threshold_is_the_same_without_the_sessions_left_out(seed: int) -> None:
    rng = random.Random(seed)
    pupil = a_child()
    give(pupil, some_marks(rng, days_before(pupil.school)))
    batch = Batch({pupil.pk}, {TODAY.year})
    short = batch.threshold_record(pupil.pk, TODAY.year, TODAY.year)
    whole = batch.law_registers(pupil.pk, TODAY.year, TODAY.year, tail=True)
    assert short is not None and len(short.sittings) < sum(len(one.marks) for one in whole) * 2
    for considered_on in (None, date(TODAY.year, 10, 15)):
        assert threshold.find(short, considered_on=considered_on) == threshold.find(
            whole, considered_on=considered_on
        )


def test_several_schools_are_always_joined() -> None:
    pupil, other = a_child(), a_school()
    give(pupil, some_marks(random.Random(1), days_before(pupil.school)))
    give(pupil, some_marks(random.Random(2), days_before(other)), school=other)
    batch = Batch({pupil.pk}, {TODAY.year})
    whole = batch.law_registers(pupil.pk, TODAY.year, TODAY.year, tail=True)
    assert batch.threshold_record(pupil.pk, TODAY.year, TODAY.year) is not None
    assert threshold.find(batch.threshold_record(pupil.pk, TODAY.year, TODAY.year)) == threshold.find(whole)


@pytest.mark.parametrize("seed", range(12))
def test_who_is_met_at_two_schools_together_lies_close_enough_to_be_asked(seed: int) -> None:
    rng = random.Random(seed)
    pupil, other = a_child(), a_school()
    days = days_before(pupil.school)
    moves = rng.randint(5, len(days) - 5)
    overlap = rng.choice((0, 0, 10))
    give(pupil, some_marks(rng, days[:moves]))
    give(pupil, some_marks(rng, days[moves - min(overlap, moves) :]), school=other)
    batch = Batch({pupil.pk}, {TODAY.year})
    answer = threshold.find(batch.law_registers(pupil.pk, TODAY.year, TODAY.year, tail=True))
    row = next(iter(rows_of([pupil.pk], {TODAY.year}).values()))
    for kind, met in (("threshold", answer.met), ("near_miss", answer.near_miss)):
        assert close_enough(batch, Asked(kind, row, TODAY)) or not met


def test_far_apart_at_two_schools_is_not_asked() -> None:
    pupil, other = a_child(), a_school()
    days = days_before(pupil.school)
    give(pupil, {(day, "AM"): "O" for day in days[:4]})
    give(pupil, {(day, "AM"): "/" for day in days[4:]}, school=other)
    batch = Batch({pupil.pk}, {TODAY.year})
    row = next(iter(rows_of([pupil.pk], {TODAY.year}).values()))
    assert not close_enough(batch, Asked("threshold", row, TODAY))
    assert not close_enough(batch, Asked("near_miss", row, TODAY))


@pytest.mark.parametrize("seed", range(4))
def test_illness_at_two_schools_is_the_laws_own_count(seed: int) -> None:
    rng = random.Random(seed)
    pupil, other = a_child(), a_school()
    for school in (pupil.school, other):
        marks = some_marks(rng, days_before(school))
        give(pupil, {key: "I" if rng.random() < 0.6 else code for key, code in marks.items()}, school=school)
    batch = Batch({pupil.pk}, {TODAY.year})
    said = returns.find(batch.law_registers(pupil.pk, TODAY.year, TODAY.year, tail=False)).sickness
    row = next(iter(rows_of([pupil.pk], {TODAY.year}).values()))
    met = ask(batch, Asked("sickness", row, TODAY))
    assert (met is not None) == said.met
    assert met is None or met.answer["sickness"]["days_so_far"] == said.days_so_far
