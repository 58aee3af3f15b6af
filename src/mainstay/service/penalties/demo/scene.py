"""Who and what the made-up notices are about: families whose children met the threshold, the people of the service, and days.

Everything goes through the actions a person would take, dated when they would have taken it. What the law or an action
refuses for one family is tried with the next; nothing of a refused try stays.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeVar

from django.db import transaction
from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.service.attendance.findings import packed
from mainstay.service.attendance.models import Finding
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent, Parenthood, Pupil, School, conflicts_of

#: families of a school that somebody signs in for, and of all others together
OF_EACH, OF_OTHERS = 60, 400
TRIES: Final = 12
#: a notice rests on at most so many sessions, of at most so many weeks before it: enough for any letter
MOST_SESSIONS: Final = 14
BACK: Final = timedelta(weeks=14)

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

    def relied(self, before: date) -> list[str]:
        """Sessions a notice of that day could rest on, holiday alone where there is enough; [] where it could not."""
        needed = CURRENT.whole("threshold_sessions")
        near = [s for s in self.sessions if before - BACK <= date.fromisoformat(s["date"]) < before]
        holiday = [s for s in near if s["code"] == "G"]
        chosen = (holiday if len(holiday) >= needed else near)[-MOST_SESSIONS:]
        return [f"{s['date']} {s['half']}" for s in chosen] if len(chosen) >= needed else []


class Scene:
    """The cast, each family used once."""

    def __init__(self, users: Mapping[str, Any], at: datetime) -> None:
        self.users, self.at = users, at
        self.today = timezone.localdate(at)
        self._families = _families(users)

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
        parents: int = 1,
    ) -> Told | None:
        """Let a story happen to a family not used yet; None where it can happen to none.

        since: sessions that a notice of that day could rest on are needed; schools: of these where there is one.
        """
        for family in list(self._fitting(since, schools, parents))[:TRIES]:
            self._families.remove(family)
            try:
                with transaction.atomic():
                    return story(family)
            except StepRefused:
                continue
        return None

    def _fitting(self, since: date | None, schools: Collection[int], parents: int) -> Iterator[Family]:
        fit = [
            one
            for one in self._families
            if len(one.parents) >= parents and (since is None or one.relied(since))
        ]
        yield from (one for one in fit if one.school.pk in schools)
        yield from (one for one in fit if one.school.pk not in schools)

    def schools_of(self, *names: str) -> set[int]:
        """Schools that these people are of, or are link officers of."""
        users = [self.users[name] for name in names]
        linked = School.objects.filter(link_officers__officer__in=users)
        posts = School.objects.filter(posts__user__in=users)
        return {pk for rows in (linked, posts) for pk in rows.order_by().values_list("pk", flat=True)}


def _families(users: Mapping[str, Any]) -> list[Family]:
    found = Finding.objects.open().filter(
        kind=Finding.Kind.THRESHOLD, owner__isnull=False, pupil__restricted=False, pupil__in_care=False,
        pupil__social_worker=False, pupil__date_of_birth__isnull=False,
    )  # fmt: skip
    shut, _ = conflicts_of(users["officer"])
    rows = found.exclude(school__in=shut).order_by("pk").select_related("pupil", "school", "owner")
    named = School.objects.filter(posts__user__in=[users["school"], users["head"]]) | School.objects.filter(
        link_officers__officer__in=[users["officer"], users["senior"]]
    )
    chosen = [
        f for pk in sorted(set(named.values_list("pk", flat=True))) for f in rows.filter(school=pk)[:OF_EACH]
    ]
    known = {finding.pk for finding in chosen}
    chosen += rows.exclude(pk__in=known)[:OF_OTHERS]
    parents = _parents({finding.pupil_id for finding in chosen})
    return [
        Family(f, f.pupil, f.school, f.owner, tuple(parents[f.pupil_id]), tuple(packed.sessions(f.answer)))
        for f in chosen
        if f.pupil.school_id == f.school_id and parents.get(f.pupil_id)
    ]


def _parents(pupils: Collection[int]) -> dict[int, list[Parent]]:
    """Child -> parents the child lives with and may be written to."""
    ties = Parenthood.objects.filter(pupil__in=pupils, contact_allowed=True, lives_with=True)
    found: dict[int, list[Parent]] = {}
    for tie in ties.select_related("parent").order_by("pupil", "priority", "pk"):
        found.setdefault(tie.pupil_id, []).append(tie.parent)
    return found
