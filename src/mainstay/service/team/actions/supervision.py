"""Supervision is written down by the supervisor and signed by both; a decision about a child goes to the record."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access, deadlines, kinds
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience
from mainstay.service.team import telling
from mainstay.service.team.models import Discussed, Supervision, SupervisionAction
from mainstay.service.team.steps import SUPERVISION

RULE: Final = "supervision-action"
#: what of the record the supervisor writes
TEXTS: Final = ("wellbeing", "development", "other")


@transaction.atomic
def begin(*, officer: Any, held_on: date, by: Any, at: datetime) -> Supervision:
    """Begin the record of one supervision; the supervisor is whoever writes it."""
    if not by.may("supervise"):
        raise StepRefused("Your role does not supervise.")
    if officer.pk == by.pk:
        raise StepRefused("Nobody supervises themselves.")
    if not officer.may("have_supervision"):
        raise StepRefused("This person’s role has no supervision here.")
    if held_on > timezone.localdate(at):
        raise StepRefused("A supervision is written down on its day or after it.")
    given = {"officer": officer, "supervisor": by, "held_on": held_on}
    record, made = Supervision.objects.get_or_create(**given, defaults={"made_at": at})
    if made:
        trail.record(by=by, at=at, action="supervision.begun", on=record)
    return record


@transaction.atomic
def write(*, supervision_id: int, by: Any, at: datetime, **texts: str) -> Supervision:
    """Write the texts of the record anew."""
    record = _of_supervisor(supervision_id, by)
    for name in TEXTS:
        setattr(record, name, texts.get(name, "").strip())
    record.save(update_fields=list(TEXTS))
    trail.record(by=by, at=at, action="supervision.written", on=record)  # that it was, never what
    return record


@transaction.atomic
def discuss(
    *, supervision_id: int, pupil: Pupil, talk: str, decision: str, by: Any, at: datetime
) -> Discussed:
    """A child talked about: the talk stays here, the decision goes into the chronology for the service."""
    record = _of_supervisor(supervision_id, by)
    if not decision.strip():
        raise StepRefused("Write what was decided: that much goes into the child’s record.")
    if not access.may_open(by, pupil):
        raise StepRefused(
            "This child’s record is restricted or out of your view: open it with a reason first."
        )
    row = record.discussed.create(pupil=pupil, talk=talk.strip(), decision=decision.strip(), at=at)
    add_entry(
        pupil=pupil, by=by, at=at, kind=kinds.SUPERVISION, title="Decided in supervision", text=row.decision,
        audience=Audience.SERVICE,
    )  # fmt: skip
    trail.record(by=by, at=at, action="supervision.discussed", on=record, pupil=pupil.pk)
    return row


@transaction.atomic
def act(
    *, supervision_id: int, text: str, owner: Any, due_on: date, by: Any, at: datetime
) -> SupervisionAction:
    """Something one of the two does by a day: a deadline whose label says nothing of it."""
    record = _of_supervisor(supervision_id, by)
    if owner.pk not in (record.officer_id, record.supervisor_id):
        raise StepRefused("An action belongs to one of you two.")
    if not text.strip():
        raise StepRefused("Say what is to be done.")
    row = record.actions.create(text=text.strip()[:300], owner=owner, due_on=due_on)
    deadlines.start(
        pupil=None, about=row, rule=RULE, label="An action from supervision", trigger_on=record.held_on,
        last_day=due_on, owner=owner, by=by, at=at,
    )  # fmt: skip
    return row


@transaction.atomic
def sign(*, supervision_id: int, by: Any, at: datetime) -> Supervision:
    """Sign as one of the two; from the first signature on nothing is changed."""
    record = _locked(supervision_id, by)
    field = "officer_signed_at" if record.officer_id == by.pk else "supervisor_signed_at"
    if getattr(record, field) is not None:
        raise StepRefused("You have signed this already.")
    SUPERVISION.check("sign" if record.open else "countersign", record, by)
    setattr(record, field, at)
    record.save(update_fields=[field])
    if not record.signed:
        other = record.supervisor if record.officer_id == by.pk else record.officer
        body = f"{by.name} has signed the record of your supervision. Sign in to read it, and to sign it or say that it has to change."
        telling.colleague(other, subject="A record to sign", body=body, at=at, about=record)
    trail.record(by=by, at=at, action="supervision.signed", on=record)
    return record


@transaction.atomic
def unsign(*, supervision_id: int, by: Any, at: datetime) -> Supervision:
    """The officer disagrees with what stands there: the supervisor's signature falls away and it can be changed."""
    record = _locked(supervision_id, by)
    if record.signed:
        raise StepRefused("Both have signed: this record stays as it is.")
    SUPERVISION.check("unsign", record, by)
    record.officer_signed_at = record.supervisor_signed_at = None
    record.save(update_fields=["officer_signed_at", "supervisor_signed_at"])
    trail.record(by=by, at=at, action="supervision.reopened", on=record)
    return record


def _of_supervisor(supervision_id: int, by: Any) -> Supervision:
    record = _locked(supervision_id, by)
    if record.supervisor_id != by.pk:
        raise StepRefused("The supervisor writes the record; you can sign it, or say that it has to change.")
    if not record.open:
        raise StepRefused("This record is signed: take the signature back to change it.")
    return record


def _locked(supervision_id: int, by: Any) -> Supervision:
    """One of this person's own, locked; nobody else's is there."""
    record = (
        Supervision.objects.select_for_update(of=("self",))
        .select_related("officer", "supervisor")
        .filter(pk=supervision_id)
        .first()
    )
    if record is None or not Supervision.objects.visible_to(by).filter(pk=supervision_id).exists():
        raise StepRefused("You cannot see this record.")
    return record
