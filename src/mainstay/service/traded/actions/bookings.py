"""Half-days are booked, moved, given to a colleague: inside what the school has left, nobody in two places."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import School
from mainstay.service.directory.relations import can_see_school
from mainstay.service.record import meetings
from mainstay.service.record.meetings import Asked
from mainstay.service.team.actions.away import take_back
from mainstay.service.team.models import Cover
from mainstay.service.team.telling import school_addresses
from mainstay.service.traded.actions import ledger
from mainstay.service.traded.models import Booking, BookingLine, OrderShare, ServiceCode
from mainstay.service.traded.queries import calendar
from mainstay.service.traded.queries.bookings import is_away, never_free, notice_until, shares_left
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.steps_bookings import BOOKING
from mainstay.service.traded.times_bookings import NAMES, uses_up, visiting
from mainstay.service.traded.years import days, last_day, named, year_of

State, Part = Booking.State, Booking.Part
#: of a meeting in the calendar
KIND: Final = "traded"
GONE: Final = "This half-day has just been taken: look at the calendar again."


def halves_of(part: str) -> tuple[str, ...]:
    """Raises StepRefused for what is no part of a day."""
    if part not in Part.values:
        raise StepRefused("Choose a morning, an afternoon or a whole day.")
    return Booking(part=part).halves


@transaction.atomic
def book(
    *,
    school: School,
    service: str,
    officer: Any,
    on: date,
    part: str,
    purpose: str,
    by: Any,
    at: datetime,
    instead_of: int | None = None,
) -> Booking:
    """Book an officer for a half-day or a day of what the school has left; calendars and the other side hear.

    instead_of: a booking the service cancelled, for which this one is.
    Raises StepRefused with everything that stands in the way.
    """
    if not by.may("book_days") or not can_see_school(by, school):
        raise StepRefused("Your role cannot book days for this school.")
    if service not in ServiceCode.values or service == ServiceCode.BESPOKE:
        raise StepRefused("Choose a service of the menu.")
    halves, year = halves_of(part), year_of(on)
    _lock(school, officer)
    before = _instead(instead_of, school, by, at) if instead_of is not None else None
    said = refused(school=school, service=service, officer=officer, on=on, halves=halves, at=at)
    if left := balance(school, year).free - len(halves):
        said += [_too_much(school, year, left + len(halves))] if left < 0 else []
    if said:
        raise StepRefused(" ".join(said))
    one = _kept(
        Booking(
            share=_share(school, year, len(halves)), school=school, service=service, officer=officer, on=on, part=part,
            half_days=len(halves), purpose=" ".join(purpose.split())[:300], booked_at=at, booked_by=by,
            asked_by=by if by.is_school_user else None, moved_from=before,
        )
    )  # fmt: skip
    starts, ends = visiting(on, halves)
    one.meeting = meetings.plan(
        kind=KIND, title=_title(one), starts=starts, ends=ends, where=school.name, organiser=officer, by=by, at=at,
        about=one, school=school, asked=[Asked(school.name, address) for address in school_addresses(school.pk, at)],
    )  # fmt: skip
    one.save(update_fields=["meeting"])
    write(one, f"Booked: {when(one)} with {officer.name}", one.purpose, by, at)
    trail.record(
        by=by,
        at=at,
        action="booking.made",
        on=one,
        school=school.pk,
        officer=officer.pk,
        on_day=on,
        part=part,
    )
    return one


@transaction.atomic
def move(
    *, booking_id: int, on: date, part: str, officer: Any | None, because: str, by: Any, at: datetime
) -> Booking:
    """Another day or half-day within the same financial year, and maybe another officer; calendars and both sides hear.

    A school moves it until it can be cancelled without charge; after that the service moves it.
    """
    one = locked(booking_id, by, at)
    BOOKING.check("move", one, by)
    if not because.strip():
        raise StepRefused("Say why it is moved.")
    if by.is_school_user and (words := too_late(one, timezone.localdate(at))):
        raise StepRefused(words)
    halves, before, to = halves_of(part), when(one), officer or one.officer
    if (on, part, to.pk) == (one.on, one.part, one.officer_id):
        raise StepRefused("Choose another day, half-day or officer.")
    if year_of(on) != year_of(one.on):
        raise StepRefused(_other_year(one.on))
    _lock(one.school, one.officer, to)
    said = refused(
        school=one.school,
        service=one.service,
        officer=to,
        on=on,
        halves=halves,
        at=at,
        without=one.meeting_id,
    )
    left = balance(one.school, year_of(on)).free + one.half_days
    if left < len(halves):
        said.append(_too_much(one.school, year_of(on), left))
    if said:
        raise StepRefused(" ".join(said))
    was = one.officer
    one.on, one.part, one.half_days, one.officer = on, part, len(halves), to
    _kept(one)
    starts, ends = visiting(on, halves)
    meeting = _meeting(one)
    take_back(Cover.objects.filter(meeting=meeting), by, at)
    if (starts, ends) != (meeting.starts, meeting.ends):
        meetings.move(
            meeting_id=meeting.pk,
            starts=starts,
            ends=ends,
            where=meeting.where,
            because=because,
            by=by,
            at=at,
        )
    if to.pk != was.pk:
        meetings.hand_over(meeting_id=meeting.pk, to=to, because=because, by=by, at=at)
    write(one, f"Moved from {before} with {was.name} to {when(one)} with {to.name}", because, by, at)
    who = to.name if to.pk == was.pk else f"{to.name} instead of {was.name}"
    body = f"{of(one)} on {before} is now on {when(one)}, with {who}. {_why(because)}"
    tell(one, "A booking has moved", body, by, at)
    trail.record(by=by, at=at, action="booking.moved", on=one, on_day=on, part=part, officer=to.pk)
    return one


@transaction.atomic
def give(*, booking_id: int, to: Any, because: str, by: Any, at: datetime) -> Booking:
    """A colleague comes instead, on the same day too; the school and both officers hear."""
    one = locked(booking_id, by, at)
    BOOKING.check("give", one, by)
    if not because.strip():
        raise StepRefused("Say why a colleague comes instead.")
    if to.pk == one.officer_id:
        raise StepRefused(f"{to.name} has this booking already.")
    _lock(one.school, one.officer, to)
    said = refused(
        school=one.school,
        service=one.service,
        officer=to,
        on=one.on,
        halves=one.halves,
        at=None,
        without=one.meeting_id,
    )
    if said:
        raise StepRefused(" ".join(said))
    meeting, was = _meeting(one), one.officer
    take_back(Cover.objects.filter(meeting=meeting), by, at)
    passed(one, to, because, by, at)
    meetings.hand_over(meeting_id=meeting.pk, to=to, because=because, by=by, at=at)
    body = f"{of(one)} on {when(one)}: {to.name} comes instead of {was.name}. {_why(because)}"
    tell(one, "Another officer comes", body, by, at)
    return one


def passed(one: Booking, to: Any, because: str, by: Any, at: datetime) -> None:
    """The booking is another officer's; the calendar follows elsewhere."""
    was, one.officer = one.officer, to
    _kept(one)
    write(one, f"{to.name} comes instead of {was.name}", because, by, at)
    trail.record(by=by, at=at, action="booking.given", on=one, before=was.pk, to=to.pk)


def refused(
    *,
    school: School,
    service: str,
    officer: Any,
    on: date,
    halves: Collection[str],
    at: datetime | None,
    without: int | None = None,
) -> list[str]:
    """Why this officer cannot be at this school then; nothing about how many days it has left.

    at: None where the booking stands and only its officer changes. without: the meeting of a booking that moves.
    """
    said = []
    if at is not None and visiting(on, halves)[0] <= at:
        return ["Choose a day that is to come."]
    if not calendar.at_work(on, calendar.closed_days(on)):
        said.append(f"The service is closed on {long_date(on)}.")
    if at is not None and service not in calendar.WITHOUT_PUPILS:
        of_school = calendar.school_days(school, on, on)
        said += [
            f"{school.name} is closed on {long_date(on)}, {NAMES[half]}."
            for half in halves
            if of_school.closed(on, half)
        ]
    if not calendar.officers(on).filter(pk=officer.pk).exists():
        said.append(f"{officer.name} cannot be booked for that day.")
    elif not can_see_school(officer, school):
        said.append(f"{officer.name} cannot work with this school: choose another officer.")
    taken = calendar.busy([officer.pk], on, on, without=without)
    if any((officer.pk, on, half) in taken for half in halves):
        said.append(f"{officer.name} is not free then: look at the calendar.")
    return said


def too_late(one: Booking, today: date) -> str | None:
    """Why a school can no longer move it itself: as long as it may cancel without charge, it may."""
    until = notice_until(one, today)
    if until is None or not uses_up(today, until, away=is_away(one)):
        return None
    if never_free(one, until):
        return "It was booked so late that a school cannot move it itself. Ask the service: it may still move it for you."
    return (
        f"A school could move this until {long_date(until)}. Ask the service: it may still move it for you."
    )


def locked(booking_id: int, by: Any, at: datetime) -> Booking:
    """The booking and its school's account, locked. Raises StepRefused where it is out of view."""
    seen = Booking.objects.visible_to(by).filter(pk=booking_id).values_list("school", flat=True).first()
    if seen is None:
        raise StepRefused("You cannot see this booking.")
    ledger.lock(schools=[seen])
    rows = Booking.objects.select_for_update(of=("self",)).select_related(
        "school", "officer", "share", "meeting"
    )
    one = rows.get(pk=booking_id)
    one.looked_at = at
    return one


def when(one: Booking) -> str:
    """ "Monday 2 November 2026, morning"."""
    return f"{long_date(one.on)}, {one.get_part_display().lower()}"


def write(one: Booking, what: str, because: str, by: Any | None, at: datetime) -> BookingLine:
    return one.lines.create(what=what[:400], because=" ".join(because.split())[:300], by=by, at=at)


def tell(one: Booking, subject: str, body: str, by: Any, at: datetime) -> None:
    """The school and the officer, but not whoever did it."""
    officer = [one.officer.email] if one.officer_id != by.pk else []
    _write_to([*_of_school(one, by, at), *officer], one, subject, body, at)


def tell_school(one: Booking, subject: str, body: str, by: Any, at: datetime) -> None:
    """The school alone, but not whoever did it."""
    _write_to(_of_school(one, by, at), one, subject, body, at)


def _of_school(one: Booking, by: Any, at: datetime) -> list[str]:
    return [address for address in school_addresses(one.school_id, at) if address != by.email]


def _write_to(addresses: list[str], one: Booking, subject: str, body: str, at: datetime) -> None:
    for address in dict.fromkeys(addresses):
        post.queue(
            to=address,
            subject=subject,
            body=f"{body}\n\nBooking {one.number}. Sign in to see it.",
            at=at,
            about=one,
        )


def _title(one: Booking) -> str:
    return (
        f"{one.get_service_display()}: booked day"
        if one.half_days > 1
        else f"{one.get_service_display()}: booked half-day"
    )


def of(one: Booking) -> str:
    """ "“Individual casework” at Alderbrook Primary School"."""
    return f"“{one.get_service_display()}” at {one.school.name}"


def _why(because: str) -> str:
    return f"Why: {' '.join(because.split())}"


def _meeting(one: Booking) -> Any:
    assert one.meeting is not None
    return one.meeting


def _lock(school: School, *officers: Any) -> None:
    """The school's account first, then the officers' diaries, each in one order."""
    ledger.lock(schools=[school.pk])
    ids = {one.pk for one in officers}
    list(User.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _kept(one: Booking) -> Booking:
    """Saved; the database itself refuses an officer in two places."""
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError:
        raise StepRefused(GONE) from None
    return one


def _share(school: School, year: int, half_days: int) -> OrderShare:
    """Of what was bought, the first with so many left, or else with any."""
    found = shares_left(school, year)
    if not found:
        raise StepRefused(f"{school.name} has bought no days in {named(year)}.")
    return (
        next((share for share, left in found if left >= half_days), None)
        or max(found, key=lambda pair: pair[1])[0]
    )


def _instead(booking_id: int, school: School, by: Any, at: datetime) -> Booking:
    one = locked(booking_id, by, at)
    BOOKING.check("rebook", one, by)
    if one.school_id != school.pk:
        raise StepRefused("That booking is of another school.")
    return one


def _too_much(school: School, year: int, free: int) -> str:
    return f"{school.name} has {days(max(free, 0))} free in {named(year)}: buy more first, or book less."


def _other_year(on: date) -> str:
    return (
        f"Days end with their financial year: choose a day from {long_date(date(year_of(on), 4, 1))} "
        f"to {long_date(last_day(year_of(on)))}."
    )
