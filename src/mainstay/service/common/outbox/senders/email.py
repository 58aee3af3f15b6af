"""E-mail over the council's mail server.

A mail server keeps no list to ask afterwards: where this machine dies between the server's "taken" and the
row's "sent", the message goes out a second time, with the same Message-ID.
"""

import smtplib
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.outcome import NotSent, Taken


def ready() -> bool:
    return bool(settings.CONFIG.email_url)


def send(message: Message) -> Taken:
    sender = settings.CONFIG.email_from
    return deliver(
        EmailMessage(message.subject, message.body, sender, [message.to], headers=headers(message))
    )


def headers(message: Message) -> dict[str, str]:
    """The Message-ID stays the same at every try, so that a mailbox may know a second copy."""
    host = parseaddr(settings.CONFIG.email_from)[1].rpartition("@")[2] or "localhost"
    return {"Message-ID": f"<{message.mark}.mainstay@{host}>", "Auto-Submitted": "auto-generated"}


def deliver(mail: EmailMessage) -> Taken:
    """Hand it to the mail server; NotSent where the server refuses it or is away."""
    mail.connection = connection(settings.CONFIG.email_url)
    try:
        mail.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
        code = _code(refusal)
        raise NotSent(f"The mail server refused it ({code}).", for_good=code >= 500) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"The mail server could not be reached ({type(error).__name__}).") from None
    except ValueError:
        raise NotSent("Its address or subject cannot stand in an e-mail.", for_good=True) from None
    return Taken()


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


def _code(refusal: smtplib.SMTPException) -> int:
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in refusal.recipients.values()), default=0)
    return int(getattr(refusal, "smtp_code", 0))
