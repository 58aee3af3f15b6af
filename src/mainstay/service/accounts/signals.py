"""Listens to Django and allauth for what has to be in the audit trail."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from mainstay.service.accounts.actions import signins
from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail


@receiver(user_logged_in, dispatch_uid="mainstay")
def _signed_in(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    if request is None or not hasattr(request, "session"):
        return
    methods = {record.get("method") for record in request.session.get("account_authentication_methods", [])}
    signins.began(request=request, user=user, at=timezone.now(), second_factor="mfa" in methods)


@receiver(user_logged_out, dispatch_uid="mainstay")
def _signed_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        why = getattr(request, "ended_because", "signed out")
        signins.ended(user=user, sign_in=request.session.get("sign_in"), at=timezone.now(), why=why)


@receiver(user_login_failed, dispatch_uid="mainstay")
def _refused(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "").lower()
    user = User.objects.filter(email=email).first()
    signins.failed(user=user, at=timezone.now(), stage="password")


@receiver(mfa.authentication_failed, dispatch_uid="mainstay")
def _second_factor_refused(sender: Any, user: User, **_: Any) -> None:
    signins.failed(user=user, at=timezone.now(), stage="second factor")


@receiver(password_changed, dispatch_uid="mainstay")
def _password_changed(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    now = timezone.now()
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    user.must_change_password = False
    signins.end_others(user=user, keep=request.session.get("sign_in"), by=user, at=now)
    trail.record(by=user, at=now, action="password.changed", on=user)


def _factor(action: str) -> Any:
    def note(sender: Any, user: User, authenticator: Any, **_: Any) -> None:
        trail.record(by=user, at=timezone.now(), action=action, on=user, kind=str(authenticator.type))

    return note


_added, _removed, _reset = _factor("factor.added"), _factor("factor.removed"), _factor("factor.renewed")
mfa.authenticator_added.connect(_added, dispatch_uid="mainstay")
mfa.authenticator_removed.connect(_removed, dispatch_uid="mainstay")
mfa.authenticator_reset.connect(_reset, dispatch_uid="mainstay")
