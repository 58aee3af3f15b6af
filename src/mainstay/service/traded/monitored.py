"""What is monitored of selling to schools: what became of days bought, and what they brought in."""

from typing import Final

from django.db.models import Sum

from mainstay.service.team import monitoring
from mainstay.service.team.providers import Line, Measure, Years
from mainstay.service.traded.models import Invoice, LedgerEntry
from mainstay.service.traded.years import HALVES

Kind: Final = LedgerEntry.Kind
_BECAME: Final = (Kind.BOUGHT, Kind.DELIVERED, Kind.CHARGED, Kind.EXPIRED)
PENCE: Final = 100


def measures() -> list[Measure]:
    return [
        Measure("traded", "days", "Days schools bought, and what became of them", "By the day each was written into a school’s account; "
                "two half-days are a day. Days given back afterwards are not taken off.", "count", _days, for_school=False),
        Measure("traded", "income", "Income from schools", "Without VAT, by the day of the invoice or credit note.", "pounds", _income,
                for_school=False),
    ]  # fmt: skip


def _days(years: Years, school: int | None) -> list[Line]:
    rows = monitoring.of_years(LedgerEntry.objects.filter(kind__in=_BECAME), "on", years)
    found = {
        (kind, year): abs(n) / HALVES
        for kind, year, n in rows.values_list("kind", "of_year").annotate(n=Sum("half_days"))
    }
    return [Line(str(kind.label), *(found.get((kind, year), 0) for year in (0, 1))) for kind in _BECAME]


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
