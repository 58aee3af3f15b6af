"""What the child's page asks of the rooms above. Each answer is a list; the page puts them together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import resolve

from mainstay.service.common.announce import Provider


@dataclass(frozen=True, slots=True, order=True)
class Tab:
    """One tab: order decides its place (Summary 10, Register 20, Chronology 30 … Documents 60)."""

    order: int
    key: str
    text: str
    href: str


@dataclass(frozen=True, slots=True, order=True)
class Card:
    """One card of the summary, already written as HTML (``django.utils.safestring``)."""

    order: int
    heading: str
    body: Any
    href: str = ""
    kind: str = ""  # "urgent" for what is late


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list that leads somewhere: an open finding, a case, a document."""

    text: str
    href: str
    hint: str = ""
    on: date | datetime | None = None
    state: str = ""
    colour: str = "grey"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing there is about a child, as the Cases tab reads it; "" and None where nothing is."""

    pk: int
    text: str
    note: str
    on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class About:
    """What there is of one kind about a child: the kinds of every room are read in one question (``record.cases``).

    rows: gives, for a pupil and a user, what this person may see, in its order; always the same function for the same
    kind, because the question is prepared. line: how one of them is shown.
    text, note, on, otherwise, state: fields, "" where none is needed; a day is read as text in the way of ISO 8601.
    on: its day; otherwise: the field of the day where that is empty; most: so many are shown, the first ones.
    """

    rows: Callable[[Any, Any], QuerySet[Any]]
    line: Callable[[Found], Line]
    text: str = ""
    note: str = ""
    on: str = ""
    otherwise: str = ""
    state: str = "state"
    most: int = 10


#: (pupil, user) -> list[Tab]
tabs = Provider("tabs of the child's page: (pupil, user) -> list[Tab]")
#: (pupil, user) -> list[Card]; the first ones are the attendance of this year and last
cards = Provider("cards of the child's summary: (pupil, user) -> list[Card]")
#: (pupil, user) -> list[Line]
findings = Provider("open findings of a child: (pupil, user) -> list[Line]")
#: (pupil, user) -> list[About]
cases = Provider("what there is about a child: (pupil, user) -> list[About]")
#: (pupil, user) -> list of {"text", "href"}: the buttons of the Cases tab
begin = Provider("what can be begun about a child: (pupil, user) -> list of {'text', 'href'}")
#: (pupil, school, because, owner, by, at) -> (number, about_kind, id): asked by a room that hands a child to an officer
open_case = Provider(
    "a case is opened for a child: (pupil, school, because, owner, by, at) -> (number, kind, id)"
)
#: (pupil, user) -> list[Line]
documents = Provider("documents about a child: (pupil, user) -> list[Line]")
#: (pupil, user) -> list of {"text", "value", "href"}: what can be done with ticked entries of the chronology
ticked = Provider("what follows from ticked entries: (pupil, user) -> list of {'text', 'value', 'href'}")
#: (pupil, user) -> list of {"text", "href"}: the buttons of the Documents tab
make = Provider("what can be made or given about a child: (pupil, user) -> list of {'text', 'href'}")
#: (pupil_ids, user) -> dict pupil id -> words such as "87.5% this year"
attendance = Provider("attendance at a glance: (pupil_ids, user) -> dict[int, str]")
#: () -> Q of ``models.Entry``: asked for whoever does not read what is privileged
for_legal_alone = Provider("entries that only legal reads any longer: () -> Q")
#: (about_kind, about_id) -> address or None
addresses = Provider("where a thing an entry or deadline is about can be seen: (kind, id) -> href or None")


def lines(provider: Provider, pupil: Any, user: Any) -> list[Any]:
    """Every room's answers in one list."""
    return [line for answer in provider.ask(pupil, user) for line in answer]


def glances(pupil_ids: Iterable[int], user: Any) -> dict[int, str]:
    ids = list(pupil_ids)
    return {pupil: words for answer in attendance.ask(ids, user) for pupil, words in answer.items()}


def href_of(about_kind: str, about_id: str, user: Any) -> str:
    """Where this person can see a thing, or "" where no room knows it or their role may not open its page."""
    if not about_kind:
        return ""
    href = next(filter(None, addresses.ask(about_kind, about_id)), "")
    needed = getattr(resolve(href).func, "permission", None) if href else None
    return href if needed is None or user.may(needed) else ""
