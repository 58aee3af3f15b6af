"""Bookings to come, delivered and queried, for the addresses of this subject."""

from datetime import timedelta
from typing import Any, Final

from tests.factories_bookings import a_booking, after, buys, of_school
from tests.factories_team import an_officer

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.traded.actions import bookings_ending

#: addresses about one child
OF_A_CHILD: Final[tuple[str, ...]] = ()


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    school, officer = pupil.school, an_officer()
    assert school is not None
    buys(school, 8, by=by)
    one = a_booking(school, officer=officer)
    over = a_booking(school, officer=officer, on=one.on + timedelta(days=1))
    bookings_ending.name_children(booking_id=one.pk, pupils=[pupil.pk], by=by, at=over.booked_at)
    bookings_ending.deliver(
        booking_id=over.pk, half_days=1, minutes=180, done="Met families.", outcome="Plans agreed.", next_step="",
        by=officer, at=after(over),
    )  # fmt: skip
    bookings_ending.query(booking_id=over.pk, text="Nobody came.", by=of_school(school), at=after(over))
    ids = {"booking": one.pk, "booking_settle": over.pk, "booking_confirm": over.pk, "booking_query": over.pk}
    return ids, {"booking_child_remove": {"pupil": pupil.pk}}
