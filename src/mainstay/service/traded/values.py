"""What the council sets for selling to schools, each value from a day on, with a reason."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.traded.models import TradedValue


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that can be set. kind: text, lines, whole."""

    name: str
    label: str
    kind: str
    default: Any
    hint: str = ""
    most: int = 365


OWN: Final = [
    Value("days_to_pay", "Days a school has to pay an invoice", "whole", 30, "Assumed: confirm with finance."),
    Value("vat_number", "The council’s VAT registration number", "text", "", "Printed on every invoice once it is set."),
    Value("how_to_pay", "How schools pay, one line each", "lines", ["By BACS, with the number of the invoice as the reference"],
          "Printed on every invoice: account name, sort code and account number."),
    Value("cost_centre", "Cost centre of the income", "text", "", "For the file to the council’s accounts."),
    Value("income_code", "Account code of the income", "text", "", "For the file to the council’s accounts."),
]  # fmt: skip


def offer(*more: Value) -> None:
    """Add what another subject of this room sets; from ``apps.py``."""
    OWN.extend(one for one in more if one not in OWN)


def known() -> dict[str, Value]:
    return {value.name: value for value in OWN}


def in_force(on: date) -> dict[str, Any]:
    """Every value as it stood on a day; what was never set has its default."""
    rows = TradedValue.objects.filter(since__lte=on).order_by("since", "pk").values_list("name", "value")
    said = dict(rows)
    return {name: said.get(name, value.default) for name, value in known().items()}


@transaction.atomic
def set_value(*, name: str, value: Any, since: date, reason: str, by: Any, at: datetime) -> TradedValue:
    """Set one value from a day on. Raises StepRefused for one it cannot have, a day in the past, or no reason."""
    if not by.may("edit_prices"):
        raise StepRefused("Your role cannot change this.")
    if name not in known():
        raise StepRefused("There is no such value.")
    check(since=since, reason=reason, at=at)
    kept = TradedValue.objects.create(
        name=name, value=_checked(known()[name], value), since=since, set_at=at, set_by=by,
        reason=reason.strip()[:300],
    )  # fmt: skip
    trail.record(by=by, at=at, action="traded.value_set", on=kept, name=name, value=kept.value, since=since)
    return kept


def check(*, since: date, reason: str, at: datetime) -> None:
    """What everything the council sets must have."""
    if not reason.strip():
        raise StepRefused("Say why it is changed.")
    if since < timezone.localdate(at):
        raise StepRefused("It can be set from today on: what was agreed before stays as it was.")


def _checked(of: Value, given: Any) -> Any:
    if of.kind == "whole":
        if type(given) is not int or not 0 <= given <= of.most:
            raise StepRefused(f"{of.label}: a whole number from 0 to {of.most}.")
        return given
    if of.kind == "text":
        return str(given).strip()[:300]
    return [line.strip()[:300] for line in given if line.strip()]
