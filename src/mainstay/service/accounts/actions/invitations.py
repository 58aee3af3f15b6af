"""Inviting people, and their joining."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mainstay.service.accounts.announcements import joined
from mainstay.service.accounts.models import Invitation, RoleHeld, User
from mainstay.service.accounts.roles import GRANTS, LABELS, Role
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused

VALID: Final = timedelta(days=7)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    post_held: str,
    role: str,
    school_ids: Sequence[int] = (),
    trust_id: int | None = None,
    link: str,
    by: User,
    at: datetime,
) -> tuple[Invitation, str]:
    """Invite somebody; the invitation and the link, which nobody can be shown a second time.

    school_ids, trust_id: where a school user will work.
    link: the address of the accept page with ``TOKEN`` where the token goes.
    """
    if not by.may("invite_users"):
        raise StepRefused("Your role cannot invite people.")
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise StepRefused("Somebody with this e-mail address has an account already.")
    if Invitation.objects.filter(
        email=email, accepted_at=None, withdrawn_at=None, expires_at__gt=at
    ).exists():
        raise StepRefused("This address has an open invitation. Withdraw it first.")
    if (GRANTS[Role(role)].schools == "own") != bool(school_ids or trust_id):
        raise StepRefused("Choose schools or a trust for school roles, and none for the others.")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email, name=name.strip(), post=post_held.strip(), role=role, school_ids=list(school_ids),
        trust_id=trust_id, token_hash=hashed(token), invited_by=by, invited_at=at, expires_at=at + VALID,
    )  # fmt: skip
    address = link.replace("TOKEN", token)
    post.queue(
        to=email, subject=f"Your invitation to {settings.CONFIG.service_name}", at=at, about=invitation,
        body=_words(invitation, address), once=True,
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="invitation.made", on=invitation, role=role, schools=invitation.school_ids,
        trust=trust_id,
    )  # fmt: skip
    return invitation, address


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, at: datetime) -> None:
    """Take an invitation back; its link stops working."""
    if not by.may("invite_users"):
        raise StepRefused("Your role cannot withdraw invitations.")
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.state(at) != Invitation.State.OPEN:
        raise StepRefused("This invitation is not open any more.")
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    _forget_link(invitation)
    trail.record(by=by, at=at, action="invitation.withdrawn", on=invitation)


def open_invitation(token: str, at: datetime) -> Invitation | None:
    """The invitation this link belongs to; None where it is unknown, used, withdrawn or too old."""
    invitation = Invitation.objects.filter(token_hash=hashed(token)).first()
    return invitation if invitation and invitation.state(at) == Invitation.State.OPEN else None


@transaction.atomic
def accept(*, token: str, name: str, password: str, at: datetime) -> User:
    """Make the account of the person invited, with the role. Raises StepRefused where the link is over."""
    invitation = Invitation.objects.select_for_update().filter(token_hash=hashed(token)).first()
    if invitation is None or invitation.state(at) != Invitation.State.OPEN:
        raise StepRefused("This invitation is not open any more. Ask for a new one.")
    if User.objects.filter(email=invitation.email).exists():
        raise StepRefused("There is an account with this e-mail address already. Sign in with it.")
    user = User.objects.create_user(invitation.email, password, name=name.strip(), post=invitation.post)
    RoleHeld.objects.create(
        user=user, role=invitation.role, since=timezone.localdate(at), given_by=invitation.invited_by
    )
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _forget_link(invitation)
    trail.record(by=user, at=at, action="invitation.accepted", on=invitation, role=invitation.role)
    joined.send(user=user, invitation=invitation, at=at)
    return user


def _forget_link(invitation: Invitation) -> None:
    post.forget(about=invitation._meta.label_lower, key=str(invitation.pk))


@daily("accounts.invitations_over")
def forget_links(*, on: date, last: date | None) -> None:
    """An invitation that nobody took up leaves no link in the outbox."""
    post.forget(about=Invitation._meta.label_lower, until=timezone.now() - VALID)


def _words(invitation: Invitation, address: str) -> str:
    council = settings.CONFIG.council_name
    return (
        f"Hello {invitation.name},\n\n"
        f"{invitation.invited_by.name} invites you to the {settings.CONFIG.service_name} service of {council} "
        f"as: {LABELS[Role(invitation.role)]}.\n\n"
        f"Choose your password here within 7 days:\n{address}\n\n"
        "If you did not expect this, you need not do anything.\n"
    )
