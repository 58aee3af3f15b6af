"""Who has how much: what the rooms above count, this week's visits, and the weights the service set."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.directory.models import Dated, LinkOfficer
from mainstay.service.record.models import Meeting
from mainstay.service.team import providers
from mainstay.service.team.queries.contacts import away_on
from mainstay.service.team.times import week_of
from mainstay.service.team.values import in_force


@dataclass(slots=True)
class Caseload:
    officer: User
    lines: list[tuple[str, int]] = field(default_factory=list)  # in words, how many
    visits: int = 0
    schools: int = 0
    weight: int = 0
    away: bool = False

    @property
    def total(self) -> int:
        return sum(number for _, number in self.lines)


def caseloads(day: date) -> list[Caseload]:
    """Every officer who works on cases, the lightest first; a fixed number of queries."""
    officers = list(holding("work_case", day))
    ids = [officer.pk for officer in officers]
    loads, weights, away = providers.loads(ids), in_force(day), away_on(day, ids)
    visits = _visits(ids, day)
    linked = LinkOfficer.objects.filter(Dated.on(day), officer__in=ids, school__closed_on=None)
    schools = dict(linked.order_by().values_list("officer").annotate(n=Count("school", distinct=True)))
    found = []
    for officer in officers:
        one = Caseload(officer, visits=visits.get(officer.pk, 0), schools=schools.get(officer.pk, 0))
        one.away = officer.pk in away
        one.weight = one.visits * weights["weight_visit"]
        for load in loads.get(officer.pk, ()):
            one.lines.append((load.kind, load.count))
            one.weight += load.count * weights.get(f"weight_{load.key}", 0)
        found.append(one)
    return sorted(found, key=lambda one: (one.weight, one.officer.name, one.officer.pk))


def _visits(officers: list[int], day: date) -> dict[int, int]:
    """Meetings and visits of the week that each holds; a cancelled one is none."""
    starts, ends = week_of(day)
    found = Meeting.objects.exclude(state=Meeting.State.CANCELLED).filter(
        starts__gte=starts, starts__lt=ends, organiser__in=officers
    )
    return dict(found.order_by().values_list("organiser").annotate(n=Count("pk")))


def kinds(found: list[Caseload]) -> list[str]:
    """The kinds of work anybody has, as the rooms gave them: the columns of the table."""
    return list(dict.fromkeys(kind for one in found for kind, _ in one.lines))


def rows(found: list[Caseload]) -> list[dict[str, Any]]:
    most = max((one.weight for one in found), default=0)
    return [
        {
            "pk": one.officer.pk, "officer": one.officer.name, "away": one.away, "schools": one.schools,
            "visits": one.visits, "weight": one.weight, "most": bool(most) and one.weight == most,
            **dict(one.lines),
        }
        for one in found
    ]  # fmt: skip
