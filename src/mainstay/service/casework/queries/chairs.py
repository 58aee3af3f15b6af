"""Who may chair a Fast Track meeting: seniors and managers by their role, officers by an authorisation of that day."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.casework.models import Chair


def may_chair(user: Any, on: date) -> bool:
    if not user.is_active:
        return False
    return bool(user.may("chair_fast_track")) or (
        user.may("interview") and Chair.objects.on(on).filter(user=user).exists()
    )


def chairs(on: date) -> QuerySet[User]:
    """Everybody who may chair on a day, by name."""
    authorised = Chair.objects.on(on).order_by().values("user_id")
    return (holding("chair_fast_track", on) | holding("interview", on).filter(pk__in=authorised)).distinct()


def listed() -> list[Chair]:
    """Every authorisation there was, the newest first."""
    return list(Chair.objects.select_related("user", "authorised_by"))
