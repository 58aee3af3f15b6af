"""What of an absent officer's calendar is to be covered, and which colleague is free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from mainstay.service.common.ui.filters import clock, date_time
from mainstay.service.record.models import Guest, Meeting
from mainstay.service.team.models import Absence
from mainstay.service.team.providers import cannot_hold


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


@dataclass(slots=True)
class Preview:
    """One meeting in one colleague's calendar. problem: it cannot be; clashes: it can be, but look."""

    meeting: Meeting
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
