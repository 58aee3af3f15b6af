"""This room follows what changes elsewhere: records joined, a leaver, a day gone by."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import Held
from mainstay.service.common.audit import trail
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import Pupil
from mainstay.service.employment.actions import deciding, drafting
from mainstay.service.employment.kinds import KINDS
from mainstay.service.employment.models import Handover, Licence, Permit, Report
from mainstay.service.employment.models.base import State

_OPEN = (State.RECEIVED, State.GRANTED)


def day(*, on: date, last: date | None) -> None:
    """Once a day: what is past its last day ends, and forms nobody sent are forgotten."""
    deciding.expire(on=on, at=timezone.now())
    drafting.forget(on=on, last=last)


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Permits, licences, reports and referrals follow to the kept record; listens to ``pupils_merged``."""
    for model in (Permit, Licence, Report, Handover):
        rows = model._default_manager.filter(pupil=other)
        moved[model._meta.label_lower] = sorted(rows.order_by().values_list("pk", flat=True))
        rows.update(pupil=kept)


def left(*, user: User, at: datetime) -> None:
    """What a leaver worked on is nobody's; referrals to them wait for whoever allocates."""
    ids: dict[str, list[int]] = {}
    for kind in KINDS.values():
        theirs = kind.model.objects.filter(owner=user, state__in=_OPEN)
        ids[kind.key] = sorted(theirs.order_by().values_list("pk", flat=True))
        theirs.update(owner=None)
    reports = Report.objects.filter(owner=user).exclude(state=Report.State.CLOSED)
    ids["report"] = sorted(reports.order_by().values_list("pk", flat=True))
    reports.update(owner=None)
    if any(ids.values()):
        trail.record(by=None, at=at, action="employment.passed_on", on=user, **ids)


def holds(user: User) -> list[Held]:
    """The applications they still work on, and referrals that wait for their answer."""
    reports = Report.objects.filter(owner=user).exclude(state=Report.State.CLOSED)
    handovers = Handover.objects.filter(officer=user, state=Handover.State.SENT)
    applications = [
        Held(
            kind.model._default_manager.filter(owner=user, state__in=_OPEN),
            lambda n, kind=kind: plural(n, kind.one, kind.many),  # type: ignore[misc]
            f"{reverse(kind.list)}?scope=mine",
        )
        for kind in KINDS.values()
    ]
    return [
        *applications,
        Held(reports, lambda n: plural(n, "report of illegal employment", "reports of illegal employment"),
             f"{reverse('employment_reports')}?scope=mine"),
        Held(handovers, lambda n: plural(n, "referral from child employment", "referrals from child employment"),
             f"{reverse('employment_handovers')}?scope=mine"),
    ]  # fmt: skip
