"""What this room asks of the rooms above it, and tells them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from mainstay.service.common.announce import Announcement, Provider

Pair = tuple[int, int]  # parent, pupil
Session = tuple[str, str]  # ISO date, half


@dataclass(slots=True)
class Known:
    """What is known of one parent's prosecutions for one child."""

    charged: set[Session] = field(
        default_factory=set
    )  # sessions relied on by a charge, whatever became of it
    under_way: list[str] = field(default_factory=list)  # in words
    before: bool = False  # a charge was issued before


#: everything about prosecutions, in one question
prosecutions = Provider("prosecutions: (pairs of parent and pupil) -> dict pair -> Known")
#: other proceedings on the same facts, in words
proceedings = Provider("proceedings under way: (pairs of parent and pupil) -> dict pair -> words")
#: what can follow from a notice that goes on to prosecution, and what came of it
following = Provider("what can follow from a notice: (notice, user) -> list of {'text', 'href'}")

#: notices: list of models.Notice, by, at
issued = Announcement("notices were issued: notices, by, at")
#: notice: models.Notice, by, at
paid = Announcement("a notice was paid: notice, by, at")
#: notice: models.Notice, by, at
payment_undone = Announcement("the payment that discharged a notice did not go through: notice, by, at")
#: notice: models.Notice, at
unpaid = Announcement("the time to pay a notice is over: notice, at")
#: notice: models.Notice, by, at
to_prosecute = Announcement("a notice goes on to prosecution: notice, by, at")
#: notice: models.Notice, by, at
withdrawn = Announcement("a notice was withdrawn: notice, by, at")


def prosecutions_of(pairs: Collection[Pair]) -> dict[Pair, Known]:
    found: dict[Pair, Known] = {}
    for answer in prosecutions.ask(pairs):
        found.update(answer)
    return found


def proceedings_of(pairs: Collection[Pair], known: Mapping[Pair, Known]) -> dict[Pair, list[str]]:
    """Prosecutions under way, as ``prosecutions_of`` knows them (perhaps of more pairs), and everything else, in words."""
    found = {pair: list(known[pair].under_way) for pair in pairs if pair in known and known[pair].under_way}
    for answer in proceedings.ask(pairs):
        for pair, words in answer.items():
            found.setdefault(pair, []).append(words)
    return found
