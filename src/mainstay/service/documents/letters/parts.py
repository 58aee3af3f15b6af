"""Parts that several letters share: sessions by day, sums with their last days, and invented people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from mainstay.law import clock, codes
from mainstay.law.clock import in_words
from mainstay.law.tariff import Tariff
from mainstay.service.documents.letters.base import Addressee, Sender

Half = Literal["AM", "PM"]


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """One session that a letter relies on."""

    on: date
    half: Half
    code: str


def by_day(sessions: Iterable[Session]) -> dict[str, Any]:
    """Sessions as a table of days, and what the codes in it mean."""
    days: dict[date, dict[str, str]] = {}
    meanings: dict[str, str] = {}
    for session in sorted(sessions):
        days.setdefault(session.on, {})[session.half] = session.code
        meanings.setdefault(session.code, codes.lookup(session.code, session.on).meaning)
    return {
        "rows": [[in_words(on), marks.get("AM", ""), marks.get("PM", "")] for on, marks in days.items()],
        "key": sorted(map(list, meanings.items())),
        "count": sum(map(len, days.values())),
    }


def pounds(sum_: int) -> str:
    return f"£{sum_:,}"


def sums(cost: Tariff, received_on: date, from_: date | None = None) -> list[dict[str, str]]:
    """What to pay in which time, the sum of today first; those whose time was over before ``from_`` are left out."""
    full = {
        "pounds": pounds(cost.full_pounds),
        "when": f"until {in_words(cost.full_until(received_on))}",
    }
    reduced_until = cost.reduced_until(received_on)
    if cost.reduced_pounds == cost.full_pounds or (from_ is not None and from_ > reduced_until):
        return [full]
    full["when"] = f"from {in_words(reduced_until + clock.DAY)} {full['when']}"
    return [{"pounds": pounds(cost.reduced_pounds), "when": f"until {in_words(reduced_until)}"}, full]


def sums_by_day(cost: Tariff, received_on: date, from_: date | None = None) -> list[list[Any]]:
    """The same for a sheet in another language: [pounds, last day]…"""
    full = [cost.full_pounds, cost.full_until(received_on).isoformat()]
    reduced_until = cost.reduced_until(received_on)
    if cost.reduced_pounds == cost.full_pounds or (from_ is not None and from_ > reduced_until):
        return [full]
    return [[cost.reduced_pounds, reduced_until.isoformat()], full]


# people and places of previews: all invented
SENDER: Final = Sender(
    "Southampton (made-up city)",
    ("Education welfare service", "Civic Centre (made-up address)", "Southampton", "SO99 9ZZ"),
    "01632 960000, welfare@example.org",
    "Education welfare",
)
ADDRESSEE: Final = Addressee(
    "Mrs Grace Fenwick", ("12 Invented Road", "Portswood (made-up)", "Southampton", "SO99 9AB")
)
CHILD: Final = "Ada Fenwick"
SCHOOL: Final = "Invented Primary School"
#: signed_by, signed_post
OFFICER: Final = ("Robin Tester", "Education welfare officer")


def sample_sessions(number: int = 12) -> tuple[Session, ...]:
    """Whole days from Monday 7 October 2024 on, weekends left out."""
    day, found = date(2024, 10, 7), list[Session]()
    while len(found) < number:
        if day.weekday() < clock.SATURDAY:
            found += [Session(day, "AM", "G"), Session(day, "PM", "G")]
        day += clock.DAY
    return tuple(found[:number])
