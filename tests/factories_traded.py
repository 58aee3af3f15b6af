"""Schools that buy days: a price, an order on its way, an account."""

from datetime import UTC, date, datetime
from typing import Any

from tests.factories import SchoolFactory, UserFactory

from mainstay.service.directory.models import School
from mainstay.service.traded.actions import answering, approving, orders
from mainstay.service.traded.models import Order, Price, SchoolType
from mainstay.service.traded.models.prices import USUAL_VAT
from mainstay.service.traded.years import year_of

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ALL = list(SchoolType.values)


def priced(by: Any, *, year: int = 2026, pence: int = 36_800) -> list[Price]:
    """A day's price for every type of school, each with its usual VAT code, from the year's beginning on."""
    return Price.objects.bulk_create(
        Price(
            year=year, school_type=one, pence=pence, vat_code=USUAL_VAT[SchoolType(one)], minimum=2,
            since=date(2020, 1, 1), set_at=AT, set_by=by, reason="The council’s own.",
        )
        for one in ALL
    )  # fmt: skip


class Cast:
    """A school with its attendance lead and head, a manager and somebody of finance; ``price`` a day."""

    def __init__(self, school: School | None = None, *, price: int = 36_800, year: int = 2026) -> None:
        self.school = school or SchoolFactory()
        self.lead = UserFactory(role="school_staff", school=self.school)
        self.head = UserFactory(role="head_teacher", school=self.school)
        self.manager = UserFactory(role="service_manager")
        self.finance = UserFactory(role="finance")
        self.year = year
        if price:
            priced(self.manager, pence=price, year=year)

    def draft(self, half_days: int = 4, at: datetime = AT, **said: Any) -> Order:
        given = {
            "kind": "days",
            "year": year_of(at.date()),
            "billing": "advance",
            "services": ["audit"],
            "wishes": "",
        }
        return orders.draft(lead=self.school, half_days=half_days, by=self.lead, at=at, **{**given, **said})

    def sent(self, half_days: int = 4, at: datetime = AT, **said: Any) -> Order:
        """Sent and approved by every head: the manager's to answer."""
        one = orders.send(order=self.draft(half_days, at, **said), by=self.lead, at=at)
        return self.approved(one, at)

    def approved(self, one: Order, at: datetime = AT) -> Order:
        for share in one.shares.select_related("school"):
            by = (
                self.head
                if share.school_id == self.school.pk
                else UserFactory(role="head_teacher", school=share.school)
            )
            approving.approve(share=share, purchase_order=f"PO-{share.pk}", by=by, at=at)
        return Order.objects.get(pk=one.pk)

    def bought(self, half_days: int = 4, at: datetime = AT, **said: Any) -> Order:
        return answering.accept(order=self.sent(half_days, at, **said), by=self.manager, at=at)


__all__ = ["ALL", "AT", "Cast", "priced"]
