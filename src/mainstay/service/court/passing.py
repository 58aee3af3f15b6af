"""Times that are others' own, to appeal or to object: once a day those that are over end, with nothing for anybody to do."""

from datetime import date, datetime, time
from typing import Final

from django.utils import timezone

from mainstay.service.court.actions.objections import OBJECTION
from mainstay.service.court.actions.results import APPEAL, DISCHARGE
from mainstay.service.record import deadlines
from mainstay.service.record.models import Deadline

THEIRS: Final = (APPEAL, DISCHARGE, OBJECTION)


def times_over(*, on: date, last: date | None) -> None:
    """Each ends with its last day, in a transaction of its own; what somebody moved has another last day."""
    for one in list(Deadline.objects.open().filter(rule__in=THEIRS, last_day__lt=on).order_by("pk")):
        ended = timezone.make_aware(datetime.combine(one.last_day, time(23, 59)))
        deadlines.stop(about=(one.about_kind, one.about_id), rule=one.rule, by=None, at=ended)
