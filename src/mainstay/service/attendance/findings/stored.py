"""The findings kept for some pupils, without their Answers: these are large, and seldom needed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q

from mainstay.service.attendance.models import Consideration, Finding
from mainstay.service.common.among import among

State = Finding.State


@dataclass(slots=True)
class Stored:
    """A finding as it is kept, without its Answer."""

    pk: int
    pupil_id: int
    school_id: int
    kind: str
    year: int
    state: str
    reached_on: date
    rests_on: str
    rules_version: str
    owner_id: int | None
    considered_at: datetime | None = None


NAMES: Final = ("pk", "pupil_id", "school_id", "kind", "year", "state", "reached_on", "rests_on", "rules_version",
          "owner_id")  # fmt: skip


def kept(pupils: Collection[int], work: int) -> list[Stored]:
    """Open findings of any year, considered ones of this year and last, with ``considered_at``."""
    rows = Finding.objects.filter(pupil__among=among(pupils)).filter(
        Q(state=State.OPEN) | Q(state=State.CONSIDERED, year__gte=work - 1)
    )
    found = [Stored(*values) for values in rows.order_by("pk").values_list(*NAMES)]
    considered = {finding.pk: finding for finding in found if finding.state == State.CONSIDERED}
    done = Consideration.objects.filter(finding__among=among(considered)).order_by("decision__at")
    for pk, at in done.values_list("finding_id", "decision__at"):
        considered[pk].considered_at = at
    return found
