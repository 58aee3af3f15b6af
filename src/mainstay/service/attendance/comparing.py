"""A register file beside the one the school sent before, and beside the days the school was open.

What is compared is kept in each import's report, by school: ``report["of_school"]``.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import Max, Q

from mainstay.registers.grid import BLANK, academic_year, session_of
from mainstay.registers.reading.plausible import pupils_differ, unlike_calendar
from mainstay.registers.register import Block, Person, Reading
from mainstay.service.attendance import schools
from mainstay.service.attendance.models import Arrival, RegisterImport, SchoolYear
from mainstay.service.common.ui.filters import number, plural, short_date
from mainstay.service.directory import calendars
from mainstay.service.directory.models import Pupil, School

WEEK: Final = timedelta(days=7)
#: imports looked back at for one whose pupils are known
LOOKED_BACK: Final = 10

Figures = dict[str, Any]


def figures(found: Reading, chosen: School | None) -> dict[str, Figures]:
    """School id (text, as JSON keeps it) -> pupils by class, in all and in the last week, and the dates."""
    told: dict[str, Figures] = {}
    for school, blocks in _by_school(found, chosen):
        first, last = _span(blocks)
        if first is None or last is None:
            continue
        people = {int(n) for block in blocks for n in block.people[(block.marks != BLANK).any(axis=1)]}
        at_end = {int(n) for block in blocks for n in block.people[_marked_since(block, last - WEEK)]}
        classes = _classes(found.people, people, school)
        told[str(school.pk)] = {
            "classes": dict(Counter(classes[n] for n in people)),
            "classes_at_end": dict(Counter(classes[n] for n in at_end)),
            "from": first.isoformat(),
            "to": last.isoformat(),
        }
    return told


def beside_before(told: Mapping[str, Figures], one: RegisterImport) -> tuple[list[str], list[str]]:
    """What is implausible beside each school's last taken file, and what is only worth saying; in words."""
    names = School.objects.in_bulk([int(pk) for pk in told])
    doubts, remarks = [], []
    for pk, now in told.items():
        before, ended = _before(names[int(pk)], one)
        of = f" of {names[int(pk)].name}" if len(told) > 1 else ""
        last = date.fromisoformat(now["to"])
        if before and _differ(now, before):
            mine, theirs = _alike(now["classes"], before["classes"])
            doubts.append(f"{plural(mine, 'pupil')}{of} where the file before had {number(theirs)}")
        elif before and (missing := before["classes"].keys() - now["classes"].keys() - {""}):
            remarks.append(
                f"Classes{of} that the file before had and this one has not: {', '.join(sorted(missing))}"
            )
        if ended and academic_year(last) < academic_year(ended):
            doubts.append(
                f"the marks{of} end on {short_date(last)}, in an earlier school year than those of the file "
                f"before, which ended on {short_date(ended)}"
            )
    return doubts, remarks


def sessions_unlike_calendar(found: Reading, chosen: School | None) -> list[str]:
    """Schools whose sessions with a mark are far from pupils x 2 x days open; those without terms left out."""
    said = []
    for school, blocks in _by_school(found, chosen):
        sessions = expected = 0
        for block in blocks:
            held = block.marks != BLANK
            used = np.flatnonzero(held.any(axis=0))
            if not len(used):
                continue
            opened = calendars.open_mask(school, block.year).astype(bool)
            opened[: used[0]] = opened[used[-1] + 1 :] = False
            sessions += int(held[:, opened].sum())
            expected += int(held.any(axis=1).sum() * opened.sum())
        if unlike_calendar(sessions, expected):
            said.append(
                f"{school.name}: {plural(sessions, 'session')} with a mark, where these pupils and the days the "
                f"school was open make {number(expected)}"
            )
    return said


def _by_school(found: Reading, chosen: School | None) -> Iterator[tuple[School, list[Block]]]:
    known = schools.named([name for name in found.schools if name])
    by: dict[School, list[Block]] = {}
    for block in found.blocks:
        if (school := known.get(block.school) or chosen) is not None:
            by.setdefault(school, []).append(block)
    yield from by.items()


def _span(blocks: list[Block]) -> tuple[date | None, date | None]:
    days = []
    for block in blocks:
        used = np.flatnonzero((block.marks != BLANK).any(axis=0))
        days += [session_of(block.year, int(used[n]))[0] for n in (0, -1) if len(used)]
    return min(days, default=None), max(days, default=None)


def _marked_since(block: Block, after: date) -> Any:
    """Which rows of a block hold a mark later than a day."""
    late = [slot for slot in range(block.marks.shape[1]) if session_of(block.year, slot)[0] > after]
    return (block.marks[:, late] != BLANK).any(axis=1)


def _classes(people: list[Person], wanted: set[int], school: School) -> dict[int, str]:
    """Each person's class as the file says, else as we know it; "" where neither does."""
    known = {}
    if any(not (people[n].reg_group or people[n].year_group) for n in wanted):
        of_school = Pupil.objects.filter(school=school).exclude(upn="")
        known = {
            upn: reg or year for upn, reg, year in of_school.values_list("upn", "reg_group", "year_group")
        }
    return {
        n: people[n].reg_group or people[n].year_group or known.get(people[n].upn, "") for n in sorted(wanted)
    }


def _before(school: School, one: RegisterImport) -> tuple[Figures | None, date | None]:
    """The figures of the school's last taken file and the day its marks ended; None: not known."""
    arrived = Arrival.objects.filter(school=school).exclude(source=None).order_by().values("source")
    taken = RegisterImport.objects.filter(
        Q(school=school) | Q(pk__in=arrived), state=RegisterImport.State.TAKEN
    )
    reports = taken.exclude(pk=one.pk).order_by("-taken_at", "-pk").values_list("report", flat=True)
    for report in reports[:LOOKED_BACK]:
        if before := ((report or {}).get("of_school") or {}).get(str(school.pk)):
            return before, date.fromisoformat(before["to"])
    held = SchoolYear.objects.filter(school=school).exclude(arrivals=0)
    return None, held.aggregate(last=Max("last_mark_on"))["last"]


def _differ(now: Figures, before: Figures) -> bool:
    """Whether the pupils are too many or too few.

    Pupils who left during a file of a whole year are in it but not in the next day's: where the pupils of the
    last weeks agree, nothing is wrong.
    """
    return all(pupils_differ(*_alike(now[which], before[which])) for which in ("classes", "classes_at_end"))


def _alike(now: Mapping[str, int], before: Mapping[str, int]) -> tuple[int, int]:
    """How many pupils now and before; where one file holds only some classes, those of the other alike."""
    mine, theirs = now.keys() - {""}, before.keys() - {""}
    if mine and mine < theirs:
        return sum(now.values()), sum(before[name] for name in mine)
    if theirs and theirs < mine:
        return sum(now[name] for name in theirs), sum(before.values())
    return sum(now.values()), sum(before.values())
