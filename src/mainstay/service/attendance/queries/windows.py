"""The window in which the threshold was met, for the margin of the register page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone

from mainstay.law import threshold
from mainstay.registers.grid import academic_year
from mainstay.service.attendance import grids
from mainstay.service.attendance.findings.batch import Batch
from mainstay.service.attendance.models import Consideration, Finding, Register
from mainstay.service.directory.models import Pupil, School


@dataclass(frozen=True, slots=True)
class Drawn:
    """Mondays of its first and last week, and the sessions counted in it; nothing where it was not met."""

    weeks: tuple[date, date] | None = None
    counted: set[tuple[date, str]] = field(default_factory=set)


def latest(pupil: Pupil, year: int, user: Any) -> Drawn:
    """The window of the latest threshold finding with sessions in this year, unless the threshold is no longer met."""
    found = Finding.objects.filter(pupil=pupil, kind=Finding.Kind.THRESHOLD, year__in=(year, year + 1))
    found = found.exclude(state=Finding.State.LAPSED)
    if not user.sees_all_schools:
        found = found.filter(school__in=School.objects.visible_to(user))
    answers = found.order_by("-found_at", "-pk").values_list("answer", flat=True)
    return next(filter(None, (_drawn(answer, year) for answer in answers)), Drawn())


def as_known(pupil: Pupil, year: int, marks: Mapping[Register, bytes], day: date) -> Drawn:
    """The window the rules find in the marks that were known at the end of that day, this year's and last's."""
    batch = Batch([pupil.pk], [year])
    places = {(pupil.pk, r.school_id, r.year): np.frombuffer(m, np.uint8) for r, m in marks.items()}
    batch.marks, batch.of_pupil = places, {pupil.pk: list(places)}
    batch.ends = {place: min(end, day) for place, end in batch.ends.items()}
    law = batch.law_registers(pupil.pk, year, year, tail=True)
    if not law:
        return Drawn()
    considered = _considered_by(pupil, day)
    answer = threshold.find(law, pupil.date_of_birth, considered_on=considered)
    if considered and not answer.met:
        answer = threshold.find(law, pupil.date_of_birth)
    return _drawn(answer.as_dict(), year) or Drawn()


def _considered_by(pupil: Pupil, day: date) -> date | None:
    """The day of the last consideration of a threshold, of those made by the end of that day."""
    made = Consideration.objects.filter(
        finding__pupil=pupil, finding__kind=Finding.Kind.THRESHOLD, decision__at__lt=grids.end_of(day)
    )
    at = made.order_by("-decision__at").values_list("decision__at", flat=True).first()
    return timezone.localdate(at) if at else None


def _drawn(answer: dict[str, Any], year: int) -> Drawn | None:
    """The window of an answer that counts sessions of this year."""
    counted = {(date.fromisoformat(s["date"]), s["half"]) for s in answer.get("sessions") or []}
    if not any(academic_year(on) == year for on, _ in counted):
        return None
    window = answer.get("window")
    if not window:
        return Drawn()
    return Drawn((date.fromisoformat(window["first_week"]), date.fromisoformat(window["last_week"])), counted)
