"""Who sends what: one sender for each kind of message. Nothing here knows what a message is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.outcome import Taken
from mainstay.service.common.outbox.senders import email, invitation, notify, webhook


@dataclass(frozen=True, slots=True)
class Sender:
    """``send`` hands a message over or raises ``NotSent``; where it is not ``ready``, messages wait."""

    ready: Callable[[], bool]
    send: Callable[[Message], Taken]


SENDERS: Final[Mapping[str, Sender]] = {
    Message.Kind.EMAIL: Sender(email.ready, email.send),
    Message.Kind.ONCE: Sender(email.ready, email.send),
    Message.Kind.INVITATION: Sender(email.ready, invitation.send),
    Message.Kind.LETTER: Sender(notify.ready, notify.send),
    Message.Kind.WEBHOOK: Sender(webhook.ready, webhook.send),
}
