"""Writing a line of the ledger, under the lock of the school's account."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import School
from mainstay.service.traded.models import Booking, LedgerEntry, OrderShare, YearEnd
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.years import days, named, year_of

Kind = LedgerEntry.Kind


def lock(*, schools: list[int]) -> None:
    """Hold the accounts of these schools until the transaction ends; in one order, so that nobody waits in a ring."""
    list(School.objects.select_for_update().filter(pk__in=schools).order_by("pk").values_list("pk"))


@transaction.atomic
def write(
    *,
    school: School,
    year: int,
    kind: str,
    half_days: int,
    on: date,
    by: Any,
    at: datetime,
    share: OrderShare | None = None,
    booking: Booking | None = None,
    note: str = "",
) -> LedgerEntry:
    """Add one line; half_days is signed (below nought: they leave the account).

    Raises StepRefused where the account would go below nought, or the day lies in another financial year.
    """
    if not half_days:
        raise StepRefused("There is nothing to write down.")
    if kind in (Kind.DELIVERED, Kind.CHARGED) and year_of(on) != year:
        raise StepRefused(
            "This day lies in another financial year: days are used in the year they were bought for."
        )
    lock(schools=[school.pk])
    if YearEnd.objects.filter(year=year).exists():
        raise StepRefused(f"The year {named(year)} is ended: its days are settled.")
    left = balance(school, year).left
    if half_days < 0 and left + half_days < 0:
        raise StepRefused(
            f"{school.name} has {days(left)} left in this year, and this would take {days(-half_days)}."
        )
    line = LedgerEntry.objects.create(
        school=school, year=year, kind=kind, half_days=half_days, share=share, booking=booking,
        on=on, at=at, by=by, note=note.strip()[:300],
    )  # fmt: skip
    trail.record(
        by=by,
        at=at,
        action="traded.ledger",
        on=line,
        school=school.pk,
        year=year,
        kind=kind,
        half_days=half_days,
    )
    return line
