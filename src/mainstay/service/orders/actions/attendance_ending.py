"""An attendance order ends: suitable education, revocation, age, a court, another order; and what a conviction does."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import attendance_orders, clock
from mainstay.law import deadlines as law
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.orders import attendance_ground as ground
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.actions.attendance_locking import locked, needs_state, take, tell
from mainstay.service.orders.models import AttendanceOrder, AttendanceRevocation, SupervisionOrder
from mainstay.service.orders.steps_attendance import ORDER, Kind, parents
from mainstay.service.record import deadlines

State, Ending = AttendanceOrder.State, AttendanceOrder.Ending
REVOCATION: Final = "sao-revocation-decision"
#: what a person may end a road as; the others come of a decision or by themselves
BY_HAND: Final = (
    Ending.SATISFIED,
    Ending.OTHER_SCHOOL,
    Ending.MOVED,
    Ending.COURT,
    Ending.SUPERVISION,
    Ending.OVER_AGE,
)


def over(
    one: AttendanceOrder, step: str, ending: str, *, because: str, by: Any, at: datetime, told: str = "",
    on: date | None = None,
) -> None:  # fmt: skip
    """Take a step that ends it; every clock of it stops."""
    said: dict[str, Any] = {
        "ending": ending,
        "ending_because": because.strip(),
        "told": told.strip(),
        "ended_on": on or timezone.localdate(at),
    }
    title = f"ended: {Ending(ending).label.lower()}"
    take(one, step, title, because, by, at, **said)
    _stop_clocks(one, by, at)


def _stop_clocks(one: AttendanceOrder, by: Any, at: datetime) -> None:
    deadlines.stop(about=one, by=by, at=at)
    for rows in (one.notices, one.papers, one.revocations):
        kind = rows.model._meta.label_lower
        deadlines.stop_many(about_kind=kind, about_ids=rows.values_list("pk", flat=True), by=by, at=at)


@transaction.atomic
def end(
    *, order_id: int, ending: str, because: str, told: str, on: date, by: Any, at: datetime
) -> AttendanceOrder:
    """End it for a reason a person gives. told: what the letter to each parent says about it, or ""."""
    one = locked(order_id, by, at)
    if ending not in BY_HAND:
        raise StepRefused("Choose why it ends.")
    if not because.strip():
        raise StepRefused("Give your reasons.")
    if not timezone.localdate(one.opened_at) <= on <= timezone.localdate(at):
        raise StepRefused("The day it ends lies between the day it was begun and today.")
    if ending == Ending.SATISFIED and one.state == State.SERVED:
        raise StepRefused("An order in force is revoked: record that a parent asks for it, and decide.")
    if ending == Ending.COURT and one.state != State.SERVED:
        raise StepRefused("A court can end an order in force only.")
    if ending == Ending.OVER_AGE and ground.outside_age(one.pupil, timezone.localdate(at)) is None:
        raise StepRefused("The child is of compulsory school age still.")
    step = "satisfied" if ending == Ending.SATISFIED else "end"
    over(one, step, ending, because=because, told=told, on=on, by=by, at=at)
    return one


@transaction.atomic
def ask_revocation(
    *, order_id: int, parent_id: int, asked_on: date, says: str, by: Any, at: datetime
) -> AttendanceRevocation:
    """A parent says that suitable education is otherwise arranged; the clock of the decision starts."""
    one = locked(order_id, by, at)
    if not says.strip() or parent_id not in {parent.pk for parent in parents(one)}:
        raise StepRefused("Choose the parent, and write down what they say is arranged.")
    if one.served_on is None or not one.served_on <= asked_on <= timezone.localdate(at):
        raise StepRefused("The day lies between the day the order was served and today.")
    take(one, "ask_revocation", "a parent asks that it is revoked", says, by, at)
    asked = one.revocations.create(parent_id=parent_id, asked_on=asked_on, says=says.strip())
    try:
        answer = law.find(REVOCATION, asked_on)
    except clock.BeyondTable as unknown:
        raise StepRefused(f"The last day cannot be said: {unknown}.") from None
    deadlines.start(
        pupil=one.pupil_id, about=asked, rule=REVOCATION, label=f"{one.number}: decide on revocation", by=by, at=at,
        owner=one.owner, trigger_on=asked_on, **deadlines.counted(answer),
    )  # fmt: skip
    return asked


@transaction.atomic
def decide_revocation(
    *, revocation_id: int, arranged: bool, reasons: str, evidence: str, by: Any, at: datetime
) -> AttendanceRevocation:
    """Revoke, unless no satisfactory arrangements are made; the parent who asked has the decision with reasons.

    arranged: whether satisfactory arrangements are made. reasons: as the parent reads them.
    """
    found = AttendanceRevocation.objects.filter(pk=revocation_id).values_list("order_id", flat=True).first()
    if found is None:
        raise StepRefused("You cannot see this request.")
    one = locked(found, by, at, "decide_order")
    asked = AttendanceRevocation.objects.select_related("parent").get(pk=revocation_id)
    if asked.revoked is not None:
        raise StepRefused("This request is decided already.")
    needs_state(one, State.SERVED)
    outcome = "revoked" if arranged else "kept"
    asked.decision = decide(
        by=by, at=at, kind="attendance_order.revocation", outcome=outcome, reasons=reasons, evidence=evidence
    )
    asked.revoked = arranged
    asked.save(update_fields=["decision", "revoked"])
    deadlines.stop(about=asked, by=by, at=at)
    if arranged:
        over(one, "revoke", Ending.REVOKED, because=reasons, told=reasons, by=by, at=at)
    else:
        take(one, "keep", "the request to revoke it is refused", reasons, by, at)
    posting.post(one, Kind.REVOCATION, [asked.parent], by, at)
    others = [parent for parent in parents(one) if parent.pk != asked.parent_id]
    if arranged and others:
        posting.post(one, Kind.ENDED, others, by, at)
    return asked


@transaction.atomic
def convicted(*, order_id: int, on: date, by: Any, at: datetime) -> AttendanceOrder:
    """A court convicted a parent under s.443. Treated as spent after as many convictions as the parameter says.

    Told by the room above, in the transaction that records the result.
    """
    one = _locked_for_court(order_id)
    one.convictions, one.convicted_on = one.convictions + 1, on
    one.save(update_fields=["convictions", "convicted_on"])
    trail.record(by=by, at=at, action="attendance_order.convicted", on=one, convicted_on=on)
    why = attendance_orders.spent(one.convictions)
    if one.state == State.SERVED and why is not None:
        because = f"A court convicted on {long_date(on)}. {why.text} ({why.source}) Confirm with legal."
        _closed(one, Ending.SPENT, because, by, at)
    return one


@transaction.atomic
def acquitted(*, order_id: int, directed: bool, on: date, by: Any, at: datetime) -> AttendanceOrder:
    """A court acquitted a parent; directed: that the order ends (s.443(2)). Told by the room above."""
    one = _locked_for_court(order_id)
    if directed and one.state == State.SERVED:
        _closed(
            one,
            Ending.COURT,
            f"The court directed on {long_date(on)} that the order ends (s.443(2)).",
            by,
            at,
        )
    else:
        tell(one, "a court acquitted, and the order stays", "", by=by, at=at)
    return one


def _locked_for_court(order_id: int) -> AttendanceOrder:
    rows = AttendanceOrder.objects.select_for_update(of=("self",)).select_related("pupil", "school", "owner")
    return rows.get(pk=order_id)


@transaction.atomic
def stands(*, order_id: int, reasons: str, by: Any, at: datetime) -> AttendanceOrder:
    """A person decides, with reasons, that an order treated as spent still stands. Refused once a new road is open."""
    one = locked(order_id, by, at, "decide_order")
    ORDER.check("stands", one, by)
    if AttendanceOrder.objects.open().filter(pupil=one.pupil).exists():
        raise StepRefused("A new road is open for this child already: work goes on there.")
    decision = decide(by=by, at=at, kind="attendance_order.stands", outcome="stands", reasons=reasons)
    take(
        one, "stands", "it still stands after the conviction", reasons, by, at, stands=decision, ending="", ended_on=None,
        ending_because="", told="",
    )  # fmt: skip
    posting.count_order(one, by, at)
    return one


def _closed(
    one: AttendanceOrder, ending: str, because: str, by: Any | None, at: datetime, on: date | None = None
) -> None:
    """It ends by itself: no step of a person's."""
    one.state, one.state_since, one.ending, one.ending_because = State.ENDED, at, ending, because
    one.ended_on = on or timezone.localdate(at)
    one.save()
    _stop_clocks(one, by, at)
    tell(one, f"ended: {one.get_ending_display().lower()}", because, by=by, at=at)
    trail.record(by=by, at=at, action="attendance_order.ended", on=one, ending=str(ending))


def supervision_made(*, order: SupervisionOrder, by: Any, at: datetime) -> None:
    """While a supervision order is in force, an attendance order of the child ceases. Listens to the announcement."""
    rows = AttendanceOrder.objects.select_for_update(of=("self",)).select_related("pupil").open()
    for one in rows.filter(pupil=order.case.pupil_id):
        _closed(one, Ending.SUPERVISION, f"Supervision order {order.number} was made.", by, at)


def over_age(*, on: date, at: datetime) -> None:
    """Once a day: what is open for a child over compulsory school age ends."""
    for one in AttendanceOrder.objects.open().select_related("pupil").order_by("pk"):
        span = ground.school_age(one.pupil)
        if span is not None and on > span[1]:
            _over_age(one.pk, span[1], at)


@transaction.atomic
def _over_age(pk: int, last: date, at: datetime) -> None:
    one = _locked_for_court(pk)
    if one.state != State.ENDED:
        because = f"Compulsory school age ended with {long_date(last)}."
        _closed(one, Ending.OVER_AGE, because, None, at, on=last)


def in_error(one: AttendanceOrder, by: Any, at: datetime) -> None:
    """Two records of one child become one: this road stops, the other goes on."""
    _closed(one, Ending.IN_ERROR, "The child’s two records are one: the other road goes on.", by, at)
