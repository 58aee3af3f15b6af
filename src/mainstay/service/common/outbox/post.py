"""Queueing what leaves the building; in the transaction of the action that says so. The worker sends it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.senders import invitation
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.models import StoredFile

About = models.Model | tuple[str, str] | None
Postage = Literal["first", "second"]
Kind = Message.Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One letter for GOV.UK Notify.

    reference: ours ("PN-000123"), given back with what becomes of the letter (``announcements``).
    to: the addressee, for the record: the address that counts is printed in the PDF.
    """

    pdf: StoredFile
    reference: str
    postage: Postage
    to: str
    about: About = None


def queue(
    *, to: str, subject: str, body: str, at: datetime, about: About = None, once: bool = False
) -> Message:
    """Add an e-mail.

    once: the body holds a link that signs somebody in; it is forgotten when the message is gone.
    """
    return _add(Kind.ONCE if once else Kind.EMAIL, to, subject, at, about, body=body)


def sends_letters() -> bool:
    """Whether letters can go through GOV.UK Notify; else they go to the print run."""
    return bool(settings.CONFIG.notify_key)


def queue_letter(
    *,
    pdf: StoredFile,
    reference: str,
    postage: Postage,
    to: str,
    at: datetime,
    about: About = None,
) -> Message:
    """Add a letter for GOV.UK Notify to print and post; what is given is as in ``Letter``."""
    letter = Letter(pdf=pdf, reference=reference, postage=postage, to=to, about=about)
    return queue_letters([letter], at=at)[0]


def queue_letters(letters: Iterable[Letter], *, at: datetime) -> list[Message]:
    """Add many letters at once, in the order given."""
    return Message.objects.bulk_create([_letter(letter, at) for letter in letters], batch_size=500)


def queue_invitation(
    *,
    to: str,
    uid: str,
    sequence: int,
    starts: datetime,
    ends: datetime,
    summary: str,
    where: str,
    organiser: str,
    cancel: bool = False,
    at: datetime,
    about: About = None,
) -> Message:
    """Add a calendar invitation for one person, a change of it or its withdrawal.

    uid, sequence: the same uid for the meeting always, a higher sequence with every change.
    summary: shown in calendars and on locked screens: never a child's name.
    organiser: e-mail address that answers go to.
    Raises StepRefused for a meeting without a summary, one that ends before it starts, and a wrong address.
    """
    summary = " ".join(summary.split())
    if not summary:
        raise StepRefused("Say what the meeting is, without a child's name.")
    if ends <= starts:
        raise StepRefused("The meeting must end after it starts.")
    _check_address(to)
    _check_address(organiser)
    body = invitation.words(summary=summary, starts=starts, ends=ends, where=where, cancel=cancel)
    said = {
        "uid": uid, "sequence": sequence, "starts": starts.isoformat(), "ends": ends.isoformat(),
        "summary": summary, "where": where, "organiser": organiser, "cancel": cancel,
    }  # fmt: skip
    title = f"{'Cancelled' if cancel else 'Invitation'}: {summary}"
    return _add(Kind.INVITATION, to, title, at, about, body=body, payload=said)


def queue_webhook(
    *, url: str, event: str, payload: Mapping[str, Any], at: datetime, about: About = None
) -> Message:
    """Add an event for one of the receivers that the settings name (``settings.CONFIG.webhooks``).

    event: what happened ("notice.issued"); payload: JSON values, ids rather than names.
    """
    if url not in settings.CONFIG.webhooks:
        raise ValueError("the settings do not name this receiver")
    return _add(Kind.WEBHOOK, url, event, at, about, payload={"event": event, "payload": dict(payload)})


@transaction.atomic
def try_again(*, message: Message, by: models.Model, at: datetime) -> None:
    """Send a message that was given up once more, from the first try on.

    Raises StepRefused where it did not fail, its link is forgotten, or Notify has the letter already.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != Message.State.FAILED:
        raise StepRefused(
            f"This message is {message.get_state_display().lower()}: there is nothing to try again."
        )
    if message.kind == Kind.ONCE:
        raise StepRefused(
            "The link in this message is no longer kept. Send a new invitation or password link."
        )
    if message.external_id:
        raise StepRefused(
            "GOV.UK Notify has this letter already and would refuse it again. Make a new letter instead."
        )
    message.state, message.tries, message.next_try_at = Message.State.WAITING, 0, at
    message.save(update_fields=["state", "tries", "next_try_at"])
    trail.record(by=by, at=at, action="message.tried_again", on=message, problem=message.problem)


def forget(*, about: str, key: str = "", until: datetime | None = None) -> int:
    """Take the links out of waiting ``once`` messages, which are then never sent: the link is used or over.

    about, key: the thing's label and id; until: every message about such things queued by then.
    """
    over = Message.objects.filter(kind=Kind.ONCE, state=Message.State.WAITING, about_kind=about)
    if key:
        over = over.filter(about_id=key)
    if until is not None:
        over = over.filter(made_at__lte=until)
    problem = "The link was used or over before it could be sent."
    return over.update(state=Message.State.FAILED, body="", problem=problem)


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise StepRefused(
            "There is no e-mail address that the invitation could go to or come from."
        ) from None


def _letter(letter: Letter, at: datetime) -> Message:
    if letter.pdf.media_type != "application/pdf" or letter.postage not in ("first", "second"):
        raise ValueError("a letter is a PDF sent by first or second class")
    said = {"reference": letter.reference, "postage": letter.postage}
    subject = f"Letter {letter.reference}"
    return _made(Kind.LETTER, letter.to[:254], subject, at, letter.about, file=letter.pdf, payload=said)


def _add(kind: Message.Kind, to: str, subject: str, at: datetime, about: About, **more: Any) -> Message:
    message = _made(kind, to, subject, at, about, **more)
    message.save()
    return message


def _made(kind: Message.Kind, to: str, subject: str, at: datetime, about: About, **more: Any) -> Message:
    about_kind, about_id = "", ""
    if about is not None:
        about_kind, about_id = about if isinstance(about, tuple) else (about._meta.label_lower, str(about.pk))
    return Message(
        kind=kind, to=to, subject=" ".join(subject.split())[:200], made_at=at, next_try_at=at,
        about_kind=about_kind, about_id=about_id, **more,
    )  # fmt: skip
