"""Who is there for which school, who is away today and who answers instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.directory.models import School
from mainstay.service.directory.relations import link_officers
from mainstay.service.team.models import Absence, DutyDay, OfficerContact
from mainstay.service.team.times import bounds


@dataclass(frozen=True, slots=True)
class Reached:
    """How one officer is reached at work."""

    name: str
    phone: str
    teams: str
    email: str
    hours: str
    public: bool
    published: str  # the telephone given for the public page; never that of the account


def reached(users: Iterable[User]) -> dict[int, Reached]:
    """The work contact of each; one query."""
    people = {user.pk: user for user in users}
    known = {row.user_id: row for row in OfficerContact.objects.filter(user__in=list(people))}
    return {
        pk: Reached(
            user.name, (own.phone if own else "") or user.phone, own.teams if own else "", user.email,
            own.hours if own else "", own.public if own else True,
            own.phone if own else "",
        )
        for pk, user in people.items() for own in [known.get(pk)]
    }  # fmt: skip


def duty_officer(on: date) -> User | None:
    """Who answers on a day; nobody where the one on the rota is away."""
    starts, ends = bounds(on)
    away = Absence.objects.meeting(starts, ends).filter(officer=OuterRef("officer"))
    day = DutyDay.objects.filter(~Exists(away), on=on).select_related("officer").first()
    return day.officer if day else None


def away_on(day: date, officers: Iterable[int] | None = None) -> dict[int, Absence]:
    """Officer -> the absence that touches this day."""
    found = Absence.objects.meeting(*bounds(day)).select_related("officer", "stands_in")
    if officers is not None:
        found = found.filter(officer__in=list(officers))
    return {one.officer_id: one for one in found}


def open_schools(user: Any) -> QuerySet[School]:
    return School.objects.visible_to(user).filter(closed_on=None).order_by("key", "pk")


def cards(schools: Iterable[School], day: date) -> list[dict[str, Any]]:
    """One row a school: its officer, how they are reached, and who answers today if they are away."""
    schools = list(schools)
    officers = link_officers([school.pk for school in schools], day)
    away, duty = away_on(day, {user.pk for user in officers.values()}), duty_officer(day)
    others = [one.stands_in for one in away.values() if one.stands_in] + ([duty] if duty else [])
    contacts = reached([*officers.values(), *others])
    rows = []
    for school in schools:
        officer = officers.get(school.pk)
        absent = away.get(officer.pk) if officer else None
        instead = (absent.stands_in or duty) if absent else duty if officer is None else None
        rows.append(
            {
                "school": school.name,
                "contact": contacts[officer.pk] if officer else None,
                "away": absent is not None,
                "instead": contacts[instead.pk] if instead else None,
            }
        )
    return rows


def editable(day: date) -> QuerySet[User]:
    """The people a manager may change the contact of."""
    return holding("take_calls", day)
