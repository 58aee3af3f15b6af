"""Whatever is booked, moved, given away, cancelled and delivered in whatever order: nobody is in two places, nothing is spent that was not bought."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories_attendance import at
from tests.factories_bookings import DAY, after, buys, of_school
from tests.factories_team import a_manager, an_officer, is_away

from mainstay.service.common.steps import StepRefused
from mainstay.service.team.models import Absence
from mainstay.service.traded.actions import bookings, bookings_ending
from mainstay.service.traded.models import Booking, LedgerEntry
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.years import year_of

pytestmark = pytest.mark.django_db
BOUGHT = 4
DAYS = [DAY + timedelta(days=n) for n in range(3)]
STEP = st.tuples(
    st.sampled_from(["book", "book", "move", "give", "away", "school", "late", "service", "deliver", "query", "settle"]),
    st.integers(0, 5), st.integers(0, 2), st.sampled_from(["am", "pm", "day"]), st.integers(0, 1), st.integers(0, 1),
)  # fmt: skip


def taken(one: Booking, people: dict[str, Any], step: Any) -> None:
    """One step of a booking that is there."""
    what, _, day, part, officer, half = step
    manager, said = people["manager"], {"booking_id": one.pk, "because": "So it is"}
    if what == "move":
        bookings.move(
            **said, on=DAYS[day], part=part, officer=people["officers"][officer], by=manager, at=at()
        )
    elif what == "give":
        bookings.give(**said, to=people["officers"][officer], by=manager, at=at())
    elif what == "away":
        is_away(one.officer, by=manager, day=one.on)
    elif what in ("school", "late"):
        when = at() if what == "school" else at(DAY - timedelta(days=1))
        away = Absence.objects.filter(officer=one.officer_id, first_on=one.on).exists()
        bookings_ending.cancel_by_school(**said, by=manager, at=when)
        one.refresh_from_db()
        assert one.charged == (what == "late" and not away)
    elif what == "service":
        bookings_ending.cancel_by_service(**said, by=manager, at=at())
    elif what == "deliver":
        bookings_ending.deliver(
            booking_id=one.pk, half_days=1 + half, minutes=60, done="x", outcome="x", next_step="", by=manager, at=after(one)
        )  # fmt: skip
    elif what == "query":
        bookings_ending.query(booking_id=one.pk, text="x", by=people["staff"][one.school_id], at=after(one))
    else:
        bookings_ending.settle(**said, given_back=half, by=manager, at=after(one))


def holds(schools: list[Any]) -> None:
    """What must be true after every step."""
    standing = Booking.objects.filter(state__in=("booked", "delivered"))
    places = Counter((one.officer_id, one.on, half) for one in standing for half in one.halves)
    assert set(places.values()) <= {1}
    for school in schools:
        held = balance(school, year_of(DAY))
        assert held.free >= 0 and held.booked >= 0
        assert held.bought == BOUGHT
        assert held.left == BOUGHT - held.delivered - held.charged + held.credited
        lines = LedgerEntry.objects.filter(school=school).values_list("half_days", flat=True)
        assert sum(lines) == held.left >= held.booked


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=4, max_size=14))
def test_no_order_of_steps_breaks_the_account_or_a_diary(steps: list[Any]) -> None:
    with transaction.atomic():
        schools = [buys(half_days=BOUGHT) for _ in range(2)]
        people = {
            "manager": a_manager(), "officers": [an_officer(), an_officer()],
            "staff": {school.pk: of_school(school) for school in schools},
        }  # fmt: skip
        for step in steps:
            what, number, day, part, officer, half = step
            made = list(Booking.objects.select_related("school").order_by("pk"))
            try:
                if what == "book" or not made:
                    bookings.book(
                        school=schools[half], service="casework", officer=people["officers"][officer], on=DAYS[day], part=part,
                        purpose="", by=people["manager"], at=at(),
                    )  # fmt: skip
                else:
                    taken(made[number % len(made)], people, step)
            except StepRefused:
                pass
            holds(schools)
        transaction.set_rollback(True)
