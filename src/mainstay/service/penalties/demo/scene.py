"""Who and what the made-up notices are about: families whose children met the threshold, the people of the service, and days.

Everything goes through the actions a person would take, dated when they would have taken it. What the law or an action
refuses for one family is tried with the next; nothing of a refused try stays.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeVar

import numpy as np
from django.db import transaction
from django.utils import timezone

from mainstay.law import codes
from mainstay.law.rules import CURRENT
from mainstay.registers import tables
from mainstay.registers.grid import session_of
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Finding
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import (
    LinkOfficer,
    Parent,
    Parenthood,
    Pupil,
    School,
    SchoolPost,
    conflicts_of,
)

#: families of a school that somebody signs in for, and of all others together
OF_EACH, OF_OTHERS = 60, 400
TRIES: Final = 12
REFUSED: Final = object()
#: a notice rests on at most so many sessions, of at most so many weeks before it: enough for any letter
MOST_SESSIONS: Final = 14
BACK: Final = timedelta(weeks=20)

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Family:
    """One child with a met threshold, the parents, and the officer of the school."""

    finding: Finding
    pupil: Pupil
    school: School
    officer: Any
    parents: tuple[Parent, ...]
    sessions: tuple[Mapping[str, str], ...]

    def relied(self, before: date) -> list[Mapping[str, str]]:
        """Sessions a notice of that day could rest on, holiday alone where there is enough; [] where it could not."""
        needed = CURRENT.whole("threshold_sessions")
        near = [s for s in self.sessions if before - BACK <= date.fromisoformat(s["date"]) < before]
        holiday = [s for s in near if s["code"] == "G"]
        chosen = (holiday if len(holiday) >= needed else near)[-MOST_SESSIONS:]
        return chosen if len(chosen) >= needed else []

    def picked(self, before: date) -> list[str]:
        """The same as a form sends them."""
        return [f"{s['date']} {s['half']}" for s in self.relied(before)]


class Scene:
    """The cast, each family used once."""

    def __init__(self, users: Mapping[str, Any], at: datetime) -> None:
        self.users, self.at = users, at
        self.today = timezone.localdate(at)
        self._families = _families(users)
        self.pupils = {family.pupil.pk for family in self._families}

    def day(self, ago: int, hour: int = 10) -> datetime:
        """That many days ago, or the Friday before where that is a weekend."""
        on = self.today - timedelta(days=ago)
        on -= timedelta(days=max(on.weekday() - 4, 0))
        return timezone.make_aware(datetime.combine(on, time(hour)))

    def tell(
        self,
        story: Callable[[Family], Told],
        *,
        since: date | None = None,
        schools: Collection[int] = (),
        only: bool = False,
        parents: int = 1,
    ) -> Told | None:
        """Let a story happen to a family not used yet; None where it can happen to none.

        since: sessions that a notice of that day could rest on are needed
        schools: of these where there is one; only: of these and no other
        """
        for family in list(self._fitting(since, schools, parents, only))[:TRIES]:
            told = self.attempt(lambda family=family: story(family))  # type: ignore[misc]
            if told is not REFUSED:
                self._families.remove(family)
                return told  # type: ignore[no-any-return]
        return None

    @staticmethod
    def attempt(story: Callable[[], Any]) -> Any:
        """What the story came to; REFUSED where an action refused it, and then nothing of it stays."""
        try:
            with transaction.atomic():
                return story()
        except StepRefused:
            return REFUSED

    def take(self, number: int, *, since: date) -> list[Family]:
        """So many families whose story is told elsewhere; those of schools somebody signs in for come last."""
        found = [one for one in reversed(self._families) if one.relied(since)][:number]
        for family in found:
            self._families.remove(family)
        return found

    def _fitting(
        self, since: date | None, schools: Collection[int], parents: int, only: bool
    ) -> Iterator[Family]:
        fit = [
            one
            for one in self._families
            if len(one.parents) >= parents and (since is None or one.relied(since))
        ]
        yield from (one for one in fit if one.school.pk in schools)
        if not only:
            yield from (one for one in fit if one.school.pk not in schools)

    def schools_of(self, *names: str) -> set[int]:
        """Schools that these people have a post at, or are link officers of."""
        return _schools_of([self.users[name] for name in names])


def _schools_of(users: Collection[Any]) -> set[int]:
    linked = LinkOfficer.objects.filter(officer__in=users).values_list("school_id", flat=True)
    posts = SchoolPost.objects.filter(user__in=users, school__isnull=False).values_list(
        "school_id", flat=True
    )
    return {*linked, *posts}


def _families(users: Mapping[str, Any]) -> list[Family]:
    found = Finding.objects.open().filter(
        kind=Finding.Kind.THRESHOLD, owner__isnull=False, pupil__restricted=False, pupil__in_care=False,
        pupil__social_worker=False, pupil__date_of_birth__isnull=False,
    )  # fmt: skip
    shut, _ = conflicts_of(users["officer"])
    rows = found.exclude(school__in=shut).order_by("pk").select_related("pupil", "school", "owner")
    named = sorted(_schools_of([users[name] for name in ("school", "head", "officer", "senior")]))
    chosen = [finding for school in named for finding in rows.filter(school=school)[:OF_EACH]]
    known = {finding.pk for finding in chosen}
    chosen += rows.exclude(pk__in=known)[:OF_OTHERS]
    pupils = {finding.pupil_id for finding in chosen}
    parents, absent = (
        _parents(pupils),
        missed(pupils, {f.year for f in chosen} | {f.year - 1 for f in chosen}),
    )
    return [
        Family(
            f, f.pupil, f.school, f.owner, tuple(parents[f.pupil_id]),
            (*absent.get((f.pupil_id, f.year - 1), ()), *absent.get((f.pupil_id, f.year), ())),
        )
        for f in chosen
        if f.pupil.school_id == f.school_id and parents.get(f.pupil_id)
    ]  # fmt: skip


def missed(pupils: Collection[int], years: Collection[int]) -> dict[tuple[int, int], list[dict[str, str]]]:
    """(child, year) -> unauthorised sessions that a notice may rest on, oldest first."""
    held, letters = grids.of_pupils(pupils, years), codes.code_of_byte()
    begins = CURRENT.day("national_framework_from")
    found: dict[tuple[int, int], list[dict[str, str]]] = {}
    for pupil, year, marks in zip(held.pupils.tolist(), held.years.tolist(), held.marks, strict=True):
        of = found.setdefault((pupil, year), [])
        for slot in np.flatnonzero(tables.UNAUTHORISED[marks]).tolist():
            (on, half), code = session_of(year, slot), letters[chr(marks[slot])]
            if on >= begins and code != "N":
                of.append({"date": on.isoformat(), "half": half, "code": code})
    return found


def _parents(pupils: Collection[int]) -> dict[int, list[Parent]]:
    """Child -> parents the child lives with and may be written to."""
    ties = Parenthood.objects.filter(pupil__in=pupils, contact_allowed=True, lives_with=True)
    found: dict[int, list[Parent]] = {}
    for tie in ties.select_related("parent").order_by("pupil", "priority", "pk"):
        found.setdefault(tie.pupil_id, []).append(tie.parent)
    return found
