"""The road of a complaint: who handles it, what is held, each step with its letter and its clock."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.feedback.actions import clocks, writing
from mainstay.service.feedback.models import Complaint, ComplaintLetter
from mainstay.service.feedback.steps import COMPLAINT

State, Outcome = Complaint.State, Complaint.Outcome
#: step -> clocks it stops, and the clock it starts
STOPS: Final = {
    "acknowledge": ("ack",), "answer": ("answer",), "acknowledge_2": ("ack_2",), "answer_2": ("answer_2",), "settle": ("light",),
}  # fmt: skip
STARTS: Final = {"acknowledge": "answer", "escalate": "ack_2", "acknowledge_2": "answer_2"}
#: steps that tell whoever complained something, in words of their own
WRITTEN: Final = frozenset({"acknowledge", "answer", "acknowledge_2", "answer_2", "settle"})
WAYS: Final = {"email": "E-mail address", "phone": "Telephone", "address": "Postal address"}
#: steps that end it, and as what
ENDED: Final = {"settle": Outcome.ANSWERED, "withdraw": Outcome.WITHDRAWN, "unanswered": Outcome.UNANSWERED}
DECIDING: Final = frozenset({"answer", "answer_2"})


def locked(complaint_id: int, by: Any) -> Complaint:
    """The complaint, locked. Raises StepRefused where it is not in view: as for one that is not there."""
    rows = Complaint.objects.select_for_update(of=("self",)).select_related("handler")
    one = rows.filter(pk=complaint_id).first()
    if one is None or not Complaint.objects.visible_to(by).filter(pk=complaint_id).exists():
        raise StepRefused("You cannot see this complaint.")
    return one


@transaction.atomic
def take(
    *,
    complaint_id: int,
    step: str,
    text: str = "",
    outcome: str = "",
    learning: str = "",
    remedy: str = "",
    asked_on: date | None = None,
    again: str = "",
    by: Any,
    at: datetime,
) -> Complaint:
    """Take a step of the table. text: the words of the letter, or why.

    asked_on: the day stage 2 was asked for; again: why whoever answered at stage 1 answers at stage 2, too.
    Raises StepRefused: what is missing, no words, an answer without an outcome, or the same person again without a reason.
    """
    one = locked(complaint_id, by)
    one.learning, one.remedy = learning.strip() or one.learning, remedy.strip() or one.remedy
    target = COMPLAINT.check(step, one, by)
    if not text.strip():
        raise StepRefused("Write the words of the letter." if step in WRITTEN else "Say why, in a line.")
    if step in DECIDING and outcome not in (Outcome.UPHELD, Outcome.PARTLY, Outcome.NOT):
        raise StepRefused("Say whether it is upheld.")
    if step == "answer_2" and by.pk in answered_before(one) and not again.strip():
        raise StepRefused(
            "You answered at stage 1: let somebody else handle it, or say why it has to be you again."
        )
    if asked_on is not None and not timezone.localdate(one.state_since) <= asked_on <= timezone.localdate(at):
        raise StepRefused("Stage 2 was asked for after the answer at stage 1, and no later than today.")
    before, one.state, one.state_since = one.state, target, at
    if step in DECIDING:
        one.outcome = outcome
    elif step in ENDED:
        one.outcome = ENDED[step]
    if target == State.CLOSED:
        one.closed_at = at
    one.save()
    clocks.stop(one, at, *STOPS[step]) if step in STOPS else None
    if step in STARTS:
        clocks.start(one, STARTS[step], asked_on or timezone.localdate(at), at)
    if target == State.CLOSED:
        clocks.stop(one, at, dropped=True)
    if step in WRITTEN:
        writing.send(one, "answer" if step == "settle" else step, text, remedy.strip(), by=by, at=at)
    clocks.note(one, COMPLAINT[step].label, text, by, at)
    if again.strip():
        clocks.note(one, "The same person answers again", again, by, at)
    trail.record(by=by, at=at, action=f"complaint.{step}", on=one, before=before)
    return one


def answered_before(one: Complaint) -> set[int]:
    """Keys of those who answered at stage 1."""
    answers = one.letters.filter(kind=ComplaintLetter.Kind.ANSWER)
    return set(answers.order_by().values_list("by", flat=True))


@transaction.atomic
def give(
    *,
    complaint_id: int,
    kind: str,
    route: str,
    officers: Collection[Any],
    handler: Any | None,
    email: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    by: Any,
    at: datetime,
) -> Complaint:
    """What kind it is, whom it is about, who handles it, and how whoever complained is reached; None: as before.

    Raises StepRefused where somebody handles what is about them.
    """
    one = locked(complaint_id, by)
    if one.state == State.CLOSED:
        raise StepRefused("This complaint is closed.")
    if kind not in Complaint.Kind.values or route not in Complaint.Route.values:
        raise StepRefused("Say what it is, and which times count.")
    officers = list(officers)
    if handler is not None and (handler in officers or not handler.may("handle_complaints")):
        raise StepRefused("Nobody handles a complaint about themselves: choose somebody else.")
    if kind != one.kind and one.state != State.RECEIVED:
        raise StepRefused("It is acknowledged as a complaint already.")
    timed = route != one.route
    one.route, one.handler = route, handler
    if kind != one.kind:
        one.kind = kind
        clocks.stop(one, at, dropped=True)
        clocks.start(one, "ack" if kind == Complaint.Kind.COMPLAINT else "light", one.received_on, at)
        clocks.note(one, f"Taken as: {one.get_kind_display().lower()}", "", by, at)
    one.officers.set(officers)
    if timed:
        clocks.again(one, at)
        clocks.note(one, f"Its times are those of: {one.get_route_display()}", "", by, at)
    reached = {"email": email, "phone": phone, "address": address}
    ways = sorted(
        name for name, said in reached.items() if said is not None and said.strip() != getattr(one, name)
    )
    for name in ways:
        setattr(one, name, (reached[name] or "").strip())
    one.save()
    if ways:
        clocks.note(one, "How to reach them was changed", ", ".join(WAYS[name] for name in ways), by, at)
        trail.record(by=by, at=at, action="complaint.reached_by", on=one, fields=ways)
    clocks.note(one, f"Handled by {handler.name if handler else 'nobody yet'}", "", by, at)
    trail.record(by=by, at=at, action="complaint.given", on=one, kind=kind, route=route)
    return one


@transaction.atomic
def hold(*, complaint_id: int, part: str, rest: bool, by: Any, at: datetime) -> Complaint:
    """Hold what a court decides about now. rest: the rest is answered meanwhile, and its clock runs on."""
    one = locked(complaint_id, by)
    if one.state in (State.CLOSED, State.OMBUDSMAN) or one.held_part:
        raise StepRefused("This complaint is closed, or held already.")
    if not part.strip():
        raise StepRefused("Say which part a court decides about now.")
    one.held_part, one.held_rest = part.strip(), rest
    one.save(update_fields=["held_part", "held_rest"])
    if not rest:
        clocks.pause(one)
    clocks.note(
        one,
        "Held while a court decides",
        f"{part.strip()}\n{'The rest is answered.' if rest else 'All of it waits.'}",
        by,
        at,
    )
    trail.record(by=by, at=at, action="complaint.held", on=one, rest=rest)
    return one


@transaction.atomic
def resume(*, complaint_id: int, text: str, by: Any, at: datetime) -> Complaint:
    """The court has decided: all of it goes on, or what was held is answered now. text: what the court's end means here."""
    one = locked(complaint_id, by)
    if not one.held_part:
        raise StepRefused("Nothing of it is held.")
    if not text.strip():
        raise StepRefused("Say what the end of the court case means for it.")
    answered = one.held_rest and one.state in (State.ANSWERED_1, State.ANSWERED_2)
    before, one.held_part, one.held_rest = one.held_part, "", False
    if answered:
        one.state, one.state_since = State.STAGE_1 if one.state == State.ANSWERED_1 else State.STAGE_2, at
    one.save(update_fields=["held_part", "held_rest", "state", "state_since"])
    if answered:
        clocks.start(one, "answer" if one.state == State.STAGE_1 else "answer_2", timezone.localdate(at), at)
    clocks.go_on(one, at)
    clocks.note(one, "Held no longer", f"{before}\n{text.strip()}", by, at)
    trail.record(by=by, at=at, action="complaint.resumed", on=one)
    return one


@transaction.atomic
def write_down(
    *, complaint_id: int, text: str, learning: str, remedy: str, by: Any, at: datetime
) -> Complaint:
    """A line in its log, and what was learned and put right."""
    one = locked(complaint_id, by)
    if not (text.strip() or learning.strip() or remedy.strip()):
        raise StepRefused("Write something down.")
    one.learning, one.remedy = learning.strip(), remedy.strip()
    one.save(update_fields=["learning", "remedy"])
    clocks.note(one, "Note", text, by, at)
    trail.record(by=by, at=at, action="complaint.noted", on=one)
    return one
