"""Accounts of half-days: one school's with its lines, and every school's in a list."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse

from mainstay.service.directory.models import School
from mainstay.service.traded.models import LedgerEntry, YearEnd, YearWarning
from mainstay.service.traded.queries.ledger import Balance, balances
from mainstay.service.traded.years import days, year_of

FIRST_YEAR: Final = 2024
HEADER: Final = (
    "School", "Bought (half-days)", "Given back", "Taken back", "Delivered", "Charged", "Expired", "Left", "Booked", "Free to book",
)  # fmt: skip
COLOURS: Final = {
    "bought": "green", "delivered": "blue", "charged": "orange", "expired": "red", "credited": "purple",
}  # fmt: skip


def years(today: date) -> list[int]:
    """Financial years a page offers: the next, this, and those before back to the first."""
    return list(range(year_of(today) + 1, FIRST_YEAR - 1, -1))


@dataclass(frozen=True, slots=True)
class Account:
    school: School
    balance: Balance
    url: str

    @property
    def name(self) -> str:
        return self.school.name

    @property
    def key(self) -> str:
        return self.school.key


def accounts(user: Any, year: int) -> list[Account]:
    """Schools in view that bought days of a year."""
    found = balances(None, year)
    schools = School.objects.visible_to(user).filter(pk__in=list(found)).order_by("key")
    return [
        Account(school, found[school.pk], f"{reverse('trade_account', args=[school.pk])}?year={year}")
        for school in schools
    ]


def together(rows: list[Account]) -> Balance:
    names = ("bought", "delivered", "charged", "expired", "given_back", "taken_back", "booked")
    return Balance(**{name: sum(getattr(row.balance, name) for row in rows) for name in names})


def lines(user: Any, school: School, year: int) -> list[dict[str, Any]]:
    """The lines of an account as they were written, with what was left after each."""
    left, found = 0, []
    rows = LedgerEntry.objects.visible_to(user).filter(school=school, year=year).select_related("share", "by")
    for one in rows.order_by("at", "pk"):
        left += one.half_days
        sign = "+" if one.half_days > 0 else "−"
        found.append(
            {
                "on": one.on,
                "at": one.at,
                "kind": _kind(one),
                "colour": COLOURS[one.kind],
                "half_days": f"{sign}{days(abs(one.half_days))}",
                "note": one.note or ("The order" if one.share else ""),
                "url": reverse("trade_order", args=[one.share.order_id]) if one.share else "",
                "by": one.by.name,
                "left": days(left),
            }
        )
    return found


def _kind(one: LedgerEntry) -> str:
    """Of what was credited, which way it went."""
    if one.kind != LedgerEntry.Kind.CREDITED:
        return str(one.get_kind_display())
    return "Given back" if one.half_days > 0 else "Taken back"


def warnings(school: School, year: int) -> list[YearWarning]:
    return list(YearWarning.objects.filter(school=school, year=year).order_by("-months"))


def ended(year: int) -> YearEnd | None:
    return YearEnd.objects.filter(year=year).select_related("by").first()
