"""What this room asks of the rooms above it, and tells them."""

from collections.abc import Collection, Iterable

from mainstay.service.common.announce import Announcement, Provider

Pair = tuple[int, int]  # parent, pupil
Session = tuple[str, str]  # ISO date, half

#: sessions relied on by a charge against that parent for that child
charged = Provider("sessions of charges: (pairs of parent and pupil) -> dict pair -> sessions")
#: other proceedings on the same facts, in words
proceedings = Provider("proceedings under way: (pairs of parent and pupil) -> dict pair -> words")
#: parents prosecuted before for that child
prosecuted = Provider("parents prosecuted before: (pairs of parent and pupil) -> set of pairs")
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


def charged_sessions(pairs: Collection[Pair]) -> dict[Pair, set[Session]]:
    found: dict[Pair, set[Session]] = {}
    for answer in charged.ask(pairs):
        for pair, sessions in answer.items():
            found.setdefault(pair, set()).update(sessions)
    return found


def proceedings_of(pairs: Collection[Pair]) -> dict[Pair, list[str]]:
    found: dict[Pair, list[str]] = {}
    for answer in proceedings.ask(pairs):
        for pair, words in answer.items():
            found.setdefault(pair, []).append(words)
    return found


def prosecuted_pairs(pairs: Collection[Pair]) -> set[Pair]:
    answers: Iterable[set[Pair]] = prosecuted.ask(pairs)
    return set().union(*answers)
