"""Measuring what interventions did: each night those of the last year anew, as weeks go by and marks are corrected."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from mainstay.law.rules import CURRENT
from mainstay.registers.grid import academic_year
from mainstay.registers.impact import SchoolWeeks, Sides, school_weeks
from mainstay.service.attendance import grids, measuring
from mainstay.service.attendance.interventions import Intervention, known
from mainstay.service.attendance.models import Impact, Register
from mainstay.service.common.among import among
from mainstay.service.directory.models import Pupil, School

#: our own choice: older interventions stay as they were measured last
LOOKED_BACK: Final = timedelta(days=400)
NOBODY: Final = (0, None, None)
_MEASURED: Final = (
    "label", "pupil", "school", "officer", "on", "before_possible", "before_attended", "after_possible",
    "after_attended", "counts", "peers", "peers_before", "peers_after", "measured_on",
)  # fmt: skip


def daily(*, on: date, last: date | None) -> None:
    measure(on)


def measure(today: date) -> int:
    """Measure every intervention of the last year; how many there are. What is known of one no more is removed."""
    since = today - LOOKED_BACK
    everything = known()
    wanted = [one for one in everything if since <= one.on <= today]
    city = City(wanted, today)
    rows = [city.of(one) for one in wanted]
    keys = {(one.about_kind, one.about_id) for one in wanted}
    with transaction.atomic():
        Impact.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["about_kind", "about_id"],
            update_fields=_MEASURED,
            batch_size=500,
        )
        stored = Impact.objects.filter(on__gte=since).values_list("pk", "about_kind", "about_id")
        gone = [pk for pk, kind, key in stored if (kind, key) not in keys]
        Impact.objects.filter(pk__among=among(gone)).delete()
    return len(rows)


class City:
    """The week-by-week attendance of every school, read once, and what was asked of it."""

    def __init__(self, wanted: list[Intervention], today: date) -> None:
        self.today, self.wanted = today, wanted
        years = {academic_year(one.on) + n for one in wanted for n in (-1, 0, 1)}
        schools = list(School.objects.order_by("pk").values_list("pk", "phase")) if wanted else []
        self.phase = dict(schools)
        self.weeks = {pk: _weeks_of(pk, years) for pk, _ in schools}
        born = Pupil.objects.exclude(date_of_birth=None).order_by() if wanted else Pupil.objects.none()
        self.cohort = {pk: _cohort(day) for pk, day in born.values_list("pk", "date_of_birth") if day}
        self._cohorts = {
            pk: np.array([self.cohort.get(pupil, 0) for pupil in weeks.pupils.tolist()])
            for pk, weeks in self.weeks.items()
        }
        self._sides: dict[tuple[int, date], Sides] = {}
        self._peers: dict[Any, tuple[int, float | None, float | None]] = {}

    def of(self, one: Intervention) -> Impact:
        found = Impact(
            about_kind=one.about_kind, about_id=one.about_id, label=one.label[:60], pupil_id=one.pupil_id,
            school_id=one.school_id, officer_id=one.officer_id, on=one.on, measured_on=self.today,
        )  # fmt: skip
        weeks = self.weeks[one.school_id]
        row = int(np.searchsorted(weeks.pupils, one.pupil_id))
        if row == len(weeks.pupils) or weeks.pupils[row] != one.pupil_id:
            return found
        sides = self.sides(one.school_id, one.on)
        found.before_possible, found.before_attended, found.after_possible, found.after_attended = (
            int(column[row])
            for column in (
                sides.before_possible, sides.before_attended, sides.after_possible, sides.after_attended,
            )
        )  # fmt: skip
        over = sides.last is not None and sides.last < self.today
        found.counts = over and bool(sides.counts[row])
        if found.counts:
            found.peers, found.peers_before, found.peers_after = self.peers(one, sides, row)
        return found

    def sides(self, school: int, on: date) -> Sides:
        monday = on - timedelta(days=on.weekday())
        if (school, monday) not in self._sides:
            self._sides[school, monday] = self.weeks[school].around(monday)
        return self._sides[school, monday]

    def peers(self, one: Intervention, sides: Sides, row: int) -> tuple[int, float | None, float | None]:
        """How many similar pupils there are, and their attendance before and after."""
        cohort = self.cohort.get(one.pupil_id)
        if cohort is None or sides.first is None or sides.last is None:
            return NOBODY
        band = int(bands(sides.before_possible[row : row + 1], sides.before_attended[row : row + 1])[0])
        key = (
            one.on - timedelta(days=one.on.weekday()),
            sides.first,
            sides.last,
            self.phase[one.school_id],
            cohort,
            band,
        )
        if key not in self._peers:
            busy = np.array(
                sorted({o.pupil_id for o in self.wanted if sides.first <= o.on <= sides.last}), np.int64
            )
            self._peers[key] = self._all_peers(one.on, self.phase[one.school_id], cohort, band, busy)
        return self._peers[key]

    def _all_peers(
        self, on: date, phase: str, cohort: int, band: int, busy: NDArray[np.int64]
    ) -> tuple[int, float | None, float | None]:
        sums, number = np.zeros(4, np.int64), 0
        for school, weeks in self.weeks.items():
            if self.phase[school] != phase:
                continue
            sides = self.sides(school, on)
            like = sides.counts & (self._cohorts[school] == cohort) & ~np.isin(weeks.pupils, busy)
            like &= bands(sides.before_possible, sides.before_attended) == band
            number += int(like.sum())
            sums += [
                int(column[like].sum())
                for column in (
                    sides.before_possible, sides.before_attended, sides.after_possible, sides.after_attended,
                )
            ]  # fmt: skip
        if not number:
            return NOBODY
        return number, float(sums[1] / sums[0]), float(sums[3] / sums[2])


def bands(possible: NDArray[Any], attended: NDArray[Any]) -> NDArray[np.int64]:
    """2 severely, 1 persistently absent, 0 neither; both boundaries inclusive."""
    absent = 100 * (possible.astype(np.int64) - attended)
    severe, persistent = (CURRENT.whole(name) for name in ("severe_percent", "persistent_percent"))
    reached: NDArray[np.int64] = (absent >= persistent * possible).astype(np.int64)
    reached += absent >= severe * possible
    return reached


def _cohort(born: date) -> int:
    """The school year of birth, 1 September to 31 August: the same year group in any year."""
    return born.year if born.month >= 9 else born.year - 1


def _weeks_of(school: int, years: Iterable[int]) -> SchoolWeeks:
    found: dict[int, tuple[Any, Any, Any]] = {}
    there = set(Register.objects.filter(school=school).order_by().values_list("year", flat=True).distinct())
    for year in sorted(years):
        if year in there:
            held = grids.of_school(school, year)
            found[year] = held.pupils, held.marks, measuring.open_mask(school, year, held.marks)
    return school_weeks(found)


def pupils_merged(*, moved: Mapping[str, Any], **people: Any) -> None:
    """Two records became one: both are measured anew at night; listens to ``pupils_merged``."""
    Impact.objects.filter(pupil__in=[people["kept"], people["other"]]).delete()
