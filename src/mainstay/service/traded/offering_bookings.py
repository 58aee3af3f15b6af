"""What bookings give to the rest: cover, interventions, first pages, addresses, what a leaver has."""

from mainstay.service.accounts.announcements import left, owned
from mainstay.service.attendance import providers as attendance
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.team import providers as team
from mainstay.service.traded import interventions_bookings, watching_bookings


def register() -> None:
    """From ``apps.py``."""
    team.cannot_hold.register(watching_bookings.cannot_hold)
    team.cannot_move.register(watching_bookings.cannot_move)
    team.handed_over.subscribe(watching_bookings.handed_over)
    attendance.interventions.register(interventions_bookings.given)
    pupils_merged.subscribe(watching_bookings.move)
    left.subscribe(watching_bookings.has_left)
    owned.register(watching_bookings.owned)
