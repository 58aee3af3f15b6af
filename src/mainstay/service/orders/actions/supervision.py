"""Before the court: an order begins, authorities are consulted, the plan is written, a manager authorises."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework.actions import cases
from mainstay.service.casework.models import Case
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
from mainstay.service.orders import letters_supervision
from mainstay.service.orders import papers_supervision as papers
from mainstay.service.orders.actions.supervision_locking import (
    CONSULTATION,
    DIRECTED,
    clock,
    locked,
    needed,
    past,
    stop,
    take,
    tell,
)
from mainstay.service.orders.models import Consideration, OrderConsultation, SupervisionOrder
from mainstay.service.orders.steps_supervision import SUPERVISION, WRITTEN
from mainstay.service.orders.supervision_dates import counted
from mainstay.service.record import deadlines

State, Ending, Whom = SupervisionOrder.State, SupervisionOrder.Ending, OrderConsultation.Whom
#: an authority was asked without a letter from here
BEFORE: Final = "before"


def begin(case: Case, consideration: Consideration | None, *, by: Any, at: datetime) -> SupervisionOrder:
    """The order of a case that somebody wants: the one under way, or a new one; inside the caller's transaction."""
    one = SupervisionOrder.objects.open().select_for_update().filter(case=case).first()
    if one is None:
        one = SupervisionOrder.objects.create(case=case, consideration=consideration, state_since=at)
        tell(one, "begun", "It is consulted about before anything is applied for.", by=by, at=at)
        trail.record(by=by, at=at, action="supervision_order.begun", on=one)
    elif consideration is not None and one.state in (State.CONSULTING, State.PLANNING):
        one.consideration = consideration
        one.save(update_fields=["consideration"])
    return one


@transaction.atomic
def directed_by_court(*, case_id: int, directed_on: date, by: Any, at: datetime) -> SupervisionOrder:
    """A court directed the authority to apply (s.447(2)): it applies, or gives its reasons within the time of the law.

    The clock is the task of whoever works on the case.
    """
    case = cases.locked(case_id, by)
    past(directed_on, at, "of the direction")
    one = begin(case, None, by=by, at=at)
    one.case = case
    if one.state == State.IN_FORCE:
        tell(one, "a court directed an application", "An order is in force already.", by=by, at=at)
        return one
    one.directed_on = directed_on
    one.save(update_fields=["directed_on"])
    words = "apply, or tell the court why not"
    clock(one, DIRECTED, words, by, at, **counted(DIRECTED, directed_on))
    tell(
        one,
        "a court directed an application",
        "It is applied for, or the court is told why not.",
        by=by,
        at=at,
    )
    trail.record(by=by, at=at, action="supervision_order.directed", on=one, directed_on=directed_on)
    return one


@transaction.atomic
def say_elsewhere(*, order_id: int, elsewhere: str, by: Any, at: datetime) -> SupervisionOrder:
    """Whether another authority is concerned, and under which of the two heads the court asks about."""
    one = locked(order_id, by, at)
    if elsewhere not in SupervisionOrder.Elsewhere.values:
        raise StepRefused("Choose one.")
    one.elsewhere = elsewhere
    take(one, "elsewhere", "other authorities", one.get_elsewhere_display(), by, at)
    return one


@transaction.atomic
def consult(
    *, order_id: int, whom: str, name: str, way: str, address: str, asked_on: date, asked: str, by: Any, at: datetime
) -> OrderConsultation:  # fmt: skip
    """Ask the council's own social care, or another authority under its head; the time to answer begins.

    way: of ``letters_supervision.WAYS``, and the letter goes today; or ``BEFORE``: it was asked without one.
    """
    one = locked(order_id, by, at)
    SUPERVISION.check("consult", one, by)
    if whom not in Whom.values:
        raise StepRefused("Choose who is consulted.")
    needed(who_is_asked=name, what_is_asked=asked)
    past(asked_on, at, "it was asked")
    sends = way in letters_supervision.WAYS
    if not sends and way != BEFORE:
        raise StepRefused("Choose how it is asked.")
    if sends and asked_on != timezone.localdate(at):
        raise StepRefused("A letter goes today: give today as the day, or choose that it was asked before.")
    if sends and way != "hand" and not address.strip():
        raise StepRefused("Say where the letter goes.")
    if whom != Whom.OWN and one.elsewhere in ("", SupervisionOrder.Elsewhere.NO):
        one.elsewhere = whom
    answer = counted(CONSULTATION, asked_on)
    row = one.consultations.create(
        whom=whom, name=name.strip(), asked_on=asked_on, asked=asked.strip(), last_day=answer["last_day"]
    )
    if sends:
        row.document, row.service = letters_supervision.send_consultation(
            row, way=way, address=address, by=by, at=at
        )
        row.save(update_fields=["document", "service"])
    take(one, "consult", f"{row.get_whom_display()} consulted", f"{row.name}. {row.asked}", by, at)
    clock(one, CONSULTATION, "answer about the order", by, at, key=str(row.pk), **answer)
    return row


@transaction.atomic
def answer(
    *, order_id: int, row_id: int, answered_on: date, known: str, risk: str, support: str, objections: str,
    by: Any, at: datetime,
) -> OrderConsultation:  # fmt: skip
    """Keep what an authority answered: what it knows, risk, support, objections."""
    one = locked(order_id, by, at)
    if not by.may("work_orders") or one.state not in (State.CONSULTING, State.PLANNING):
        raise StepRefused("Answers are written down by an officer, until the application.")
    row = one.consultations.filter(pk=row_id).first()
    if row is None:
        raise StepRefused("This consultation is not there any more.")
    needed(
        what_is_known=known, the_risk=risk, the_support=support, objections_or_that_there_are_none=objections
    )
    past(answered_on, at, "of the answer")
    if answered_on < row.asked_on:
        raise StepRefused("It cannot have been answered before it was asked.")
    row.answered_on, row.known, row.risk = answered_on, known.strip(), risk.strip()
    row.support, row.objections = support.strip(), objections.strip()
    row.order = one
    row.answer_document = rendering.issue(
        template=papers.PAPER, title=f"Answer to a consultation {one.number}", values=papers.of_answer(row),
        pupil_id=one.case.pupil_id, by=by, at=at, draft=False, about=row,
    )  # fmt: skip
    row.save()
    stop(one, CONSULTATION, by, at, key=str(row.pk))
    tell(one, f"{row.get_whom_display()} answered", f"Objections: {row.objections}", by=by, at=at)
    trail.record(by=by, at=at, action="supervision_order.answered", on=one, consultation=row.pk)
    return row


@transaction.atomic
def to_plan(*, order_id: int, by: Any, at: datetime) -> SupervisionOrder:
    """Everybody who has to be was consulted: the plan is written now."""
    one = locked(order_id, by, at)
    take(one, "plan", "goes on to the plan", "", by, at)
    return one


@transaction.atomic
def write(*, order_id: int, by: Any, at: datetime, **words: str) -> SupervisionOrder:
    """Write the wishes of child and parents, the plan, the draft directions, the report; an authorisation falls with a change."""
    one = locked(order_id, by, at)
    changes: dict[str, Any] = {name: words.get(name, getattr(one, name)).strip() for name, _ in WRITTEN}
    changed = any(getattr(one, name) != value for name, value in changes.items())
    if changed:
        changes |= {"authorised": None, "plan_document": None}
    take(one, "write", "plan and report written", "", by, at, **changes)
    return one


@transaction.atomic
def authorise(*, order_id: int, reasons: str, by: Any, at: datetime) -> SupervisionOrder:
    """A manager agrees to the application: plan and report are issued as they are. Whoever considered it does not decide alone."""
    one = locked(order_id, by, at)
    SUPERVISION.check("authorise", one, by)
    if one.authorised_id:
        raise StepRefused("It is authorised already, and the plan did not change since.")
    if one.consideration is not None and one.consideration.decision.by_id == by.pk:
        raise StepRefused("You considered this order: somebody else has to authorise the application.")
    decision = decide(
        by=by, at=at, kind="supervision_order.application", outcome="authorised", reasons=reasons
    )
    document = rendering.issue(
        template=papers.PAPER, title=f"Supervision plan and report {one.number}", values=papers.of_plan(one),
        pupil_id=one.case.pupil_id, by=by, at=at, draft=False, about=one,
    )  # fmt: skip
    take(
        one, "authorise", "application authorised", reasons, by, at, authorised=decision, plan_document=document
    )  # fmt: skip
    return one


@transaction.atomic
def not_pursue(
    *, order_id: int, ending: str, reasons: str, reported_on: date | None, by: Any, at: datetime
) -> SupervisionOrder:
    """Do not go on with it; where a court directed it, the court is told why within its time."""
    one = locked(order_id, by, at)
    if ending not in (Ending.NOT_PURSUED, Ending.SOCIAL_CARE):
        raise StepRefused("Choose why it is not gone on with.")
    if one.directed_on is not None:
        if reported_on is None:
            raise StepRefused("A court directed this: say on which day it was told why no order is sought.")
        past(reported_on, at, "on which the court was told")
    SUPERVISION.check("not_pursue", one, by)
    needed(your_reasons=reasons)
    take(
        one, "not_pursue", "not gone on with", reasons, by, at, ending=ending, ended_because=reasons.strip(),
        ended_on=reported_on or timezone.localdate(at),
    )  # fmt: skip
    deadlines.stop(about=one, by=by, at=at)
    return one
