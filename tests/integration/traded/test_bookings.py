"""Booking, moving, cancelling, cover: inside what was bought, within the year, nobody in two places, everybody told."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import ConflictFactory, UserFactory
from tests.factories_attendance import TODAY, a_school, at
from tests.factories_bookings import DAY, SOON, a_booking, after, buys, of_school
from tests.factories_team import a_manager, a_visit, an_officer, is_away

from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.court.models import Court, Sitting
from mainstay.service.directory.models import CalendarException, SchoolContact
from mainstay.service.record.models import Meeting
from mainstay.service.team.actions import away as away_actions
from mainstay.service.team.actions import covering, duty
from mainstay.service.team.queries import away
from mainstay.service.team.times import instant
from mainstay.service.traded.actions import bookings, bookings_ending
from mainstay.service.traded.models import Booking, LedgerEntry, TradedValue
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.years import year_of

pytestmark = pytest.mark.django_db
YEAR = year_of(DAY)
State = Booking.State


def test_a_school_books_inside_what_it_bought_and_calendars_follow() -> None:
    school, officer = buys(half_days=2), an_officer()
    SchoolContact.objects.create(school=school, name="Office", post="Office", email="office@example.org")
    one = a_booking(school, officer=officer, by=of_school(school), part="day", purpose="Three families")
    assert balance(school, YEAR).free == 0 and balance(school, YEAR).left == 2
    assert one.meeting and one.meeting.organiser == officer and one.meeting.school == school
    assert set(Message.objects.filter(kind="invitation").values_list("to", flat=True)) == {
        officer.email, "office@example.org",
    }  # fmt: skip
    with pytest.raises(StepRefused, match="0 days free in 2026-27"):
        a_booking(school, on=DAY + timedelta(days=1))
    with pytest.raises(StepRefused, match="cannot book days for this school"):
        a_booking(buys(), by=of_school(school))


@pytest.mark.parametrize(
    "what", ["booked", "leave", "duty", "meeting", "court", "conflict", "closed", "past", "sunday"]
)
def test_nothing_is_booked_where_nobody_can_be(what: str) -> None:
    school, officer, manager, on = buys(), an_officer(), a_manager(), DAY
    words = "is not free then"
    if what == "booked":
        a_booking(officer=officer)
    elif what == "leave":
        is_away(officer, by=manager, day=on)
    elif what == "duty":
        duty.set_days(officers={on: officer}, by=manager, at=at())
    elif what == "meeting":
        a_visit(officer, starts=instant(on) + timedelta(hours=11))
    elif what == "court":
        court = Court.objects.create(name="Made-up Court")
        Sitting.objects.create(court=court, starts=instant(on) + timedelta(hours=10), presenter=officer)
    elif what == "conflict":
        ConflictFactory(user=officer, school=school)
        words = "cannot work with this school"
    elif what == "closed":
        CalendarException.objects.create(school=school, on=on, kind="inset")
        words = "is closed on Wednesday 9 December 2026, morning"
    elif what == "past":
        on, words = TODAY - timedelta(days=7), "a day that is to come"
    else:
        on, words = date(2026, 12, 6), "The service is closed"
    with pytest.raises(StepRefused, match=words):
        a_booking(school, officer=officer, on=on, by=manager)
    if what == "closed":  # staff are there on an INSET day
        a_booking(school, officer=officer, on=on, by=manager, service="training")


def test_either_side_moves_it_within_the_year_and_a_school_only_in_time() -> None:
    school, officer, other = buys(half_days=2), an_officer(), an_officer()
    staff = of_school(school)
    one = a_booking(school, officer=officer)
    said: dict[str, Any] = {"booking_id": one.pk, "officer": None, "because": "A trip", "at": at()}
    Message.objects.all().delete()
    bookings.move(**said, on=DAY + timedelta(days=1), part="day", by=staff)
    one.refresh_from_db()
    assert (one.on, one.part, one.half_days) == (date(2026, 12, 10), "day", 2)
    assert one.meeting and one.meeting.starts == instant(one.on) + timedelta(hours=9)
    assert "10 December 2026" in Message.objects.get(to=officer.email, kind="email").body
    with pytest.raises(StepRefused, match="end with their financial year"):
        bookings.move(**said, on=date(2027, 4, 7), part="am", by=staff)
    bookings.move(**{**said, "officer": other}, on=SOON, part="am", by=officer)
    one.refresh_from_db()
    assert one.officer == other and one.meeting and Meeting.objects.get(pk=one.meeting_id).organiser == other
    with pytest.raises(StepRefused, match="booked so late that a school cannot move it"):
        bookings.move(**said, on=DAY, part="am", by=staff)
    assert [line.what[:5] for line in one.lines.all()] == ["Booke", "Moved", "Moved"]


def test_a_school_cancels_free_until_the_notice_and_then_pays_with_its_days() -> None:
    school = buys(half_days=3)
    staff = of_school(school)
    far, near = a_booking(school), a_booking(school, on=SOON, part="pm")
    for one in (far, near):
        bookings_ending.cancel_by_school(booking_id=one.pk, because="A trip", by=staff, at=at())
        one.refresh_from_db()
        assert one.state == State.CANCELLED_BY_SCHOOL and one.meeting and one.meeting.state == "cancelled"
    assert not far.charged and near.charged
    found = balance(school, YEAR)
    assert (found.charged, found.left, found.free) == (1, 2, 2)
    # five working days before Wednesday 9 December is Wednesday 2 December
    last, late = (a_booking(school, on=DAY, part=part) for part in ("am", "pm"))
    bookings_ending.cancel_by_school(booking_id=last.pk, because="x", by=staff, at=at(date(2026, 12, 2), 23))
    bookings_ending.cancel_by_school(booking_id=late.pk, because="x", by=staff, at=at(date(2026, 12, 3)))
    assert balance(school, YEAR).charged == 2
    with pytest.raises(StepRefused, match="this booking is cancelled"):
        bookings_ending.cancel_by_school(booking_id=last.pk, because="x", by=staff, at=at())


def test_the_councils_notice_holds_and_a_longer_one_set_later_does_not_bind_what_was_booked() -> None:
    school = buys()
    one = a_booking(school, on=SOON)
    TradedValue.objects.create(
        name="cancel_notice",
        value=1,
        since=TODAY,
        set_at=at(),
        set_by=a_manager(),
        reason="Agreed with schools",
    )
    bookings_ending.cancel_by_school(booking_id=one.pk, because="A trip", by=of_school(school), at=at())
    assert balance(school, YEAR).free == 4


def test_the_service_cancels_without_charge_and_another_day_stands_for_it() -> None:
    school, officer = buys(half_days=1), an_officer()
    one = a_booking(school, officer=officer, on=SOON)
    with pytest.raises(StepRefused, match="cannot cancel it for the service"):
        bookings_ending.cancel_by_service(booking_id=one.pk, because="x", by=of_school(school), at=at())
    bookings_ending.cancel_by_service(booking_id=one.pk, because="Nobody can come", by=officer, at=at())
    assert balance(school, YEAR).free == 1 and not LedgerEntry.objects.filter(kind="charged").exists()
    again = a_booking(school, officer=officer, instead_of=one.pk)
    assert again.moved_from == one
    with pytest.raises(StepRefused, match="Another day is booked instead already"):
        a_booking(buys(school), officer=officer, on=DAY + timedelta(days=1), instead_of=one.pk)


def test_an_officer_who_is_ill_is_covered_like_any_meeting_and_the_school_hears() -> None:
    school, officer, manager = buys(), an_officer(), a_manager()
    SchoolContact.objects.create(school=school, name="Office", post="Office", email="office@example.org")
    one, colleague, booked = a_booking(school, officer=officer, on=SOON), an_officer(), an_officer()
    a_booking(officer=booked, on=SOON)
    absence = is_away(officer, by=manager, day=SOON)
    assert one.meeting and away.needed_on(manager, SOON) == [one.meeting]
    said: dict[str, Any] = {
        "absence_id": absence.pk,
        "meeting_ids": [one.meeting.pk],
        "by": manager,
        "at": at(),
    }
    with pytest.raises(StepRefused, match="booked by a school"):
        covering.ask(**said, colleague=booked)
    with pytest.raises(StepRefused, match="on the page of the booking"):
        covering.rearrange(
            absence_id=absence.pk, meeting_id=one.meeting.pk, starts=one.meeting.starts + timedelta(days=1),
            ends=one.meeting.ends + timedelta(days=1), where="There", because="Ill", by=manager, at=at(),
        )  # fmt: skip
    (cover,) = covering.ask(**said, colleague=colleague)
    Message.objects.all().delete()
    covering.accept(cover_id=cover.pk, by=colleague, at=at())
    one.refresh_from_db()
    assert one.officer == colleague
    assert Message.objects.filter(
        to="office@example.org", kind="email", body__contains=colleague.name
    ).exists()


def test_nothing_is_charged_while_the_officer_is_away_and_nobody_comes_instead() -> None:
    school, officer, colleague, manager = buys(), an_officer(), an_officer(), a_manager()
    staff = of_school(school)
    morning, afternoon, covered = (
        a_booking(school, officer=who, on=on, part=part)
        for who, on, part in (
            (officer, SOON, "am"),
            (officer, SOON, "pm"),
            (officer, SOON + timedelta(days=1), "am"),
        )
    )
    absence = is_away(officer, by=manager, day=SOON, last_half="AM", at=at())
    other = is_away(officer, by=manager, day=covered.on)
    said: dict[str, Any] = {"because": "Nobody can come", "by": staff, "at": at()}
    for_school: dict[str, Any] = {"officer": colleague, "on": DAY, "part": "am"}
    assert covered.meeting
    (cover,) = covering.ask(
        absence_id=other.pk, meeting_ids=[covered.meeting.pk], colleague=colleague, by=manager, at=at()
    )
    bookings.move(booking_id=morning.pk, **said, **{**for_school, "on": SOON, "part": "am"})
    bookings.give(booking_id=morning.pk, to=an_officer(), because="x", by=manager, at=at())
    with pytest.raises(StepRefused, match="cannot move it itself"):  # somebody comes
        bookings.move(booking_id=morning.pk, **said, **for_school)
    covering.accept(cover_id=cover.pk, by=colleague, at=at())
    for one, charged in ((morning, True), (afternoon, True), (covered, True)):
        bookings_ending.cancel_by_school(booking_id=one.pk, **said)
        one.refresh_from_db()
        assert one.charged is charged
    again = a_booking(school, officer=officer, on=SOON, part="pm")
    away_actions.move_end(absence_id=absence.pk, last_on=SOON, last_half="PM", by=manager, at=at())
    bookings_ending.cancel_by_school(booking_id=again.pk, **said)
    again.refresh_from_db()
    assert not again.charged and balance(school, YEAR).charged == 3
    assert (
        again.lines.last().what
        == "Cancelled by the school, not charged, for the officer is away: the days are free again"
    )


def test_a_school_hears_at_once_that_its_officer_is_away_and_when_that_is_not_so_after_all() -> None:
    school, officer, manager = buys(), an_officer(), a_manager()
    SchoolContact.objects.create(school=school, name="Office", post="Office", email="office@example.org")
    one = a_booking(school, officer=officer, part="pm")
    a_booking(school, officer=officer, on=DAY + timedelta(days=7))
    a_booking(officer=officer, on=DAY + timedelta(days=1))  # of another school

    def told() -> list[str]:
        found = list(
            Message.objects.filter(to="office@example.org", kind="email")
            .order_by("pk")
            .values_list("body", flat=True)
        )
        Message.objects.all().delete()
        return found

    told()
    absence = is_away(officer, by=manager, last_half="AM")
    assert told() == []
    said: dict[str, Any] = {"absence_id": absence.pk, "by": manager, "at": at()}
    away_actions.move_end(**said, last_on=DAY, last_half="PM")
    (body,) = told()
    assert f"{officer.name} is away then; cover is being arranged" in body and one.number in body
    assert "without charge" in body and "ick" not in body
    away_actions.cancel(**said)
    (body,) = told()
    assert f"{officer.name} comes after all" in body
    is_away(officer, by=manager, at=at(DAY, 17))  # written down when the visit is over
    assert told() == []


def test_a_manager_gives_it_to_a_colleague_on_the_day_itself() -> None:
    officer, colleague, manager = an_officer(), an_officer(), a_manager()
    one = a_booking(officer=officer, on=SOON)
    SchoolContact.objects.create(school=one.school, name="Office", post="Office", email="office@example.org")
    is_away(officer, by=manager, day=SOON)
    with pytest.raises(StepRefused, match="cannot give it to a colleague"):
        bookings.give(booking_id=one.pk, to=colleague, because="Ill", by=officer, at=at(SOON, 8))
    bookings.give(booking_id=one.pk, to=colleague, because="A colleague is away", by=manager, at=at(SOON, 8))
    one.refresh_from_db()
    assert one.officer == colleague and one.meeting and one.meeting.organiser == colleague
    assert away.needed_on(manager, SOON) == []
    mail = Message.objects.filter(to="office@example.org", subject="Another officer comes").get()
    assert f"{colleague.name} comes instead of {officer.name}. Why: A colleague is away" in mail.body


def test_what_is_delivered_leaves_the_account_and_the_school_says_whether_it_is_right() -> None:
    school, officer, manager = buys(half_days=4), an_officer(), a_manager()
    staff = of_school(school)
    one = a_booking(school, officer=officer, part="day")
    said: dict[str, Any] = {
        "booking_id": one.pk, "half_days": 1, "minutes": 170, "done": "Met three families.", "outcome": "Plans agreed.",
        "next_step": "", "by": officer,
    }  # fmt: skip
    with pytest.raises(StepRefused, match="record it when it has begun"):
        bookings_ending.deliver(**said, at=at())
    with pytest.raises(StepRefused, match="The officer who was there"):
        bookings_ending.deliver(**{**said, "by": an_officer()}, at=after(one))
    bookings_ending.deliver(**said, at=after(one))
    found = balance(school, YEAR)
    assert (found.delivered, found.booked, found.free) == (1, 0, 3)
    with pytest.raises(StepRefused, match="Your role cannot confirm it"):
        bookings_ending.confirm(booking_id=one.pk, by=officer, at=after(one))
    bookings_ending.query(booking_id=one.pk, text="Nobody came.", by=staff, at=after(one))
    with pytest.raises(StepRefused, match="No more half-days"):
        bookings_ending.settle(booking_id=one.pk, given_back=2, because="x", by=manager, at=after(one))
    bookings_ending.settle(
        booking_id=one.pk, given_back=1, because="So it was.", by=manager, at=after(one, 30)
    )
    found = balance(school, YEAR)
    assert (found.free, found.given_back, found.taken_back) == (4, 1, 0)
    assert LedgerEntry.objects.get(kind="credited").on == DAY + timedelta(days=1)  # the day it was settled
    assert Meeting.objects.get(pk=one.meeting_id).state == "held"


def test_without_an_order_nothing_is_booked_and_nobody_else_sees_it() -> None:
    with pytest.raises(StepRefused, match="0 days free"):
        a_booking(a_school())
    one = a_booking()
    assert not Booking.objects.visible_to(of_school(a_school())).exists()
    assert not Booking.objects.visible_to(UserFactory(role="solicitor")).exists()
    assert Booking.objects.visible_to(of_school(one.school, "head_teacher")).get() == one
