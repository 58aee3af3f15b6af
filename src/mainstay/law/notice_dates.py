"""When a penalty notice counts as received, and the last days to pay.

A letter is presumed served when it would arrive in the ordinary course of post (Interpretation Act 1978 s.7):
some working days after posting. Proof of another day wins over the presumption and resets every date. The day
of receipt is day 1 of both periods; weekends and holidays don't lengthen them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mainstay.law import clock, tariff
from mainstay.law.answer import Answer, Reason, Source
from mainstay.law.rules import CURRENT, Rules

Method = Literal["first_class_post", "second_class_post", "hand", "other"]
#: how a notice travelled -> the field that holds its day
STARTS: Final[dict[Method, str]] = {
    "first_class_post": "posted_on",
    "second_class_post": "posted_on",
    "hand": "handed_on",
    "other": "received_on",
}
_OFFSETS: Final = {
    "first_class_post": "first_class_working_days",
    "second_class_post": "second_class_working_days",
}
_PROVED: Final = Source("Interpretation Act 1978 s.7", "statute")
_BY_HAND: Final = Source(
    "Education Act 1996 s.572; that a penalty notice is served under it is our reading", "assumed"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeDatesAnswer(Answer):
    """The day of receipt, the last days to pay each sum, and the day from which the council must decide."""

    served_on: date
    reduced_until: date
    reduced_pounds: int
    full_until: date
    full_pounds: int
    decide_from: date


def find(
    kind: tariff.Kind,
    position: tariff.Position | None,
    method: Method,
    started_on: date | None,
    received_on: date | None = None,
    rules: Rules = CURRENT,
) -> NoticeDatesAnswer:
    """The dates of a notice; clock.BeyondTable where the bank holidays of that year aren't known.

    started_on: the day it was posted or handed over; may be None where ``received_on`` is proved
    """
    cost = tariff.of(kind, position, rules)
    served_on, why = served(method, started_on, received_on, rules)
    reduced, full = cost.reduced_until(served_on), cost.full_until(served_on)
    return NoticeDatesAnswer(
        served_on=served_on,
        reduced_until=reduced,
        reduced_pounds=cost.reduced_pounds,
        full_until=full,
        full_pounds=cost.full_pounds,
        decide_from=full + clock.DAY,
        reasons=(why, *_sums(kind, position, cost, reduced, full, rules)),
        warnings=(),
        rules_version=rules.version,
    )


def served(method: Method, started: date | None, received: date | None, rules: Rules) -> tuple[date, Reason]:
    """The day a document counts as received, and why; as ``find`` takes them.

    One of ``started`` (posted or handed over) and ``received`` (proved) is given.
    """
    if received is not None:
        text = f"It was proved to be received on {clock.in_words(received)}, which wins over any presumption."
        return received, Reason(text, _PROVED)
    assert started is not None
    if method not in _OFFSETS:
        text = f"It was handed over on {clock.in_words(started)} and received that day."
        return started, Reason(text, _BY_HAND)
    days = rules.whole(_OFFSETS[method])
    presumed = clock.working_day_after(started, days)
    text = (
        f"Posted on {clock.in_words(started)}, {method.replace('_', ' ').removesuffix(' post')}, it is presumed "
        f"served {days} working days later, on {clock.in_words(presumed)}, unless the contrary is proved."
    )
    return presumed, rules.reason(_OFFSETS[method], text)


def _sums(
    kind: tariff.Kind,
    position: tariff.Position | None,
    cost: tariff.Tariff,
    reduced: date,
    full: date,
    rules: Rules,
) -> tuple[Reason, ...]:
    given = tariff.names(kind, position)
    last = rules.reason(
        given.full_days,
        f"£{cost.full_pounds} can be paid until {clock.in_words(full)}, within {cost.full_days} days beginning "
        "with receipt. From the next day the council decides: prosecute or withdraw.",
    )
    if cost.reduced_pounds == cost.full_pounds:
        whole = f"A second notice costs £{cost.full_pounds} from its first day; there is no reduced sum."
        return rules.reason(given.full_pounds, whole), last
    early = (
        f"£{cost.reduced_pounds} is enough until {clock.in_words(reduced)}, within {cost.reduced_days} days "
        "beginning with receipt."
    )
    return rules.reason(given.reduced_days, early), last
