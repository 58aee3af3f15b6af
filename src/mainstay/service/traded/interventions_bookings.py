"""Purchased work with named children as interventions, so that attendance before and after is measured."""

from collections.abc import Iterable
from typing import Final

from mainstay.service.attendance.interventions import Intervention
from mainstay.service.common.among import among
from mainstay.service.traded.models import Booking, ServiceCode

#: of each child of a booking one: its key is that of the booking and that of the child
ABOUT: Final = "traded.booking"


def key(booking: int, pupil: int) -> str:
    return f"{booking}-{pupil}"


def given(pupils: Iterable[int] | None) -> list[Intervention]:
    """Delivered bookings on which children are named, from the day they took place."""
    rows = Booking.pupils.through.objects.filter(booking__state=Booking.State.DELIVERED).order_by("pk")
    if pupils is not None:
        rows = rows.filter(pupil__among=among(list(pupils)))
    named = rows.values_list(
        "booking_id",
        "pupil_id",
        "booking__service",
        "booking__school_id",
        "booking__officer_id",
        "booking__on",
    )
    return [
        Intervention(ABOUT, key(pk, pupil), f"Purchased: {ServiceCode(service).label}", pupil, school, officer, on)
        for pk, pupil, service, school, officer, on in named
    ]  # fmt: skip
