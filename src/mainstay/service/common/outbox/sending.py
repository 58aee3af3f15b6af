"""The worker's part: hand over what is due, one message after the other, and try again what failed.

A message is claimed, handed over, then marked: whoever dies before the mark leaves it to the next worker once
the claim is over. What that means for each kind stands with its sender.
"""

import time
from datetime import timedelta
from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone

from mainstay.service.common.outbox import letters
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.outcome import NotSent, Taken
from mainstay.service.common.outbox.senders import SENDERS

log = structlog.get_logger("mainstay.outbox")

LEASE: Final = timedelta(minutes=5)
BACK_OFF: Final = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440))
#: a turn ends after so many seconds, so that receivers who do not answer keep nobody else's work waiting
TURN: Final = 20.0


def send_waiting(limit: int = 50) -> int:
    """Send what is due; how many went out. What has no server or key set stays waiting."""
    ready = [kind for kind, sender in SENDERS.items() if sender.ready()]
    due = Message.objects.filter(
        state=Message.State.WAITING, next_try_at__lte=timezone.now(), kind__in=ready
    ).select_related("file")
    sent, end = 0, time.monotonic() + TURN
    for message in due.order_by("next_try_at", "pk")[:limit]:
        if time.monotonic() > end:
            break
        if claim(message):
            sent += _send(message)
    return sent


def claim(message: Message) -> bool:
    """Put it out of other workers' reach for a while, in one statement."""
    until = timezone.now() + LEASE
    won = Message.objects.filter(
        pk=message.pk, state=Message.State.WAITING, next_try_at=message.next_try_at
    ).update(next_try_at=until, tries=message.tries + 1)
    message.tries, message.next_try_at = message.tries + 1, until
    return bool(won)


def _send(message: Message) -> bool:
    try:
        taken = SENDERS[message.kind].send(message)
    except NotSent as reason:
        return _failed(message, str(reason), for_good=reason.for_good)
    except Exception as error:
        log.exception("message_not_understood", message=message.pk)
        return _failed(message, f"Something went wrong ({type(error).__name__}).")
    _taken(message, taken)
    return True


def _taken(message: Message, taken: Taken) -> None:
    now = timezone.now()
    message.state, message.external_id = taken.state, taken.external_id
    message.sent_at, message.next_try_at, message.problem = now, now + letters.SOON, ""
    _keep(message)


def _failed(message: Message, problem: str, *, for_good: bool = False) -> bool:
    log.warning("message_not_sent", message=message.pk, kind=message.kind, tries=message.tries)
    message.problem = problem[:300]
    if for_good or message.tries > len(BACK_OFF):
        message.state = Message.State.FAILED
    else:
        message.next_try_at = timezone.now() + BACK_OFF[message.tries - 1]
    _keep(message)
    return False


@transaction.atomic
def _keep(message: Message) -> None:
    """What became of it; a link that is gone or given up is forgotten."""
    changed = ["state", "external_id", "sent_at", "next_try_at", "problem"]
    if message.kind == Message.Kind.ONCE and message.state != Message.State.WAITING:
        message.body = ""
        changed.append("body")
    message.save(update_fields=changed)
    if message.kind == Message.Kind.LETTER and message.state == Message.State.FAILED:
        letters.tell_failed(message, timezone.now())
