"""Schools that bought days, and bookings of them, for tests; days are those of ``factories_attendance``."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.factories import UserFactory
from tests.factories_attendance import a_school, at
from tests.factories_team import a_manager, an_officer

from mainstay.service.directory.models import School
from mainstay.service.traded.actions import bookings, ledger
from mainstay.service.traded.models import Booking, Order, OrderShare, ServiceCode
from mainstay.service.traded.years import first_day, year_of

#: a Wednesday in term two weeks after ``TODAY``, further off than the notice of a cancellation
DAY = date(2026, 12, 9)
SOON = date(2026, 11, 25)


def buys(
    school: School | None = None, half_days: int = 4, year: int = year_of(DAY), by: Any = None
) -> School:
    """A school with so many half-days, accepted and in its account."""
    school, by = school or a_school(), by or a_manager()
    begun = at(first_day(year))
    order = Order.objects.create(
        year=year, state=Order.State.ACCEPTED, state_since=begun, drafted_at=begun, drafted_by=by
    )
    share = OrderShare.objects.create(
        order=order,
        school=school,
        leads=True,
        half_days=half_days,
        school_type="maintained",
        vat_code="outside",
    )
    ledger.write(
        school=school,
        year=year,
        kind="bought",
        half_days=half_days,
        on=begun.date(),
        by=by,
        at=begun,
        share=share,
    )
    return school


def of_school(school: School, role: str = "school_staff") -> Any:
    return UserFactory(role=role, school=school)


def a_booking(school: School | None = None, **given: Any) -> Booking:
    """By the officer themselves, a morning on ``DAY``."""
    officer = given.pop("officer", None) or an_officer()
    said = {
        "school": school or buys(), "service": ServiceCode.CASEWORK, "officer": officer, "on": DAY, "part": "am",
        "purpose": "", "by": officer, "at": at(),
    }  # fmt: skip
    return bookings.book(**{**said, **given})


def after(one: Booking, hours: int = 6) -> datetime:
    """When the day of a booking is over."""
    return at(one.on) + timedelta(hours=hours)
