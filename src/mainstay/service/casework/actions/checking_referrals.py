"""An officer acknowledges a referral, checks it line by line, and lets its clock stand still where there is a reason."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.service.casework import referral_dates
from mainstay.service.casework.actions.referring import locked, may_have, tell
from mainstay.service.casework.actions.sending import move
from mainstay.service.casework.models import Referral, ReferralItem
from mainstay.service.common import meanwhile
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import deadlines
from mainstay.service.record.models import Deadline

State, Verdict = Referral.State, ReferralItem.Verdict


@transaction.atomic
def acknowledge(*, referral_id: int, by: Any, at: datetime) -> Referral:
    """Say that it arrived; the school gets an e-mail without a name in it."""
    referral = locked(referral_id, by)
    move(referral, "acknowledge", by, at)
    referral.owner = referral.owner or by
    referral.save(update_fields=["state", "state_since", "owner"])
    deadlines.stop(about=referral, by=by, at=at, rule=referral_dates.ACKNOWLEDGE)
    Deadline.objects.open().filter(
        about_kind=referral._meta.label_lower, about_id=str(referral.pk), owner=None
    ).update(owner=referral.owner)
    tell(referral, "acknowledged", "", by=by, at=at)
    write_to_school(referral, "was received and is being checked", at)
    trail.record(by=by, at=at, action="referral.acknowledged", on=referral)
    return referral


@transaction.atomic
def check(
    *,
    referral_id: int,
    verdicts: Mapping[int, tuple[str, str]],
    by: Any,
    at: datetime,
    seen: Mapping[int, str] | None = None,
) -> Referral:
    """What the officer found line by line; verdicts: item -> (verdict, what is missing). Others stay as they are.

    seen: item -> ``meanwhile.mark`` of ``found_of`` it as the page showed it. Raises StepRefused for a gap without words:
    the school reads what is missing; Changed where a colleague found something else of a line, and nothing is kept.
    """
    referral, seen = _to_check(referral_id, by), seen or {}
    items = {item.pk: item for item in referral.items.all()}
    changed = []
    for pk, (verdict, note) in verdicts.items():
        item, note = items.get(pk), note.strip()[:500]
        if item is None or verdict not in Verdict.values:
            raise StepRefused("Choose for each line whether it is accepted.")
        if verdict == Verdict.GAP and not note:
            raise StepRefused(f"Say what is missing: {item.text}")
        if meanwhile.changes(seen.get(pk, ""), found_of(item), {"verdict": verdict, "note": note}):
            item.verdict, item.note, item.checked_by, item.checked_at = verdict, note, by, at
            changed.append(item)
    ReferralItem.objects.bulk_update(changed, ["verdict", "note", "checked_by", "checked_at"])
    found = {item.key: str(item.verdict) for item in changed}
    if found:
        trail.record(by=by, at=at, action="referral.checked", on=referral, found=found)
    return referral


def found_of(item: ReferralItem) -> dict[str, str]:
    """What is found of one line, for ``meanwhile``."""
    return {"verdict": str(item.verdict), "note": item.note}


@transaction.atomic
def pause(*, referral_id: int, because: str, by: Any, at: datetime) -> Referral:
    """The clock of the check stands still from today on, for a reason that the school reads."""
    referral = _to_check(referral_id, by)
    if referral.paused_from is not None:
        raise StepRefused("The clock stands still already.")
    if not because.strip():
        raise StepRefused("Say why the clock stands still: the school reads it.")
    referral.paused_from, referral.paused_because = timezone.localdate(at), because.strip()[:300]
    referral.save(update_fields=["paused_from", "paused_because"])
    deadlines.pause(about=referral, rule=referral_dates.CHECK, by=by, at=at)
    tell(referral, "the clock stands still", because, by=by, at=at)
    trail.record(by=by, at=at, action="referral.paused", on=referral, reason=referral.paused_because)
    return referral


@transaction.atomic
def resume(*, referral_id: int, by: Any, at: datetime) -> Referral:
    """The clock goes on; the days it stood still are not counted."""
    referral = _to_check(referral_id, by)
    if referral.paused_from is None or referral.submitted_at is None:
        raise StepRefused("The clock is running.")
    today = timezone.localdate(at)
    referral.pauses = [*referral.pauses, {"from": referral.paused_from.isoformat(), "to": today.isoformat()}]
    referral.paused_from, referral.paused_because = None, ""
    referral.save(update_fields=["pauses", "paused_from", "paused_because"])
    sent_on = timezone.localdate(referral.submitted_at)
    last_day = referral_dates.check_by(referral.school_id, sent_on, referral.pauses)
    start_check(referral, sent_on, last_day, by=by, at=at)
    tell(referral, "the clock goes on", "", by=by, at=at)
    trail.record(by=by, at=at, action="referral.resumed", on=referral, last_day=last_day)
    return referral


@transaction.atomic
def take_on(*, referral_id: int, owner: Any, by: Any, at: datetime) -> Referral:
    """Who checks it: oneself, or whom a manager names; its deadlines go along."""
    referral = locked(referral_id, by)
    if not by.may("check_referral") or (owner.pk != by.pk and not by.may("allocate")):
        raise StepRefused("You can take a referral on yourself; a manager gives it to somebody else.")
    if not owner.may("check_referral"):
        raise StepRefused("This person's role cannot check referrals.")
    if referral.state not in Referral.OPEN:
        raise StepRefused("This referral is answered.")
    if may_have(referral, owner) is None:
        raise StepRefused("This person may not see the referral: choose somebody else.")
    before, referral.owner = referral.owner_id, owner
    referral.save(update_fields=["owner"])
    rules = (referral_dates.ACKNOWLEDGE, referral_dates.CHECK)
    Deadline.objects.open().filter(
        about_kind=referral._meta.label_lower, about_id=str(referral.pk), rule__in=rules
    ).update(owner=owner)
    trail.record(by=by, at=at, action="referral.taken_on", on=referral, before=before, to=owner.pk)
    return referral


def start_check(referral: Referral, sent_on: date, last_day: date, *, by: Any, at: datetime) -> None:
    """The deadline of the check."""
    deadlines.start(
        pupil=referral.pupil_id, about=referral, rule=referral_dates.CHECK, label=f"Check referral {referral.number}",
        trigger_on=sent_on, last_day=last_day, by=by, at=at, owner=referral.owner,
    )  # fmt: skip


def write_to_school(referral: Referral, became: str, at: datetime) -> None:
    """An e-mail to whoever sent it; why, and whom it is about, stay inside the building."""
    to = referral.submitted_by
    if to is None or not to.is_active:
        return
    page = reverse("referral", args=[referral.pk])
    where = f": {settings.CONFIG.address}{page}" if settings.CONFIG.address else ", under Cases, Referrals."
    post.queue(
        to=to.email, subject=f"Referral {referral.number}", at=at, about=referral,
        body=f"Referral {referral.number} {became}.\n\nSign in to read more{where}\n",
    )  # fmt: skip


def _to_check(referral_id: int, by: Any) -> Referral:
    referral = locked(referral_id, by)
    if not by.may("check_referral"):
        raise StepRefused("An officer checks referrals.")
    if referral.state != State.ACKNOWLEDGED:
        raise StepRefused("Only a referral that was acknowledged, and is not answered yet, is checked.")
    return referral
