"""Bookings follow what happens elsewhere: cover of their officer, joined records of a child, a leaver."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import Held
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import Pupil
from mainstay.service.record.models import Meeting
from mainstay.service.team.models import Absence
from mainstay.service.traded.actions import bookings, ledger
from mainstay.service.traded.models import Booking
from mainstay.service.traded.queries import calendar
from mainstay.service.traded.times_bookings import visiting

#: from when to when an officer is away
Span = tuple[datetime, datetime]


def is_booking(meeting: Meeting) -> bool:
    return meeting.about_kind == Booking._meta.label_lower


def cannot_hold(meeting: Meeting, colleague: Any) -> str | None:
    """A colleague who does not deliver days, or has another booking in the same half-day."""
    if not is_booking(meeting):
        return None
    on = timezone.localdate(meeting.starts)
    if not colleague.may("deliver_days"):
        return "This colleague does not work on bought days."
    taken = calendar.busy([colleague.pk], on, on, without=meeting.pk)
    halves = Booking.objects.get(meeting=meeting).halves
    if any(taken[key].kind == "booked" for half in halves if (key := (colleague.pk, on, half)) in taken):
        return "This colleague is booked by a school then."
    return None


def cannot_move(meeting: Meeting) -> str | None:
    if not is_booking(meeting):
        return None
    return "Move it on the page of the booking, under Purchases: the calendar there shows which half-days are free."


def handed_over(*, meeting: Meeting, to: Any, by: Any, at: datetime) -> None:
    """Whoever covers has the booking from now on, or it is given back."""
    if not is_booking(meeting):
        return
    found = Booking.objects.select_related("school", "officer").get(meeting=meeting)
    ledger.lock(schools=[found.school_id])
    one = Booking.objects.select_for_update(of=("self",)).select_related("school", "officer").get(pk=found.pk)
    if one.state != Booking.State.BOOKED:
        raise StepRefused("This booking does not stand any more.")
    bookings.passed(one, to, "Cover while a colleague is away", by, at)


def away_set(*, absence: Absence, was: Span | None, now: Span | None, by: Any, at: datetime) -> None:
    """Schools that expect an officer hear at once that the officer is away, or comes after all; never why."""
    spans = [span for span in (was, now) if span is not None]
    first, last = min(starts for starts, _ in spans), max(ends for _, ends in spans)
    days = (timezone.localdate(max(first, at)), timezone.localdate(last))
    found = Booking.objects.open().filter(officer=absence.officer_id, on__range=days)
    for one in found.select_related("school", "officer"):
        before, after = _meets(was, one), _meets(now, one)
        if before == after or visiting(one.on, one.halves)[1] <= at:
            continue
        what, who = f"{bookings.of(one)} on {bookings.when(one)}", one.officer.name
        if after:
            body = (
                f"{what}: {who} is away then; cover is being arranged, and you will hear. Until somebody else comes, your "
                "school may move or cancel it without charge."
            )
            bookings.tell_school(one, "Your booked officer is away", body, by, at)
        else:
            bookings.tell_school(
                one, "The officer comes as planned", f"{what}: {who} comes after all.", by, at
            )


def _meets(span: Span | None, one: Booking) -> bool:
    starts, ends = visiting(one.on, one.halves)
    return span is not None and span[0] < ends and span[1] > starts


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """When two records of a child become one, the kept one is named wherever the other was."""
    through = Booking.pupils.through.objects
    of_both = set(through.filter(pupil=kept).order_by().values_list("booking_id", flat=True))
    through.filter(pupil=other, booking__in=of_both).delete()
    rows = through.filter(pupil=other)
    moved["traded.booking"] = sorted(rows.order_by().values_list("booking_id", flat=True))
    rows.update(pupil=kept)


def holds(user: User) -> list[Held]:
    """The bookings somebody still has: a colleague takes them."""
    rows, where = Booking.objects.open().filter(officer=user), f"{reverse('bookings')}?officer={user.pk}"
    return [Held(rows, lambda n: plural(n, "booking of a school", "bookings of schools"), where)]


def has_left(*, user: User, at: datetime) -> None:
    """Nobody comes on those days unless somebody takes them: the audit says which, the lists show whose they were."""
    open_ = sorted(Booking.objects.open().filter(officer=user).values_list("pk", flat=True))
    if open_:
        trail.record(by=None, at=at, action="booking.officer_left", on=user, bookings=open_)
