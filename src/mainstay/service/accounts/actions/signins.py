"""Signing in and out: the list of one's own sign-ins, and the audit rows."""

from datetime import datetime
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from mainstay.service.accounts.models import SignIn, User
from mainstay.service.common.audit import trail

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_words(agent: str) -> str:
    """ "Firefox on Windows" from a browser's own description; "" where nothing is known."""
    browser = next((name for part, name in _BROWSERS if part in agent), "")
    system = next((name for part, name in _SYSTEMS if part in agent), "")
    return " on ".join(filter(None, (browser, system)))


@transaction.atomic
def began(*, request: HttpRequest, user: User, at: datetime, second_factor: bool = False) -> SignIn:
    """Somebody signed in in this browser."""
    sign_in = SignIn.objects.create(
        user=user,
        session_key=request.session.session_key or "",
        began_at=at,
        seen_at=at,
        browser=browser_words(request.headers.get("User-Agent", "")),
        second_factor=second_factor,
    )
    request.session["sign_in"] = sign_in.pk
    request.session["began"] = request.session["seen"] = int(at.timestamp())
    trail.record(by=user, at=at, action="sign_in.succeeded", on=user, second_factor=second_factor)
    return sign_in


def failed(*, user: User | None, at: datetime, stage: str) -> None:
    """A sign-in was refused; what was typed is not kept. stage: password or second factor."""
    on: Any = user if user is not None else ("accounts.user", "")
    trail.record(by=None, at=at, action="sign_in.failed", on=on, stage=stage)


@transaction.atomic
def ended(*, user: User, sign_in: int | None, at: datetime, why: str) -> None:
    """A sign-in is over: signed out, idle, too long, ended from another browser, password changed."""
    SignIn.objects.filter(pk=sign_in or 0, ended_at=None).update(ended_at=at)
    trail.record(by=user, at=at, action="sign_in.ended", on=user, why=why)


@transaction.atomic
def end_others(*, user: User, keep: int | None, by: User, at: datetime, only: int | None = None) -> int:
    """End this person's other sign-ins (or only one of them); how many."""
    others = SignIn.objects.filter(user=user, ended_at=None).exclude(pk=keep or 0)
    if only is not None:
        others = others.filter(pk=only)
    found = list(others)
    Session.objects.filter(session_key__in=[s.session_key for s in found if s.session_key]).delete()
    SignIn.objects.filter(pk__in=[s.pk for s in found]).update(ended_at=at)
    if found:
        trail.record(by=by, at=at, action="sign_in.ended", on=user, why="ended by hand", count=len(found))
    return len(found)


def seen(request: HttpRequest) -> None:
    """Note, about once a minute, that the browser is still there, under whatever key its session has now."""
    SignIn.objects.filter(pk=request.session.get("sign_in") or 0).update(
        seen_at=timezone.now(), session_key=request.session.session_key or ""
    )


def current(user: User) -> list[SignIn]:
    """Sign-ins that have not ended."""
    open_ones = list(SignIn.objects.filter(user=user, ended_at=None)[:50])
    alive = set(
        Session.objects.filter(
            session_key__in=[s.session_key for s in open_ones], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    return [s for s in open_ones if s.session_key in alive]
