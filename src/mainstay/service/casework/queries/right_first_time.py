"""How often a school's referral was right the first time, by school and school year of the first sending.

Of the first sendings that were accepted, sent back or rejected, the share accepted as they were. Accepted on appeal
counts as right; accepted despite gaps does not. What was taken another way, or withdrawn, says nothing about the
papers and is left out of the share.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import Case, Count, F, Value, When
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.casework.models import Referral, ReferralRound

Answer = ReferralRound.Answer
HEADER: Final = (
    "School", "Answered", "Right first time", "Share", "Sent back", "Accepted despite gaps", "Rejected",
    "Taken another way",
)  # fmt: skip
YEARS: Final = 4


@dataclass(frozen=True, slots=True)
class Rate:
    """First sendings of one school by how they were answered."""

    school: str
    accepted: int = 0
    returned: int = 0
    overridden: int = 0
    rejected: int = 0
    diverted: int = 0

    @property
    def judged(self) -> int:
        return self.accepted + self.returned + self.overridden + self.rejected

    @property
    def share(self) -> float | None:
        return self.accepted / self.judged if self.judged else None

    @property
    def answered(self) -> int:
        return self.judged + self.diverted


def rates(user: Any, year: int | None) -> list[Rate]:
    """By school, of those this person may see; year: by the year it starts in, None for all."""
    first = ReferralRound.objects.filter(
        number=1, referral__in=Referral.objects.visible_to(user).order_by().values("pk")
    ).exclude(answer__in=("", Answer.WITHDRAWN))
    if year is not None:
        first = first.filter(submitted_at__gte=_midnight(year), submitted_at__lt=_midnight(year + 1))
    became = Case(
        When(answer=Answer.REJECTED, referral__state=Referral.State.ACCEPTED, then=Value("accepted")),
        default=F("answer"),
    )
    counted = first.annotate(became=became).order_by("referral__school__key", "referral__school_id")
    found: dict[int, dict[str, Any]] = {}
    rows = counted.values_list("referral__school_id", "referral__school__name", "became")
    for school, name, answer, number in rows.annotate(n=Count("pk")):
        of = found.setdefault(school, {"school": name})
        of[answer] = of.get(answer, 0) + number
    return [Rate(**of) for of in found.values()]


def total(of: Iterable[Rate]) -> Rate:
    """All of them together."""
    of = list(of)
    names = ("accepted", "returned", "overridden", "rejected", "diverted")
    return Rate("All together", *(sum(getattr(one, name) for one in of) for name in names))


def for_export(of: Iterable[Rate]) -> Iterator[tuple[Any, ...]]:
    for one in of:
        share = None if one.share is None else round(one.share, 3)
        yield (
            one.school, one.answered, one.accepted, share, one.returned, one.overridden, one.rejected, one.diverted,
        )  # fmt: skip


def years(today: date) -> list[tuple[int, str]]:
    """School years to choose from, this one first."""
    this = academic_year(today)
    return [(year, f"{year} to {year + 1}") for year in range(this, this - YEARS, -1)]


def _midnight(year: int) -> datetime:
    return timezone.make_aware(datetime.combine(date(year, 8, 1), time()))
