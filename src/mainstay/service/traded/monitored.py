"""What is monitored of selling to schools: what became of days bought, and what they brought in."""

from typing import Final

from django.db.models import Q, Sum

from mainstay.service.team import monitoring
from mainstay.service.team.providers import Line, Measure, Years
from mainstay.service.traded.models import Invoice, LedgerEntry
from mainstay.service.traded.years import HALVES

Kind: Final = LedgerEntry.Kind
#: what is shown of the account: a kind, whether lines that came to it or that left it, and the words
_BECAME: Final = (
    (Kind.BOUGHT, 1, Kind.BOUGHT.label), (Kind.DELIVERED, -1, Kind.DELIVERED.label), (Kind.CHARGED, -1, Kind.CHARGED.label),
    (Kind.EXPIRED, -1, Kind.EXPIRED.label), (Kind.CREDITED, 1, "Given back to schools"),
    (Kind.CREDITED, -1, "Taken back with a credit note"),
)  # fmt: skip
PENCE: Final = 100


def measures() -> list[Measure]:
    return [
        Measure("traded", "days", "Days schools bought, and what became of them", "By the day each was written into a school’s account, whatever "
                "day the visit was or is to be; two half-days are a day.", "count", _days, for_school=False),
        Measure("traded", "income", "Income from schools", "Without VAT, by the day of the invoice or credit note.", "pounds", _income,
                for_school=False),
    ]  # fmt: skip


def _days(years: Years, school: int | None) -> list[Line]:
    rows = monitoring.of_years(LedgerEntry.objects.all(), "at", years, instants=True)
    sums = rows.values_list("kind", "of_year").annotate(
        came=Sum("half_days", filter=Q(half_days__gt=0), default=0),
        went=Sum("half_days", filter=Q(half_days__lt=0), default=0),
    )
    found = {(kind, year): {1: came, -1: -went} for kind, year, came, went in sums}
    return [
        Line(str(words), *(found.get((kind, year), {}).get(sign, 0) / HALVES for year in (0, 1)))
        for kind, sign, words in _BECAME
    ]


def _income(years: Years, school: int | None) -> list[Line]:
    rows = monitoring.of_years(Invoice.objects.exclude(number=None), "issued_on", years)
    found = {
        (kind, year): n / PENCE
        for kind, year, n in rows.values_list("kind", "of_year").annotate(n=Sum("net"))
    }
    invoiced, credited = (
        [found.get((kind, year), 0.0) for year in (0, 1)] for kind in (Invoice.Kind.INVOICE, Invoice.Kind.CREDIT)
    )  # fmt: skip
    kept = [one - less for one, less in zip(invoiced, credited, strict=True)]
    return [
        Line("Invoiced", *invoiced),
        Line("Credited", *credited),
        Line("Income: invoiced less credited", *kept),
    ]
