"""Asking another authority about earlier notices: asked, chased, answered. Until it answers that is unknown, not none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import working_day_after
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
from mainstay.service.penalties import code, letters_before, positions
from mainstay.service.penalties.actions.locking import notice_of
from mainstay.service.penalties.models import EarlierNotice, Enquiry, Notice
from mainstay.service.record import access, deadlines
from mainstay.service.record.actions import add_entry

Outcome = Enquiry.Outcome
CHASE: Final = "enquiry-chase"
#: working days for an answer, and again after each reminder: our own choice, two weeks
ANSWER_WITHIN: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One notice another authority tells of."""

    issued_on: date
    outcome: str
    kind: str = "attendance"
    issuer: str = ""
    reference: str = ""
    offence_from: date | None = None
    offence_to: date | None = None


@transaction.atomic
def ask(
    *,
    notice_id: int,
    authority: str,
    email: str,
    school: str,
    how: str,
    by: Any,
    at: datetime,
) -> Enquiry:
    """Ask an authority about the parent and child of a notice being checked; makes the letter that asks.

    how: where the answer goes, in a secure way. Raises StepRefused: not being checked, asked already.
    """
    notice = notice_of(notice_id, by)
    _may(by)
    if notice.state not in (Notice.State.DRAFT, Notice.State.PROPOSED, Notice.State.APPROVED):
        raise StepRefused("This notice is decided: there is nothing left to ask for it.")
    if not authority.strip():
        raise StepRefused("Say which authority is asked.")
    if not how.strip():
        raise StepRefused("Say where the answer goes, and in which secure way: this is about a family.")
    same = Enquiry.objects.filter(pupil=notice.pupil, parent=notice.parent, outcome=Outcome.AWAITED)
    if same.filter(authority__iexact=authority.strip()).exists():
        raise StepRefused("This authority is asked already: chase its answer instead.")
    today = timezone.localdate(at)
    enquiry = Enquiry.objects.create(
        pupil=notice.pupil, parent=notice.parent, authority=authority.strip()[:120], email=email,
        school=school.strip()[:160], asked_on=today, asked_by=by, how=how.strip()[:200],
    )  # fmt: skip
    answer_by = working_day_after(today, ANSWER_WITHIN)
    enquiry.letter = _letter(enquiry, today, answer_by, by, at)
    enquiry.save(update_fields=["letter"])
    _wait(enquiry, today, by, at)
    add_entry(
        pupil=enquiry.pupil_id, by=by, at=at, kind="enquiry", about=enquiry,
        title=f"{enquiry.authority} asked about earlier penalty notices", text=enquiry.how,
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="enquiry.asked", on=enquiry, parent=enquiry.parent_id, authority=enquiry.authority,
        notice=notice.pk,
    )  # fmt: skip
    return enquiry


def _letter(enquiry: Enquiry, today: date, answer_by: date, by: Any, at: datetime) -> Any:
    of_code = code.in_force(today)
    letter = letters_before.enquiry(enquiry, of_code, today, answer_by, enquiry.how, by)
    return rendering.issue(
        template=letter.template, title=f"Enquiry {letters_before.enquiry_reference(enquiry)}", values=letter.values,
        pupil_id=enquiry.pupil_id, by=by, at=at, draft=False, about=enquiry,
    )  # fmt: skip


@transaction.atomic
def chase(*, enquiry_id: int, how: str, by: Any, at: datetime) -> Enquiry:
    """Remind the authority; the time to answer begins anew."""
    enquiry = enquiry_of(enquiry_id, by)
    _awaited(enquiry)
    today = timezone.localdate(at)
    if today.isoformat() in enquiry.chased_on:
        raise StepRefused("This authority was reminded today already.")
    enquiry.chased_on = [*enquiry.chased_on, today.isoformat()]
    enquiry.save(update_fields=["chased_on"])
    _wait(enquiry, today, by, at)
    add_entry(
        pupil=enquiry.pupil_id, by=by, at=at, kind="enquiry", about=enquiry, text=how.strip(),
        title=f"{enquiry.authority} reminded: earlier penalty notices",
    )  # fmt: skip
    trail.record(by=by, at=at, action="enquiry.chased", on=enquiry)
    return enquiry


@transaction.atomic
def answer(
    *,
    enquiry_id: int,
    outcome: str,
    answered_on: date,
    answered_by: str,
    text: str,
    by: Any,
    at: datetime,
    notices: Sequence[Told] = (),
) -> Enquiry:
    """Keep what the authority answered; the notices it tells of count from now on as ours do.

    answered_by: who there. Raises StepRefused: answered already, notices without any or the other way round.
    """
    enquiry = enquiry_of(enquiry_id, by)
    _awaited(enquiry)
    today = timezone.localdate(at)
    if outcome not in (Outcome.NONE, Outcome.NOTICES):
        raise StepRefused("Choose what the authority answered.")
    if not enquiry.asked_on <= answered_on <= today:
        raise StepRefused("The answer came between the day of the question and today.")
    if not answered_by.strip():
        raise StepRefused("Say who answered.")
    if bool(notices) != (outcome == Outcome.NOTICES):
        raise StepRefused("Give each notice it tells of, or say that there were none.")
    if any(told.issued_on > answered_on for told in notices):
        raise StepRefused("A notice cannot have been issued after the answer that tells of it.")
    enquiry.outcome, enquiry.answered_on = outcome, answered_on
    enquiry.answered_by, enquiry.text = answered_by.strip()[:120], text.strip()
    enquiry.save()
    kept = [_keep(enquiry, told, by, at) for told in notices]
    deadlines.stop(about=enquiry, by=by, at=at)
    add_entry(
        pupil=enquiry.pupil_id, by=by, at=at, kind="enquiry", about=enquiry, text=enquiry.text,
        title=f"{enquiry.authority} answered: {enquiry.get_outcome_display().lower()}",
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="enquiry.answered", on=enquiry, outcome=outcome, notices=[one.pk for one in kept]
    )
    positions.recheck([(enquiry.parent_id, enquiry.pupil_id)], by=by, at=at)
    return enquiry


def _keep(enquiry: Enquiry, told: Told, by: Any, at: datetime) -> EarlierNotice:
    """One row a notice: one known already stays as it is."""
    row, _ = EarlierNotice.objects.get_or_create(
        parent=enquiry.parent,
        pupil=enquiry.pupil,
        kind=told.kind,
        issued_on=told.issued_on,
        issuer=(told.issuer.strip() or enquiry.authority)[:120],
        reference=told.reference.strip()[:60],
        defaults={
            "outcome": told.outcome, "offence_from": told.offence_from, "offence_to": told.offence_to,
            "enquiry": enquiry, "added_by": by, "added_at": at,
        },
    )  # fmt: skip
    return row


def _wait(enquiry: Enquiry, today: date, by: Any, at: datetime) -> None:
    deadlines.start(
        pupil=enquiry.pupil_id, about=enquiry, rule=CHASE, label=f"Enquiry {enquiry.pk}: chase the answer", by=by, at=at,
        owner=enquiry.asked_by, trigger_on=today, last_day=working_day_after(today, ANSWER_WITHIN),
    )  # fmt: skip


def enquiry_of(enquiry_id: int, by: Any) -> Enquiry:
    """The enquiry, locked. Raises StepRefused where it is not in view or its record is not open to this person."""
    _may(by)
    found = Enquiry.objects.select_for_update(of=("self",)).select_related("pupil", "parent", "asked_by")
    enquiry = found.filter(pk=enquiry_id).first()
    if enquiry is None or not Enquiry.objects.visible_to(by).filter(pk=enquiry_id).exists():
        raise StepRefused("You cannot see this enquiry.")
    if not access.may_open(by, enquiry.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    return enquiry


def _may(by: Any) -> None:
    if not by.may("check_notice"):
        raise StepRefused("Your role cannot ask other authorities.")


def _awaited(enquiry: Enquiry) -> None:
    if enquiry.outcome != Outcome.AWAITED:
        raise StepRefused("This enquiry is answered already.")
