"""What bookings give to the rest: cover, interventions, tabs, first pages, addresses, what a leaver has."""

from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.owning import held
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, WAITING, Block, Counted, Row
from mainstay.service.common import prepared
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.record import providers
from mainstay.service.team import providers as team
from mainstay.service.traded import interventions_bookings, watching_bookings
from mainstay.service.traded.models import Booking, Delivery
from mainstay.service.traded.places import Place, offer
from mainstay.service.traded.queries import bookings as shown
from mainstay.service.traded.values import Value
from mainstay.service.traded.values import offer as offer_values
from mainstay.service.traded.values_bookings import CANCEL_NOTICE, USUAL_NOTICE

State = Booking.State
ASSUMED: Final = (
    "Our own choice until the council sets its own. Whoever booked under a shorter notice keeps it."
)


def own_work(user: Any, today: date) -> list[Block]:
    """An officer's booked visits today, and those that are to be written up; one query."""
    if user.is_school_user or not user.may("deliver_days"):
        return []
    rows = []
    for one in _mine(user):
        tag = ("Today", "blue") if one.on == today else ("To write up", "orange")
        words = f"{one.school.name}, {one.get_part_display().lower()}"
        rows.append(Row(words, reverse("booking", args=[one.pk]), one.get_service_display(), *tag))
    if not rows:
        return []
    where = f"{reverse('bookings')}?scope=mine"
    more = f"All {len(rows)}" if len(rows) > SHOWN else ""
    return [Block("Booked visits", rows[:SHOWN], "", where, more, order=20)]


@prepared.prepared
def _mine(user: Any) -> QuerySet[Booking]:
    found = Booking.objects.open().filter(officer=user, on__lte=prepared.today())
    return found.select_related("school").order_by("-on", "part", "pk")


def first_page(user: Any, today: date) -> list[Block]:
    """A school's next booked visits, and what it is asked to confirm; one query. A head's page is full without it."""
    if not user.is_school_user or not user.may("book_days") or user.may("approve_order"):
        return []
    rows = [
        Row(
            f"{long_date(one.on)}, {one.get_part_display().lower()}", reverse("booking", args=[one.pk]),
            f"{one.get_service_display()}, with {one.officer.name}",
            *(("Is this right?", "yellow") if one.state == State.DELIVERED else ("", "")),
        )
        for one in _of_school(user)[:SHOWN]
    ]  # fmt: skip
    if not rows:
        return []
    return [Block("Booked visits", rows, "", reverse("bookings"), order=35)]


@prepared.prepared
def _of_school(user: Any) -> QuerySet[Booking]:
    told = Q(state=State.DELIVERED, delivery__state=Delivery.State.TOLD)
    found = Booking.objects.visible_to(user).filter(Q(state=State.BOOKED, on__gte=prepared.today()) | told)
    return found.select_related("officer").order_by("on", "part", "pk")


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever answers schools: queries of what was delivered, and visits nobody wrote up."""
    if user.is_school_user or not user.may("accept_order"):
        return []
    where = reverse("bookings")
    return [
        Counted(WAITING, "Deliveries that schools query", "booking", _queried, f"{where}?state={shown.QUERIED}"),
        Counted(WAITING, "Booked visits to write up", "booking", _to_write_up, f"{where}?state={shown.TO_DELIVER}"),
    ]  # fmt: skip


def _queried(user: Any) -> QuerySet[Booking]:
    return Booking.objects.visible_to(user).filter(delivery__state=Delivery.State.QUERIED)


def _to_write_up(user: Any) -> QuerySet[Booking]:
    return Booking.objects.visible_to(user).open().filter(on__lt=prepared.today())


def address(kind: str, key: str) -> str | None:
    """Where a booking that an entry, a meeting or a measure is about can be seen; a measure's key names the child, too."""
    number = key.partition("-")[0]
    return reverse("booking", args=[int(number)]) if kind == "traded.booking" and number.isdecimal() else None


def register() -> None:
    """From ``apps.py``."""
    offer(
        Place(32, "Calendar", "booking_calendar", "see_traded"),
        Place(34, "Bookings", "bookings", "see_traded"),
        Place(36, "What it achieved", "bookings_achieved", "see_traded"),
    )
    offer_values(
        Value(CANCEL_NOTICE, "Working days before a booking until which a school cancels without charge", "whole",
              USUAL_NOTICE, ASSUMED, most=60),
    )  # fmt: skip
    team.cannot_hold.register(watching_bookings.cannot_hold)
    team.cannot_move.register(watching_bookings.cannot_move)
    team.away_set.subscribe(watching_bookings.away_set)
    team.handed_over.subscribe(watching_bookings.handed_over)
    attendance.interventions.register(interventions_bookings.given)
    attendance.own_work.register(own_work)
    attendance.first_page.register(first_page)
    attendance.counted.register(counted)
    providers.addresses.register(address)
    pupils_merged.subscribe(watching_bookings.move)
    left.subscribe(watching_bookings.has_left)
    held.register(watching_bookings.holds)
