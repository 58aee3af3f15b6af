"""A charge as it is proposed: what stops it, the absences it may rely on, the defences, the heaviest sentence.

Failing to secure regular attendance (Education Act 1996 s.444(1)), knowingly failing to cause it (s.444(1A)), both at
alternative provision too (s.444ZA); not complying with a school attendance order (s.443); persistently failing to
comply with a direction under an education supervision order (Children Act 1989 Sch.3 para 18). Each `block` stops
the charge as it is proposed; without any, a person still decides. The order's `regime` is the case's own, fixed when
it opened: that of the 2026 Act is refused until its day is appointed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mainstay.law import age, clock, codes, defences, limitation
from mainstay.law.answer import Answer, Reason, Source, Warning_
from mainstay.law.payment import State
from mainstay.law.rules import CURRENT, Rules

Offence = Literal["444(1)", "444(1A)", "443", "eso-breach"]
Route = Literal["sjp", "requisition", "summons"]
CodeTest = Literal["passed", "failed", "open"]
Regime = Literal["EA1996-437", "CWSA2026"]

#: an offence in words
OFFENCES: Final[dict[str, str]] = {
    "444(1)": "failing to secure regular attendance",
    "444(1A)": "knowingly failing to cause attendance",
    "443": "not complying with a school attendance order",
    "eso-breach": "persistently failing to comply with a direction under an education supervision order",
}
ROUTES: Final = ("sjp", "requisition", "summons")
CODE_TESTS: Final = ("passed", "failed", "open")
REGIMES: Final = ("EA1996-437", "CWSA2026")
OF_ATTENDANCE: Final = ("444(1)", "444(1A)")
_ACT_OF_2026: Final = "CWSA2026"
_STILL_PAYABLE: Final = ("open_reduced", "open_full")

_SINGLE_JUSTICE: Final = Source("Criminal Justice Act 2003 s.29(2AA)", "statute")
_ESO_FIRST: Final = Source("Education Act 1996 s.447(1)", "statute")
_CODE: Final = Source("Code for Crown Prosecutors, recalled", "assumed")
_NOTICES: Final = Source("EA96 s.444A; PN07 (SI 2007/1867), as councils' codes quote them", "local")
_DISPLACED: Final = Source("Children Act 1989 Sch.3 para 13, recalled", "assumed")
_FRESH: Final = Source("Our reading: one absence is charged once", "assumed")
_REGULARLY: Final = Source("Isle of Wight Council v Platt [2017] UKSC 28", "guidance")
_LESSER: Final = Source(
    "Education Act 1996 s.444(8B); R (P) v Liverpool Magistrates [2006] EWHC 887", "guidance"
)
_NOTHING_LEFT: Final = Source("Our reading: a charge relies on one absence at least", "assumed")
_SUMMONS: Final = Source(
    "Criminal Justice Act 2003 s.29(4), not commenced in copies read; ask legal", "assumed"
)
_TERM_UNKNOWN: Final = Source(
    "Children's Wellbeing and Schools Act 2026 s.39 (new s.436P): a maximum term is named, its length not read",
    "assumed",
)


@dataclass(frozen=True, slots=True)
class Absence:
    """A session that the charge would rely on; its code where it is known."""

    date: date
    half: str
    code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """The charge as it is proposed.

    first, last: the period charged, both days included
    issue_on: the day on which the charge is issued, or the information laid; None where that isn't fixed
    notice: the state of a penalty notice for the same facts; withdrawn_before: another one was withdrawn
    under_order: an education supervision order is in force from order_from to order_to; None leaves an end open
    last_charged_to: the last day of an earlier charge for this child against this parent
    defences_asked: codes of what was asked; None where the question isn't about them
    """

    offence: Offence
    child_born: date
    first: date
    last: date
    eso_considered: bool
    full_code_test: CodeTest
    issue_on: date | None = None
    route: Route | None = None
    regime: Regime = "EA1996-437"
    notice: State | None = None
    withdrawn_before: bool = False
    defendant_born: date | None = None
    under_order: bool = False
    order_from: date | None = None
    order_to: date | None = None
    last_charged_to: date | None = None
    absences: tuple[Absence, ...] | None = None
    defences_asked: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What stops the charge; ``code`` is for machines."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Maximum:
    """The heaviest sentence; custody_months is None where there's none, or its length isn't known."""

    fine_pounds: int
    custody_months: int | None
    imprisonable: bool


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A defence to ask about, who would have to prove it or that it fails, and whether it was asked."""

    code: str
    ground: str
    proved_by: str
    asked: bool | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An absence that the charge may not rely on, and why."""

    date: date
    half: str
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChargeAnswer(Answer):
    """Whether it is allowed, and what is to be known with it.

    next_offence_from: the first day that a later charge may begin with
    """

    allowed: bool
    blocks: tuple[Block, ...]
    maximum: Maximum
    safe_date: date
    outer_date: date
    shorten_from: date | None
    relies_on: tuple[Absence, ...]
    left_out: tuple[LeftOut, ...]
    defences: tuple[ToAsk, ...]
    next_offence_from: date


def find(asked: Proposal, rules: Rules = CURRENT) -> ChargeAnswer:
    """Whether the charge may be brought as it is proposed. Raises codes.UnknownCode, codes.CodeNotInForce."""
    limits = limitation.find(asked.first, asked.last, asked.issue_on, rules)
    heaviest = _maximum(asked, rules)
    relies, left = _absences(asked, rules)
    blocking = list(_blocks(asked, limits, heaviest, relies, rules))
    to_ask = tuple(
        ToAsk(
            one.code,
            one.ground,
            one.proved_by,
            None if asked.defences_asked is None else one.code in asked.defences_asked,
        )
        for one in defences.of(asked.offence)
    )
    return ChargeAnswer(
        allowed=not blocking,
        blocks=tuple(Block(code, reason.text) for code, reason in blocking),
        maximum=heaviest,
        safe_date=limits.safe_date,
        outer_date=limits.outer_date,
        shorten_from=limits.shorten_from,
        relies_on=relies,
        left_out=left,
        defences=to_ask,
        next_offence_from=asked.last + clock.DAY,
        reasons=(
            *(reason for _, reason in blocking),
            *_of_maximum(asked, heaviest, rules),
            *limits.reasons,
            *_of_offence(asked),
            *_of_route(asked),
            *(rule.reason() for rule in defences.of(asked.offence)),
        ),
        warnings=(*limits.warnings, *_warnings(asked, relies, to_ask)),
        rules_version=rules.version,
    )


def _new_order(asked: Proposal) -> bool:
    return asked.offence == "443" and asked.regime == _ACT_OF_2026


def _maximum(asked: Proposal, rules: Rules) -> Maximum:
    if _new_order(asked):
        return Maximum(rules.whole("fine_443_cwsa2026_pounds"), None, True)
    if asked.offence == "444(1A)":
        return Maximum(rules.whole("fine_444_1a_pounds"), rules.whole("custody_444_1a_months"), True)
    return Maximum(rules.whole(_FINES[asked.offence]), None, False)


_FINES: Final = {
    "444(1)": "fine_444_1_pounds",
    "443": "fine_443_pounds",
    "eso-breach": "fine_eso_breach_pounds",
}


def _blocks(
    asked: Proposal,
    limits: limitation.LimitationAnswer,
    heaviest: Maximum,
    relies: tuple[Absence, ...],
    rules: Rules,
) -> Iterable[tuple[str, Reason]]:
    """What stops the charge, each with the reason that says it."""
    if _new_order(asked):
        yield from _of_regime(asked, rules)
    if asked.route == "sjp":
        yield from _of_single_justice(asked, heaviest, rules)
    if asked.offence != "eso-breach" and not asked.eso_considered:
        text = "An education supervision order has to be considered first, instead of the prosecution or as well as it."
        yield "eso_not_considered", Reason(text, _ESO_FIRST)
    if asked.full_code_test != "passed":
        said = "has failed" if asked.full_code_test == "failed" else "is not decided yet"
        yield "full_code_test", Reason(f"The full code test {said}: no charge before it is passed.", _CODE)
    if limits.blocked and asked.issue_on:
        text = f"Issued on {clock.in_words(asked.issue_on)}, the charge is after the outer date, {clock.in_words(limits.outer_date)}."
        yield "out_of_time", rules.reason("limitation_months", text)
    yield from _of_age(asked, rules)
    yield from _of_notice(asked)
    yield from _of_order(asked)
    if asked.last_charged_to and asked.first <= asked.last_charged_to:
        text = f"Days to {clock.in_words(asked.last_charged_to)} were charged before: a new period begins the day after."
        yield "already_charged", Reason(text, _FRESH)
    if asked.absences is not None and not relies:
        yield "no_absence_left", Reason("The charge may rely on none of the absences given.", _NOTHING_LEFT)


def _of_regime(asked: Proposal, rules: Rules) -> Iterable[tuple[str, Reason]]:
    if not rules.known("cwsa2026_from"):
        text = "No day is appointed for the orders of the 2026 Act: nobody can be charged with failing to comply with one."
        yield "regime_not_in_force", rules.reason("cwsa2026_from", text)
    elif min(asked.first, rules.as_of or asked.first) < rules.day("cwsa2026_from"):
        begins = clock.in_words(rules.day("cwsa2026_from"))
        text = f"The orders of the 2026 Act are law from {begins} only: the period charged begins before it."
        yield "regime_not_in_force", rules.reason("cwsa2026_from", text)


def _of_single_justice(asked: Proposal, heaviest: Maximum, rules: Rules) -> Iterable[tuple[str, Reason]]:
    if heaviest.imprisonable:
        text = "A single justice procedure notice is only for an offence without imprisonment: choose a requisition"
        lesser = " or charge 444(1)" if asked.offence == "444(1A)" else ""
        yield "sjp_not_for_imprisonable", Reason(f"{text}{lesser}.", _SINGLE_JUSTICE)
    adult = rules.whole("single_justice_age")
    if asked.defendant_born is None:
        return
    on = asked.issue_on or asked.last
    if clock.birthday(asked.defendant_born, adult) > on:
        text = f"The defendant is under {adult} on {clock.in_words(on)}: no single justice procedure notice."
        yield "sjp_defendant_under_18", rules.reason("single_justice_age", text)


def _of_age(asked: Proposal, rules: Rules) -> Iterable[tuple[str, Reason]]:
    begins, ends = age.compulsory(asked.child_born, rules=rules)
    if asked.first < begins or asked.last > ends:
        text = f"The child is of compulsory school age from {clock.in_words(begins)} to {clock.in_words(ends)}: the period charged goes beyond."
        parameter = "prescribed_days" if asked.first < begins else "compulsory_age_ends"
        yield "outside_compulsory_age", rules.reason(parameter, text)


def _of_notice(asked: Proposal) -> Iterable[tuple[str, Reason]]:
    if asked.notice in _STILL_PAYABLE:
        text = "The penalty notice can still be paid: no proceedings before its time has ended."
        yield "notice_still_payable", Reason(text, _NOTICES)
    if asked.notice == "discharged":
        text = "The penalty notice was paid: the parent is no longer liable for that offence."
        yield "notice_discharged", Reason(text, _NOTICES)
    if asked.notice == "withdrawn" or asked.withdrawn_before:
        text = "A penalty notice for the same facts was withdrawn: no proceedings for that offence then, nor under 444(1A)."
        yield "notice_withdrawn", Reason(text, _NOTICES)


def _of_order(asked: Proposal) -> Iterable[tuple[str, Reason]]:
    if asked.offence in OF_ATTENDANCE and _touches_order(asked):
        text = "On days of the period an education supervision order is in force: the duty to follow its directions stands in place of s.444."
        yield "eso_in_force", Reason(text, _DISPLACED)


def _touches_order(asked: Proposal) -> bool:
    """Is a supervision order in force on any day of the period?"""
    begins, ends = asked.order_from or asked.first, asked.order_to or asked.last
    return asked.under_order and begins <= asked.last and asked.first <= ends


def _in_order(asked: Proposal, day: date) -> bool:
    return (
        asked.under_order
        and (asked.order_from is None or asked.order_from <= day)
        and (asked.order_to is None or day <= asked.order_to)
    )


def _absences(asked: Proposal, rules: Rules) -> tuple[tuple[Absence, ...], tuple[LeftOut, ...]]:
    relies, left = [], []
    for one in sorted(asked.absences or (), key=lambda absence: (absence.date, absence.half)):
        because = _unfit(one, asked, rules)
        if because:
            left.append(LeftOut(one.date, one.half, because))
        else:
            relies.append(one)
    return tuple(relies), tuple(left)


def _unfit(one: Absence, asked: Proposal, rules: Rules) -> str:
    """Why the charge may not rely on an absence; empty where it may."""
    begins, ends = age.compulsory(asked.child_born, rules=rules)
    if not asked.first <= one.date <= asked.last:
        return "it lies outside the period charged"
    if one.code and (one.code == codes.BLANK or codes.lookup(one.code, one.date).kind != "unauthorised"):
        return f"its code {one.code} is no unauthorised absence"
    if asked.last_charged_to and one.date <= asked.last_charged_to:
        return "it lies within a period charged before"
    if not begins <= one.date <= ends:
        return "the child was not of compulsory school age"
    if _in_order(asked, one.date):
        return "an education supervision order was in force"
    if asked.issue_on and clock.months_after(one.date, rules.whole("limitation_months")) < asked.issue_on:
        return "it is out of time on the day of issue"
    return ""


def _of_maximum(asked: Proposal, heaviest: Maximum, rules: Rules) -> Iterable[Reason]:
    what = OFFENCES[asked.offence]
    fine = f"The heaviest fine for {what} is £{heaviest.fine_pounds:,}."
    if _new_order(asked):
        yield rules.reason("fine_443_cwsa2026_pounds", fine)
        yield Reason(
            "Imprisonment is possible under the 2026 Act; how long is to be looked up.", _TERM_UNKNOWN
        )
    elif asked.offence == "444(1A)":
        yield rules.reason("fine_444_1a_pounds", fine)
        text = f"Imprisonment for up to {heaviest.custody_months} months is possible, with the fine or without it."
        yield rules.reason("custody_444_1a_months", text)
    else:
        yield rules.reason(_FINES[asked.offence], f"{fine} There is no imprisonment.")


def _of_offence(asked: Proposal) -> Iterable[Reason]:
    if asked.offence in OF_ATTENDANCE:
        text = "Regularly means in accordance with the rules prescribed by the school."
        yield Reason(text, _REGULARLY)
    if asked.offence == "444(1A)":
        yield Reason("On this charge the court may convict of the lesser one, 444(1), instead.", _LESSER)


def _of_route(asked: Proposal) -> Iterable[Reason]:
    if asked.route == "summons":
        text = "A council can issue a written charge with a requisition: prefer that to an application for a summons."
        yield Reason(text, _SUMMONS)


def _warnings(asked: Proposal, relies: tuple[Absence, ...], to_ask: tuple[ToAsk, ...]) -> Iterable[Warning_]:
    if asked.route == "sjp" and asked.defendant_born is None:
        text = (
            "The defendant's date of birth isn't given: a single justice procedure notice is for adults only."
        )
        yield Warning_("defendant_age_unknown", text)
    if any(one.code == "N" for one in relies):
        text = "An N among the absences is unresolved: settle its code before the charge relies on it."
        yield Warning_("unresolved_n", text)
    unasked = [one.code for one in to_ask if one.asked is False]
    if unasked:
        yield Warning_("defences_not_asked", f"Ask about each defence first: {', '.join(unasked)}.")
    if asked.offence == "eso-breach" and asked.under_order:
        inside = _in_order(asked, asked.first) and _in_order(asked, asked.last)
        if not inside:
            text = "Days of the period charged lie outside the supervision order: nobody has to follow a direction then."
            yield Warning_("outside_order", text)
    if asked.offence == "443" and _touches_order(asked):
        text = "On days of the period an education supervision order is in force, and an attendance order ceases then: ask legal."
        yield Warning_("attendance_order_may_have_ceased", text)
