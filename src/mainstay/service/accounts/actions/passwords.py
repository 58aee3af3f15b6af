"""Passwords forgotten and chosen anew, by a link that works once and for a day."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from mainstay.service.accounts.actions import signins
from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused


@transaction.atomic
def send_link(*, user: User, link: str, by: User | None, at: datetime) -> str:
    """Queue the mail with the link; the link. ``link`` holds ``WHO`` and ``TOKEN`` where they go.

    by: who asked for it; None where the person asked at the sign-in page.
    """
    if by is not None and not by.may("invite_users"):
        raise StepRefused("Your role cannot do this.")
    if not user.is_active:
        raise StepRefused("This person has left.")
    who, token = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
    address = link.replace("WHO", who).replace("TOKEN", token)
    post.queue(
        to=user.email, subject="Choose a new password", at=at, about=user, once=True,
        body=(
            f"Hello {user.name},\n\nChoose a new password for {settings.CONFIG.service_name} within a day:\n"
            f"{address}\n\nIf you did not ask for this, you need not do anything: your password stays.\n"
        ),
    )  # fmt: skip
    trail.record(by=by, at=at, action="password.link_sent", on=user)
    return address


def person_of(who: str, token: str) -> User | None:
    """Whose link this is, while it works."""
    try:
        user = User.objects.get(pk=int(urlsafe_base64_decode(who)), is_active=True)
    except (ValueError, OverflowError, User.DoesNotExist):
        return None
    return user if default_token_generator.check_token(user, token) else None


@daily("accounts.password_links_over")
def forget_links(*, on: date, last: date | None) -> None:
    """A link that is over is not kept in the outbox."""
    over = timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    post.forget(about=User._meta.label_lower, until=over)


@transaction.atomic
def choose(*, user: User, password: str, at: datetime) -> None:
    """Set the new password; every sign-in with the old one ends."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    signins.end_others(user=user, keep=None, by=user, at=at)
    post.forget(about=user._meta.label_lower, key=str(user.pk))
    trail.record(by=user, at=at, action="password.chosen", on=user)
