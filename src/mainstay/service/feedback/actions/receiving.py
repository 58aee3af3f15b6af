"""A complaint comes in: by the public form, or written down by whoever handles complaints."""

import secrets
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail
from mainstay.service.common.keys import fold
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.feedback.actions import clocks
from mainstay.service.feedback.models import Complaint

#: no letter or figure that is read as another
LETTERS: Final = "ABCDEFGHJKMNPQRTUVWXYZ2346789"
Kind, Channel = Complaint.Kind, Complaint.Channel


def _reference() -> str:
    return "C-" + "".join(secrets.choice(LETTERS) for _ in range(8))


@transaction.atomic
def receive(
    *,
    kind: str,
    channel: str,
    who: str,
    text: str,
    received_on: date | None = None,
    name: str = "",
    email: str = "",
    phone: str = "",
    address: str = "",
    language: str = "",
    wish: str = "",
    person: str = "",
    by: Any | None,
    at: datetime,
) -> Complaint:
    """Take in a complaint, concern or question. by: None for the public form; its reference is told at once.

    Whoever of the service bears the name that was written does not see it from here on.
    """
    today = timezone.localdate(at)
    if by is not None and not by.may("handle_complaints"):
        raise StepRefused(
            "Your role cannot write down a complaint. Give the address of the public form instead."
        )
    if by is None and channel != Channel.FORM:
        raise StepRefused("Only the public form comes in by itself.")
    if kind not in Kind.values or channel not in Channel.values or who not in Complaint.From.values:
        raise StepRefused("Say what it is, from whom, and how it came.")
    if not text.strip():
        raise StepRefused("Say what happened.")
    received = received_on or today
    if received > today:
        raise StepRefused("The day it came cannot be in the future.")
    one = Complaint.objects.create(
        reference=_reference(), kind=kind, channel=channel, state_since=at, received_on=received, logged_at=at, logged_by=by,
        who=who, name=name.strip(), email=email.strip(), phone=phone.strip(), address=address.strip(), language=language.strip(), text=text.strip(),
        wish=wish.strip(), person=person.strip(),
    )  # fmt: skip
    one.officers.set(named(person))
    clocks.start(one, "ack" if kind == Kind.COMPLAINT else "light", received, at)
    clocks.note(one, f"{one.get_kind_display()} received: {one.get_channel_display().lower()}", "", by, at)
    if email:
        _receipt(one, at)
    trail.record(by=by, at=at, action="complaint.received", on=one, kind=kind, channel=channel)
    return one


def named(person: str) -> list[User]:
    """Colleagues whom the written name may mean: by first and last name, or by a last name alone."""
    words = set(fold(person).split())
    if not words:
        return []
    found = []
    for user in User.objects.filter(is_active=True).only("pk", "name"):
        parts = fold(user.name).split()
        if parts and (parts[-1] in words or set(parts) <= words):
            found.append(user)
    return found


def _receipt(one: Complaint, at: datetime) -> None:
    post.queue(
        to=one.email, subject=f"We have your message: {one.reference}", at=at, about=one,
        body=f"We have your message. Its reference is {one.reference}. Somebody who is not part of what it is about will read "
        "it and write to you. Nothing you told us changes how you or your child are treated.\n",
    )  # fmt: skip
