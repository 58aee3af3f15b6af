"""Who is free when: officers by half-days with what takes them, and when a school is open; the one truth for pages and actions."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from mainstay.law import clock
from mainstay.registers.grid import academic_year, first_monday
from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.directory import calendars
from mainstay.service.directory.models import School
from mainstay.service.record.models import Guest, Meeting
from mainstay.service.team.models import Absence, DutyDay
from mainstay.service.team.providers import engaged
from mainstay.service.team.times import bounds
from mainstay.service.team.values import in_force as of_team
from mainstay.service.traded.models import ServiceCode
from mainstay.service.traded.times_bookings import HALVES, taken

#: for which nobody of the pupils need be in school: our own choice (INSET days, holidays by agreement)
WITHOUT_PUPILS: Final = frozenset({
    ServiceCode.TRAINING, ServiceCode.SAFEGUARDING_TRAINING, ServiceCode.POLICY_REVIEW, ServiceCode.GROUP_ANALYSIS,
    ServiceCode.IMPACT_EVALUATION, ServiceCode.CONSISTENT_APPROACHES, ServiceCode.AUDIT,
})  # fmt: skip
HalfDay = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Busy:
    """What takes an officer's half-day. booking: its number where it is one; school: of that."""

    kind: str  # away, duty, court, booked, meeting
    words: str
    booking: int | None = None
    school: int | None = None


def officers(on: date) -> QuerySet[User]:
    """Who can be booked for a day: they deliver days, and work here then."""
    return holding("deliver_days", on).filter(Q(left_on=None) | Q(left_on__gte=on))


def half_days(first: date, last: date) -> Iterator[HalfDay]:
    day = first
    while day <= last:
        yield from ((day, half) for half in HALVES)
        day += timedelta(days=1)


def busy(
    people: Iterable[int], first: date, last: date, *, without: int | None = None
) -> dict[tuple[int, date, str], Busy]:
    """(officer, day, half) -> what takes it: leave, a duty day, court, a booking or another meeting; five queries.

    without: a meeting that is left out of account, because it is to be moved.
    """
    ids, (starts, _), (_, ends) = list(people), bounds(first), bounds(last)
    spans: list[tuple[int, datetime, datetime, Busy]] = []
    for away in Absence.objects.meeting(starts, ends).filter(officer__in=ids):
        spans.append((away.officer_id, away.starts, away.ends, Busy("away", "Away")))
    for on, officer in DutyDay.objects.filter(on__range=(first, last), officer__in=ids).values_list(
        "on", "officer_id"
    ):
        spans.append((officer, *bounds(on), Busy("duty", "Duty")))
    for given in engaged.ask(ids, starts, ends):
        spans += [(one.user, one.starts, one.ends, Busy("court", one.what)) for one in given]
    spans += _meetings(ids, starts, ends, without)
    found: dict[tuple[int, date, str], Busy] = {}
    for officer, begins, over, what in spans:
        one, until = max(timezone.localdate(begins), first), min(timezone.localdate(over), last)
        for on, half in half_days(one, until):
            since, to = taken(on, half)
            if begins < to and over > since:
                found.setdefault((officer, on, half), what)
    return found


def _meetings(
    ids: list[int], starts: datetime, ends: datetime, without: int | None
) -> list[tuple[int, datetime, datetime, Busy]]:
    """What they hold, bookings first, and what they are asked to."""
    meetings = Meeting.objects.exclude(state=Meeting.State.CANCELLED).filter(starts__lt=ends, ends__gt=starts)
    if without is not None:
        meetings = meetings.exclude(pk=without)
    held = [
        (one.organiser_id, one)
        for one in meetings.filter(organiser__in=ids).select_related("traded_booking__school", "school")
    ]
    guests = Guest.objects.filter(user__in=ids, meeting__in=meetings.order_by().values("pk"))
    asked = [
        (one.user_id, one.meeting)
        for one in guests.select_related("meeting__traded_booking__school", "meeting__school")
        if one.user_id
    ]
    spans = [(who, one.starts, one.ends, _of_meeting(one)) for who, one in {*held, *asked}]
    return sorted(spans, key=lambda span: (span[3].kind != "booked", span[1], span[0]))


def _of_meeting(one: Meeting) -> Busy:
    booking = getattr(one, "traded_booking", None)
    if booking is not None:
        return Busy("booked", booking.school.name, booking.pk, booking.school_id)
    return Busy("meeting", one.school.name if one.school else "Meeting")


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """When a school is open; a year without terms is not known, and nothing is refused for it."""

    sessions: frozenset[HalfDay]
    known: frozenset[int]  # academic years

    def closed(self, on: date, half: str) -> bool:
        return academic_year(on) in self.known and (on, half) not in self.sessions


def school_days(school: School, first: date, last: date) -> SchoolDays:
    """Two queries."""
    years = range(academic_year(first), academic_year(last) + 1)
    masks = {year: of[school.pk] for year, of in calendars.masks_of_years([school.pk], years).items()}
    sessions = set()
    for year, mask in masks.items():
        monday = first_monday(year)
        for slot in mask.nonzero()[0]:
            day = monday + timedelta(days=int(slot) // 2)
            if first <= day <= last:
                sessions.add((day, HALVES[int(slot) % 2]))
    return SchoolDays(frozenset(sessions), frozenset(year for year, mask in masks.items() if mask.any()))


def closed_days(on: date) -> frozenset[date]:
    """The service's own closed days, as they stand on a day."""
    return frozenset(date.fromisoformat(day) for day in of_team(on)["closed_days"])


def at_work(on: date, closed: Collection[date]) -> bool:
    """A working day of the service; where bank holidays are not known yet, Monday to Friday."""
    try:
        return clock.is_working_day(on, closed)
    except clock.BeyondTable:
        return on.weekday() < clock.SATURDAY and on not in closed
