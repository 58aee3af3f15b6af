"""Which permission each page needs, and the decorator that asks for it.

Every room has such a module with ``PAGES``: url name -> permission, None (any signed-in person) or
PUBLIC. The views carry the same through ``needs`` and ``public``; one test compares both for every
address of the site and asks every page as every role.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from mainstay.service.accounts.models import User

View = Callable[..., HttpResponseBase]


class SignedIn(HttpRequest):
    """A request behind ``needs``: somebody is signed in."""

    user: User


PUBLIC: Final = "public"


def needs(permission: str | None) -> Callable[[View], View]:
    """Refuse (403) whoever lacks ``permission``; None lets any signed-in person in.

    The middleware has already sent strangers to the sign-in page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permission is not None and not request.user.may(permission):  # type: ignore[union-attr]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        asked.permission = permission  # type: ignore[attr-defined]
        return asked

    return decorate


PAGES: Final[dict[str, str | None]] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_change_password": None,
    "account_set_password": None,
    "account_reauthenticate": None,
    "mfa_authenticate": PUBLIC,  # the second step of signing in
    "mfa_reauthenticate": None,
    "mfa_index": None,
    "mfa_activate_totp": None,
    "mfa_deactivate_totp": None,
    "mfa_view_recovery_codes": None,
    "mfa_generate_recovery_codes": None,
    "forgotten_password": PUBLIC,
    "choose_password": PUBLIC,
    "join": PUBLIC,
    "accessibility": PUBLIC,
    "privacy": PUBLIC,
    "about": PUBLIC,
    "profile": None,
    "profile_edit": None,
    "sign_ins_end": None,
    "shortcuts_set": None,
    "calendar_make": None,
    "token_new": None,
    "token_revoke": None,
    "tokens": "manage_tokens",
    "users": "see_users",
    "users_export": "see_users",
    "user": "see_users",
    "user_edit": "invite_users",
    "user_role_give": "invite_users",
    "user_role_end": "invite_users",
    "user_leave": "invite_users",
    "user_return": "invite_users",
    "user_password_link": "invite_users",
    "invitations": "see_users",
    "invitation_new": "invite_users",
    "invitation_withdraw": "invite_users",
    "outbox": "see_outbox",
    "outbox_export": "see_outbox",
    "outbox_try_again": "see_outbox",
    "council_values": "see_values",
    "council_values_export": "see_values",
    "audit": "see_audit",
    "audit_export": "see_audit",
    "audit_check": "see_audit",
}
