"""Bookings on their pages: from the calendar to the school's answer; schools read nothing of officers' days but free or not."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories_attendance import a_child, at
from tests.factories_bookings import DAY, SOON, a_booking, after, buys, of_school
from tests.factories_team import a_manager, an_officer, is_away

from mainstay.law.clock import is_working_day
from mainstay.service.attendance.interventions import known
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.record.models import Entry
from mainstay.service.traded.actions import bookings_ending
from mainstay.service.traded.models import Booking
from mainstay.service.traded.queries.calendar_weeks import Shown, weeks
from mainstay.service.traded.years import year_of

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def written_up(one: Booking) -> Booking:
    bookings_ending.deliver(
        booking_id=one.pk, half_days=1, minutes=180, done="Met families.", outcome="Plans agreed.", next_step="Review",
        by=one.officer, at=after(one),
    )  # fmt: skip
    return one


def test_the_calendar_says_why_to_the_service_and_only_free_or_not_to_schools() -> None:
    officer, manager, school = an_officer(), a_manager(), buys()
    is_away(officer, by=manager, day=SOON)
    one = a_booking(buys(), officer=officer)
    staff = of_school(school)
    for user, words in ((manager, ("Away", one.school.name)), (staff, ("Not free", "Not free"))):
        shown = Shown(user, at().date(), at().date(), [officer], officer, school, True)
        by_day = {day.on: day for week in weeks(shown) for day in week.days}
        assert (by_day[SOON].halves[0].text, by_day[DAY].halves[0].text) == words
        assert by_day[DAY].halves[1].text == "Free" and f"officer={officer.pk}" in by_day[DAY].halves[1].href
    shown = Shown(staff, at().date(), at().date(), [officer], None, one.school, True)
    own = {day.on: day for week in weeks(shown) for day in week.days}[DAY]
    assert own.halves[0].text == officer.name and own.halves[1].text == "1 free"


def test_a_school_confirms_or_queries_what_the_officer_wrote_and_nobody_elses_school_sees_it() -> None:
    one = written_up(a_booking())
    staff, stranger = of_school(one.school), of_school(buys())
    address = reverse("booking", args=[one.pk])
    assert signed_in(stranger).get(address).status_code == 404
    page = signed_in(staff).get(address).content.decode()
    assert "Is this right?" in page and "Plans agreed." in page and "Record the delivery" not in page
    refused = signed_in(staff).post(reverse("booking_query", args=[one.pk]), {"text": ""})
    assert refused.status_code == 400
    signed_in(staff).post(reverse("booking_query", args=[one.pk]), {"text": "Nobody came."})
    page = signed_in(a_manager()).get(address).content.decode()
    assert "Nobody came." in page and "Settle the query" in page
    rows = signed_in(a_manager()).get(reverse("bookings"), {"state": "queried"}).content.decode()
    assert one.number in rows and "1 booking" in rows


def test_named_children_have_it_on_record_and_are_measured_also_after_their_records_became_one() -> None:
    school = buys()
    child, other, elsewhere = a_child(school=school), a_child(school=school), a_child()
    one, manager = a_booking(school), a_manager()
    said: dict[str, Any] = {"booking_id": one.pk, "by": one.officer, "at": at()}
    with pytest.raises(StepRefused, match="children of this school"):
        bookings_ending.name_children(**said, pupils=[elsewhere.pk])
    address = reverse("booking_children", args=[one.pk])
    client = signed_in(one.officer)
    assert child.name in client.get(address, {"q": child.surname}).content.decode()
    client.post(address, {"pupil": [child.pk, other.pk]})
    written_up(one)
    assert [e.pupil_id for e in Entry.objects.filter(kind="traded").order_by("pupil")] == [child.pk, other.pk]
    assert {(each.pupil_id, each.label) for each in known([child.pk])} == {
        (child.pk, "Purchased: Individual casework")
    }
    moved: dict[str, list[int]] = {}
    pupils_merged.send(kept=child, other=other, moved=moved, by=manager, at=at())
    assert list(one.pupils.values_list("pk", flat=True)) == [child.pk]
    page = signed_in(of_school(school)).get(reverse("booking", args=[one.pk])).content.decode()
    assert child.name in page and "Not measured yet" in page
    assert (
        "Individual casework"
        in signed_in(manager).get(reverse("bookings_achieved"), {"year": 2026}).content.decode()
    )


def test_what_was_typed_is_kept_where_it_is_refused() -> None:
    school, officer = buys(half_days=1), an_officer()
    typed = {
        "school": school.pk, "service": "casework", "on_0": "9", "on_1": "12", "on_2": "2026", "part": "day",
        "officer": officer.pk, "purpose": "Three families",
    }  # fmt: skip
    response = signed_in(of_school(school)).post(reverse("booking_new"), typed)
    assert response.status_code == 400 and "Three families" in response.content.decode()
    assert not Booking.objects.exists()


def working(days: int) -> date:
    """The first working day from so many days ahead."""
    day = timezone.localdate() + timedelta(days=days)
    while not is_working_day(day, ()):
        day += timedelta(days=1)
    return day


def booked_for(day: date, officer: Any) -> Booking:
    """Training, for which no school need be open, booked now."""
    school = buys(year=year_of(day))
    return a_booking(school, officer=officer, on=day, service="training", at=timezone.now())


def test_a_late_move_is_refused_before_the_form_and_late_bookings_never_were_free() -> None:
    officer = an_officer()
    far, near = booked_for(working(30), officer), booked_for(working(1), officer)
    staff = signed_in(of_school(near.school))
    move = staff.get(reverse("booking_move", args=[near.pk]))
    words = move.content.decode()
    assert move.status_code == 200 and "Why it is moved" not in words
    assert "booked so late that a school cannot move it itself" in words and officer.name in words
    assert "½ day is used up then" in words
    theirs = signed_in(of_school(far.school)).get(reverse("booking_move", args=[far.pk]))
    assert "Why it is moved" in theirs.content.decode()
    page = staff.get(reverse("booking", args=[near.pk])).content.decode()
    assert "booked too late to be cancelled without charge" in page and "was free until" not in page
    assert "Cancel it</a>" in page and "Cancel it for the school" not in page
    assert "½ day is used up" in staff.get(reverse("booking_cancel", args=[near.pk])).content.decode()


def test_a_booking_says_that_its_officer_is_away_and_not_why() -> None:
    officer, manager = an_officer(), a_manager()
    one = booked_for(working(1), officer)
    is_away(officer, day=one.on, at=timezone.now())
    words = f"{officer.name} is away that day; cover is being arranged."
    for user in (of_school(one.school), manager):
        page = signed_in(user).get(reverse("booking", args=[one.pk])).content.decode()
        assert words in page and "ickness" not in page
        assert "Free for the school while" in page and "used up" not in page
    staff = signed_in(of_school(one.school))
    page = staff.get(reverse("booking_cancel", args=[one.pk])).content.decode()
    assert f"Without charge: {officer.name} is away" in page and "used up" not in page
    assert "Why it is moved" in staff.get(reverse("booking_move", args=[one.pk])).content.decode()
