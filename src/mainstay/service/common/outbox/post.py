"""Queueing messages and sending them."""

import smtplib
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.db import models, transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused

log = structlog.get_logger("mainstay.outbox")

EMAIL: Final = "email"
ONCE: Final = "email-once"
LEASE: Final = timedelta(minutes=5)
BACK_OFF: Final = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440))


def queue(
    *,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    about: models.Model | tuple[str, str] | None = None,
    once: bool = False,
) -> Message:
    """Add an e-mail; in the transaction of the action that says so. The worker sends it.

    once: the body holds a link that signs somebody in; it is forgotten when the message is gone.
    """
    kind, key = "", ""
    if about is not None:
        kind, key = about if isinstance(about, tuple) else (about._meta.label_lower, str(about.pk))
    return Message.objects.create(
        kind=ONCE if once else EMAIL,
        made_at=at,
        to=to,
        subject=subject[:200],
        body=body,
        about_kind=kind,
        about_id=key,
        next_try_at=at,
    )


@transaction.atomic
def try_again(*, message: Message, by: models.Model, at: datetime) -> None:
    """Send a message that was given up once more, from the first try on.

    Raises StepRefused where it did not fail, or its link is forgotten.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != Message.State.FAILED:
        raise StepRefused(
            f"This message is {message.get_state_display().lower()}: there is nothing to try again."
        )
    if message.kind == ONCE:
        raise StepRefused(
            "The link in this message is no longer kept. Send a new invitation or password link."
        )
    message.state, message.tries, message.next_try_at = Message.State.WAITING, 0, at
    message.save()
    trail.record(by=by, at=at, action="message.tried_again", on=message, problem=message.problem)


def forget(*, about: str, key: str = "", until: datetime | None = None) -> int:
    """Take the links out of waiting ``once`` messages, which are then never sent: the link is used or over.

    about, key: the thing's label and id; until: every message about such things queued by then.
    """
    over = Message.objects.filter(kind=ONCE, state=Message.State.WAITING, about_kind=about)
    if key:
        over = over.filter(about_id=key)
    if until is not None:
        over = over.filter(made_at__lte=until)
    problem = "The link was used or over before it could be sent."
    return over.update(state=Message.State.FAILED, body="", problem=problem)


def send_waiting(limit: int = 50) -> int:
    """Send what is due; how many went out. Without a mail server everything stays waiting."""
    if not settings.CONFIG.email_url:
        return 0
    due = Message.objects.filter(state=Message.State.WAITING, next_try_at__lte=timezone.now())
    sent = 0
    for message in due.order_by("next_try_at", "pk")[:limit]:
        if _claim(message):
            sent += _send(message)
    return sent


def connection(url: str) -> EmailBackend:
    """SMTP as ``smtp://user:password@host:port`` (STARTTLS with ``smtp+tls``, TLS with ``smtps``)."""
    parts = urlsplit(url)
    return EmailBackend(
        host=parts.hostname or "localhost",
        port=parts.port or {"smtps": 465, "smtp+tls": 587}.get(parts.scheme, 25),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
        timeout=30,
    )


def _claim(message: Message) -> bool:
    """Put it out of other workers' reach for a while, in one statement."""
    won = Message.objects.filter(
        pk=message.pk, state=Message.State.WAITING, next_try_at=message.next_try_at
    ).update(next_try_at=timezone.now() + LEASE, tries=message.tries + 1)
    message.tries += 1
    return bool(won)


def _send(message: Message) -> bool:
    mail = EmailMessage(
        message.subject,
        message.body,
        settings.CONFIG.email_from,
        [message.to],
        headers={"Message-ID": f"<{message.pk}.{int(message.made_at.timestamp())}@mainstay>"},
        connection=connection(settings.CONFIG.email_url),
    )
    try:
        mail.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
        return _failed(
            message, f"The mail server refused it ({_code(refusal)}).", for_good=_code(refusal) >= 500
        )
    except (OSError, smtplib.SMTPException) as error:
        return _failed(message, f"The mail server could not be reached ({type(error).__name__}).")
    message.state, message.sent_at, message.problem = Message.State.SENT, timezone.now(), ""
    _forget(message)
    message.save()
    return True


def _failed(message: Message, problem: str, *, for_good: bool = False) -> bool:
    log.warning("message_not_sent", message=message.pk, tries=message.tries)
    message.problem = problem
    if for_good or message.tries > len(BACK_OFF):
        message.state = Message.State.FAILED
        _forget(message)
    else:
        message.next_try_at = timezone.now() + BACK_OFF[message.tries - 1]
    message.save()
    return False


def _forget(message: Message) -> None:
    if message.kind == ONCE:
        message.body = ""


def _code(refusal: smtplib.SMTPException) -> int:
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in refusal.recipients.values()), default=0)
    return int(getattr(refusal, "smtp_code", 0))
