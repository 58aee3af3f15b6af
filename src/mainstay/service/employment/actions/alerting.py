"""A report that fears for a child now is told at once to those who can act on it; the message names nobody."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.queries import holding
from mainstay.service.accounts.roles import Role
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.employment.models import Report
from mainstay.service.team.queries.contacts import away_on, duty_officer


def alert(one: Report, *, by: Any | None, at: datetime) -> None:
    """Tell the child employment officers and whoever has the duty desk; the managers too where none of these is there today."""
    told = [user for user in _people(at) if user != by]
    for user in told:
        post.queue(
            to=user.email, subject="Somebody is afraid for a child at work now", at=at, about=one,
            body=f"{one.number}: whoever reported it is afraid for the child right now.\n\nNobody is named here. Sign in and "
            "triage it at once; the police or the safeguarding hub are told before any visit: "
            f"{settings.CONFIG.address}{reverse('employment_report', args=[one.pk])}\n",
        )  # fmt: skip
    trail.record(by=by, at=at, action="employment_report.alerted", on=one, told=[user.pk for user in told])


def _people(at: datetime) -> list[User]:
    today = timezone.localdate(at)
    held = RoleHeld.objects.on(today).filter(role=Role.CHILD_EMPLOYMENT_OFFICER)
    people = {user.pk: user for user in User.objects.filter(is_active=True, pk__in=held.values("user_id"))}
    there = people.keys() - away_on(today, people).keys()
    if (duty := duty_officer(today)) is not None:
        people[duty.pk] = duty
    elif not there:
        people |= {user.pk: user for user in holding("see_team", today)}
    return [people[pk] for pk in sorted(people)]
