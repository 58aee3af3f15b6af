"""In which order files come, and how a register is cut into files, makes no difference in the end."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.factories_attendance import YEAR, a_child, a_school, at, days_before, give

from mainstay.law import codes
from mainstay.registers.grid import slot_of
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Amendment, Finding, Register, SchoolYear
from mainstay.service.directory.models import Pupil

pytestmark = pytest.mark.django_db(databases="__all__")
CODES = ("/", "O", "O", "U", "G", "N", "I", "I", "M", "X", "-")
Session = tuple[date, str]
COMPARED = (
    "kind",
    "pupil",
    "school",
    "year",
    "since",
    "reached_on",
    "strength",
    "weight",
    "answer",
    "rests_on",
)


class _Back(Exception):
    """Undo what one order of files wrote."""


def _outcome(pupils: list[Pupil], schools: list[Any]) -> dict[str, Any]:
    found = [grids.of_school(school.pk, YEAR) for school in schools]
    marks = {
        (school.pk, int(pupil)): row.tobytes()
        for school, held in zip(schools, found, strict=True)
        for pupil, row in zip(held.pupils, held.marks, strict=True)
    }
    measures = Register.objects.order_by("pupil", "school").values_list(
        "pupil",
        "school",
        "possible",
        "unauthorised",
        "best_count",
        "threshold_met_on",
        "near_miss",
        "ten_days_on",
    )
    findings = Finding.objects.open().order_by("pupil", "school", "kind").values(*COMPARED)
    summaries = SchoolYear.objects.order_by("school").values(
        "possible", "absent", "weeks", "codes", "quality"
    )
    return {
        "marks": marks,
        "measures": list(measures),
        "findings": list(findings),
        "summaries": list(summaries),
    }


def _after(
    pupils: list[Pupil], schools: list[Any], files: list[tuple[int, int, dict[Session, str]]]
) -> dict[str, Any]:
    outcome: dict[str, Any] = {}
    try:
        with transaction.atomic():
            for pupil, school, marks in files:
                if marks:
                    give(pupils[pupil], marks, at(), schools[school])
            outcome = _outcome(pupils, schools)
            raise _Back
    except _Back:
        return outcome


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a whole register takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_order_and_cut_of_files_make_no_difference(db: None, data: st.DataObject) -> None:
    try:
        with transaction.atomic():
            schools = [a_school(), a_school()]
            pupils = [a_child(school=schools[0]), a_child(school=schools[0])]
            days = days_before(schools[0])
            sessions = [(day, half) for day in days for half in ("AM", "PM")]
            whole = [(p, s, _marks(data, sessions)) for p, s in ((0, 0), (1, 0), (1, 1))]
            pieces = [piece for file in whole for piece in _cut(data, file)]
            together = _after(pupils, schools, whole)
            apart = _after(pupils, schools, data.draw(st.permutations(pieces)))
            for what in together:
                assert apart[what] == together[what], what
            raise _Back
    except _Back:
        pass


def _marks(data: st.DataObject, sessions: list[Session]) -> dict[Session, str]:
    drawn = data.draw(st.lists(st.sampled_from(CODES), min_size=len(sessions), max_size=len(sessions)))
    usual = data.draw(st.integers(0, len(sessions)))
    marks = [code if n >= usual else "/" for n, code in enumerate(drawn)]
    return {session: code for session, code in zip(sessions, marks, strict=True) if code != "-"}


def _cut(
    data: st.DataObject, file: tuple[int, int, dict[Session, str]]
) -> list[tuple[int, int, dict[Session, str]]]:
    pupil, school, marks = file
    share = {session: data.draw(st.integers(0, 2)) for session in marks}
    return [(pupil, school, {s: c for s, c in marks.items() if share[s] == n}) for n in range(3)]


def test_a_mark_that_came_twice_is_what_the_later_file_said_and_both_are_known() -> None:
    pupil = a_child()
    day = days_before(pupil.school)[0]
    give(pupil, {(day, "AM"): "N"}, at(day))
    give(pupil, {(day, "AM"): "I"}, at())
    slot = slot_of(day, "AM")
    held = grids.of_school(pupil.school_id, YEAR)
    assert chr(held.marks[0, slot]) == codes.byte_of("I")
    assert list(Amendment.objects.values_list("old", "new")) == [("N", "I")]
