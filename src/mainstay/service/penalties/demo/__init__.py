"""Notices in the made-up city, in every state, made by the actions a person would have taken at the time."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.penalties.demo import before, ends, excluded, gently, money, stories, volume
from mainstay.service.penalties.demo.scene import Scene

Progress = Callable[[float, str], None]
#: from the beginning of the national framework until old books could tell of a notice that counts
FIRST_BOOKS: Final = timedelta(days=300)


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Everything about notices; a city that ends before the national framework has none."""
    opened = _opened(loaded.city.years[0])
    if opened + timedelta(days=30) > at:
        return
    progress(0.0, "what went before")
    scene = Scene(loaded.users, at)
    once, twice = before.load(scene, opened)
    stories.ask(scene)
    progress(0.15, "two years of notices")
    volume.fill(scene, opened.date(), len(loaded.schools))
    progress(0.4, "what became of notices")
    ends.tell(scene)
    progress(0.65, "requests and checks")
    before.tell(scene, once, twice)
    excluded.tell(scene)
    stories.check(scene)
    progress(0.85, "notices to improve and leave")
    gently.ask_leave(scene)
    gently.improve(scene)
    money.bank_list(scene)
    money.to_accounts(scene)
    progress(1.0, "notices are in")


def _opened(year: int) -> datetime:
    """When Mainstay began: early in the first year with registers, once there can be earlier notices that count."""
    first = max(date(year, 9, 2), CURRENT.day("national_framework_from") + FIRST_BOOKS)
    first += timedelta(days=max(7 - first.weekday(), 0) if first.weekday() > 4 else 0)
    return timezone.make_aware(datetime.combine(first, time(9)))
