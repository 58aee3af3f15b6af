"""What came in, what went back and what is kept, by month, way and school of one financial year."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from mainstay.service.penalties.models import Payment, Posting, Refund

APRIL: Final = 4
_IN: Final = Q(pence__gt=0)
_SUMS: Final = {"came": Sum("pence", filter=_IN, default=0), "went": Sum("pence", filter=~_IN, default=0)}


def year_of(day: date) -> int:
    """The financial year a day lies in, by the year it begins in."""
    return day.year - (day.month < APRIL)


def label(year: int) -> str:
    return f"April {year} to March {year + 1}"


def years(today: date) -> list[int]:
    """The years with money in them, this one always, newest first."""
    first = Posting.objects.order_by("day").values_list("day", flat=True).first()
    return list(range(year_of(today), year_of(min(first or today, today)) - 1, -1))


def _of(year: int) -> QuerySet[Posting]:
    return Posting.objects.filter(day__gte=date(year, APRIL, 1), day__lt=date(year + 1, APRIL, 1)).order_by()


def months(year: int) -> list[dict[str, Any]]:
    """Each month from April on, those without money too."""
    found = _of(year).annotate(month=TruncMonth("day")).values("month").annotate(**_SUMS)
    sums = {row["month"]: row for row in found}
    days = [date(year + (n > 11), n % 12 + 1, 1) for n in range(3, 15)]
    return [_row(f"{day:%B %Y}", sums.get(day)) for day in days]


def ways(year: int) -> list[dict[str, Any]]:
    found = _of(year).values("payment__way").annotate(**_SUMS)
    sums = {row["payment__way"]: row for row in found}
    return [_row(text, sums.get(way)) for way, text in Payment.Way.choices]


def schools(year: int) -> list[dict[str, Any]]:
    found = _of(year).values("notice__school__name", "notice__school__key").annotate(**_SUMS)
    rows = sorted(found, key=lambda row: row["notice__school__key"] or "~")
    return [_row(row["notice__school__name"] or "For no notice", row) for row in rows]


def total(rows: list[dict[str, Any]], text: str = "Together") -> dict[str, Any]:
    return _row(text, {name: sum(row[name] for row in rows) for name in ("came", "went")})


def still_owed() -> int:
    """What is to be paid back and is not yet, of any year."""
    return int(Refund.objects.owed().aggregate(pence=Sum("pence", default=0))["pence"])


def _row(text: str, sums: Mapping[str, Any] | None) -> dict[str, Any]:
    came, went = (sums["came"], sums["went"]) if sums else (0, 0)
    return {"text": text, "came": came, "went": went, "kept": came + went}
