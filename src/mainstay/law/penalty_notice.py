"""Whether a penalty notice may be issued, as the first or the second, and what it costs.

No notice for failure to attend may be issued where two earlier ones to that parent for that child were issued in
the three years ending with the day on which this one is proposed. Parents and children are counted one by one,
by day of issue. The notice for an excluded child in a public place has its own tariff and no such limit.
It is never automatic: an officer decides whether a notice is the right tool.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mainstay.law import clock, tariff
from mainstay.law.answer import Answer, Reason, Source, Warning_
from mainstay.law.rules import CURRENT, Rules

Outcome = Literal["open", "paid", "unpaid", "convicted", "acquitted", "withdrawn"]
CrossBorder = Literal["none", "received", "awaited"]
SchoolType = Literal["maintained", "academy", "pru", "ap_academy", "special", "independent"]

_SCHOOLS: Final = Source("EA96 s.444A; PN07 (SI 2007/1867), as councils' codes quote them", "local")
_UNKNOWN: Final = Source("Our reading: an answer that is awaited is unknown, not zero", "assumed")
_TOOLS: Final = (
    "Prosecution for the failure to attend",
    "An education supervision order",
    "A parenting order, where a court convicts",
    "An attendance contract, with support",
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A notice that was issued before, by whatever authorised officer."""

    issued_on: date
    kind: tariff.Kind
    outcome: Outcome
    same_parent: bool
    same_child: bool


@dataclass(frozen=True, slots=True)
class NotCounted:
    """An earlier notice that is left out of the limit, and why."""

    issued_on: date
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PenaltyNoticeAnswer(Answer):
    """counted: issue dates within the limit's years. free_again_on: None unless the limit is what refuses."""

    allowed: bool
    position: tariff.Position | None
    tariff: tariff.Tariff | None
    counted: tuple[date, ...]
    not_counted: tuple[NotCounted, ...]
    free_again_on: date | None
    alternatives: tuple[str, ...]


def find(
    kind: tariff.Kind,
    proposed_on: date,
    earlier: Sequence[Earlier] = (),
    offence_from: date | None = None,
    offence_to: date | None = None,
    cross_border_answer: CrossBorder | None = None,
    school_type: SchoolType | None = None,
    rules: Rules = CURRENT,
) -> PenaltyNoticeAnswer:
    """Whether a notice proposed on that day may be issued.

    offence_from, offence_to: first and last day of the offence
    cross_border_answer: what another authority said about earlier notices; None where nobody had to be asked
    """
    held = [(one, _left_out(one, kind, proposed_on, rules)) for one in earlier]
    counted = tuple(sorted(one.issued_on for one, because in held if not because))
    refusals = list(
        _refusals(kind, proposed_on, offence_from, offence_to, cross_border_answer, school_type, rules)
    )
    limit = kind == "attendance" and len(counted) >= rules.whole("notices_in_years")
    allowed = not refusals and not limit
    position = _position(kind, counted) if allowed else None
    reasons = [reason for reason, _ in refusals]
    free = None
    if limit:
        reasons.append(_of_limit(counted, rules))
        free = _free_again(kind, proposed_on, earlier, rules) if not refusals else None
    if allowed:
        reasons += _of_allowed(kind, position, counted, rules)
    return PenaltyNoticeAnswer(
        allowed=allowed,
        position=position,
        tariff=tariff.of(kind, position, rules) if allowed else None,
        counted=counted,
        not_counted=tuple(NotCounted(one.issued_on, because) for one, because in held if because),
        free_again_on=free,
        alternatives=_TOOLS if limit else (),
        reasons=tuple(reasons),
        warnings=tuple(_warnings(kind, proposed_on, earlier, [code for _, code in refusals], allowed, rules)),
        rules_version=rules.version,
    )


def _position(kind: tariff.Kind, counted: Sequence[date]) -> tariff.Position | None:
    if kind == "excluded":
        return None
    return "second" if counted else "first"


def _left_out(one: Earlier, kind: tariff.Kind, on: date, rules: Rules) -> str:
    """Why an earlier notice does not count on a day; empty where it does."""
    years, since = rules.whole("notices_years"), rules.day("notices_counted_from")
    if kind == "excluded":
        return "there is no limit on notices for an excluded child in a public place"
    if one.kind == "excluded":
        return "it was for an excluded child in a public place, another offence"
    if not one.same_parent:
        return "it was to another parent"
    if not one.same_child:
        return "it was for another child"
    if one.outcome == "withdrawn":
        return "it was withdrawn"
    if one.outcome == "acquitted":
        return "the parent was acquitted"
    if one.issued_on < since:
        return f"it was issued before {clock.in_words(since)}"
    if one.issued_on > on:
        return "it was issued after the day on which this one is proposed"
    if one.issued_on <= clock.months_after(on, -12 * years):
        return f"the {years} years ending with the day proposed don't reach back to it"
    return ""


def _refusals(
    kind: tariff.Kind,
    proposed_on: date,
    first: date | None,
    last: date | None,
    answer: CrossBorder | None,
    school: SchoolType | None,
    rules: Rules,
) -> Iterable[tuple[Reason, str]]:
    """What refuses a notice whatever went before it, with the code of its warning or "" for none."""
    begins = rules.day("national_framework_from")
    day = clock.in_words(begins)
    if school == "independent":
        text = "No penalty notice can be issued for a pupil of an independent school."
        yield Reason(text, _SCHOOLS), ""
    if kind == "attendance":
        if proposed_on < begins or (last or first or begins) < begins:
            text = f"Before {day} the earlier local code governs, not the national framework."
            yield rules.reason("national_framework_from", text), "before_national_framework"
        elif first is not None and first < begins:
            text = f"The offence begins before {day}, when another code governed: shorten it to begin on or after that day."
            yield rules.reason("national_framework_from", text), "before_national_framework"
    if answer == "awaited":
        text = "Another authority has not answered yet: its earlier notices are unknown, and with them the tariff."
        yield Reason(text, _UNKNOWN), "awaiting_other_authority"


def _of_limit(counted: Sequence[date], rules: Rules) -> Reason:
    years, most = rules.whole("notices_years"), rules.whole("notices_in_years")
    issued = " and ".join(map(clock.in_words, counted))
    return rules.reason(
        "notices_in_years",
        f"{len(counted)} notices to this parent for this child ({issued}) were issued in the {years} years ending "
        f"with the day proposed. After {most} no further notice may be issued: consider the other tools.",
    )


def _of_allowed(
    kind: tariff.Kind, position: tariff.Position | None, counted: Sequence[date], rules: Rules
) -> Iterable[Reason]:
    cost, given = tariff.of(kind, position, rules), tariff.names(kind, position)
    if kind == "excluded":
        text = "A notice for an excluded child in a public place has no limit of number, and a tariff of its own."
        yield rules.reason(given.full_pounds, text)
    elif counted:
        text = f"The notice of {clock.in_words(counted[-1])} counts: this is the second, £{cost.full_pounds} from its first day."
        yield rules.reason(given.full_pounds, text)
    else:
        yield rules.reason("notices_years", "No earlier notice counts: this is the first.")
    if cost.reduced_pounds < cost.full_pounds:
        text = f"£{cost.reduced_pounds} within {cost.reduced_days} days beginning with receipt, £{cost.full_pounds} within {cost.full_days}."
        yield rules.reason(given.reduced_pounds, text)


def frees_on(issued_on: date, rules: Rules = CURRENT) -> date:
    """The first day on which a notice issued then no longer counts towards the limit."""
    months = 12 * rules.whole("notices_years")
    day = clock.months_after(issued_on, months)
    while issued_on > clock.months_after(day, -months):  # 29 February
        day += clock.DAY
    return day


def _free_again(kind: tariff.Kind, proposed_on: date, earlier: Sequence[Earlier], rules: Rules) -> date:
    """The first day from then on, on which fewer notices count than the limit allows; known later ones included."""
    most = rules.whole("notices_in_years")
    return next(
        day
        for day in sorted({frees_on(one.issued_on, rules) for one in earlier})
        if day > proposed_on and sum(not _left_out(one, kind, day, rules) for one in earlier) < most
    )


def _warnings(
    kind: tariff.Kind,
    on: date,
    earlier: Sequence[Earlier],
    refused: Iterable[str],
    allowed: bool,
    rules: Rules,
) -> Iterable[Warning_]:
    text = {
        "before_national_framework": "The offence, or part of it, lies before the national framework.",
        "awaiting_other_authority": "Another authority's answer about earlier notices is awaited: it is unknown, not zero.",
    }
    yield from (Warning_(code, text[code]) for code in refused if code)
    if kind == "excluded":
        return
    since = rules.day("notices_counted_from")
    ours = [
        one
        for one in earlier
        if one.kind == kind and one.same_parent and one.same_child and since <= one.issued_on <= on
    ]
    window = clock.months_after(on, -12 * rules.whole("notices_years"))
    if any(one.outcome == "acquitted" and one.issued_on > window for one in ours):
        yield Warning_(
            "acquittal_needs_decision",
            "The law doesn't say whether a notice counts after an acquittal. It is left out here: record your decision.",
        )
    if allowed and sum(one.outcome not in ("withdrawn", "acquitted") for one in ours) >= 2:
        yield Warning_(
            "rarely_best_tool",
            "This parent had two or more notices for this child: a further one is rarely the best tool.",
        )
