"""The calendar as its page shows it: weeks as rows, of one officer, of one school, or of both together."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from mainstay.law.clock import monday
from mainstay.service.accounts.models import User
from mainstay.service.directory.models import School, conflicts_of
from mainstay.service.traded.models import Booking
from mainstay.service.traded.queries import calendar
from mainstay.service.traded.queries.calendar import Busy, HalfDay
from mainstay.service.traded.times_bookings import HALVES

WEEKS: Final = 6
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


@dataclass(frozen=True, slots=True)
class Half:
    """One half-day of the calendar. kind: free, taken, booked, closed, over."""

    half: str
    text: str
    kind: str
    href: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    halves: list[Half]


@dataclass(frozen=True, slots=True)
class Week:
    first: date
    days: list[Day]


@dataclass(slots=True)
class Shown:
    """What is looked at, and what a person may do there."""

    user: Any
    today: date
    first: date
    people: list[User]
    officer: User | None
    school: School | None
    may_book: bool
    instead_of: int | None = None  # a booking the service cancelled, for which another day is looked for

    @property
    def last(self) -> date:
        return self.first + timedelta(weeks=WEEKS, days=-3)


def begins(day: date) -> date:
    return monday(day)


def weeks(shown: Shown) -> list[Week]:
    """Every half-day from Monday to Friday; nine queries at most, whatever it holds."""
    people = [shown.officer] if shown.officer else shown.people
    taken = calendar.busy([one.pk for one in people], shown.first, shown.last)
    of_school = calendar.school_days(shown.school, shown.first, shown.last) if shown.school else None
    booked = _booked(shown)
    closed = calendar.closed_days(shown.today)
    found = []
    for week in range(WEEKS):
        begin = shown.first + timedelta(weeks=week)
        days = []
        for number in range(len(DAYS)):
            on = begin + timedelta(days=number)
            if on < shown.today:
                halves = [_over(shown, booked, taken, on, half) for half in HALVES]
            elif not calendar.at_work(on, closed):
                halves = [Half(half, "Closed", "closed") for half in HALVES]
            else:
                shut = {half for half in HALVES if of_school is not None and of_school.closed(on, half)}
                halves = [_half(shown, people, booked, taken, on, half, half in shut) for half in HALVES]
            days.append(Day(on, halves))
        found.append(Week(begin, days))
    return found


def _booked(shown: Shown) -> Mapping[HalfDay, list[Booking]]:
    """The school's own bookings, whoever comes."""
    found: dict[HalfDay, list[Booking]] = defaultdict(list)
    if shown.school is None:
        return found
    rows = Booking.objects.filter(
        school=shown.school, on__range=(shown.first, shown.last), state__in=("booked", "delivered")
    )
    for one in rows.select_related("officer"):
        for half in one.halves:
            found[one.on, half].append(one)
    return found


Taken = Mapping[tuple[int, date, str], Busy]


def _over(shown: Shown, booked: Mapping[HalfDay, list[Booking]], taken: Taken, on: date, half: str) -> Half:
    if own := booked.get((on, half)):
        return _own(own, half)
    if shown.officer and (what := taken.get((shown.officer.pk, on, half))):
        return _taken(shown, what, half)
    return Half(half, "–", "over", spoken="over")


def _half(
    shown: Shown, people: list[User], booked: Mapping[HalfDay, list[Booking]], taken: Taken, on: date, half: str,
    shut: bool,
) -> Half:  # fmt: skip
    if own := booked.get((on, half)):
        return _own(own, half)
    if shown.officer is not None:
        what = taken.get((shown.officer.pk, on, half))
        if what is not None:
            return _taken(shown, what, half)
    if shut:
        return Half(half, "School closed", "closed", _book(shown, on, half) if shown.may_book else "")
    if shown.officer is not None:
        return Half(half, "Free", "free", _book(shown, on, half), f"{on:%A} {on.day} {on:%B}, {half}")
    number = sum((one.pk, on, half) not in taken for one in people)
    if not number:
        return Half(half, "Nobody free", "taken")
    return Half(half, f"{number} free", "free", _book(shown, on, half), f"{on:%A} {on.day} {on:%B}, {half}")


def _own(own: list[Booking], half: str) -> Half:
    names = ", ".join(one.officer.name for one in own)
    return Half(half, names, "booked", reverse("booking", args=[own[0].pk]))


def _taken(shown: Shown, what: Busy, half: str) -> Half:
    """Schools read that an officer is not free, never why or where."""
    if shown.user.is_school_user:
        return Half(half, "Not free", "taken")
    href = reverse("booking", args=[what.booking]) if what.booking and not _hidden(shown, what) else ""
    return Half(
        half,
        "Booked" if what.booking and not href else what.words,
        "booked" if what.booking else "taken",
        href,
    )


def _hidden(shown: Shown, what: Busy) -> bool:
    return what.school in conflicts_of(shown.user)[0]


def _book(shown: Shown, on: date, half: str) -> str:
    """Where it is booked."""
    if not shown.may_book:
        return ""
    said = {"on": on.isoformat(), "part": half.lower()}
    if shown.school:
        said["school"] = str(shown.school.pk)
    if shown.officer:
        said["officer"] = str(shown.officer.pk)
    if shown.instead_of:
        said["instead_of"] = str(shown.instead_of)
    return f"{reverse('booking_new')}?{urlencode(said)}"
