"""The steps of a patrol; blockers say in words what is missing."""

from typing import Final

from django.utils import timezone

from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import and_list, date_time
from mainstay.service.patrols.models import Encounter, Patrol

S = Patrol.State


def outside(one: Patrol) -> str | None:
    """Why the direction does not cover the patrol."""
    direction = one.direction
    if direction.withdrawn_at is not None:
        return f"Ask for a new direction: {direction.reference} was withdrawn."
    if not direction.starts <= one.starts < one.ends <= direction.ends:
        return (
            f"Plan it within the period of direction {direction.reference}: {date_time(direction.starts)} to "
            f"{date_time(direction.ends)}."
        )
    return None


def _time(one: Patrol) -> str | None:
    now = one.looked_at or timezone.now()
    direction = one.direction
    if direction.starts <= now <= direction.ends:
        return None
    return (
        f"Wait for the period of direction {direction.reference}, or ask for a new one: it covers {date_time(direction.starts)} "
        f"to {date_time(direction.ends)}. No patrol goes out outside it."
    )


def place(one: Patrol) -> str | None:
    """Why children cannot be taken to its place."""
    at, day = one.place, timezone.localdate(one.starts)
    if at.designated_on > day or (at.ended_on is not None and at.ended_on < day):
        return f"Choose another place: {at.name} is not designated on that day."
    if at.chief_told_on is None or at.chief_told_on > day:
        return f"Tell the chief officer of police that {at.name} is designated, and write down the day."
    return None


def _people(one: Patrol) -> str | None:
    return None if one.police.strip() else "Name the constables: only they may take a child along."


def _unfinished(one: Patrol) -> str | None:
    rows = [e.label for e in one.encounters.all() if not e.outcome]
    return f"Write down what was done: {and_list(rows)}." if rows else None


def _unfollowed(one: Patrol) -> str | None:
    without = Encounter.Finding.WITHOUT
    rows = [e.label for e in one.encounters.all() if e.finding == without and e.followed_at is None]
    return f"Follow up: {and_list(rows)}." if rows else None


PATROL: Final = Steps(
    "patrol",
    Step(
        "start", "Start the patrol", frozenset({S.PLANNED}), S.OUT, "log_patrol", (outside, _time, place, _people)
    ),
    Step("back", "We are back", frozenset({S.OUT}), S.BACK, "log_patrol"),
    Step("close", "Close the patrol", frozenset({S.BACK}), S.CLOSED, "plan_patrol", (_unfinished, _unfollowed)),
    Step("cancel", "Cancel the patrol", frozenset({S.PLANNED}), S.CANCELLED, "plan_patrol"),
)  # fmt: skip
