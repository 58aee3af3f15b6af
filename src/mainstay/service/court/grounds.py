"""What a charge from an order rests on, each parent apart: failures judged persistent, an order not complied with."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from mainstay.service.common.ui.filters import short_date
from mainstay.service.directory.models import Parent
from mainstay.service.orders.actions.attendance_following import not_complied
from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
from mainstay.service.orders.queries.supervision import breaches_for_charge

NOT_JUDGED: Final = (
    "No parent’s failures under this order are judged persistent: that comes first, on the page of the order."
)
NOT_KNOWN: Final = "It is not known that this order is not complied with: the last check of the follow-up with the school comes first."


@dataclass(frozen=True, slots=True)
class Ground:
    """From which day to which day the failure of one parent is known."""

    parent: Parent
    first: date
    last: date

    @property
    def in_words(self) -> str:
        return f"failure known from {short_date(self.first)} to {short_date(self.last)}"


def of_supervision(order: SupervisionOrder) -> dict[int, Ground]:
    """Parent -> their breaches, from the first to the last, of those whose failures were judged persistent."""
    found = {}
    for failure in order.failures.exclude(parent=None).select_related("parent"):
        assert failure.parent is not None
        days = [breach.on for breach in breaches_for_charge(order, failure.parent).breaches]
        if days:
            found[failure.parent.pk] = Ground(failure.parent, days[0], days[-1])
    return found


def of_attendance(order: AttendanceOrder) -> dict[int, Ground]:
    """Parent the order counts as served on -> from the day it does so on all of them to the last check with the school."""
    failed = not_complied(order)
    if failed is None:
        return {}
    return {parent.pk: Ground(parent, failed.first, failed.last) for parent, _ in failed.parents}
