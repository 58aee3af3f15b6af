"""P9: statements served under section 9 with the time to object, and disclosure that is looked at again and again."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.court.actions import disclosing, objections
from mainstay.service.court.actions.objections import OBJECTION, WARN
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.sittings import may
from mainstay.service.court.models import Disclosure, Prosecution, StatementServed
from mainstay.service.court.steps import BEFORE_COURT
from mainstay.service.record import deadlines

#: working days to warn a witness after an objection: our own choice, for people plan their days
WARN_WORKING_DAYS: Final = 2


@transaction.atomic
def statement_served(
    *, prosecution_id: int, witness: str, served_on: date, by: Any, at: datetime
) -> StatementServed:
    """A statement with its section 9 notice was served; the time to object runs. Raises StepRefused."""
    one = _of_court(prosecution_id, by)
    if not witness.strip():
        raise StepRefused("Say whose statement it is.")
    if served_on > timezone.localdate(at):
        raise StepRefused("A statement cannot have been served on a day to come.")
    return objections.begin(one, witness=witness.strip(), served_on=served_on, by=by, at=at)


@transaction.atomic
def objected(*, statement_id: int, on: date, objection: str, by: Any, at: datetime) -> StatementServed:
    """The defence objects: the witness has to come. A late objection is kept as one, for the court to rule on."""
    served, one = _served(statement_id, by)
    if served.objected_on is not None:
        raise StepRefused("An objection is recorded already.")
    if on < served.served_on or on > timezone.localdate(at):
        raise StepRefused(
            "The objection cannot have come before the statement was served, nor on a day to come."
        )
    served.objected_on, served.objection = on, objection.strip()
    served.save(update_fields=["objected_on", "objection"])
    deadlines.stop(about=served, rule=OBJECTION, by=by, at=at)
    today = timezone.localdate(at)
    deadlines.start(
        pupil=one.case.pupil_id, about=served, rule=WARN, label=f"{one.number}: warn a witness to come", trigger_on=today,
        last_day=clock.working_day_after(today, WARN_WORKING_DAYS), by=by, at=at, owner=one.legal_owner or by,
    )  # fmt: skip
    late = " It came late." if on > served.object_by else ""
    tell(
        one,
        f"{one.number}: objection to a statement",
        f"{served.witness}.{late} {served.objection}",
        by=by,
        at=at,
    )
    trail.record(by=by, at=at, action="statement.objected", on=served, prosecution=one.pk, objected_on=on)
    return served


@transaction.atomic
def warned(*, statement_id: int, on: date, by: Any, at: datetime) -> StatementServed:
    """The witness was told to come."""
    served, one = _served(statement_id, by)
    if served.objected_on is None:
        raise StepRefused("Nobody objected to this statement: it is read, and the witness need not come.")
    if on > timezone.localdate(at):
        raise StepRefused("A witness cannot have been told on a day to come.")
    served.warned_on = on
    served.save(update_fields=["warned_on"])
    deadlines.stop(about=served, rule=WARN, by=by, at=at)
    trail.record(by=by, at=at, action="witness.warned", on=served, prosecution=one.pk, warned_on=on)
    return served


@transaction.atomic
def disclosed(*, prosecution_id: int, on: date, found: str, by: Any, at: datetime) -> Disclosure:
    """Disclosure was served, or looked at again: until the end of the trial it never is over."""
    one = _of_court(prosecution_id, by)
    disclosure = Disclosure.objects.select_for_update().filter(prosecution=one).exclude(due_on=None).first()
    if disclosure is None:
        raise StepRefused("There is no disclosure before a plea of not guilty is recorded.")
    if not found.strip():
        raise StepRefused("Say what was disclosed, or found when it was looked at again.")
    if on > timezone.localdate(at):
        raise StepRefused("It cannot have been done on a day to come.")
    return disclosing.done(disclosure, one, on=on, found=found.strip(), by=by, at=at)


def _served(statement_id: int, by: Any) -> tuple[StatementServed, Prosecution]:
    """One that was served while a charge is before the court, in whatever way."""
    may(by)
    one = locked(StatementServed.objects.values_list("prosecution_id", flat=True).get(pk=statement_id), by)
    if one.state not in BEFORE_COURT:
        raise StepRefused("This is done while the case is before the court.")
    served = StatementServed.objects.select_for_update().get(pk=statement_id)
    if served.withdrawn_on is not None:
        raise StepRefused(f"This statement no longer stands as served. {served.withdrawn_because}")
    return served, one


def _of_court(prosecution_id: int, by: Any) -> Prosecution:
    may(by)
    one = locked(prosecution_id, by)
    if one.state not in (Prosecution.State.LISTED, Prosecution.State.TRIAL):
        raise StepRefused("This is done while the case is before the court.")
    return one
