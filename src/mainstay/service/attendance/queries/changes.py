"""What changed since this person last looked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.queries import findings as shown
from mainstay.service.attendance.queries.home import my_schools

MOST = 50


@dataclass(slots=True)
class Changes:
    since: datetime
    groups: list[dict[str, Any]]


def _since(user: Any) -> datetime:
    return user.last_looked_at or timezone.now() - timedelta(days=7)


def _found(user: Any) -> tuple[Any, Any]:
    """Alerts and new findings in this person's schools (a school's: its own)."""
    mine = Q(owner=user) | Q(school__in=my_schools(user, timezone.localdate()))
    seen = Finding.objects.visible_to(user)
    if not user.is_school_user:
        seen = seen.filter(mine)
    since = _since(user)
    return seen.filter(alerted_at__gt=since), seen.open().filter(found_at__gt=since)


def count(user: Any) -> int:
    """How many, for the frame of every page."""
    if not user.may("see_findings"):
        return 0
    alerted, new = _found(user)
    return int(alerted.count() + new.count())


def of_user(user: Any) -> Changes:
    groups: list[dict[str, Any]] = []
    if user.may("see_findings"):
        alerted, new = _found(user)
        for title, found, when in (
            ("Marks changed behind a finding", alerted, "alerted_at"),
            ("New findings", new, "found_at"),
        ):
            rows = [
                {"href": reverse("finding", args=[f.pk]), "at": getattr(f, when),
                 "text": f"{shown.shown_name(f)}, {f.school.name}: {f.alert or f.get_kind_display().lower()}"}
                for f in found.select_related("pupil", "school").order_by("-" + when)[:MOST]
            ]  # fmt: skip
            if rows:
                groups.append({"title": title, "rows": rows})
    return Changes(_since(user), groups)
