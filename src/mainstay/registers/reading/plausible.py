"""Figures that no school has: a file that holds them is stopped until a person has looked."""

from typing import Final

from mainstay.registers.grid import academic_year
from mainstay.registers.reading.intake import Intake, Totals
from mainstay.registers.reading.placing import Placed
from mainstay.registers.reading.totals import by_codes
from mainstay.registers.register import Reading
from mainstay.registers.tables import ABSENT, POSSIBLE

MOST_SESSIONS: Final = 540
_FEWEST_PUPILS: Final = 20
_ABSENCE: Final = {"pru": 60, "special": 60}  # per cent of possible, else:
_USUAL_ABSENCE: Final = 30
_CHANGE: Final = 10  # per cent of the previous file's pupils, or of the sessions expected


def doubts(intake: Intake, placed: Placed, pupils: int, phase: str | None) -> list[str]:
    """What is wrong with the figures, in words; empty if nothing is."""
    found = []
    given = [by_codes(t) for t in intake.totals]
    most = max([placed.most, *(count for t in given for count in _counts(t))])
    if most > MOST_SESSIONS:
        found.append(f"a pupil has {most:,} sessions in a year; no school has more than {MOST_SESSIONS}")
    possible = int(placed.counts[POSSIBLE == 1].sum())
    away = int(placed.counts[ABSENT == 1].sum())
    if not possible:
        possible = sum(t.possible or 0 for t in given)
        away = sum(t.absent or 0 for t in given)
    limit = _ABSENCE.get(phase or "", _USUAL_ABSENCE)
    if pupils >= _FEWEST_PUPILS and 100 * away > limit * possible > 0:
        found.append(
            f"{100 * away / possible:.0f} % of possible sessions are absence; over {limit} % is not usual"
        )
    return found


def pupils_differ(now: int, before: int) -> bool:
    """Whether a file's pupils are too many or too few beside those of the file before."""
    return 100 * abs(now - before) > _CHANGE * before


def unlike_calendar(sessions: int, expected: int) -> bool:
    """Whether the sessions that hold a mark are not what pupils x 2 x days open make."""
    return expected > 0 and 100 * abs(sessions - expected) > _CHANGE * expected


def _counts(totals: Totals) -> list[int]:
    """Every total of sessions that is given."""
    parts = (totals.possible, totals.attended, totals.absent, totals.late, *totals.codes.values())
    return [count for count in parts if count is not None]


def doubts_beside(reading: Reading, previous: Reading) -> list[str]:
    """What is wrong beside the file sent before."""
    found = []
    if previous.stopped_because is not None:
        return [f"the previous file cannot be read: {previous.stopped_because}"]
    if pupils_differ(reading.pupils, previous.pupils):
        found.append(f"{reading.pupils:,} pupils where the previous file had {previous.pupils:,}")
    if reading.last and previous.last and academic_year(reading.last) < academic_year(previous.last):
        found.append(f"it ends on {reading.last}, in an earlier academic year than the previous file")
    return found
