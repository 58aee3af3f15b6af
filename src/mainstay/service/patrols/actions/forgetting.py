"""Once a day it is forgotten who was met lawfully; what is counted stays."""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.patrols import values
from mainstay.service.patrols.models import Encounter

#: who it was, and every word in which it may stand
IDENTITY: Final = {
    "forename": "", "surname": "", "key": "", "born_on": None, "pupil": None, "reason": "", "where": "", "checked_with": "",
    "constable": "", "repeat": False,
}  # fmt: skip
#: at once
FEW: Final = 200


def due(on: date) -> QuerySet[Encounter]:
    """Met so long ago, with nothing against the child, nothing to follow and no safeguarding referral."""
    last = timezone.make_aware(datetime.combine(on - timedelta(days=values.of(values.KEPT, on)), time()))
    lawful = Q(finding=Encounter.Finding.LAWFUL)
    nothing = Q(outcome__in=(Encounter.Outcome.NONE, "")) & ~Q(finding=Encounter.Finding.WITHOUT)
    return Encounter.objects.filter(lawful | nothing, at__lt=last, forgotten_at=None, safeguarding="")


def daily(*, on: date, last: date | None) -> None:
    """The day's task; a day that was missed is caught up by itself."""
    forget(on=on, at=timezone.now())


@transaction.atomic
def forget(*, on: date, at: datetime) -> int:
    """Empty who it was of every encounter that is due; one audit row each says so and names nobody."""
    found = list(due(on).select_for_update()[:FEW])
    while found:
        ids = [one.pk for one in found]
        Encounter.objects.filter(pk__in=ids).update(**IDENTITY, forgotten_at=at)
        days = values.of(values.KEPT, on)
        trail.record_many(
            by=None, at=at, action="patrol.forgotten", rows=[(one, {"after_days": days}) for one in found]
        )
        return len(ids) + forget(on=on, at=at)
    return 0
