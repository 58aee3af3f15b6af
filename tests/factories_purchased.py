"""Purchased work for tests: a booking of an officer at a school, and work beneath it."""

from datetime import datetime, timedelta
from typing import Any

from tests.factories import UserFactory
from tests.factories_attendance import TODAY, a_school, at

from mainstay.service.directory.models import Pupil, School
from mainstay.service.purchased.actions import writing
from mainstay.service.purchased.models import Work
from mainstay.service.traded.models import Booking, Order, OrderShare, SchoolType, VatCode


def a_booking(service: str, school: School | None = None, officer: Any = None, **given: Any) -> Booking:
    """One day of an order of the school; an officer who has one that day already has it before."""
    school, officer = school or a_school(), officer or UserFactory(role="ewo")
    order = Order.objects.create(
        year=2026, state=Order.State.ACCEPTED, state_since=at(), drafted_at=at(), drafted_by=officer
    )
    share = OrderShare.objects.create(
        order=order,
        school=school,
        leads=True,
        half_days=4,
        school_type=SchoolType.values[0],
        vat_code=VatCode.values[0],
    )
    on = TODAY
    while Booking.objects.filter(officer=officer, on=on).exists():
        on -= timedelta(days=1)
    said = {"on": on, "part": "day", "half_days": 2, "booked_at": at(), "booked_by": officer, **given}
    return Booking.objects.create(share=share, school=school, service=service, officer=officer, **said)


def a_work(
    service: str, *children: Pupil, school: School | None = None, officer: Any = None, when: datetime | None = None, **given: Any
) -> Work:  # fmt: skip
    """A draft beneath a booking, about these children."""
    when = when or at()
    school = school or (children[0].school if children else None)
    booking = a_booking(service, school, officer)
    work = writing.begin(booking_id=booking.pk, title="A made-up title", by=booking.officer, at=when)
    if children:
        writing.choose(
            work_id=work.pk, add=[child.pk for child in children], remove=[], by=booking.officer, at=when
        )
    if given:
        Work.objects.filter(pk=work.pk).update(**given)
        work.refresh_from_db()
    return work


def a_school_user(school: School, role: str = "school_staff") -> Any:
    return UserFactory(role=role, school=school)
