"""What this room asks of the rooms above it: who works on what, what waits for an officer, what can be reviewed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

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


#: whose meeting it is in its own room may say that a colleague cannot hold it
cannot_hold = Provider("why a colleague cannot hold a meeting: (meeting, colleague) -> words or None")
#: what cannot be moved from here, in words
cannot_move = Provider(
    "why a meeting is not moved from the absence of its officer: (meeting) -> words or None"
)
#: in the transaction in which a colleague takes a meeting over, or gives it back
handed_over = Announcement("a meeting is held by somebody else: meeting, to, by, at")
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
