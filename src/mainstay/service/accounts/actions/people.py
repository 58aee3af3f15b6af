"""Roles given and ended; people who leave and come back."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mainstay.service.accounts.actions import signins
from mainstay.service.accounts.announcements import leaving, left
from mainstay.service.accounts.models import ApiToken, RoleHeld, User
from mainstay.service.accounts.roles import LABELS, Role
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.steps import StepRefused


@transaction.atomic
def change_details(*, user: User, by: User, at: datetime, name: str, post: str, phone: str) -> User:
    """Change what is shown beside what somebody does."""
    if by.pk != user.pk and not by.may("invite_users"):
        raise StepRefused("Your role cannot change other people's details.")
    user = User.objects.select_for_update().get(pk=user.pk)
    old = {"name": user.name, "post": user.post, "phone": user.phone}
    new = {"name": name.strip(), "post": post.strip(), "phone": phone.strip()}
    if old != new:
        User.objects.filter(pk=user.pk).update(**new)
        trail.record(by=by, at=at, action="user.changed", on=user, old=old, new=new)
    user.refresh_from_db()
    return user


@transaction.atomic
def set_shortcuts(*, user: User, on: bool, at: datetime) -> None:
    """Turn one's own keyboard shortcuts on or off."""
    if User.objects.filter(pk=user.pk).exclude(shortcuts=on).update(shortcuts=on):
        trail.record(by=user, at=at, action="user.shortcuts_set", on=user, shortcuts=on)


@transaction.atomic
def give_role(*, user: User, role: str, since: date, until: date | None, by: User, at: datetime) -> RoleHeld:
    """Give a role from a day on, to a day or open. Nobody gives one to themselves."""
    may_change_roles(user, by)
    if until is not None and until < since:
        raise StepRefused("The last day must not be before the first.")
    user = User.objects.select_for_update().get(pk=user.pk)
    may_hold_until(user, until)
    held = RoleHeld.objects.filter(user=user, role=role)
    if any(_meet(h.since, h.until, since, until) for h in held):
        raise StepRefused(f"{user.name} holds the role {LABELS[Role(role)]} in this time already.")
    given = RoleHeld.objects.create(user=user, role=role, since=since, until=until, given_by=by)
    trail.record(by=by, at=at, action="role.given", on=user, role=role, since=since, until=until)
    return given


@transaction.atomic
def end_role(*, held: RoleHeld, until: date, by: User, at: datetime) -> RoleHeld:
    """End a role; ``until`` is the last day on which it is held, yesterday at the earliest."""
    may_change_roles(held.user, by)
    held = RoleHeld.objects.select_for_update().get(pk=held.pk)
    until = max(until, timezone.localdate(at) - timedelta(days=1))
    if held.until is not None and held.until <= until:
        raise StepRefused("This role ends before that already.")
    if until < held.since:
        held.delete()  # it never came into force
    else:
        held.until = until
        held.save(update_fields=["until"])
    trail.record(by=by, at=at, action="role.ended", on=held.user, role=held.role, until=until)
    return held


@transaction.atomic
def leave(*, user: User, on: date, by: User, at: datetime) -> User:
    """Set somebody's last day; from the day after they cannot sign in, and their keys stop working."""
    if not by.may("invite_users"):
        raise StepRefused("Your role cannot do this.")
    if user.pk == by.pk:
        raise StepRefused("Somebody else has to record that you leave.")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise StepRefused("This person has left already.")
    user.left_on = on
    user.save(update_fields=["left_on"])
    trail.record(by=by, at=at, action="user.leaving", on=user, last_day=on, roles=_end_roles(user, on))
    leaving.send(user=user, on=on, by=by, at=at)
    if on < timezone.localdate(at):
        _deactivate(user, at)
    return user


def _end_roles(user: User, on: date) -> list[str]:
    """End every role that goes beyond the last day, those that end later or have not begun, too; which ones."""
    running = RoleHeld.objects.filter(user=user).filter(Q(until__isnull=True) | Q(until__gt=on))
    ended = sorted(running.values_list("role", flat=True))
    running.filter(since__gt=on).delete()
    running.update(until=on)
    return ended


@transaction.atomic
def come_back(*, user: User, by: User, at: datetime) -> User:
    """Let somebody who left sign in again; roles are given anew."""
    if not by.may("invite_users"):
        raise StepRefused("Your role cannot do this.")
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active, user.left_on = True, None
    user.save(update_fields=["is_active", "left_on"])
    trail.record(by=by, at=at, action="user.returned", on=user)
    return user


@daily("accounts.leavers")
def deactivate_leavers(*, on: date, last: date | None) -> None:
    """Make inactive everybody whose last day is over."""
    for user in User.objects.filter(is_active=True, left_on__lt=on):
        with transaction.atomic():
            _deactivate(user, timezone.now())


def _deactivate(user: User, at: datetime) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    signins.end_others(user=user, keep=None, by=user, at=at)
    trail.record(by=None, at=at, action="user.deactivated", on=user)
    left.send(user=user, at=at)


def may_change_roles(user: AbstractBaseUser, by: User) -> None:
    """Raise StepRefused unless ``by`` may give ``user`` roles, and places to work at."""
    if not by.may("invite_users"):
        raise StepRefused("Your role cannot change what people may do.")
    if user.pk == by.pk:
        raise StepRefused("You cannot change your own roles. Ask another manager or administrator.")


def may_hold_until(user: User, until: date | None) -> None:
    """Raise StepRefused where somebody has left, or will have left by then: nothing is given beyond a last day."""
    if not user.is_active:
        raise StepRefused("This person has left. Let them come back first.")
    if user.left_on is not None and (until is None or until > user.left_on):
        raise StepRefused("This person is leaving. Give it until their last day, or let them stay first.")


def _meet(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    return (until is None or other_since <= until) and (other_until is None or since <= other_until)


def roles_of(user: User) -> list[dict[str, Any]]:
    """Every role ever held, newest first, with whether it is held today and may be ended."""
    today = timezone.localdate()
    return [
        {
            "held": held,
            "label": LABELS[Role(held.role)],
            "now": held.since <= today and (held.until is None or held.until >= today),
            "open": held.until is None or held.until >= today,
        }
        for held in RoleHeld.objects.filter(user=user).select_related("given_by").order_by("-since", "role")
    ]
