"""Orders of days: drafted, shared, approved, quoted, accepted; what stands in the way is said in words."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.factories import SchoolFactory, TrustFactory, UserFactory
from tests.factories_traded import AT, Cast, priced

from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.store import read
from mainstay.service.traded.actions import answering, approving, orders
from mainstay.service.traded.actions.orders import Part
from mainstay.service.traded.models import Invoice, Order, VatCode
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.queries.prices import price

pytestmark = pytest.mark.django_db
S = Order.State
TODAY = AT.date()


def test_an_order_is_approved_accepted_and_becomes_days_an_invoice_and_an_agreement() -> None:
    cast = Cast()
    one = cast.draft(5, wishes="Meetings with parents.")
    assert one.pence == 92_000 and balance(cast.school, 2026).left == 0
    one = orders.send(order=one, by=cast.lead, at=AT)
    share = one.shares.get()
    with pytest.raises(StepRefused, match="purchase order"):
        approving.approve(share=share, purchase_order=" ", by=cast.head, at=AT)
    with pytest.raises(StepRefused, match="role cannot"):
        approving.approve(share=share, purchase_order="PO-1", by=cast.lead, at=AT)
    approving.approve(share=share, purchase_order="PO-1", by=cast.head, at=AT)
    one = answering.accept(order=one, answer="Welcome.", by=cast.manager, at=AT)
    assert one.state == S.ACCEPTED and one.agreement is not None
    pages = PdfReader(BytesIO(read(one.agreement.file))).pages
    paper = " ".join("".join(page.extract_text() for page in pages).split())
    for words in (
        "without charge until 5 working days before it",
        "Within 30 days",
        "Cost in all, with VAT £920.00",
    ):
        assert words in paper
    assert (balance(cast.school, 2026).left, balance(cast.school, 2026).free) == (5, 5)
    bill = Invoice.objects.get()
    assert (bill.net, bill.vat, bill.half_days, bill.number) == (92_000, 0, 5, None)
    assert Message.objects.filter(subject__startswith="An order waits").exists()
    assert Message.objects.filter(to=cast.head.email, subject__contains="is accepted").exists()
    with pytest.raises(StepRefused, match="this order is accepted"):
        answering.accept(order=one, by=cast.manager, at=AT)


def test_a_year_without_a_price_and_too_little_are_refused_in_words() -> None:
    cast = Cast(price=0)
    one = cast.draft(1)
    with pytest.raises(StepRefused, match="No price is set for 2026-27 yet for Invented Primary"):
        orders.send(order=one, by=cast.lead, at=AT)
    priced(cast.manager)
    with pytest.raises(StepRefused, match="least that can be ordered is 1 day"):
        orders.send(order=one, by=cast.lead, at=AT)
    with pytest.raises(StepRefused, match="this financial year or the next"):
        orders.change(order=one, year=2028, billing="advance", services=[], wishes="", by=cast.lead, at=AT)
    with pytest.raises(StepRefused, match="your own school"):
        orders.draft(
            lead=SchoolFactory(), kind="days", year=2026, billing="advance", services=[], wishes="", half_days=2,
            by=cast.lead, at=AT,
        )  # fmt: skip


def test_the_agreement_of_2024_stands_until_the_council_sets_its_own() -> None:
    found = price("maintained", 2024, TODAY)
    assert found is not None
    assert (found.day, found.minimum, found.vat_code, found.set_) == (36_800, 2, VatCode.OUTSIDE, False)
    academy = price("academy", 2024, TODAY)
    assert academy is not None and academy.vat_code == VatCode.STANDARD
    assert price("maintained", 2025, TODAY) is None


def test_schools_share_an_order_and_each_agrees_to_its_part() -> None:
    cast = Cast()
    partner = SchoolFactory(trust=TrustFactory())
    other_head = UserFactory(role="head_teacher", school=partner)
    one = cast.draft(4)
    one = orders.share(order=one, parts=[Part(cast.school, 3), Part(partner, 1)], by=cast.lead, at=AT)
    assert [(s.pence, s.vat_code) for s in one.shares.all()] == [(55_200, "outside"), (18_400, "standard")]
    # another split of the cost stands while it adds up, and is asked for again where it does not
    uneven = [Part(cast.school, 3, 60_000), Part(partner, 1, 13_600)]
    one = orders.share(order=one, parts=uneven, by=cast.lead, at=AT)
    assert [s.pence for s in one.shares.all()] == [60_000, 13_600]
    for cost, words in ((72_000, "£18 too much"), (54_000, "£12 is missing")):
        with pytest.raises(StepRefused, match=words):
            parts = [Part(cast.school, 3, cost), Part(partner, 1, 3_400 if cost > 60_000 else None)]
            orders.share(order=one, parts=parts, by=cast.lead, at=AT)
    assert [s.pence for s in one.shares.all()] == [60_000, 13_600]
    one = orders.send(order=one, by=cast.lead, at=AT)
    mine, theirs = one.shares.all()
    approving.approve(share=mine, purchase_order="PO-1", by=cast.head, at=AT)
    with pytest.raises(StepRefused, match="head teacher of that school"):
        approving.approve(share=theirs, purchase_order="PO-2", by=cast.head, at=AT)
    with pytest.raises(
        StepRefused, match=f"Sent|this order is agreeing|not approved the share of {partner.name}"
    ):
        answering.accept(order=one, by=cast.manager, at=AT)
    approving.refuse(
        share=theirs, because="Half a day is enough, but not at this price.", by=other_head, at=AT
    )
    one = Order.objects.get(pk=one.pk)
    assert one.state == S.DRAFT and one.shares.filter(approved_at=None).count() == 2
    one = orders.share(order=one, parts=[Part(cast.school, 3), Part(partner, 1)], by=cast.lead, at=AT)
    one = cast.approved(orders.send(order=one, by=cast.lead, at=AT))
    one = answering.accept(order=one, by=cast.manager, at=AT)
    assert balance(partner, 2026).left == 1 and balance(cast.school, 2026).left == 3
    assert sum(s.pence for s in one.shares.all()) == one.pence == 73_600
    assert Invoice.objects.get(school=partner).vat == 3_680


def test_the_manager_changes_the_split_of_what_was_sent_and_it_is_approved_anew() -> None:
    cast, partner = Cast(), SchoolFactory()
    one = orders.share(
        order=cast.draft(4), parts=[Part(cast.school, 2), Part(partner, 2)], by=cast.lead, at=AT
    )
    one = cast.approved(orders.send(order=one, by=cast.lead, at=AT))
    assert one.state == S.SENT
    with pytest.raises(StepRefused, match=r"£735\.98 is missing"):
        wrong = [Part(cast.school, 3, 1), Part(partner, 1, 1)]
        orders.share(order=one, parts=wrong, by=cast.manager, at=AT)
    one = orders.share(order=one, parts=[Part(cast.school, 3), Part(partner, 1)], by=cast.manager, at=AT)
    assert one.state == S.AGREEING and not one.shares.exclude(approved_at=None).exists()
    with pytest.raises(StepRefused, match="keeps a part"):
        orders.share(order=one, parts=[Part(partner, 4)], by=cast.manager, at=AT)


def test_something_bespoke_is_quoted_taken_and_bought_at_the_quote() -> None:
    cast = Cast(price=0)  # a quote needs no price list
    one = cast.draft(2, kind="bespoke", wishes="")
    with pytest.raises(StepRefused, match="Say what you would like"):
        orders.ask(order=one, by=cast.lead, at=AT)
    one = orders.change(
        order=one,
        year=2026,
        billing="advance",
        services=["bespoke"],
        wishes="A week of workshops.",
        by=cast.lead,
        at=AT,
    )
    with pytest.raises(StepRefused, match="quoted first"):
        orders.send(order=one, by=cast.lead, at=AT)
    one = orders.ask(order=one, by=cast.lead, at=AT)
    until = TODAY + timedelta(days=14)
    offer = {"half_days": 7, "pence": 99_999, "text": "Three and a half days.", "until": until}
    one = answering.quote(order=one, **offer, by=cast.manager, at=AT)
    late = AT + timedelta(days=15)
    with pytest.raises(StepRefused, match="The quote stood until"):
        orders.take(order=one, by=cast.lead, at=late)
    one = cast.approved(orders.take(order=one, by=cast.lead, at=AT))
    one = answering.accept(order=one, by=cast.manager, at=AT)
    assert balance(cast.school, 2026).left == 7 and Invoice.objects.get().net == 99_999


def test_declined_and_withdrawn_orders_end_and_buy_nothing() -> None:
    cast = Cast()
    one = cast.sent()
    with pytest.raises(StepRefused, match="Say why"):
        answering.decline(order=one, because="", by=cast.manager, at=AT)
    assert (
        answering.decline(order=one, because="No officer is free.", by=cast.manager, at=AT).state
        == S.DECLINED
    )
    other = cast.sent()
    with pytest.raises(StepRefused, match="school that drafted"):
        orders.withdraw(
            order=other, because="No.", by=UserFactory(role="head_teacher", school=SchoolFactory()), at=AT
        )
    assert (
        orders.withdraw(order=other, because="The budget is cut.", by=cast.head, at=AT).state == S.WITHDRAWN
    )
    assert balance(cast.school, 2026).left == 0 and not Invoice.objects.exists()
