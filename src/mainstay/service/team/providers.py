"""What this room asks of the rooms above it: who works on what, what waits for an officer, what can be reviewed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from mainstay.service.common.announce import Announcement, Provider


@dataclass(frozen=True, slots=True)
class Load:
    """So much of one kind of work: ``key`` is that of its ``Weight``."""

    kind: str
    count: int
    key: str


@dataclass(frozen=True, slots=True)
class Weight:
    """How heavy one piece of a kind of work is, where the service has not set it."""

    key: str
    label: str
    default: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something without an officer; ``give`` is the address that takes ``owner`` and ``because`` by POST."""

    text: str
    href: str
    note: str
    give: str
    school: int


@dataclass(frozen=True, slots=True)
class Reviewable:
    """A record of an officer's work that may be drawn into a sample."""

    kind: str
    key: str
    label: str
    pupil: int


@dataclass(frozen=True, slots=True)
class Next:
    """What can follow from a call; post: a step that is taken at once, not a page."""

    text: str
    href: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a measure: this year's and last year's, None where there is none.

    behind: how many children each figure is of, so that small numbers can be hidden; None: it is of nobody
    """

    label: str
    now: float | None
    before: float | None
    behind: tuple[int, int] | None = None


#: first and last day of the year asked for, and of the one before
Years = tuple[tuple[date, date], tuple[date, date]]
#: parts of the yearly review, in their order; a part without a measure is not shown
PARTS: Final = {
    "families": "Work with families",
    "schools": "Schools and advice",
    "legal": "Notices and court",
    "quality": "Supervision and quality",
    "traded": "Days bought, training and feedback",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that the agreement says is monitored.

    ask: (years, school or None for all) -> lines; with one query, so that a page of a part stays quick
    says: what is counted, in words; unit: of the figures, a share being 0 to 1
    for_school: it can be told of one school, and stands in the report for its governors
    """

    part: str  # of PARTS
    key: str
    title: str
    says: str
    unit: Literal["count", "percent", "points", "days", "pounds"]
    ask: Callable[[Years, int | None], list[Line]]
    for_school: bool = True


#: what is monitored for the yearly review: () -> [Measure], in their order
monitored = Provider("what the yearly review shows: () -> [Measure]")


@dataclass(frozen=True, slots=True)
class Engaged:
    """Somebody has to be elsewhere, by what is no meeting; what: in words that name no child."""

    user: int
    starts: datetime
    ends: datetime
    what: str


#: (user_ids, starts, ends) -> list[Engaged] that touch the time; one query a room
engaged = Provider("where officers have to be besides their meetings: (user_ids, starts, ends) -> [Engaged]")
#: whose meeting it is in its own room may say that a colleague cannot hold it
cannot_hold = Provider("why a colleague cannot hold a meeting: (meeting, colleague) -> words or None")
#: what cannot be moved from here, in words
cannot_move = Provider(
    "why a meeting is not moved from the absence of its officer: (meeting) -> words or None"
)
#: in the transaction in which a colleague takes a meeting over, or gives it back
handed_over = Announcement("a meeting is held by somebody else: meeting, to, by, at")
#: in the transaction in which an absence is entered, ends on another day or is cancelled; was, now: (starts, ends) or None
away_set = Announcement("when an officer is away has changed: absence, was, now, by, at")
#: (call, user) -> list[Next], in their order
after_call = Provider("what can follow from a call to the duty desk: (call, user) -> [Next]")
#: (user_ids) -> dict user id -> list[Load]
work = Provider("work of officers: (user_ids) -> {user: [Load]}")
#: () -> list[Weight]
weights = Provider("kinds of work and how heavy each is: () -> [Weight]")
#: () -> list[values.Value]: what a room lets the service set, beside the team's own
values = Provider("what can be set of a room: () -> [Value]")
#: (user) -> list[Waiting], those this person may see
unallocated = Provider("what waits for an officer: (user) -> [Waiting]")
#: (officer_id, first, last) -> list[Reviewable] worked on in that time
reviewable = Provider("work that can be reviewed: (officer_id, first, last) -> [Reviewable]")


def loads(users: list[int]) -> dict[int, list[Load]]:
    """Every room's answers in one."""
    found: dict[int, list[Load]] = {}
    for answer in work.ask(users):
        for user, lines in answer.items():
            found.setdefault(user, []).extend(lines)
    return found


def waiting(user: Any) -> list[Waiting]:
    return [one for answer in unallocated.ask(user) for one in answer]


def following(call: Any, user: Any) -> list[Next]:
    return [one for answer in after_call.ask(call, user) for one in answer]


def to_review(officer_id: int, first: date, last: date) -> list[Reviewable]:
    """In an order that stays the same, for a draw that can be repeated."""
    found = [one for answer in reviewable.ask(officer_id, first, last) for one in answer]
    return sorted(found, key=lambda one: (one.kind, int(one.key)))
