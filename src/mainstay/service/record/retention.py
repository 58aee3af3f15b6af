"""How long each kind of record is to be kept: periods by kind, dated, each with who set it and why.

What stands where nothing is set is assumed, put together from what councils publish: the council's information team
sets its own. Nothing here erases anything, and nothing that does reads it yet: the periods are shown.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.council import latest
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.record.models import RetentionPeriod

ASSUMED: Final = "Assumed: to be set by the council’s information team"
UNITS: Final = {"days": "day", "months": "month", "years": "year"}


@dataclass(frozen=True, slots=True)
class Period:
    """So many days, months or years after the kind's event; and at least to the child's ``age``, 0 for none."""

    number: int
    unit: str
    age: int = 0

    def words(self, event: str) -> str:
        said = f"{plural(self.number, UNITS[self.unit])} after {event}"
        return f"{said}, or to the child’s age of {self.age}, whichever is later" if self.age else said


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record, and what its period counts from."""

    name: str
    label: str
    event: str
    default: Period


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("cases", "Referrals and cases", "closure", Period(6, "years", 25)),
        Kind("checks", "Unused checks on rejected referrals", "the referral is rejected", Period(1, "years")),
        Kind("prosecutions", "Prosecutions", "closure", Period(6, "years")),
        Kind("convictions", "Convictions", "the conviction is spent", Period(6, "years", 25)),
        Kind("registers", "Attendance registers", "the entry", Period(6, "years")),
        Kind("missing", "Children missing education", "closure", Period(7, "years")),
        Kind("permits", "Work permits", "the permit ends", Period(3, "years")),
        Kind("licences", "Performance licences and chaperones", "the licence or approval ends", Period(6, "years")),
        Kind("patrols", "Patrol encounters without action", "the patrol", Period(30, "days")),
        Kind("invoices", "Invoices of traded days", "the end of the financial year", Period(6, "years")),
    )
}  # fmt: skip


def in_force(on: date) -> Mapping[str, tuple[Period, RetentionPeriod | None]]:
    """Kind -> its period on a day, and the row that set it; one query."""
    rows = latest(RetentionPeriod, on)
    return {
        name: (Period(**rows[name].value), rows[name]) if name in rows else (kind.default, None)
        for name, kind in KINDS.items()
    }


@transaction.atomic
def set_period(
    *, name: str, number: int, unit: str, age: int, since: date, reason: str, by: Any, at: datetime
) -> RetentionPeriod:
    """Set one period from today or a later day on. Raises StepRefused for one it cannot be, or without a reason."""
    if not by.may("edit_retention"):
        raise StepRefused("Your role cannot change how long records are kept.")
    if name not in KINDS:
        raise StepRefused("There is no such kind of record.")
    if unit not in UNITS or not 1 <= number <= 1000 or not 0 <= age <= 100:
        raise StepRefused("A period has at least one day, month or year, and an age up to 100.")
    if not reason.strip():
        raise StepRefused("Say why it is changed, and by whose decision.")
    if since < timezone.localdate(at):
        raise StepRefused("A period is set from today on.")
    kept = RetentionPeriod.objects.create(
        name=name, value=asdict(Period(number, unit, age)), since=since, set_at=at, set_by=by,
        reason=reason.strip()[:300],
    )  # fmt: skip
    trail.record(
        by=by,
        at=at,
        action="retention.set",
        on=kept,
        name=name,
        value=kept.value,
        since=since,
        reason=kept.reason,
    )
    return kept
