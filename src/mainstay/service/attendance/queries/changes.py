"""What changed since this person last looked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.models import Amendment, Finding, FindingQuerySet
from mainstay.service.attendance.queries import findings as shown
from mainstay.service.common.prepared import prepared, totals
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import School, pupils_in_view

#: rows of one group; the worklist has them all
SHOWN: Final = 10
#: how far back to look for somebody who never said they had looked
FIRST_LOOK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of change: a true count, its newest rows, and where all of them are listed."""

    title: str
    count: int
    rows: list[dict[str, Any]]
    href: str


@dataclass(frozen=True, slots=True)
class Changes:
    since: datetime
    groups: list[Group]


def _since(user: Any) -> datetime:
    return user.last_looked_at or timezone.now() - FIRST_LOOK


def _concerning(user: Any) -> FindingQuerySet:
    return Finding.objects.visible_to(user).filter(shown.concerning(user))


def _counts(user: Any) -> tuple[int, dict[str, int]]:
    """Findings whose marks changed, and kind -> new ones to consider."""
    since, concerning = _since(user), _concerning(user).order_by()
    alerted = concerning.filter(alerted_at__gt=since).count()
    new = concerning.open().filter(found_at__gt=since).values_list("kind").annotate(n=Count("pk"))
    return alerted, dict(new)


def count(user: Any) -> int:
    """How many findings and alerts, for the frame of every page; amended marks are on the page alone."""
    if not user.may("see_findings"):
        return 0
    return sum(sum(row) for row in _count(user, _since(user)))


@prepared
def _count(user: Any, since: datetime) -> QuerySet[Any]:
    alerted, new = Q(alerted_at__gt=since), Q(state=Finding.State.OPEN, found_at__gt=since)
    found = _concerning(user).filter(alerted | new)
    return totals(found, Count("pk", filter=alerted), Count("pk", filter=new))


def of_user(user: Any) -> Changes:
    """Alerts first, then what is new to consider by kind, the gravest kind first."""
    since, groups = _since(user), []
    if user.may("see_findings"):
        alerted, new = _counts(user)
        mine = _concerning(user).select_related("pupil", "school")
        base = reverse("findings") + ("?" if user.may("see_team") else "?scope=mine&")
        if alerted:
            rows = _rows(mine.filter(alerted_at__gt=since), "alerted_at")
            href = reverse("findings") + "?scope=alerts&state=all"
            groups.append(Group("Marks changed behind a finding", alerted, rows, href))
        for kind in Finding.Kind:
            if new.get(kind):
                rows = _rows(mine.open().filter(kind=kind, found_at__gt=since), "found_at")
                groups.append(Group(f"New: {kind.label.lower()}", new[kind], rows, f"{base}kind={kind}"))
    if user.may("see_registers") and (amended := _amended(user, since)):
        groups.append(amended)
    return Changes(since, groups)


def _amended(user: Any, since: datetime) -> Group | None:
    """Marks that were filled and are now others, by school; those a finding relied on are alerts as well."""
    schools = School.objects.visible_to(user)
    if not (user.may("see_team") or user.is_school_user):
        schools = schools.filter(pk__in=shown.link_schools(user))
    by_school = (
        Amendment.objects.filter(
            pupils_in_view(user, "register__pupil"),
            arrival__at__gt=since,
            arrival__school__in=schools.values("pk"),
        )
        .order_by()
        .values("arrival__school", "arrival__school__name")
        .annotate(number=Count("pk"), at=Max("arrival__at"))
    )
    found = list(by_school.order_by("-number"))
    rows = [
        {
            "href": reverse("school_attendance", args=[one["arrival__school"]]),
            "at": one["at"],
            "text": one["arrival__school__name"],
            "note": plural(one["number"], "mark"),
        }
        for one in found[:SHOWN]
    ]
    total = sum(one["number"] for one in found)
    return Group("Marks changed in registers", total, rows, "") if found else None


def _rows(found: Any, when: str) -> list[dict[str, Any]]:
    return [
        {
            "href": reverse("finding", args=[f.pk]),
            "at": getattr(f, when),
            "text": f"{shown.shown_name(f)}, {f.school.name}",
            "note": f.alert or f.strength,
        }
        for f in found.order_by("-" + when, "-weight", "pk")[:SHOWN]
    ]
