"""What becomes of a letter after GOV.UK Notify took it: posted, refused, or returned weeks later."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from mainstay.service.common.audit import trail
from mainstay.service.common.outbox.announcements import letter_failed, letter_posted, letter_returned
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.outcome import NotSent
from mainstay.service.common.outbox.senders import notify

log = structlog.get_logger("mainstay.outbox")

POSTED: Final = "received"  # by the printers, who printed and posted it
#: what Notify says of a letter it will not post, in words
REFUSED: Final = {
    "virus-scan-failed": "GOV.UK Notify found a possible virus in the letter. It was not posted.",
    "validation-failed": "GOV.UK Notify could not accept the letter's layout or address. It was not posted.",
    "permanent-failure": "The printers could not print the letter. It was not posted.",
    "technical-failure": "GOV.UK Notify could not print the letter and is looking into it. It was not posted.",
    "cancelled": "The letter was cancelled at GOV.UK Notify. It was not posted.",
}
FORGOTTEN: Final = (
    "GOV.UK Notify no longer says whether the letter was posted. Ask its support before sending it anew."
)
#: how long after it was taken a letter is asked about again: often while it is checked, then by the hour
SOON, LATER, CHECKED_AFTER = timedelta(minutes=10), timedelta(hours=1), timedelta(hours=1)


def follow(limit: int = 20) -> int:
    """Ask about the letters whose turn it is, until one goes unanswered; how many were asked about."""
    if not notify.ready():
        return 0
    now, asked = timezone.now(), 0
    due = Message.objects.filter(state=Message.State.TAKEN, next_try_at__lte=now).order_by(
        "next_try_at", "pk"
    )
    for letter in due[:limit]:
        if _claim(letter, now):
            asked += 1
            if not _follow(letter):
                break
    return asked


def _claim(letter: Message, now: datetime) -> bool:
    """Out of other workers' reach until it is to be asked about again."""
    wait = SOON if letter.sent_at and now - letter.sent_at < CHECKED_AFTER else LATER
    due = Message.objects.filter(pk=letter.pk, state=Message.State.TAKEN, next_try_at=letter.next_try_at)
    return bool(due.update(next_try_at=now + wait))


def _follow(letter: Message) -> bool:
    """Whether Notify answered."""
    try:
        said = notify.ask(letter)
    except NotSent as problem:
        log.warning("letter_not_followed", message=letter.pk, problem=str(problem)[:80])
        return False
    try:
        _settle(letter.pk, said, timezone.now())
    except Exception:
        log.exception("letter_not_settled", message=letter.pk)
    return True


@transaction.atomic
def _settle(pk: int, said: Mapping[str, Any] | None, at: datetime) -> None:
    letter = Message.objects.select_for_update().get(pk=pk)
    if letter.state != Message.State.TAKEN:
        return
    status = said["status"] if said else ""
    if said and status == POSTED:
        _posted(letter, parse_datetime(said.get("completed_at") or "") or at, at)
    elif not said or status in REFUSED:
        _failed(letter, REFUSED.get(status, FORGOTTEN), at)


def _posted(letter: Message, when: datetime, at: datetime) -> None:
    letter.state, letter.delivered_at, letter.problem = Message.State.SENT, when, ""
    letter.save(update_fields=["state", "delivered_at", "problem"])
    trail.record(by=None, at=at, action="letter.posted", on=letter, posted_at=when)
    letter_posted.send(**_of(letter), on=timezone.localdate(when), at=at)


def _failed(letter: Message, problem: str, at: datetime) -> None:
    letter.state, letter.problem = Message.State.FAILED, problem
    letter.save(update_fields=["state", "problem"])
    tell_failed(letter, at)


def tell_failed(letter: Message, at: datetime) -> None:
    """In the transaction that marks it so."""
    trail.record(by=None, at=at, action="letter.failed", on=letter, problem=letter.problem)
    letter_failed.send(**_of(letter), problem=letter.problem, at=at)


@transaction.atomic
def returned_letter(payload: Mapping[str, Any], *, at: datetime) -> bool:
    """Take in what Notify's callback says of a returned letter; whether it was news.

    payload: its JSON, of which ``notification_id`` and ``reference`` are read; who may call is the caller's
    question. Callbacks come more than once: the second changes nothing.
    """
    letter = _named(str(payload.get("notification_id") or ""), str(payload.get("reference") or ""))
    if letter is None:
        log.warning("returned_letter_unknown")
    if letter is None or letter.state == Message.State.RETURNED:
        return False
    letter.state, letter.problem = Message.State.RETURNED, "It came back undelivered."
    letter.save(update_fields=["state", "problem"])
    trail.record(by=None, at=at, action="letter.returned", on=letter)
    letter_returned.send(**_of(letter), on=timezone.localdate(at), at=at)
    return True


def _named(notify_id: str, mark: str) -> Message | None:
    """The letter Notify speaks of: by its own id, else by ours, where its answer to us was lost."""
    letters = Message.objects.select_for_update().filter(kind=Message.Kind.LETTER)
    if notify_id and (letter := letters.filter(external_id=notify_id).first()):
        return letter
    number = mark.partition(".")[0]
    letter = letters.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    return letter if letter is not None and letter.mark == mark else None


def _of(letter: Message) -> dict[str, Any]:
    return {"reference": letter.payload["reference"], "about": (letter.about_kind, letter.about_id)}
