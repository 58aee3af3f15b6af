"""Schools that buy days: a year that is over, and this year's orders on every part of their way."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.roles import LABELS, Role
from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.directory.models import School, SchoolPost
from mainstay.service.traded import values
from mainstay.service.traded.actions import answering, approving, invoices, ledger, orders, years
from mainstay.service.traded.actions import prices as pricing
from mainstay.service.traded.actions.orders import Part
from mainstay.service.traded.models import Booking, Invoice, Order, OrderShare, SchoolType, VatCode
from mainstay.service.traded.models.prices import USUAL_VAT
from mainstay.service.traded.warning_days import MONTHS, warned_on
from mainstay.service.traded.years import first_day, year_of

#: heads of further schools, so that more than two schools can buy
HEADS: Final = ("Petra Hollin", "Gareth Swann", "Ines Calloway")
PRICES: Final = {-1: 37_900, 0: 39_000}


def tell(loaded: Loaded, at: datetime) -> None:
    Story(loaded, at).tell()


class Story:
    """Who buys and who sells."""

    def __init__(self, loaded: Loaded, at: datetime) -> None:
        self.at, self.users = at, loaded.users
        self.later: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.year = year_of(timezone.localdate(at))
        self.manager, self.finance = self.users["manager"], self.users["finance"]
        self.heads = {
            post.school_id: post.user
            for post in SchoolPost.objects.filter(
                user__in=[self.users["principal"], self.users["head"]]
            ).select_related("user")
        }
        own = {school.pk: school for school in loaded.schools}
        self.schools = [own[pk] for pk in self.heads if pk in own]
        others = [s for s in loaded.schools if s.pk not in self.heads and s.phase != School.Phase.NURSERY]
        for name, school in zip(HEADS, others[3::7], strict=False):
            self.heads[school.pk] = _head(name, school)
            self.schools.append(school)

    def tell(self) -> None:
        if len(self.schools) < 2:
            return
        self._prices()
        self._last_year()
        self._this_year()
        self._in_order()
        self._warned()

    def _in_order(self) -> None:
        """What finance did, as the days come: numbers follow the dates."""
        for at, _, act in sorted(self.later, key=lambda one: one[:2]):
            act(at)

    def _warned(self) -> None:
        """Of this year, as far as the days of the warnings have come."""
        today = timezone.localdate(self.at)
        for months in MONTHS:
            if (day := warned_on(self.year, months)) <= today:
                years.warn_schools(year=self.year, months=months, at=self.moment(day))

    def moment(self, on: date, hour: int = 10) -> datetime:
        on -= timedelta(days=max(on.weekday() - 4, 0))
        return min(timezone.make_aware(datetime.combine(on, time(hour))), self.at)

    def ago(self, days: int) -> datetime:
        """That many days ago, but in this financial year."""
        return self.moment(max(timezone.localdate(self.at) - timedelta(days=days), first_day(self.year)))

    def _prices(self) -> None:
        for back, pence in PRICES.items():
            year = self.year + back
            begun = timezone.make_aware(datetime.combine(first_day(year), time(9)))
            for code in (VatCode.OUTSIDE, VatCode.STANDARD):
                types = [str(one) for one in SchoolType if USUAL_VAT[one] == code]
                pricing.set_price(
                    year=year, school_types=types, unit="day", pence=pence, vat_code=code, minimum=2, since=first_day(year),
                    reason="Price list of the year, as the lead member signed it.", by=self.manager, at=begun,
                )  # fmt: skip
            pricing.set_plan(
                year=year,
                pence=2_000_000 + 250_000 * (back + 1),
                reason="Budget of the service.",
                by=self.manager,
                at=begun,
            )
        lines = [
            "By BACS to Invented Council, sort code 00-00-00, account 00000000",
            "Give the number of the invoice",
        ]
        begun = timezone.make_aware(datetime.combine(first_day(self.year - 1), time(9)))
        for name, value in {"vat_number": "GB 000 0000 00", "how_to_pay": lines, "cost_centre": "E4410",
                            "income_code": "9310"}.items():  # fmt: skip
            values.set_value(
                name=name, value=value, since=first_day(self.year - 1), reason="As finance has it.", by=self.manager,
                at=begun,
            )  # fmt: skip

    def draft(self, school: School, half_days: int, at: datetime, **said: Any) -> Order:
        given = {
            "kind": "days", "year": year_of(timezone.localdate(at)), "billing": "advance",
            "services": ["early_intervention", "home_visit"], "wishes": "",
        }  # fmt: skip
        return orders.draft(
            lead=school, half_days=half_days, by=self.heads[school.pk], at=at, **{**given, **said}
        )

    def sent(self, one: Order, at: datetime) -> Order:
        """Sent by its school, and approved by the head of each."""
        lead = one.shares.get(leads=True)
        one = orders.send(order=one, by=self.heads[lead.school_id], at=at)
        return self.approved(one, at)

    def approved(self, one: Order, at: datetime) -> Order:
        for n, share in enumerate(one.shares.select_related("school"), 1):
            number = f"PO-{one.pk:04}-{n}"
            approving.approve(share=share, purchase_order=number, by=self.heads[share.school_id], at=at)
        return Order.objects.get(pk=one.pk)

    def bought(self, school: School, half_days: int, at: datetime, **said: Any) -> Order:
        return answering.accept(
            order=self.sent(self.draft(school, half_days, at, **said), at), by=self.manager, at=at
        )

    def _last_year(self) -> None:
        year = self.year - 1
        begun = self.moment(first_day(year) + timedelta(days=20))
        for n, school in enumerate(self.schools[:4]):
            one = self.bought(school, 8 - n, begun)
            self._bill(one, begun, paid=True)
            for visit in range(5 - n):
                self._delivered(one.shares.get(), first_day(year) + timedelta(days=60 + 49 * visit + 7 * n))
        for months in MONTHS:
            years.warn_schools(year=year, months=months, at=self.moment(warned_on(year, months)))
        years.end(year=year, by=self.manager, at=self.moment(first_day(self.year) + timedelta(days=9)))

    def _delivered(self, share: OrderShare, on: date) -> None:
        on += timedelta(days=max(7 - on.weekday(), 0) if on.weekday() > 4 else 0)
        at = self.moment(on, 15)
        booking = Booking.objects.create(
            share=share, school=share.school, service="home_visit", officer=self.users["officer"], on=on, part="am",
            half_days=1, purpose="Home visits", state=Booking.State.DELIVERED, booked_at=at, booked_by=self.users["officer"],
            delivered_at=at, delivered_by=self.users["officer"], minutes=180, outcome="Four families seen, two plans agreed.",
        )  # fmt: skip
        ledger.write(
            school=share.school, year=share.order.year, kind="delivered", half_days=-1, on=on, share=share, booking=booking,
            by=self.users["officer"], at=at, note=f"Booking {booking.number}: home visits",
        )  # fmt: skip

    def _do_later(self, at: datetime, act: Callable[[datetime], None]) -> None:
        self.later.append((at, len(self.later), act))

    def _bill(self, one: Order, at: datetime, *, paid: bool) -> None:
        self._do_later(at, lambda then: self._issue_and_pay(one, then, paid=paid))

    def _issue_and_pay(self, one: Order, at: datetime, *, paid: bool) -> None:
        today = timezone.localdate(at)
        for bill in Invoice.objects.filter(share__order=one, number=None, planned_for__lte=today).order_by(
            "pk"
        ):
            bill = invoices.issue(invoice=bill, by=self.users["support"], at=at)
            if paid:
                later = self.moment(today + timedelta(days=21))
                invoices.pay(
                    invoice=bill,
                    pence=bill.gross,
                    on=timezone.localdate(later),
                    reference="BACS",
                    by=self.finance,
                    at=later,
                )

    def _credit(self, bill: Invoice, at: datetime) -> None:
        invoices.credit(
            invoice=bill, net=bill.net // 4, half_days=1, reason="Half a day less than agreed.", by=self.finance, at=at,
        )  # fmt: skip

    def _this_year(self) -> None:
        first, second, *rest = self.schools
        self._bill(self.bought(first, 12, self.ago(200), billing="termly"), self.ago(80), paid=True)
        shared = self.draft(second, 6, self.ago(150), wishes="Two schools, one officer.")
        parts = [Part(second, 4), Part(first, 2)]
        shared = orders.share(order=shared, parts=parts, by=self.heads[second.pk], at=self.ago(149))
        shared = answering.accept(order=self.sent(shared, self.ago(148)), by=self.manager, at=self.ago(145))
        self._bill(shared, self.ago(140), paid=False)
        self._do_later(
            self.ago(100),
            lambda at: self._credit(Invoice.objects.get(share__order=shared, school=second), at),
        )
        self._bespoke(first, second)
        self.sent(
            self.draft(first, 4, self.ago(6), services=["group_work"], wishes="A group in Year 9."),
            self.ago(4),
        )
        one = self.draft(first, 2, self.ago(5), services=["audit"])
        orders.send(order=one, by=self.heads[first.pk], at=self.ago(3))
        self.draft(second, 3, self.ago(2), services=["training"])
        declined = self.sent(self.draft(second, 40, self.ago(30)), self.ago(28))
        answering.decline(
            order=declined,
            because="No officer is free for twenty days this year.",
            by=self.manager,
            at=self.ago(26),
        )
        withdrawn = self.sent(self.draft(second, 4, self.ago(25)), self.ago(24))
        orders.withdraw(
            order=withdrawn,
            because="The governors asked us to wait.",
            by=self.heads[second.pk],
            at=self.ago(22),
        )
        for n, school in enumerate(rest):
            self._bill(self.bought(school, 4 + n, self.ago(120 - 20 * n)), self.ago(90 - 30 * n), paid=n == 0)
        self.bought(second, 2, self.ago(9))

    def _bespoke(self, first: School, second: School) -> None:
        """One asked for, one quoted, one bought at its quote."""
        said = {"kind": "bespoke", "services": ["bespoke"]}
        until = timezone.localdate(self.at) + timedelta(days=21)
        wishes = (
            "Breakfast sessions for parents over a term.", "A morning of workshops with another school.",
            "Help with a pupil council on attendance.",
        )  # fmt: skip
        for n, (school, wish) in enumerate(zip((second, first, second), wishes, strict=True)):
            one = self.draft(school, 2, self.ago(40 - 10 * n), wishes=wish, **said)
            one = orders.ask(order=one, by=self.heads[school.pk], at=self.ago(38 - 10 * n))
            if n == 2:
                continue
            one = answering.quote(
                order=one, half_days=3, pence=62_500, text="Three half-days with preparation, and a written summary.",
                until=until, by=self.manager, at=self.ago(36 - 10 * n),
            )  # fmt: skip
            if n == 0:
                one = orders.take(order=one, by=self.heads[school.pk], at=self.ago(35))
                answering.accept(order=self.approved(one, self.ago(34)), by=self.manager, at=self.ago(33))


def _head(name: str, school: School) -> User:
    """A head teacher nobody signs in as."""
    user = User.objects.create(
        email=f"{name.lower().replace(' ', '.')}@example.org",
        name=name,
        post=LABELS[Role.HEAD_TEACHER],
        password="!",  # noqa: S106
    )
    RoleHeld.objects.create(user=user, role=Role.HEAD_TEACHER, since=date(2020, 1, 1))
    SchoolPost.objects.create(user=user, school=school)
    return user
