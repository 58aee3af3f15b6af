"""Casework and the team in the made-up city, in every state, made by the actions a person would have taken at the time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.service.casework.demo import fast_tracks, meetings, open_cases, referrals, team
from mainstay.service.casework.demo.scene import Scene
from mainstay.service.directory.demo.loading import Loaded

Progress = Callable[[float, str], None]
#: with fewer children than this much absence, there is nothing to tell
FEWEST: Final = 30
#: how long ago registers may have ended: longer than any holiday
LATELY: Final = timedelta(days=60)
#: from the beginning of the national framework until the oldest case can have begun
FIRST_CASES: Final = timedelta(days=120)


def cast(loaded: Loaded, at: datetime) -> Scene | None:
    """Whom stories of casework can be told of; None in a city that is too small, or ended before any could begin."""
    today, until = timezone.localdate(at), loaded.city.until
    if until < CURRENT.day("national_framework_from") + FIRST_CASES or until < today - LATELY:
        return None
    scene = Scene(loaded.users, at, until)
    return scene if len(scene.children) >= FEWEST else None


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Everything about cases and the team."""
    scene = cast(loaded, at)
    if scene is None:
        return
    progress(0.0, "referrals")
    referrals.tell(scene)
    progress(0.3, "cases")
    open_cases.tell(scene)
    progress(0.5, "Fast Track")
    fast_tracks.tell(scene)
    progress(0.7, "targeting meetings")
    meetings.tell(scene)
    progress(0.85, "the team")
    team.tell(scene)
    progress(1.0, "cases are in")
