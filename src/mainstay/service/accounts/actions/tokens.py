"""Keys to the API: shown once, kept hashed, scoped, expiring."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from mainstay.service.accounts.actions.invitations import hashed
from mainstay.service.accounts.announcements import school_choices
from mainstay.service.accounts.models import ApiToken, User
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused

CALENDAR: Final = "calendar"
#: scope -> what it allows, and the permission its owner must hold at every use
SCOPES: Final = {
    "rules": ("Ask the law a question", None),
    "registers:write": ("Send register files", "import_registers"),
    CALENDAR: ("Show your deadlines in a calendar", "see_service_entries"),
}
LONGEST: Final = timedelta(days=365)
OPEN_PER_PERSON: Final = 10
_USE_NOTED: Final = timedelta(minutes=5)


def scopes_for(user: User) -> dict[str, str]:
    """The scopes this person may give a key, with their words."""
    return {
        scope: words
        for scope, (words, permission) in SCOPES.items()
        if permission is None or user.may(permission)
    }


def schools_for(user: User) -> dict[int, str]:
    """The schools whose key this person may make, by id with their names."""
    return {pk: name for schools in school_choices.ask(user) for pk, name in schools}


@transaction.atomic
def make(
    *,
    name: str,
    scopes: list[str],
    expires_at: datetime,
    by: User,
    at: datetime,
    school_id: int | None = None,
) -> tuple[ApiToken, str]:
    """Make a key of one's own; the row and the key, which nobody can be shown a second time.

    school_id: one of one's schools; the key then reaches no other.
    """
    if not scopes:
        raise StepRefused("Choose what the key may be used for.")
    if not set(scopes) <= set(scopes_for(by)):
        raise StepRefused("Your role cannot give a key that right.")
    if CALENDAR in scopes and len(scopes) > 1:  # it stands in an address, where other keys never do
        raise StepRefused("The address of a calendar may be used for nothing else.")
    if not at < expires_at <= at + LONGEST:
        raise StepRefused("A key must expire within one year.")
    if school_id is not None and school_id not in schools_for(by):
        raise StepRefused("This is not one of your schools.")
    if ApiToken.objects.usable(at).filter(user=by, school_id=school_id).count() >= OPEN_PER_PERSON:
        raise StepRefused(f"You have {OPEN_PER_PERSON} such keys in use. Revoke one you no longer need.")
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    key = f"mainstay_{prefix}_{secret}"
    token = ApiToken.objects.create(
        name=name.strip(), user=by, prefix=prefix, token_hash=hashed(key), scopes=sorted(scopes),
        made_at=at, expires_at=expires_at, school_id=school_id,
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="token.made", on=token, scopes=sorted(scopes), expires_at=expires_at,
        school=school_id,
    )  # fmt: skip
    return token, key


@transaction.atomic
def make_calendar(*, by: User, at: datetime) -> tuple[ApiToken, str]:
    """Make the key of one's calendar address, for the longest time there is; the one before stops."""
    if (before := calendar_of(by, at)) is not None:
        revoke(token=before, by=by, at=at)
    return make(name="Calendar", scopes=[CALENDAR], expires_at=at + LONGEST, by=by, at=at)


def calendar_of(user: User, at: datetime) -> ApiToken | None:
    """The key of somebody's calendar address, while it works."""
    usable = ApiToken.objects.usable(at).filter(user=user).order_by("-made_at")
    return next((token for token in usable if token.scopes == [CALENDAR]), None)


@transaction.atomic
def revoke(*, token: ApiToken, by: User, at: datetime) -> None:
    """Stop a key: one's own, or anybody's for those who manage keys."""
    if token.user_id != by.pk and not by.may("manage_tokens"):
        raise StepRefused("This is not your key.")
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        raise StepRefused("This key is revoked already.")
    trail.record(by=by, at=at, action="token.revoked", on=token)


def owner(key: str, at: datetime) -> tuple[User, ApiToken] | None:
    """Whose key this is, while it is valid: a school's key narrows what its owner sees to that school.

    Its use is noted every few minutes.
    """
    token = ApiToken.objects.usable(at).select_related("user").filter(token_hash=hashed(key)).first()
    if token is None:
        return None
    if token.last_used_at is None or at - token.last_used_at > _USE_NOTED:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    token.user.only_school = token.school_id
    return token.user, token


def allows(token: ApiToken, scope: str) -> bool:
    """Whether the key has the scope and its owner still holds the permission behind it."""
    permission = SCOPES[scope][1]
    return scope in token.scopes and (permission is None or token.user.may(permission))
