"""What the council sets for selling: prices, VAT rates, the menu, the plan of a year. Each row stays for good."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.traded.models import (
    IncomePlan,
    MenuChange,
    Price,
    SchoolType,
    ServiceCode,
    Unit,
    VatCode,
    VatRate,
)
from mainstay.service.traded.values import check
from mainstay.service.traded.years import last_day, named


@transaction.atomic
def set_price(
    *,
    year: int,
    school_types: list[str],
    unit: str,
    pence: int | None,
    vat_code: str,
    minimum: int,
    since: date,
    reason: str,
    by: Any,
    at: datetime,
) -> list[Price]:
    """Set the price of a unit for some types of school from a day on; None takes it off.

    minimum: least half-days of an order. Raises StepRefused: no reason, a day past or after the year's end.
    """
    _may(by)
    check(since=since, reason=reason, at=at)
    if since > last_day(year):
        raise StepRefused(f"The year {named(year)} is over on that day.")
    if not school_types:
        raise StepRefused("Choose at least one type of school.")
    if pence is not None and pence <= 0:
        raise StepRefused("A price is more than nothing. To sell nothing, take the price off.")
    if minimum < 1:
        raise StepRefused("The least an order may have is half a day.")
    made = [
        Price.objects.create(
            year=year, unit=Unit(unit), school_type=SchoolType(one), pence=pence, vat_code=VatCode(vat_code),
            minimum=minimum, since=since, set_at=at, set_by=by, reason=reason.strip()[:300],
        )
        for one in school_types
    ]  # fmt: skip
    for row in made:
        trail.record(
            by=by, at=at, action="traded.price_set", on=row, year=year, unit=unit, school_type=row.school_type,
            pence=pence, vat_code=vat_code, since=since,
        )  # fmt: skip
    return made


@transaction.atomic
def set_rate(*, vat_code: str, basis_points: int, since: date, reason: str, by: Any, at: datetime) -> VatRate:
    """Set the rate of a VAT code; 2000 is 20%. Invoices already agreed keep theirs."""
    _may(by)
    check(since=since, reason=reason, at=at)
    if not 0 <= basis_points <= 10_000:
        raise StepRefused("A rate lies between 0 and 100%.")
    row = VatRate.objects.create(
        vat_code=VatCode(vat_code), basis_points=basis_points, since=since, set_at=at, set_by=by,
        reason=reason.strip()[:300],
    )  # fmt: skip
    trail.record(
        by=by,
        at=at,
        action="traded.rate_set",
        on=row,
        vat_code=vat_code,
        basis_points=basis_points,
        since=since,
    )
    return row


@transaction.atomic
def set_line(
    *, code: str, title: str, what: str, active: bool, since: date, reason: str, by: Any, at: datetime
) -> MenuChange:
    """Word one line of the menu anew, or take it off, from a day on."""
    _may(by)
    check(since=since, reason=reason, at=at)
    if not title.strip() or not what.strip():
        raise StepRefused("A line of the menu has a title and says what it is.")
    row = MenuChange.objects.create(
        code=ServiceCode(code), title=title.strip()[:120], what=what.strip(), active=active, since=since, set_at=at,
        set_by=by, reason=reason.strip()[:300],
    )  # fmt: skip
    trail.record(by=by, at=at, action="traded.menu_set", on=row, code=code, active=active, since=since)
    return row


@transaction.atomic
def set_plan(*, year: int, pence: int, reason: str, by: Any, at: datetime) -> IncomePlan:
    """Say what the service means to sell in a year, without VAT."""
    _may(by)
    if not reason.strip():
        raise StepRefused("Say why it is changed.")
    if pence < 0:
        raise StepRefused("A plan is not below nothing.")
    row = IncomePlan.objects.create(year=year, pence=pence, at=at, by=by, reason=reason.strip()[:300])
    trail.record(by=by, at=at, action="traded.plan_set", on=row, year=year, pence=pence)
    return row


def _may(by: Any) -> None:
    if not by.may("edit_prices"):
        raise StepRefused("Your role cannot change this.")
