"""What of an absent officer's calendar is to be covered, and which colleague is free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from mainstay.service.common.ui.filters import clock, date_time
from mainstay.service.record.models import Guest, Meeting
from mainstay.service.team.models import Absence, DutyDay
from mainstay.service.team.providers import cannot_hold
from mainstay.service.team.times import bounds


def of_others() -> Q:
    """About a child or a school: a talk of two people, such as supervision, is theirs to move."""
    return Q(pupil__isnull=False) | Q(school__isnull=False)


def to_cover(absence: Absence) -> QuerySet[Meeting]:
    """The absent officer's planned meetings that fall into the time."""
    found = Meeting.objects.planned().filter(of_others(), organiser=absence.officer_id)
    return found.filter(starts__lt=absence.ends, ends__gt=absence.starts).order_by("starts", "pk")


def uncovered() -> QuerySet[Meeting]:
    """Planned meetings whose organiser is away then, of the whole team; ``absence`` is the number of that."""
    away = Absence.objects.standing().filter(
        officer=OuterRef("organiser"), starts__lt=OuterRef("ends"), ends__gt=OuterRef("starts")
    )
    found = Meeting.objects.planned().filter(of_others())
    absence = Subquery(away.order_by("pk").values("pk")[:1])
    return found.annotate(absence=absence).filter(absence__isnull=False).order_by("starts", "pk")


def days_to_cover(absence: Absence, today: date) -> QuerySet[DutyDay]:
    """The absent officer's duty days that fall into the time and are not over."""
    first = max(absence.first_on, today)
    return DutyDay.objects.filter(officer=absence.officer_id, on__range=(first, absence.last_on)).order_by(
        "on"
    )


@dataclass(slots=True)
class Preview:
    """One meeting, or duty day, in one colleague's calendar. problem: it cannot be; clashes: it can be, but look."""

    meeting: Meeting | None = None
    on: date | None = None
    problem: str = ""
    clashes: list[str] = field(default_factory=list)


def preview(meetings: Sequence[Meeting], colleague: Any) -> list[Preview]:
    """What this colleague's calendar holds at these times; three queries."""
    seen = set(
        Meeting.objects.visible_to(colleague)
        .filter(pk__in=[one.pk for one in meetings])
        .order_by()
        .values_list("pk", flat=True)
    )
    held, asked, away = _calendars(meetings, [colleague.pk])
    return [_said(one, colleague, seen, [*held, *asked], away) for one in meetings]


def _said(
    meeting: Meeting, colleague: Any, seen: set[int], others: list[tuple[int, Meeting]], away: list[Absence]
) -> Preview:
    said = Preview(meeting)
    if meeting.pk not in seen:
        said.problem = "This colleague may not see it: a conflict of interest is declared, or it is private."
    elif any(_meet(one, meeting) for one in away):
        said.problem = "This colleague is away then."
    else:
        said.problem = next(filter(None, cannot_hold.ask(meeting, colleague)), "")
    clashing = {one.pk: one for _, one in others if one.pk != meeting.pk and _meet(one, meeting)}
    said.clashes = [f"{date_time(one.starts)} to {clock(one.ends)}" for one in clashing.values()]
    return said


def preview_days(days: Iterable[date], colleague: Any) -> list[Preview]:
    """The same for duty days: who is away cannot have one; what they hold that day stands beside it. Two queries."""
    days = sorted(days)
    if not days:
        return []
    first, last = bounds(days[0])[0], bounds(days[-1])[1]
    away = list(Absence.objects.meeting(first, last).filter(officer=colleague))
    held = list(
        Meeting.objects.planned().filter(organiser=colleague, starts__lt=last, ends__gt=first).order_by("starts")
    )  # fmt: skip
    found = []
    for day in days:
        said, (starts, ends) = Preview(on=day), bounds(day)
        if any(one.starts < ends and one.ends > starts for one in away):
            said.problem = "This colleague is away then."
        elif not colleague.may("take_calls"):
            said.problem = "This colleague does not take calls."
        said.clashes = [
            f"{date_time(one.starts)} to {clock(one.ends)}" for one in held if one.starts < ends and one.ends > starts
        ]  # fmt: skip
        found.append(said)
    return found


def free_on(days: Iterable[date], colleagues: Iterable[Any]) -> dict[date, list[str]]:
    """Who of them is not away on each of these days; one query."""
    days, people = sorted(days), list(colleagues)
    if not days:
        return {}
    away = list(Absence.objects.meeting(bounds(days[0])[0], bounds(days[-1])[1]))
    found: dict[date, list[str]] = {}
    for day in days:
        starts, ends = bounds(day)
        off = {one.officer_id for one in away if one.starts < ends and one.ends > starts}
        found[day] = [one.name for one in people if one.pk not in off]
    return found


def free_colleagues(meetings: Sequence[Meeting], colleagues: Iterable[Any]) -> dict[int, dict[int, str]]:
    """Meeting -> colleague -> "free", "busy" or "away"; three queries however many of either."""
    ids = [one.pk for one in colleagues]
    held, asked, away = _calendars(meetings, ids)
    return {
        meeting.pk: {pk: _state(pk, meeting, [*held, *asked], away) for pk in ids}
        for meeting in meetings
    }  # fmt: skip


def _state(pk: int, meeting: Meeting, busy: list[tuple[int, Meeting]], away: list[Absence]) -> str:
    if any(one.officer_id == pk and _meet(one, meeting) for one in away):
        return "away"
    clashes = any(who == pk and one.pk != meeting.pk and _meet(one, meeting) for who, one in busy)
    return "busy" if clashes else "free"


Pairs = list[tuple[int, Meeting]]


def _calendars(meetings: Sequence[Meeting], people: list[int]) -> tuple[Pairs, Pairs, list[Absence]]:
    """What these people hold and are asked to in the time of the meetings, and when they are away."""
    if not meetings:
        return [], [], []
    first, last = min(one.starts for one in meetings), max(one.ends for one in meetings)
    planned = Meeting.objects.planned().filter(starts__lt=last, ends__gt=first)
    held = [(one.organiser_id, one) for one in planned.filter(organiser__in=people)]
    guests = Guest.objects.filter(user__in=people, meeting__in=planned.order_by().values("pk"))
    asked = [(one.user_id, one.meeting) for one in guests.select_related("meeting") if one.user_id]
    away = list(Absence.objects.meeting(first, last).filter(officer__in=people))
    return held, asked, away


def _meet(one: Any, other: Any) -> bool:
    return bool(one.starts < other.ends and one.ends > other.starts)
