"""Who and what the made-up cases are about: children who missed much without leave, the people of the service, and days.

What an action refuses for one child is tried with the next; nothing of a refused try stays.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mainstay.law import age
from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Register
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import (
    Dated,
    Parent,
    Parenthood,
    Pupil,
    School,
    SchoolPost,
    conflicts_of,
)
from mainstay.service.record.models import Entry

#: children of a school that somebody signs in for, and of all others together
OF_EACH, OF_OTHERS = 60, 120
#: unauthorised sessions this year from which a school may worry
WORRYING: Final = 4
TRIES: Final = 6
REFUSED: Final = object()

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Child:
    """One child with its school and every parent on record."""

    pupil: Pupil
    school: School
    parents: tuple[Parent, ...]


class Scene:
    """The cast, each child used once."""

    def __init__(self, users: Mapping[str, Any], at: datetime, until: date) -> None:
        self.users, self.at = users, at
        self.today = timezone.localdate(at)
        self.schools = {name: _school_of(users[name]) for name in ("school", "head")}
        self.children = _children(users, list(self.schools.values()), until, self.today)

    def day(self, ago: int, hour: int = 10) -> datetime:
        """That many days ago, or the Friday before where that is a weekend; never to come."""
        on = self.today - timedelta(days=ago)
        on -= timedelta(days=max(on.weekday() - 4, 0))
        return min(instant(on, hour), self.at)

    def ahead(self, days: int, hour: int = 10) -> datetime:
        """In so many days, or the Monday after where that is a weekend."""
        return instant(weekday(self.today + timedelta(days=days)), hour)

    def tell(self, story: Callable[[Child], Told], *, schools: Collection[str] = ()) -> Told | None:
        """Let a story happen to a child not used yet; None where it can happen to none.

        schools: of these sign-ins' schools and no other
        """
        for child in list(self._fitting(schools))[:TRIES]:
            told = self.attempt(lambda child=child: story(child))  # type: ignore[misc]
            if told is not REFUSED:
                self.children.remove(child)
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

    def _fitting(self, schools: Collection[str]) -> Iterator[Child]:
        wanted = {self.schools[name].pk for name in schools}
        return (one for one in self.children if not wanted or one.school.pk in wanted)


def instant(on: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(hour)))


def weekday(on: date) -> date:
    """That day, or the Monday after."""
    return on + timedelta(days=7 - on.weekday() if on.weekday() > 4 else 0)


def _school_of(user: Any) -> School:
    post = (
        SchoolPost.objects.filter(user=user, school__isnull=False).select_related("school").order_by("pk")[0]
    )
    assert post.school is not None
    return post.school


def _children(users: Mapping[str, Any], named: Collection[School], until: date, today: date) -> list[Child]:
    """Those of the named schools and of others by turns, so that every list has both; who had a notice is left out."""
    shut, _ = conflicts_of(users["officer"])
    rows = Register.objects.filter(
        year=academic_year(until), unauthorised__gte=WORRYING, school=F("pupil__school"), pupil__restricted=False,
        pupil__in_care=False, pupil__social_worker=False, pupil__date_of_birth__isnull=False,
    )  # fmt: skip
    rows = rows.exclude(school__in=shut).order_by("-unauthorised", "pk").select_related("pupil__school")
    groups = [list(rows.filter(school=school)[:OF_EACH]) for school in named]
    groups.append(list(rows.exclude(school__in=[school.pk for school in named])[:OF_OTHERS]))
    pupils = {row.pupil_id: row.pupil for row in _by_turns(groups)}
    noticed = Entry.objects.filter(pupil__in=pupils, about_kind__startswith="penalties.").order_by()
    left_out, parents = set(noticed.values_list("pupil_id", flat=True)), parents_on_record(pupils, today)
    return [
        Child(pupil, pupil.school, tuple(parents[pk]))
        for pk, pupil in pupils.items()
        if pk not in left_out and pk in parents and pupil.school and _of_age(pupil, today)
    ]


def _by_turns(groups: list[list[Register]]) -> Iterator[Register]:
    for number in range(max(map(len, groups))):
        yield from (group[number] for group in groups if number < len(group))


def _of_age(pupil: Pupil, today: date) -> bool:
    assert pupil.date_of_birth is not None
    first, last = age.compulsory(pupil.date_of_birth)
    return first <= today - timedelta(days=120) and today + timedelta(days=120) <= last


def parents_on_record(pupils: Collection[int], today: date) -> dict[int, list[Parent]]:
    """Child -> every parent on record, whoever the child lives with first; only where nobody must be kept away."""
    ties = Parenthood.objects.filter(Dated.on(today), pupil__in=pupils).select_related("parent")
    found: dict[int, list[Parent]] = {}
    kept_away = set()
    for tie in ties.order_by("pupil", "-lives_with", "priority", "pk"):
        found.setdefault(tie.pupil_id, []).append(tie.parent)
        if not tie.contact_allowed:
            kept_away.add(tie.pupil_id)
    return {pk: parents for pk, parents in found.items() if pk not in kept_away}
