"""Who runs the kernels: this process, a pool of processes, or Spark. All give the same rows."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from multiprocessing import get_context
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mainstay.registers import kernels, pupils
from mainstay.registers.calendars import Calendars
from mainstay.registers.classes import FLAGS
from mainstay.registers.grid import first_monday
from mainstay.registers.limits import Limits
from mainstay.registers.measures import Measures, measure_rows
from mainstay.registers.parts import Part, Source, line_up, with_births

#: groups of schools that are read and measured before their turn: what a second core has time for
_AHEAD: Final = 2


@dataclass(frozen=True, slots=True)
class Task:
    """What to measure registers by; small enough to send to another process.

    births: pupil -> date of birth, where somebody gives one beside the registers
    """

    limits: Limits = field(default_factory=lambda: Limits.of())
    as_of: date | None = None
    calendars: Calendars | None = None
    births: dict[str, date] = field(default_factory=dict)

    def prepare(self, part: Part) -> Part:
        """A part with the given calendars and dates of birth in place of its own."""
        if self.calendars is not None:
            part = replace(part, opens=_said_open(part, self.calendars))
        return with_births(part, self.births) if self.births else part


def _said_open(part: Part, calendars: Calendars) -> NDArray[np.uint8]:
    """Sessions by the calendar where it speaks, by the marks where it doesn't."""
    opens = part.opens.copy()
    monday = first_monday(part.year)
    within = range(2 * (date(part.year, 8, 1) - monday).days, 2 * (date(part.year + 1, 8, 1) - monday).days)
    for k, school in enumerate(part.schools):
        for day, halves in calendars.days(school).items():
            slot = 2 * (day - monday).days
            if slot in within:
                opens[k, slot : slot + 2] = halves
    return opens


def measure_part(part: Part, earlier: Part | None, task: Task) -> Measures:
    """Measure one prepared part with the year before."""
    before = line_up(part, earlier)
    return measure_rows(
        part.year, part.marks, part.school, part.opens, part.births,
        before=before.before, before_row=before.before_row, opens_before=before.opens_before,
        limits=task.limits, as_of=task.as_of,
    )  # fmt: skip


def measured(parts: list[Part], task: Task) -> list[tuple[Part, Measures]]:
    """Some schools in all their years, years ascending, each with its measures."""
    pairs: list[tuple[Part, Measures]] = []
    for given in parts:
        part = task.prepare(given)
        pairs.append((part, measure_part(part, pairs[-1][0] if pairs else None, task)))
    return pairs


def reported(pairs: list[tuple[Part, Measures]], several: pupils.Several) -> pl.DataFrame:
    """The report's rows of what was measured, ordered by school, UPN and year."""
    frames = [_report(part, measures, several) for part, measures in pairs]
    if len(frames) == 1:
        return frames[0]
    return pl.concat(frames).sort("school", "pupil", "academic_year")


def measure_group(parts: list[Part], task: Task, several: pupils.Several) -> pl.DataFrame:
    """The report's rows of some schools in all their years, ordered by school, UPN and year."""
    return reported(measured(parts, task), several)


def _report(part: Part, measures: Measures, several: pupils.Several) -> pl.DataFrame:
    together = several.slots(part, measures["met_slot"])
    monday = np.datetime64(first_monday(part.year), "D")
    days = monday + (together.astype(np.int32) // 2).astype("timedelta64[D]")
    days[together == kernels.NONE] = np.datetime64("NaT")
    frame = pl.concat(
        [part.keys(), measures.frame(), pl.DataFrame({"threshold_across_schools_on": days}), part.about],
        how="horizontal",
    )
    return frame if measures.has_marks.all() else frame.filter(measures.has_marks)


def local(source: Source, task: Task) -> Iterator[pl.DataFrame]:
    """Measure in this process: the next schools are read and measured while these are reported."""
    several = pupils.find(source, task.limits, task.as_of, task.prepare)

    def ready(place: int) -> list[tuple[Part, Measures]]:
        return measured(source.group(place), task)

    with ThreadPoolExecutor(_AHEAD) as ahead:
        waiting = deque(ahead.submit(ready, place) for place in range(min(_AHEAD, len(source))))
        for place in range(len(source)):
            pairs = waiting.popleft().result()
            if place + _AHEAD < len(source):
                waiting.append(ahead.submit(ready, place + _AHEAD))
            yield reported(pairs, several)


_shared: list[tuple[Source, Task, pupils.Several]] = []


def _share(source: Source, task: Task, several: pupils.Several) -> None:
    _shared[:] = [(source, task, several)]


def _measure_place(place: int) -> pl.DataFrame:
    source, task, several = _shared[0]
    return measure_group(source.group(place), task, several)


def processes(source: Source, task: Task, workers: int | None = None) -> Iterator[pl.DataFrame]:
    """Measure in a pool of processes, one group of schools each; rows come in the same order."""
    several = pupils.find(source, task.limits, task.as_of, task.prepare)
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_share, initargs=(source, task, several)
    ) as pool:
        yield from pool.map(_measure_place, range(len(source)))


ENGINES: Final = {"local": local, "processes": processes}


def left_out(source: Source, task: Task) -> int:
    """Marks of a store on sessions that the calendar calls closed; a measurement leaves them out."""
    if task.calendars is None:
        return 0
    said = set(task.calendars.schools())
    return sum(
        kernels.outside(part.marks, part.school, part.opens, FLAGS)
        for part in map(task.prepare, chain.from_iterable(map(source.group, range(len(source)))))
        if said.intersection(part.schools)
    )
