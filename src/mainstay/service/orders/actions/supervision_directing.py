"""While an order is in force: its supervising officer, contacts and reports, directions, breaches, what follows from them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.orders import letters_supervision
from mainstay.service.orders.actions.supervision_locking import (
    CHILD,
    DIRECTION,
    REPORT,
    VISIT,
    clock,
    locked,
    needed,
    parent_of,
    past,
    stop,
    take,
    tell,
)
from mainstay.service.orders.models import (
    Breach,
    Direction,
    PersistentFailure,
    SupervisionContact,
    SupervisionOrder,
)
from mainstay.service.orders.steps_supervision import SUPERVISION
from mainstay.service.orders.supervision_dates import counted
from mainstay.service.record.models import Deadline

State, Kind = SupervisionOrder.State, SupervisionContact.Kind
#: the least that can be called persistent: what the word means, no number of the law
PERSISTENT: Final = 2


def supervises(one: SupervisionOrder, by: Any) -> bool:
    """Directions are its supervising officer's, or a senior officer's in their place."""
    return bool(one.supervisor_id == by.pk or by.may("consider_order"))


def _supervised(one: SupervisionOrder, by: Any) -> None:
    if not supervises(one, by):
        raise StepRefused("The supervising officer does this, or a senior officer in their place.")


@transaction.atomic
def name_supervisor(
    *, order_id: int, supervisor: Any, because: str, by: Any, at: datetime
) -> SupervisionOrder:
    """Name the supervising officer, or another one; the open deadlines of the order are theirs."""
    one = locked(order_id, by, at)
    SUPERVISION.check("supervisor", one, by)
    if not supervisor.may("work_orders"):
        raise StepRefused("This person's role cannot supervise an order.")
    if not SupervisionOrder.objects.visible_to(supervisor).filter(pk=one.pk).exists():
        raise StepRefused("This person may not see the order: choose somebody else.")
    take(one, "supervisor", f"{supervisor.name} supervises", because, by, at, supervisor=supervisor)
    theirs = Deadline.objects.open().filter(about_kind=one._meta.label_lower, about_id=str(one.pk))
    theirs.update(owner=supervisor)
    return one


@transaction.atomic
def contact(
    *, order_id: int, kind: str, on: date, who: str, child_seen: bool, words: str, by: Any, at: datetime
) -> SupervisionContact:
    """Keep a contact, or the report on progress; the next visit and the next report are counted from it."""
    one = locked(order_id, by, at)
    SUPERVISION.check("contact", one, by)
    if kind not in Kind.values:
        raise StepRefused("Choose what it was.")
    needed(who_was_seen=who, what_was_said_and_found=words)
    past(on, at, "of the contact")
    if one.made_on is not None and on < one.made_on:
        raise StepRefused("The order was not made yet on that day.")
    row = one.contacts.create(
        kind=kind, on=on, who=who.strip()[:200], child_seen=child_seen, words=words.strip(), recorded_at=at, recorded_by=by
    )  # fmt: skip
    take(one, "contact", f"{row.get_kind_display().lower()} on {in_words(on)}", row.words, by, at)
    for rule, of, label in ((VISIT, Kind.VISIT, "visit"), (REPORT, Kind.REPORT, "progress report")):
        latest = one.contacts.filter(kind=of).order_by("-on").values_list("on", flat=True).first()
        if kind == of and latest is not None:
            stop(one, rule, by, at)
            clock(one, rule, label, by, at, **counted(rule, latest))
    return row


@dataclass(frozen=True, kw_only=True, slots=True)
class Directing:
    """to_parent: None for the child; the wishes, or why it was not practicable to ask for them."""

    to_parent: int | None
    text: str
    because: str
    child_wishes: str
    parent_wishes: str
    due_on: date
    by_hand: bool


@transaction.atomic
def direct(*, order_id: int, said: Directing, by: Any, at: datetime) -> Direction:
    """Give a written direction, served on whom it is for; only after the wishes of child and parents were asked for."""
    one = locked(order_id, by, at)
    SUPERVISION.check("direct", one, by)
    _supervised(one, by)
    parent = parent_of(one, said.to_parent, at)
    needed(
        the_direction=said.text, why_it_is_given=said.because,
        the_wishes_of_the_child_or_why_they_could_not_be_asked=said.child_wishes,
        the_wishes_of_the_parents_or_why_they_could_not_be_asked=said.parent_wishes,
    )  # fmt: skip
    today = timezone.localdate(at)
    if said.due_on < today:
        raise StepRefused("A direction is to be followed by today or later.")
    if one.ends_on is not None and said.due_on > one.ends_on:
        raise StepRefused(
            f"The order ends on {in_words(one.ends_on)}: a direction is to be followed by then."
        )
    row = one.directions.create(
        to_parent=parent, text=said.text.strip(), because=said.because.strip(), child_wishes=said.child_wishes.strip(),
        parent_wishes=said.parent_wishes.strip(), due_on=said.due_on, given_at=at, given_by=by,
    )  # fmt: skip
    row.order = one
    row.document, row.service = letters_supervision.send_direction(row, by_hand=said.by_hand, by=by, at=at)
    row.save(update_fields=["document", "service"])
    whom = parent.name if parent else "the child"
    take(one, "direct", f"direction {row.number} to {whom}", row.text, by, at)
    words = f"direction {row.number}: was it followed?"
    clock(one, DIRECTION, words, by, at, key=str(row.pk), trigger_on=today, last_day=row.due_on)
    return row


def _direction(one: SupervisionOrder, row_id: int) -> Direction:
    row = one.directions.select_related("to_parent").filter(pk=row_id).first()
    if row is None:
        raise StepRefused("This direction is not there any more.")
    row.order = one
    return row


@transaction.atomic
def complied(*, order_id: int, row_id: int, complied: str, note: str, by: Any, at: datetime) -> Direction:
    """Say whether a direction was followed: yes, in part, no; and how that is known."""
    one = locked(order_id, by, at)
    row = _direction(one, row_id)
    if not by.may("work_orders") or one.state != State.IN_FORCE:
        raise StepRefused("An officer says what became of a direction, while the order is in force.")
    if complied not in Direction.Complied.values:
        raise StepRefused("Choose one.")
    needed(how_you_know=note)
    row.complied, row.complied_note = complied, note.strip()
    row.save(update_fields=["complied", "complied_note"])
    stop(one, DIRECTION, by, at, key=str(row.pk))
    tell(one, f"direction {row.number} {row.get_complied_display().lower()}", row.complied_note, by=by, at=at)
    trail.record(by=by, at=at, action="supervision_order.complied", on=one, direction=row.pk, said=complied)
    return row


@transaction.atomic
def breach(
    *, order_id: int, row_id: int, on: date, what: str, explanation: str, by: Any, at: datetime, clashed_with: str = "",
) -> Breach:  # fmt: skip
    """Keep one failure to follow a direction, with what the person said about it.

    clashed_with: another supervision order that following it would have gone against; the failure is disregarded then.
    """
    one = locked(order_id, by, at)
    SUPERVISION.check("breach", one, by)
    row = _direction(one, row_id)
    needed(what_was_not_done=what)
    past(on, at, "of the breach")
    served = row.service.presumed_on if row.service is not None else None
    if served is None or on < served:
        raise StepRefused(
            "The direction did not count as received on that day: nobody breaches what they did not have."
        )
    found = row.breaches.create(
        on=on, what=what.strip(), explanation=explanation.strip(), clashed_with=clashed_with.strip()[:200], recorded_at=at,
        recorded_by=by,
    )  # fmt: skip
    take(one, "breach", f"direction {row.number} not followed on {in_words(on)}", found.what, by, at)
    return found


@transaction.atomic
def warn(*, order_id: int, row_id: int, by_hand: bool, by: Any, at: datetime) -> Breach:
    """Write to the parent about a breach: that failing persistently is an offence, and what would help."""
    one = locked(order_id, by, at)
    if not by.may("work_orders") or one.state != State.IN_FORCE:
        raise StepRefused("Warnings are written by an officer, while the order is in force.")
    rows = Breach.objects.select_for_update(of=("self",)).select_related("direction__to_parent")
    row = rows.filter(pk=row_id, direction__order=one).first()
    if row is None:
        raise StepRefused("This breach is not there any more.")
    if row.direction.to_parent is None:
        raise StepRefused(
            "A child is not warned of an offence: a child's persistent failure goes to social care."
        )
    if row.clashed_with:
        raise StepRefused(f"This failure is disregarded ({row.clashed_with}): nobody is warned about it.")
    if row.warned_service_id is not None:
        raise StepRefused("This parent was warned about this breach already.")
    row.direction.order = one
    row.warned_document, row.warned_service = letters_supervision.send_warning(
        row, by_hand=by_hand, by=by, at=at
    )
    row.save(update_fields=["warned_document", "warned_service"])
    tell(one, f"written warning to {row.direction.to_parent.name}", row.what, by=by, at=at)
    trail.record(by=by, at=at, action="supervision_order.warned", on=one, breach=row.pk)
    return row


def breaches_of(one: SupervisionOrder, parent_id: int | None) -> list[Breach]:
    """Every failure of one person under the order that is not disregarded; None: the child's."""
    rows = Breach.objects.filter(direction__order=one, direction__to_parent=parent_id, clashed_with="")
    return list(rows.select_related("direction", "warned_service"))


@transaction.atomic
def judge(*, order_id: int, to_parent: int | None, because: str, by: Any, at: datetime) -> PersistentFailure:
    """Judge that somebody persistently fails; a parent only after a written warning, a child's goes to social care.

    The law gives no number: a person judges, with the count of breaches before them.
    """
    one = locked(order_id, by, at)
    SUPERVISION.check("judge", one, by)
    _supervised(one, by)
    needed(why_it_is_persistent=because)
    found = breaches_of(one, to_parent)
    if len(found) < PERSISTENT:
        raise StepRefused(
            "One failure is not persistent: at least two breaches of this person are recorded before."
        )
    if to_parent is not None and not any(each.warned_service_id for each in found):
        raise StepRefused("This parent had no written warning yet: send it first.")
    if one.failures.filter(parent=to_parent, outcome_on=None).exists() and to_parent is None:
        raise StepRefused("It is judged already, and social care has not said what comes of it.")
    row = one.failures.create(
        parent=None if to_parent is None else found[0].direction.to_parent, count=len(found), because=because.strip(),
        judged_at=at, judged_by=by,
    )  # fmt: skip
    whom = "the child" if row.parent is None else row.parent.name
    take(one, "judge", f"failures of {whom} judged persistent ({len(found)})", row.because, by, at)
    if row.parent is None:
        words = "tell social care of the child's persistent failure"
        clock(one, CHILD, words, by, at, **counted(CHILD, timezone.localdate(at)))
    return row


def _failure(one: SupervisionOrder, row_id: int, by: Any) -> PersistentFailure:
    if not by.may("work_orders"):
        raise StepRefused("An officer records this.")
    row = one.failures.filter(pk=row_id, parent=None).first()
    if row is None:
        raise StepRefused("Only a child's persistent failure goes to social care.")
    return row


@transaction.atomic
def refer(*, order_id: int, row_id: int, referred_on: date, referred_to: str, by: Any, at: datetime) -> PersistentFailure:  # fmt: skip
    """Social care was told of the child's persistent failure: it looks into the circumstances."""
    one = locked(order_id, by, at)
    row = _failure(one, row_id, by)
    needed(whom_you_told=referred_to)
    past(referred_on, at, "on which they were told")
    row.referred_on, row.referred_to = referred_on, referred_to.strip()[:200]
    row.save(update_fields=["referred_on", "referred_to"])
    stop(one, CHILD, by, at)
    tell(one, "social care told of the child's persistent failure", row.referred_to, by=by, at=at)
    trail.record(by=by, at=at, action="supervision_order.referred", on=one, failure=row.pk)
    return row


@transaction.atomic
def outcome(*, order_id: int, row_id: int, outcome_on: date, outcome: str, by: Any, at: datetime) -> PersistentFailure:  # fmt: skip
    """What social care found and does."""
    one = locked(order_id, by, at)
    row = _failure(one, row_id, by)
    if row.referred_on is None:
        raise StepRefused("Record first that social care was told.")
    needed(what_came_of_it=outcome)
    past(outcome_on, at, "of the answer")
    if outcome_on < row.referred_on:
        raise StepRefused("They cannot have answered before they were told.")
    row.outcome_on, row.outcome = outcome_on, outcome.strip()
    row.save(update_fields=["outcome_on", "outcome"])
    tell(one, "social care's answer", row.outcome, by=by, at=at)
    trail.record(by=by, at=at, action="supervision_order.referral_outcome", on=one, failure=row.pk)
    return row
