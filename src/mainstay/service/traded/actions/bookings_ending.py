"""A booking ends: cancelled by the school or by the service, or delivered; the school confirms or queries, and a query is settled."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import Enrolment, Pupil
from mainstay.service.record import meetings
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience, Meeting
from mainstay.service.team.actions.away import take_back
from mainstay.service.team.models import Cover
from mainstay.service.traded.actions import ledger
from mainstay.service.traded.actions.bookings import locked, tell, when, write
from mainstay.service.traded.models import Booking, Delivery, LedgerEntry, YearEnd
from mainstay.service.traded.queries.bookings import is_away, never_free, notice_until
from mainstay.service.traded.steps_bookings import BOOKING, DELIVERY
from mainstay.service.traded.times_bookings import uses_up
from mainstay.service.traded.years import days, used_up, year_of

#: so many minutes and no more are spent in a day
MOST_MINUTES = 24 * 60


@transaction.atomic
def cancel_by_school(*, booking_id: int, because: str, by: Any, at: datetime) -> Booking:
    """The school gives it up, or somebody of the service for it. Later than the notice, its half-days are used up.

    Not while its officer is away and nobody comes instead (``times_bookings.uses_up``).
    """
    one = locked(booking_id, by, at)
    state = BOOKING.check("cancel_by_school", one, by)
    if not because.strip():
        raise StepRefused("Say why it is cancelled.")
    today, away = timezone.localdate(at), is_away(one)
    until = notice_until(one, today)
    one.charged = uses_up(today, until, away=away)
    if one.charged and until is not None:
        late = "booked too late to be free" if never_free(one, until) else f"after {long_date(until)}"
        note = f"{one.number}: cancelled {late}"
        _line(one, LedgerEntry.Kind.CHARGED, -one.half_days, note, by, at)
    free = "not charged, for the officer is away" if away else "not charged"
    said = f"charged: {used_up(one.half_days)}" if one.charged else f"{free}: the days are free again"
    _cancelled(one, state, f"Cancelled by the school, {said}", because, by, at)
    body = f"“{one.get_service_display()}” at {one.school.name} on {when(one)} is cancelled by the school; {said}."
    tell(one, "A booking is cancelled", body, by, at)
    return one


@transaction.atomic
def cancel_by_service(*, booking_id: int, because: str, by: Any, at: datetime) -> Booking:
    """The service cannot come: never charged, and the days are free to be booked again within the year."""
    one = locked(booking_id, by, at)
    state = BOOKING.check("cancel_by_service", one, by)
    if not because.strip():
        raise StepRefused("Say why it is cancelled.")
    _cancelled(one, state, "Cancelled by the service, not charged", because, by, at)
    body = (
        f"The service has to cancel “{one.get_service_display()}” at {one.school.name} on {when(one)}. It is not charged: "
        "choose another day in the calendar, or wait for the officer to offer one."
    )
    tell(one, "The service has to cancel a booking", body, by, at)
    return one


def _cancelled(one: Booking, state: str, what: str, because: str, by: Any, at: datetime) -> None:
    one.state, one.cancelled_at, one.cancelled_by, one.cancelled_because = state, at, by, because.strip()
    one.save(update_fields=["state", "charged", "cancelled_at", "cancelled_by", "cancelled_because"])
    meeting = one.meeting
    if meeting is not None and meeting.state == Meeting.State.PLANNED:
        take_back(Cover.objects.filter(meeting=meeting), by, at)
        meetings.cancel(meeting_id=meeting.pk, because=because, by=by, at=at)
    write(one, what, because, by, at)
    trail.record(by=by, at=at, action="booking.cancelled", on=one, state=state, charged=one.charged)


@transaction.atomic
def deliver(
    *,
    booking_id: int,
    half_days: int,
    minutes: int,
    done: str,
    outcome: str,
    next_step: str,
    by: Any,
    at: datetime,
) -> Delivery:
    """What the officer did, how long it took and what came of it; the half-days used leave the school's account.

    half_days: one of a whole day, where the school needed only half of it; the other is free again.
    """
    one = locked(booking_id, by, at)
    state = BOOKING.check("deliver", one, by)
    if one.officer_id != by.pk and not by.may("arrange_cover"):
        raise StepRefused("The officer who was there writes it up, or whoever arranges cover.")
    if not 1 <= half_days <= one.half_days:
        raise StepRefused("No more half-days are used than were booked, and at least one.")
    if not 0 < minutes <= MOST_MINUTES:
        raise StepRefused("Say how many minutes were spent.")
    if not done.strip() or not outcome.strip():
        raise StepRefused("Say what was done, and what came of it.")
    _line(one, LedgerEntry.Kind.DELIVERED, -half_days, one.number, by, at)
    one.state, one.delivered_at, one.delivered_by = state, at, by
    one.minutes, one.outcome = minutes, outcome.strip()
    one.save(update_fields=["state", "delivered_at", "delivered_by", "minutes", "outcome"])
    delivery = Delivery.objects.create(
        booking=one, half_days=half_days, done=done.strip(), next=next_step.strip()
    )
    meeting = one.meeting
    if meeting is not None and meeting.state == Meeting.State.PLANNED:
        take_back(Cover.objects.filter(meeting=meeting), by, at)
        came = meeting.guests.values_list("pk", flat=True)
        meetings.hold(meeting_id=meeting.pk, attended=came, by=by, at=at)
    for pupil in one.pupils.order_by("pk"):
        _chronicle(one, pupil, by, at)
    write(one, f"Delivered: {days(half_days)} used", "", by, at)
    body = (
        f"“{one.get_service_display()}” at {one.school.name} on {when(one)} is written up: {days(half_days)} used. "
        "Sign in to read it, and confirm it or say what is not right."
    )
    tell(one, "A booked visit is written up", body, by, at)
    trail.record(by=by, at=at, action="booking.delivered", on=one, half_days=half_days, minutes=minutes)
    return delivery


@transaction.atomic
def name_children(*, booking_id: int, pupils: Collection[int], by: Any, at: datetime) -> int:
    """Children of the school that were, or are to be, worked with; how many are new. Their records tell of it.

    Raises StepRefused for one who is not on the school's roll, is restricted, or out of view.
    """
    one = locked(booking_id, by, at)
    if one.state not in (Booking.State.BOOKED, Booking.State.DELIVERED) or not by.may("deliver_days"):
        raise StepRefused("Children are named on a booking that stands, by an officer.")
    roll = Enrolment.objects.filter(school=one.school_id).order_by().values("pupil_id")
    found = Pupil.objects.visible_to(by).filter(pk__in=set(pupils), restricted=False).filter(pk__in=roll)
    known = set(one.pupils.order_by().values_list("pk", flat=True))
    new = [pupil for pupil in found.order_by("pk") if pupil.pk not in known]
    if len(new) + len(set(pupils) & known) != len(set(pupils)) or not new:
        raise StepRefused("Tick children of this school who are not named yet.")
    one.pupils.add(*new)
    if one.state == Booking.State.DELIVERED:
        for pupil in new:
            _chronicle(one, pupil, by, at)
    trail.record(by=by, at=at, action="booking.children_named", on=one, pupils=[pupil.pk for pupil in new])
    return len(new)


@transaction.atomic
def unname_child(*, booking_id: int, pupil: int, by: Any, at: datetime) -> None:
    """Named by mistake, as long as the work is still to come: afterwards the child's record tells of it."""
    one = locked(booking_id, by, at)
    if one.state != Booking.State.BOOKED or not by.may("deliver_days"):
        raise StepRefused("The visit is over: the child’s record tells of it. Add a note there instead.")
    if not one.pupils.filter(pk=pupil).exists():
        raise StepRefused("This child is not named here.")
    one.pupils.remove(pupil)
    trail.record(by=by, at=at, action="booking.child_unnamed", on=one, pupil=pupil)


@transaction.atomic
def confirm(*, booking_id: int, by: Any, at: datetime) -> Delivery:
    """The school agrees."""
    one, delivery = _of_school(booking_id, "confirm", by, at)
    _answered(one, delivery, "confirm", by, at)
    write(one, "Confirmed by the school", "", by, at)
    return delivery


@transaction.atomic
def query(*, booking_id: int, text: str, by: Any, at: datetime) -> Delivery:
    """The school says what is not right; the officer hears, and the manager settles it."""
    one, delivery = _of_school(booking_id, "query", by, at)
    if not text.strip():
        raise StepRefused("Say what is not right.")
    delivery.query = text.strip()
    _answered(one, delivery, "query", by, at)
    write(one, "Queried by the school", "", by, at)
    tell(
        one,
        "A delivery is queried",
        f"{one.school.name} queries what was written up for {when(one)}.",
        by,
        at,
    )
    return delivery


@transaction.atomic
def settle(*, booking_id: int, given_back: int, because: str, by: Any, at: datetime) -> Delivery:
    """The manager answers a query: it stands, or half-days are given back to the school's account."""
    one = locked(booking_id, by, at)
    delivery = _delivery(one)
    state = DELIVERY.check("settle", delivery, by)
    if not because.strip():
        raise StepRefused("Write to the school why.")
    if not 0 <= given_back <= delivery.half_days:
        raise StepRefused("No more half-days are given back than were used.")
    if given_back and YearEnd.objects.filter(year=year_of(one.on)).exists():
        raise StepRefused(
            "That financial year is ended: days given back could not be used. Settle it without them; finance can send a credit note."
        )
    if given_back:
        note = f"{one.number} of {long_date(one.on)}: query settled"
        _line(one, LedgerEntry.Kind.CREDITED, given_back, note, by, at, on=timezone.localdate(at))
    delivery.state, delivery.settlement, delivery.given_back = state, because.strip(), given_back
    delivery.settled_at, delivery.settled_by = at, by
    delivery.save()
    said = f"{days(given_back)} given back" if given_back else "it stands as written up"
    write(one, f"Query settled: {said}", because, by, at)
    tell(
        one,
        "A query is settled",
        f"The query of {one.school.name} about {when(one)} is settled: {said}.",
        by,
        at,
    )
    trail.record(by=by, at=at, action="booking.settled", on=one, given_back=given_back)
    return delivery


def _of_school(booking_id: int, step: str, by: Any, at: datetime) -> tuple[Booking, Delivery]:
    one = locked(booking_id, by, at)
    delivery = _delivery(one)
    delivery.state = DELIVERY.check(step, delivery, by)
    return one, delivery


def _answered(one: Booking, delivery: Delivery, step: str, by: Any, at: datetime) -> None:
    delivery.answered_at, delivery.answered_by = at, by
    delivery.save()
    trail.record(by=by, at=at, action=f"booking.{step}", on=one)


def _delivery(one: Booking) -> Delivery:
    found = Delivery.objects.select_for_update().filter(booking=one).first()
    if found is None:
        raise StepRefused("Nothing is written up for this booking yet.")
    return found


def _line(
    one: Booking, kind: str, half_days: int, note: str, by: Any, at: datetime, *, on: date | None = None
) -> None:
    """on: where it is not the day of the visit."""
    ledger.write(
        school=one.school, year=year_of(one.on), kind=kind, half_days=half_days, on=on or one.on, by=by, at=at, share=one.share,
        booking=one, note=note,
    )  # fmt: skip


def _chronicle(one: Booking, pupil: Pupil, by: Any, at: datetime) -> None:
    """What was done with the whole group says nothing of one child: the entry says only that it took place."""
    add_entry(
        pupil=pupil, by=by, at=at, kind="traded", title=f"{one.get_service_display()}, {long_date(one.on)}",
        text=f"Purchased work at {one.school.name}, with {one.officer.name}.", audience=Audience.SCHOOL, about=one,
    )  # fmt: skip
