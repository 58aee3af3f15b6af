"""Bookings as lists and pages show them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import School
from mainstay.service.team.models import Absence
from mainstay.service.traded.models import Booking, Delivery, LedgerEntry, OrderShare
from mainstay.service.traded.queries.calendar import closed_days
from mainstay.service.traded.times_bookings import free_until, visiting
from mainstay.service.traded.values_bookings import cancel_notice
from mainstay.service.traded.years import first_day, last_day

State, Answer = Booking.State, Delivery.State
COLOURS: Final[Mapping[str, str]] = {
    State.BOOKED: "blue", State.DELIVERED: "green", State.CANCELLED_BY_SCHOOL: "grey", State.CANCELLED_BY_SERVICE: "orange",
}  # fmt: skip
ANSWERS: Final[Mapping[str, str]] = {
    Answer.TOLD: "yellow", Answer.CONFIRMED: "green", Answer.QUERIED: "red", Answer.SETTLED: "turquoise",
}  # fmt: skip
#: among the states of the list: over and not written up, queried by the school
TO_DELIVER, TO_CONFIRM, QUERIED = "to_deliver", "to_confirm", "queried"
ANY: Final = {"state": "", "scope": "", "service": "", "school": None, "year": None, "officer": None}
HEADER: Final = (
    "Booking", "Day", "Part", "Days", "School", "Service", "Officer", "State", "Charged", "Minutes", "What the school says",
    "Order", "Booked", "Purpose",
)  # fmt: skip


def notice_until(one: Booking, today: date) -> date | None:
    """The last day on which the school gives it up without charge: by the notice of the day it was booked or of
    today, whichever lets it more time. None where that cannot be said: nothing is charged then."""
    closed = closed_days(today)
    notice = min(cancel_notice(one.booked_at.date()), cancel_notice(today))
    return free_until(one.on, notice, closed)


def is_away(one: Booking) -> bool:
    """Whether its officer is away then and nobody has taken it on: whoever does is its officer from then on."""
    return Absence.objects.meeting(*visiting(one.on, one.halves)).filter(officer=one.officer_id).exists()


def never_free(one: Booking, until: date) -> bool:
    """Whether the last day without charge lay before it was booked: "until" then was never a day anybody could use."""
    return until < timezone.localdate(one.booked_at)


def shares_left(school: School, year: int) -> list[tuple[OrderShare, int]]:
    """What the school bought for a year, the oldest first, each with the half-days not used or booked; three queries."""
    shares = list(OrderShare.objects.accepted().filter(school=school, order__year=year).order_by("pk"))
    ids = [share.pk for share in shares]
    lines = LedgerEntry.objects.filter(share__in=ids, year=year).exclude(kind="bought").order_by()
    booked = Booking.objects.open().filter(share__in=ids).order_by()
    used = {pk: -sum_ for pk, sum_ in lines.values_list("share").annotate(Sum("half_days"))}
    held = dict(booked.values_list("share").annotate(Sum("half_days")))
    return [(share, share.half_days - used.get(share.pk, 0) - held.get(share.pk, 0)) for share in shares]


def filtered(user: Any, wanted: Mapping[str, Any], today: date) -> QuerySet[Booking]:
    """Those this person may see that fit the filters; what is to come or to write up where no state is asked for."""
    found = Booking.objects.visible_to(user)
    state = wanted["state"]
    if not state:
        found = found.open()
    elif state == TO_DELIVER:
        found = found.open().filter(on__lt=today)
    elif state in (TO_CONFIRM, QUERIED):
        found = found.filter(delivery__state=Answer.TOLD if state == TO_CONFIRM else Answer.QUERIED)
    elif state != "all":
        found = found.filter(state=state)
    if wanted["scope"] == "mine":
        found = found.filter(officer=user)
    for name in ("service", "school", "officer"):
        if wanted[name]:
            found = found.filter(**{name: wanted[name]})
    if wanted["year"]:
        found = found.filter(on__range=(first_day(wanted["year"]), last_day(wanted["year"])))
    return found.select_related("school", "officer", "delivery")


def answer_of(one: Booking) -> Delivery | None:
    return getattr(one, "delivery", None)


def state_of(one: Booking, today: date) -> tuple[str, str]:
    """Its state in words, and the colour."""
    delivery = answer_of(one)
    if delivery is not None:
        return delivery.get_state_display(), ANSWERS[delivery.state]
    if one.state == State.BOOKED and one.on < today:
        return "To write up", "orange"
    words = one.get_state_display() + (", charged" if one.charged else "")
    return words, "red" if one.charged else COLOURS[one.state]


def rows(found: Iterable[Booking], today: date) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("booking", args=[one.pk]),
            "number": one.number,
            "on": long_date(one.on),
            "part": one.get_part_display(),
            "school": one.school.name,
            "service": one.get_service_display(),
            "officer": one.officer.name,
            "state": state_of(one, today),
        }
        for one in found
    ]


def for_export(found: Iterable[Booking], today: date) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; no child's name is in it."""
    for one in found:
        delivery = answer_of(one)
        yield (
            one.number, one.on, one.get_part_display(), one.half_days / 2, one.school.name, one.get_service_display(),
            one.officer.name, one.get_state_display(), one.charged, one.minutes, delivery.get_state_display() if delivery else "",
            f"TR-{one.share.order_id:06}", one.booked_at, one.purpose,
        )  # fmt: skip
