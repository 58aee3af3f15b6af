"""Deadlines as lists show them: mine, the team's, overdue, by officer."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from mainstay.service.common.prepared import prepared
from mainstay.service.common.ui.filters import plural
from mainstay.service.record.models import RUNNING, Deadline

HEADER: Final = ("Deadline", "Child", "Owner", "Last day", "Days left", "State", "Moved because")


def filtered(user: Any, wanted: dict[str, Any], today: date) -> QuerySet[Deadline]:
    """The deadlines this person may see that fit the filters: one's own, unless a manager asks for others."""
    found = Deadline.objects.visible_to(user).select_related("pupil", "owner")
    if wanted["state"] == "closed":
        found = found.exclude(state__in=RUNNING)
    elif wanted["state"] == "paused":
        found = found.filter(state=Deadline.State.PAUSED)
    else:
        found = found.open()
    if wanted["state"] == "overdue":
        found = found.filter(last_day__lt=today)
    if not user.may("see_team") or (wanted["scope"] != "team" and not wanted["owner"]):
        return found.filter(owner=user)
    return found.filter(owner=wanted["owner"]) if wanted["owner"] else found


def rows(deadlines: Iterable[Deadline], today: date) -> list[dict[str, Any]]:
    return [
        {
            "pk": d.pk,
            "url": reverse("deadline", args=[d.pk]),
            "label": d.label,
            "child": child(d),
            "owner": d.owner.name if d.owner else "Nobody",
            "last_day": d.last_day,
            "left": left(d, today) if d.state == Deadline.State.OPEN else (d.get_state_display(), "grey"),
        }
        for d in deadlines
    ]


def for_export(deadlines: Iterable[Deadline], today: date) -> Iterator[tuple[Any, ...]]:
    for d in deadlines:
        days = (d.last_day - today).days if d.state == Deadline.State.OPEN else None
        owner = d.owner.name if d.owner else "Nobody"
        yield d.label, child(d), owner, d.last_day, days, d.get_state_display(), d.override_reason


def child(deadline: Deadline) -> str:
    """The child's name in a list; a restricted child is shown by initials."""
    pupil = deadline.pupil
    if pupil is None:
        return ""
    return f"{pupil.initials} (restricted)" if pupil.restricted else pupil.name


def left(deadline: Deadline, today: date) -> tuple[str, str]:
    """How much time is left, in words, and the colour of the tag."""
    return left_until(deadline.last_day, today)


def left_until(last_day: date, today: date) -> tuple[str, str]:
    days = (last_day - today).days
    if days < 0:
        return plural(-days, "day") + " overdue", "red"
    if not days:
        return "Due today", "orange"
    return plural(days, "day") + " left", "yellow" if days <= 7 else "grey"


def overdue_by_owner(user: Any, today: date) -> list[dict[str, Any]]:
    """Owner or None, how many of theirs are overdue, and the oldest last day; the most first."""
    return _overdue(user, today)


@prepared
def _overdue(user: Any, today: date) -> QuerySet[Any]:
    late = Deadline.objects.visible_to(user).open().filter(last_day__lt=today)
    by_owner = late.order_by().values("owner", "owner__name")
    return by_owner.annotate(number=Count("pk"), oldest=Min("last_day")).order_by("-number", "oldest")
