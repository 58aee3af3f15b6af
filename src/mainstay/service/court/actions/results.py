"""P11: what the court decided is written down the same day, checked against the law, and handed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import deadlines as law
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import clocks, sentencing
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.sittings import may
from mainstay.service.court.models import Hearing, Prosecution, Result, Sentence
from mainstay.service.court.sentencing import Passed
from mainstay.service.court.steps import PROSECUTION
from mainstay.service.orders.actions import attendance_ending, supervision
from mainstay.service.penalties.models import Notice
from mainstay.service.record import deadlines

State, Verdict, Kind = Prosecution.State, Result.Verdict, Sentence.Kind
TOLD: Final = "result-told"
LETTER: Final = "result-letter"
APPEAL: Final = "crown-court-appeal"
DEFERRED: Final = "deferred-sentence"
DISCHARGE: Final = "conditional-discharge-watch"
#: how a verdict stands with the penalty notice whose sessions were charged; the others say nothing
NOTICE: Final = {
    Verdict.CONVICTED: Notice.Outcome.CONVICTED, Verdict.LESSER: Notice.Outcome.CONVICTED,
    Verdict.ACQUITTED: Notice.Outcome.ACQUITTED, Verdict.DISMISSED: Notice.Outcome.ACQUITTED,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A result as the court announced it; sums in pence."""

    verdict: str
    passed: Sequence[Passed] = ()
    costs_asked_pence: int = 0
    costs_granted_pence: int = 0
    surcharge_pence: int = 0
    supervision_directed: bool = False
    order_ended: bool = False  # acquitted under section 443, the court ended the attendance order


def refused(one: Prosecution, decided: Decided, on: date) -> list[str]:
    """Everything that does not fit together, in words."""
    wrong = sentencing.refused(one, decided.verdict, decided.passed, on)
    if decided.costs_granted_pence > decided.costs_asked_pence:
        wrong.append("More costs are granted than were asked for: look at both sums.")
    if decided.verdict not in Result.CONVICTIONS and (decided.costs_granted_pence or decided.surcharge_pence):
        wrong.append("A parent who is not convicted pays neither costs nor surcharge.")
    if decided.order_ended and (
        one.attendance_order_id is None or decided.verdict not in (Verdict.ACQUITTED, Verdict.DISMISSED)
    ):
        wrong.append("A court ends a school attendance order where it acquits under section 443: not here.")
    if decided.supervision_directed and not sentencing.may_direct(one, decided.verdict):
        wrong.append(
            "A court directs an application for a supervision order when it convicts under section 443 or tries a charge "
            "under section 444: not here."
        )
    return wrong


@transaction.atomic
def decide(*, prosecution_id: int, decided: Decided, by: Any, at: datetime) -> Result:
    """Write down the result of the hearing that is recorded as decided. Raises StepRefused with every reason."""
    one = locked(prosecution_id, by)
    target = PROSECUTION.check("decide", one, by)
    hearing = (
        one.hearings.filter(outcome=Hearing.Outcome.DECIDED, results=None).select_related("sitting").get()
    )
    on = timezone.localdate(hearing.sitting.starts)
    if decided.verdict == Verdict.DISCONTINUED:
        raise StepRefused("The council discontinues with a step of its own, with its reasons.")
    if wrong := refused(one, decided, on):
        raise StepRefused(" ".join(wrong))
    result = write_down(one, hearing, on, decided, by, at)
    for each in decided.passed:
        _pass(result, each, on)
    _after_sentence(one, result, by, at)
    one.state, one.state_since = target, at
    one.save(update_fields=["state", "state_since"])
    clocks.stop_all(one, by=by, at=at)
    _clocks(one, result, by, at)
    if result.supervision_directed:
        supervision.directed_by_court(case_id=one.case_id, directed_on=on, by=by, at=at)
    _to_order(one, result, decided, by, at)
    tell(
        one,
        f"{one.number}: {result.get_verdict_display().lower()}",
        in_words(result),
        by=by,
        at=at,
        about=result,
    )
    trail.record(
        by=by, at=at, action="result.recorded", on=result, prosecution=one.pk, verdict=result.verdict,
        sentences=[each.kind for each in decided.passed], costs=decided.costs_granted_pence,
    )  # fmt: skip
    return result


def _to_order(one: Prosecution, result: Result, decided: Decided, by: Any, at: datetime) -> None:
    """The attendance order charged about is told: it may be spent, or ended by the court."""
    if one.attendance_order_id is None:
        return
    if result.verdict in Result.CONVICTIONS:
        attendance_ending.convicted(order_id=one.attendance_order_id, on=result.on, by=by, at=at)
    elif result.verdict in (Verdict.ACQUITTED, Verdict.DISMISSED):
        attendance_ending.acquitted(
            order_id=one.attendance_order_id, directed=decided.order_ended, on=result.on, by=by, at=at
        )


def write_down(
    one: Prosecution, hearing: Hearing | None, on: date, decided: Decided, by: Any, at: datetime
) -> Result:
    """The row itself, of a locked prosecution."""
    return Result.objects.create(
        prosecution=one, hearing=hearing, on=on, verdict=decided.verdict,
        offence=sentencing.offence_of(one, decided.verdict), costs_asked_pence=decided.costs_asked_pence,
        costs_granted_pence=decided.costs_granted_pence, surcharge_pence=decided.surcharge_pence,
        supervision_directed=decided.supervision_directed, recorded_at=at, recorded_by=by,
    )  # fmt: skip


def _pass(result: Result, each: Passed, on: date) -> Sentence:
    ends, spent = sentencing.dates(each, on, result.on)
    return result.sentences.create(
        kind=each.kind, pence=each.pence, months=each.months, ends_on=ends, spent_on=spent,
        requirements=each.requirements.strip(),
    )  # fmt: skip


def _after_sentence(one: Prosecution, result: Result, by: Any, at: datetime) -> None:
    """When it is spent; and what has to be watched until its end."""
    parts = list(result.sentences.all())
    result.spent_on = sentencing.spent_on(parts)
    result.save(update_fields=["spent_on"])
    _to_notice(one, NOTICE.get(Verdict(result.verdict), ""), result.spent_on)
    watched = {Kind.DEFERRED: (DEFERRED, "sentence is to be passed"), Kind.CONDITIONAL: (DISCHARGE, "conditional discharge ends")}  # fmt: skip
    for part in parts:
        if part.kind in watched and part.ends_on is not None:
            rule, words = watched[Kind(part.kind)]
            deadlines.start(
                pupil=one.case.pupil_id, about=result, rule=rule, label=f"{one.number}: {words}", trigger_on=result.on,
                last_day=part.ends_on, by=by, at=at, owner=one.legal_owner if rule == DEFERRED else one.case.owner,
            )  # fmt: skip


def _clocks(one: Prosecution, result: Result, by: Any, at: datetime) -> None:
    wanted = [(TOLD, "tell the school and the officer the result", one.legal_owner or by), (LETTER, "letter to the parent about the result", one.legal_owner or by)]  # fmt: skip
    if result.convicted:
        wanted.append((APPEAL, "last day for an appeal to the Crown Court", one.legal_owner or by))
    for rule, words, owner in wanted:
        deadlines.start(
            pupil=one.case.pupil_id, about=result, rule=rule, label=f"{one.number}: {words}", trigger_on=result.on, by=by,
            at=at, owner=owner, **deadlines.counted(law.find(rule, result.on)),
        )  # fmt: skip


def _to_notice(one: Prosecution, outcome: str, spent_on: date | None = None) -> None:
    if one.notice is not None:
        Notice.objects.filter(pk=one.notice.pk).update(outcome=outcome, spent_on=spent_on)


def unsettle_notice(one: Prosecution, outcome: str = "") -> None:
    """A result is void: the notice stands as before it, or as an appeal left it."""
    _to_notice(one, outcome)


def in_words(result: Result) -> str:
    """The result in lines: offence, verdict, each sentence."""
    lines = [
        f"{result.get_offence_display()}: {result.get_verdict_display().lower()}, {long_date(result.on)}."
    ]
    lines += [f"{sentencing.in_words(part)}." for part in result.sentences.all()]
    if result.supervision_directed:
        lines.append("The court directed an application for an education supervision order.")
    return "\n".join(lines)


@transaction.atomic
def pass_sentence(*, result_id: int, on: date, passed: Sequence[Passed], by: Any, at: datetime) -> Result:
    """The deferred sentence is passed: it takes the place of the deferral. Raises StepRefused."""
    may(by)
    result = Result.objects.select_for_update().get(pk=result_id)
    one = locked(result.prosecution_id, by)
    deferral = result.sentences.filter(kind=Kind.DEFERRED).first()
    if result.void or deferral is None:
        raise StepRefused("No sentence was deferred here.")
    if on < result.on or on > timezone.localdate(at):
        raise StepRefused("A sentence is passed after the conviction, and not on a day to come.")
    if any(each.kind == Kind.DEFERRED for each in passed):
        raise StepRefused("A sentence is deferred once.")
    if wrong := sentencing.refused(one, result.verdict, passed, on):
        raise StepRefused(" ".join(wrong))
    kinds = set(result.sentences.values_list("kind", flat=True))
    if twice := [each for each in passed if each.kind in kinds]:
        raise StepRefused(f"{Kind(twice[0].kind).label} was passed already.")
    deferred_to = deferral.ends_on
    deferral.delete()
    for each in passed:
        _pass(result, each, on)
    deadlines.stop(about=result, rule=DEFERRED, by=by, at=at)
    _after_sentence(one, result, by, at)
    tell(one, f"{one.number}: deferred sentence passed", in_words(result), by=by, at=at, about=result)
    trail.record(
        by=by, at=at, action="result.sentenced", on=result, prosecution=one.pk, on_day=on, deferred_to=deferred_to,
        sentences=[each.kind for each in passed],
    )  # fmt: skip
    return result
