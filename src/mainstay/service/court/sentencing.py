"""A sentence as it is written down: what the law leaves no room for, when it ends, when it is spent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mainstay.law import charge, clock, deadlines
from mainstay.service.common.ui.filters import long_date, money
from mainstay.service.court.models import Prosecution, Result, Sentence

Kind, Verdict, Offence = Sentence.Kind, Result.Verdict, Prosecution.Offence
#: only where the offence can be punished with imprisonment
IMPRISONABLE: Final = (Kind.COMMUNITY, Kind.SUSPENDED, Kind.CUSTODY)
#: with a length in months
WITH_MONTHS: Final = (Kind.CONDITIONAL, Kind.COMMUNITY, Kind.SUSPENDED, Kind.CUSTODY, Kind.PARENTING)
#: those whose length has a rule of its own
_LONGEST: Final = {Kind.CONDITIONAL: "conditional-discharge-longest", Kind.PARENTING: "parenting-order-longest"}
#: a parenting order follows a conviction under these
_PARENTING: Final = (Offence.ABSENT, Offence.KNOWING, Offence.ORDER)
#: a court convicting of the first, or trying one of the others, may direct an application for a supervision order
_DIRECTS_ON_CONVICTION: Final = Offence.ORDER
_DIRECTS_ON_TRIAL: Final = (Offence.ABSENT, Offence.KNOWING)
_TRIED: Final = (Verdict.CONVICTED, Verdict.LESSER, Verdict.ACQUITTED, Verdict.DISMISSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """One part of a sentence as it was passed; ends_on: only of a deferred sentence, the day it will be passed."""

    kind: str
    pence: int | None = None
    months: int | None = None
    ends_on: date | None = None
    requirements: str = ""


def offence_of(one: Prosecution, verdict: str) -> str:
    """The offence of which it was decided."""
    return Offence.ABSENT if verdict == Verdict.LESSER else one.offence


def maximum(one: Prosecution, offence: str) -> charge.Maximum:
    """The heaviest sentence of an offence, as the law says for that period."""
    asked = charge.Proposal(
        offence=offence,  # type: ignore[arg-type]
        child_born=one.case.pupil.date_of_birth or one.offence_from, first=one.offence_from, last=one.offence_to,
        eso_considered=True, full_code_test="passed", regime=one.attendance_order.regime if one.attendance_order else "EA1996-437",  # type: ignore[arg-type]
    )  # fmt: skip
    return charge.find(asked).maximum


def refused(one: Prosecution, verdict: str, passed: Sequence[Passed], on: date) -> list[str]:
    """Everything the law leaves no room for, in words."""
    return list(_of_verdict(one, verdict, passed)) + [
        words for each in passed for words in _of_part(one, verdict, each, on)
    ]


def _of_verdict(one: Prosecution, verdict: str, passed: Sequence[Passed]) -> Iterator[str]:
    if verdict == Verdict.LESSER and one.offence != Offence.KNOWING:
        yield "Only on a charge under section 444(1A) may the court convict of the lesser offence, section 444(1)."
    if verdict not in Result.CONVICTIONS:
        if passed:
            yield "There is a sentence only on a conviction."
        return
    if not [each for each in passed if each.kind != Kind.PARENTING]:
        yield "Write down the sentence: a discharge or a deferred sentence counts as one."
    if len({each.kind for each in passed}) < len(passed):
        yield "Each kind of sentence is written down once."


def _of_part(one: Prosecution, verdict: str, each: Passed, on: date) -> Iterator[str]:
    if verdict not in Result.CONVICTIONS:
        return
    kind, name = Kind(each.kind), Kind(each.kind).label
    yield from _shape(kind, name, each, on)
    offence = offence_of(one, verdict)
    heaviest = maximum(one, offence)
    if kind == Kind.FINE and each.pence and each.pence > heaviest.fine_pounds * 100:
        most = money(heaviest.fine_pounds * 100)
        yield f"The heaviest fine for {charge.OFFENCES[offence]} is {most}: look at the sum again."
    if kind in IMPRISONABLE and not heaviest.imprisonable:
        yield f"{name}: {charge.OFFENCES[offence]} cannot be punished with imprisonment, so there is none."
    elif kind in (Kind.CUSTODY, Kind.SUSPENDED) and each.months and heaviest.custody_months:
        if each.months > heaviest.custody_months:
            yield f"{name}: the law allows {heaviest.custody_months} months at most."
    if kind == Kind.PARENTING and offence not in _PARENTING:
        yield "A parenting order follows a conviction under section 443 or 444 only."
    if kind in _LONGEST and each.months:
        last = deadlines.find(_LONGEST[kind], on).last_day
        if clock.last_day_of_months_beginning_with(on, each.months) > last:
            yield f"{name}: it may run until {long_date(last)} at most."


def _shape(kind: Sentence.Kind, name: str, each: Passed, on: date) -> Iterator[str]:
    if kind == Kind.FINE and not each.pence:
        yield "Write down how much the fine is."
    if kind != Kind.FINE and each.pence:
        yield f"{name}: only a fine has a sum."
    if kind in WITH_MONTHS and not each.months:
        yield f"{name}: write down its length in months."
    if kind not in WITH_MONTHS and each.months:
        yield f"{name} has no length in months."
    if kind == Kind.DEFERRED and (each.ends_on is None or each.ends_on <= on):
        yield "A deferred sentence needs the later day on which it is passed."
    if kind != Kind.DEFERRED and each.ends_on:
        yield f"{name}: its last day is counted from its length."


def may_direct(one: Prosecution, verdict: str) -> bool:
    """Whether the court could direct the authority to apply for a supervision order (s.447(2))."""
    if one.offence == _DIRECTS_ON_CONVICTION:
        return verdict in Result.CONVICTIONS
    return one.offence in _DIRECTS_ON_TRIAL and verdict in _TRIED


def dates(each: Passed, on: date, convicted_on: date) -> tuple[date | None, date | None]:
    """Its last day, and the first day on which the conviction is spent as far as this part goes; None where not said.

    on: the day it was passed; a conviction is spent by its own day.
    """
    kind = Kind(each.kind)
    ends = each.ends_on
    if kind in WITH_MONTHS and each.months:
        ends = clock.last_day_of_months_beginning_with(on, each.months)
    if kind == Kind.FINE:
        return ends, deadlines.find("fine-spent", convicted_on).next_step_from
    if kind == Kind.ABSOLUTE:
        return ends, convicted_on
    if kind == Kind.CONDITIONAL and ends is not None:
        return ends, ends + clock.DAY
    return ends, None


def spent_on(parts: Iterable[Sentence]) -> date | None:
    """When a conviction is spent: with its last part; None while the law's rule for one of them isn't known here.

    A parenting order puts nothing off: our notes are silent, and this is the reading that protects the family.
    """
    days = [part.spent_on for part in parts if part.kind != Kind.PARENTING]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def in_words(part: Sentence) -> str:
    """ "Fine £146.00", "Parenting order, 6 months, to 13 April 2027"."""
    said = [part.get_kind_display()]
    if part.pence is not None:
        said[0] += f" of {money(part.pence)}"
    if part.months is not None:
        said.append(f"{part.months} month{'' if part.months == 1 else 's'}")
    if part.ends_on is not None:
        said.append(f"{'to be passed on' if part.kind == Kind.DEFERRED else 'to'} {long_date(part.ends_on)}")
    return ", ".join(said)
