"""Absences as lists show them, and the meetings of one that are to be covered."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.common.prepared import prepared
from mainstay.service.common.ui.filters import date_time, long_date, plural, short_date
from mainstay.service.record.models import Meeting
from mainstay.service.team.models import Absence, Cover, DutyDay
from mainstay.service.team.queries import free
from mainstay.service.team.times import bounds

HALVES = {"AM": "morning", "PM": "afternoon"}


def upcoming(now: datetime) -> QuerySet[Absence]:
    """Those that are not over."""
    return Absence.objects.standing().filter(ends__gt=now).select_related("officer", "stands_in")


def words(absence: Absence) -> str:
    """ "Mon 23 Nov 2026, afternoon, to 25 Nov 2026"; whole days without their halves."""
    first = short_date(absence.first_on) + (", afternoon" if absence.first_half == "PM" else "")
    last = short_date(absence.last_on) + (", morning" if absence.last_half == "AM" else "")
    if absence.first_on == absence.last_on:
        whole = absence.first_half == "AM" and absence.last_half == "PM"
        return short_date(absence.first_on) + ("" if whole else f", {HALVES[absence.first_half]}")
    return f"{first} to {last}"


def rows(found: Iterable[Absence], user: Any) -> list[dict[str, Any]]:
    """What each still needs, counted in two queries."""
    found = list(found)
    needed = _needed(found)
    return [
        {
            "pk": one.pk, "url": reverse("absence", args=[one.pk]), "officer": one.officer.name, "when": words(one),
            "kind": one.kind_for(user), "stands_in": one.stands_in.name if one.stands_in else "Duty officer",
            "needed": " and ".join(plural(n, noun) for n, noun in needed[one.pk] if n),
        }
        for one in found
    ]  # fmt: skip


def _needed(absences: list[Absence]) -> dict[int, list[tuple[int, str]]]:
    meetings = list(
        Meeting.objects.planned()
        .filter(free.of_others(), organiser__in={one.officer_id for one in absences})
        .only("organiser_id", "starts", "ends")
    )
    days = DutyDay.objects.filter(
        on__gte=timezone.localdate(), officer__in={one.officer_id for one in absences}
    )
    duty = list(days.order_by().values_list("officer_id", "on"))
    return {
        one.pk: [
            (sum(m.organiser_id == one.officer_id and m.starts < one.ends and m.ends > one.starts for m in meetings),
             "meeting"),
            (sum(officer == one.officer_id and one.first_on <= on <= one.last_on for officer, on in duty), "duty day"),
        ]
        for one in absences
    }  # fmt: skip


def child(meeting: Meeting) -> str:
    """The child a meeting is about, for people in whose view they are; by initials where restricted."""
    if meeting.pupil is None:
        return ""
    return f"{meeting.pupil.initials} (restricted)" if meeting.pupil.restricted else meeting.pupil.name


def open_meetings(absence: Absence, user: Any) -> list[Meeting]:
    seen = Meeting.objects.visible_to(user).order_by().values("pk")
    return list(free.to_cover(absence).filter(pk__in=seen).select_related("pupil", "school"))


def covers(absence: Absence, user: Any) -> list[Cover]:
    """What was asked and became of it, the latest first."""
    seen = Meeting.objects.visible_to(user).order_by().values("pk")
    found = absence.covers.filter(Q(meeting=None) | Q(meeting__in=seen)).select_related(
        "meeting__school", "colleague"
    )
    return list(found.order_by("-asked_at", "-pk"))


def colleagues(absence: Absence, day: date) -> list[User]:
    """Who could hold the meetings."""
    return list(holding("hold_meetings", day).exclude(pk=absence.officer_id).order_by("name", "pk"))


def cover_rows(meetings: list[Meeting], people: list[User], asked: dict[int, Cover]) -> list[dict[str, Any]]:
    """One row a meeting: who is free then, or who is asked."""
    state = free.free_colleagues(meetings, people)
    return [
        {
            "pk": one.pk, "label": f"the meeting on {date_time(one.starts)}", "when": date_time(one.starts),
            "title": one.title, "school": one.school.name if one.school else "", "child": child(one),
            "asked": asked.get(one.pk),
            "free": [user.name for user in people if state[one.pk][user.pk] == "free"],
        }
        for one in meetings
    ]  # fmt: skip


def day_rows(days: list[DutyDay], people: list[User], covers: list[Cover]) -> list[dict[str, Any]]:
    """One row a duty day: who is free then, or who is asked."""
    asked = {one.duty_on: one for one in covers if one.state == Cover.State.ASKED}
    free_ = free.free_on((one.on for one in days), people)
    return [
        {"pk": one.on.isoformat(), "label": f"the duty day {long_date(one.on)}", "when": long_date(one.on),
         "asked": asked.get(one.on), "free": free_[one.on], "day": one}
        for one in days
    ]  # fmt: skip


def needed_on(user: Any, day: date) -> list[Any]:
    """The team's meetings of one day that nobody holds yet, as far as this person may see them."""
    return _needed_between(user, *bounds(day))


@prepared
def _needed_between(user: Any, starts: datetime, ends: datetime) -> QuerySet[Any]:
    found = free.uncovered().filter(starts__lt=ends, ends__gt=starts)
    seen = Meeting.objects.visible_to(user).order_by().values("pk")
    asked = Cover.objects.filter(meeting=OuterRef("pk"), state=Cover.State.ASKED)
    rows_ = found.filter(pk__in=seen).annotate(is_asked=Exists(asked))
    return rows_.select_related("organiser", "school")


def asked_of(user: Any) -> list[Cover]:
    """What this person is asked to hold; a duty day that is over is nobody's any more."""
    ahead = Q(duty_on=None) | Q(duty_on__gte=timezone.localdate())
    waiting = Cover.objects.filter(ahead, colleague=user, state=Cover.State.ASKED).order_by("was_at", "pk")
    return list(waiting.select_related("meeting__school", "meeting__pupil", "absence__officer", "asked_by"))
