"""Days and money are conserved over any sequence of orders, splits, bookings, cancellations, expiries and credits."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import SchoolFactory, TrustFactory
from tests.factories_traded import AT, Cast

from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
from mainstay.service.documents.models import Document
from mainstay.service.traded import money, papers
from mainstay.service.traded.actions import answering, invoices, ledger, orders, years
from mainstay.service.traded.actions.orders import Part
from mainstay.service.traded.models import Booking, Invoice, LedgerEntry, Order, OrderShare
from mainstay.service.traded.queries.ledger import Balance, balance

PENCE = st.integers(0, 5_000_000)
RATES = st.integers(0, 10_000)
quick = settings(max_examples=100, deadline=None)


@quick
@given(PENCE, st.lists(st.integers(0, 500), min_size=1, max_size=9).filter(sum))
def test_a_split_adds_up_and_nobody_is_a_penny_from_their_part(total: int, weights: list[int]) -> None:
    shares = money.split(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)


@quick
@given(PENCE, RATES, st.integers(1, 12))
def test_instalments_make_the_net_and_the_vat_on_the_whole(net: int, rate: int, parts: int) -> None:
    found = money.instalments(net, rate, parts)
    assert len(found) == parts and all(n >= 0 and v >= 0 for n, v in found)
    assert sum(n for n, _ in found) == net and sum(v for _, v in found) == money.vat_of(net, rate)
    assert abs(money.vat_of(net, rate) * 10_000 - net * rate) * 2 <= 10_000


@quick
@given(PENCE.filter(bool), RATES, st.lists(st.integers(1, 1_000), max_size=5))
def test_credits_that_take_back_the_net_take_back_its_vat(net: int, rate: int, weights: list[int]) -> None:
    vat, before, back = money.vat_of(net, rate), 0, 0
    for part in money.split(net, [*weights, 1]):
        back += money.credit_vat(net, vat, before, part)
        before += part
        assert 0 <= back <= vat
    assert (before, back) == (net, vat)


@quick
@given(st.integers(1, 400), st.integers(1, 100_000))
def test_half_days_cost_what_their_days_do(half_days: int, price: int) -> None:
    whole = money.cost(half_days, price)
    assert 0 <= 2 * whole - half_days * price <= 1  # at most half a penny is rounded, and only of an odd half


MOVES = st.sampled_from(
    [
        "order",
        "order",
        "share",
        "issue",
        "book",
        "book",
        "deliver",
        "cancel",
        "charge",
        "call off",
        "credit",
        "pay",
    ]
)
STEPS = st.lists(st.tuples(MOVES, st.integers(0, 10_000), st.integers(0, 10_000)), min_size=3, max_size=16)


class Life:
    """Two schools and whatever happens to their days; beside the system, the plainest book of what was asked."""

    def __init__(self) -> None:
        self.one = Cast(price=36_801)
        self.two = Cast(SchoolFactory(trust=TrustFactory()), price=0)
        self.casts = [self.one, self.two]
        self.book = {cast.school.pk: Balance() for cast in self.casts}
        self.sold = 0

    def note(self, school: int, **more: int) -> None:
        before = self.book[school]
        names = ("bought", "delivered", "charged", "expired", "given_back", "taken_back", "booked")
        self.book[school] = Balance(**{n: getattr(before, n) + more.get(n, 0) for n in names})

    def take(self, move: str, a: int, b: int) -> None:
        getattr(self, f"do_{move.replace(' ', '_')}")(a, b)

    def do_order(self, a: int, b: int) -> None:
        cast = self.casts[a % 2]
        one = cast.bought(2 + b % 9, billing=("advance", "termly", "arrears")[a % 3])
        self._sold(one)

    def do_share(self, a: int, b: int) -> None:
        """Two schools, the cost split otherwise than the days where it adds up."""
        mine, theirs = 2 + a % 5, 1 + b % 5
        one = self.one.draft(mine)
        one = orders.share(
            order=one,
            parts=[Part(self.one.school, mine), Part(self.two.school, theirs)],
            by=self.one.lead,
            at=AT,
        )
        first = a % (one.pence + 1)
        parts = [Part(self.one.school, mine, first), Part(self.two.school, theirs, one.pence - first)]
        one = orders.share(order=one, parts=parts, by=self.one.lead, at=AT)
        one = orders.send(order=one, by=self.one.lead, at=AT)
        one = self.one.approved(one)
        self._sold(answering.accept(order=one, by=self.one.manager, at=AT))

    def _sold(self, one: Order) -> None:
        self.sold += one.pence
        for share in OrderShare.objects.filter(order=one):
            self.note(share.school_id, bought=share.half_days)

    def do_issue(self, a: int, b: int) -> None:
        waiting = list(Invoice.objects.filter(number=None).order_by("pk"))
        if waiting:
            invoices.issue(invoice=waiting[a % len(waiting)], by=self.one.finance, at=AT)

    def do_book(self, a: int, b: int) -> None:
        shares = list(OrderShare.objects.accepted().order_by("pk"))
        if not shares:
            return
        share, half_days = shares[a % len(shares)], 1 + b % 2
        if balance(share.school, 2026).free < half_days:
            return
        Booking.objects.create(
            share=share, school=share.school, service="audit", officer=self.one.manager, half_days=half_days,
            part="day" if half_days == 2 else "pm", on=date(2026, 11, 24) + timedelta(days=a % 90), booked_at=AT,
            booked_by=self.one.manager,
        )  # fmt: skip
        self.note(share.school_id, booked=half_days)

    def _open(self, a: int) -> Booking | None:
        found = list(Booking.objects.open().order_by("pk"))
        return found[a % len(found)] if found else None

    def _use(self, a: int, state: str, kind: str) -> None:
        booking = self._open(a)
        if booking is None:
            return
        Booking.objects.filter(pk=booking.pk).update(state=state, charged=kind == "charged")
        ledger.write(
            school=booking.school, year=2026, kind=kind, half_days=-booking.half_days, on=booking.on, booking=booking,
            share=booking.share, by=self.one.manager, at=AT,
        )  # fmt: skip
        self.note(booking.school_id, **{kind: booking.half_days, "booked": -booking.half_days})

    def do_deliver(self, a: int, b: int) -> None:
        self._use(a, "delivered", "delivered")

    def do_charge(self, a: int, b: int) -> None:
        self._use(a, "cancelled_by_school", "charged")

    def _back(self, a: int, state: str) -> None:
        booking = self._open(a)
        if booking is not None:
            Booking.objects.filter(pk=booking.pk).update(state=state)
            self.note(booking.school_id, booked=-booking.half_days)

    def do_cancel(self, a: int, b: int) -> None:
        self._back(a, "cancelled_by_school")

    def do_call_off(self, a: int, b: int) -> None:
        self._back(a, "cancelled_by_service")

    def do_credit(self, a: int, b: int) -> None:
        bills = list(Invoice.objects.filter(kind="invoice").exclude(number=None).order_by("pk"))
        if not bills:
            return
        bill = bills[a % len(bills)]
        half_days = b % 3
        net = 1 + (a * 7919 + b) % max(bill.net, 1)
        try:
            with transaction.atomic():
                invoices.credit(
                    invoice=bill, net=net, half_days=half_days, reason="Less.", by=self.one.finance, at=AT
                )
        except StepRefused:
            return
        self.note(bill.school_id, taken_back=half_days)

    def do_pay(self, a: int, b: int) -> None:
        bills = list(Invoice.objects.filter(kind="invoice").exclude(number=None).order_by("pk"))
        if not bills:
            return
        bill = bills[a % len(bills)]
        left = invoices.owed_in_all(bill) - invoices.paid(bill)
        if left > 0:
            invoices.pay(
                invoice=bill, pence=1 + b % left, on=AT.date(), reference="", by=self.one.finance, at=AT
            )

    def holds(self) -> None:
        for cast in self.casts:
            found = balance(cast.school, 2026)
            assert found == self.book[cast.school.pk]
            assert found.left >= found.booked >= 0 and found.free >= 0
            assert found.left == sum(
                LedgerEntry.objects.filter(school=cast.school).values_list("half_days", flat=True)
            )
        bills = Invoice.objects.filter(kind="invoice")
        assert (
            sum(one.net for one in bills)
            == self.sold
            == sum(OrderShare.objects.values_list("pence", flat=True))
        )
        for share in OrderShare.objects.all():
            of = list(bills.filter(share=share))
            assert sum(one.net for one in of) == share.pence
            assert sum(one.vat for one in of) == money.vat_of(share.pence, share.vat_basis_points)
            assert sum(one.half_days for one in of) == share.half_days
        for bill in bills:
            notes = list(bill.credit_notes.all())
            assert sum(n.net for n in notes) <= bill.net and sum(n.vat for n in notes) <= bill.vat
            if sum(n.net for n in notes) == bill.net:
                assert sum(n.vat for n in notes) == bill.vat
        numbers = sorted(Invoice.objects.exclude(number=None).values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))


def _no_paper(*_: Any, by: Any, at: datetime, **__: Any) -> Document:
    """One stored paper for all: what stands on it is another test's question."""
    found = Document.objects.first()
    return found or rendering.issue(
        template="trade_agreement", title="Paper", pupil_id=None, by=by, at=at, draft=False,
        values={"title": "Paper", "footer": "", "sender": "", "facts": [], "shares": [], "services": [], "wishes": "",
                "quote": "", "price": "", "ends": "", "late": ""},
    )  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_days_and_money_are_conserved_whatever_happens(
    steps: list[tuple[str, int, int]], monkeypatch: Any
) -> None:
    monkeypatch.setattr(papers, "agreement", _no_paper)
    monkeypatch.setattr(papers, "invoice", _no_paper)
    with transaction.atomic():
        life = Life()
        for move, a, b in steps:
            life.take(move, a, b)
        life.holds()
        # what is open is settled, and the year ends: everything bought is accounted for
        while (booking := life._open(0)) is not None:
            life._back(booking.pk, "cancelled_by_service")
        left = sum(one.left for one in life.book.values())
        done = years.end(year=2026, by=life.one.manager, at=datetime(2027, 4, 2, 9, tzinfo=UTC))
        assert done.half_days == left
        for cast in life.casts:
            found = balance(cast.school, 2026)
            assert found.left == 0
            assert found.bought + found.credited == found.delivered + found.charged + found.expired
        with pytest.raises(StepRefused):
            years.end(year=2026, by=life.one.manager, at=datetime(2027, 4, 3, 9, tzinfo=UTC))
        transaction.set_rollback(True)
