"""What is monitored of children missing education: how many were searched for and found, and how long it took."""

from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from mainstay.service.missing.models import Closure, MissingChild
from mainstay.service.team import monitoring
from mainstay.service.team.providers import Line, Measure, Years

_COUNTED: Final = {
    "Referred to the council": "received_on",
    "Found": "found_on",
    "Put down as not found": "not_found_on",
}


def measures() -> list[Measure]:
    says = "By the day of each; one child can stand in more than one line. Referrals sent back, and those made in error, are left out."
    return [
        Measure("families", "missing", "Children missing education", says, "count", _missing, for_school=False),
        Measure("families", "missing_days", "Days until a missing child was found", "From the referral; the middle one of all: half took "
                "longer. By the day the child was found.", "days", _days, for_school=False),
    ]  # fmt: skip


def _searched() -> QuerySet[MissingChild]:
    in_error = Closure.objects.filter(
        child=OuterRef("pk"), reason=Closure.Reason.IN_ERROR, undone_at=None
    ).order_by()
    rows = MissingChild.objects.filter(~Exists(in_error), received_on__isnull=False)
    return rows.exclude(state=MissingChild.State.RETURNED).order_by()


def _missing(years: Years, school: int | None) -> list[Line]:
    counts = {
        f"{field}_{n}": Count("pk", filter=Q(**{f"{field}__range": within}))
        for field in _COUNTED.values()
        for n, within in enumerate(years)
    }
    found = _searched().aggregate(**counts)
    lines = []
    for label, field in _COUNTED.items():
        now, before = found[f"{field}_0"], found[f"{field}_1"]
        lines.append(Line(label, now, before, (now, before)))
    return lines


def _days(years: Years, school: int | None) -> list[Line]:
    rows = monitoring.of_years(_searched(), "found_on", years)
    days = (
        (year, max(0, (found - received).days))
        for year, received, found in rows.values_list("of_year", "received_on", "found_on")
    )
    return [monitoring.middles("From the referral to the day the child was found", days)]
