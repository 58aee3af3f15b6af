"""Pages of purchases: from the draft to the invoice as each person clicks it, what schools see, first pages, files."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import SchoolFactory, UserFactory
from tests.factories_traded import Cast

from mainstay.service.common.outbox.models import Message
from mainstay.service.common.ui.filters import long_date
from mainstay.service.traded import offering
from mainstay.service.traded.actions import invoices, orders
from mainstay.service.traded.models import Booking, Invoice, Order, YearEnd
from mainstay.service.traded.years import last_day, named, year_of

pytestmark = pytest.mark.django_db


NOW = timezone.now()
TODAY = timezone.localdate(NOW)
YEAR = year_of(TODAY)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def posted(client: Client, name: str, *args: Any, **said: Any) -> Any:
    return client.post(reverse(name, args=args), said)


def test_two_schools_buy_a_shared_day_and_finance_sends_the_invoice() -> None:
    cast, partner = Cast(year=YEAR), SchoolFactory(name="Invented Partner School")
    lead, head, manager = signed_in(cast.lead), signed_in(cast.head), signed_in(cast.manager)
    wrong = posted(lead, "trade_order_new", kind="days", half_days="1.3", year=str(YEAR), billing="advance")
    assert wrong.status_code == 400 and "Enter days in whole or half days" in text(wrong)
    assert 'value="1.3"' in text(wrong)
    drafted = posted(
        lead,
        "trade_order_new",
        kind="days",
        half_days="1½",
        year=str(YEAR),
        billing="advance",
        services=["audit"],
    )
    one = Order.objects.get()
    assert drafted.url == reverse("trade_order", args=[one.pk])
    mine = one.shares.get()
    short = {f"days_{mine.pk}": "0.5", f"cost_{mine.pk}": "", "school": partner.pk, "more": ""}
    assert "Enter the days of the other school" in text(posted(lead, "trade_order_shares", one.pk, **short))
    posted(lead, "trade_order_shares", one.pk, **(short | {"more": "0.5"}))
    page = text(lead.get(reverse("trade_order", args=[one.pk])))
    assert "Invented Partner School" in page and "Together: 1 day, £368 without VAT" in page
    posted(lead, "trade_order_go", one.pk, "send")
    assert "1 order to approve" in text(head.get(reverse("home")))
    for share, client in zip(
        one.shares.all(), (head, signed_in(UserFactory(role="head_teacher", school=partner))), strict=True
    ):
        page = text(client.get(reverse("trade_share_approve", args=[share.pk])))
        assert "£184" in page and f"½ day in {named(YEAR)}" in page
        posted(client, "trade_share_approve", share.pk, purchase_order="PO-77")
    assert "Orders of days to answer" in text(manager.get(reverse("home")))
    assert posted(manager, "trade_order_accept", one.pk, because="").status_code == 302
    account = text(head.get(reverse("trade_account", args=[cast.school.pk])))
    assert "½ day" in account and "free to book" in account and f"Order {one.number}" in account
    assert "½ day left of ½ day bought" in text(lead.get(reverse("home")))
    finance = signed_in(cast.finance)
    assert "2 invoices to send" in text(finance.get(reverse("home")))
    page = text(finance.get(reverse("trade_invoices") + "?state=due"))
    assert page.count(one.number) == 2 and page.count("PO-77") == 2
    bills = list(Invoice.objects.order_by("pk"))
    posted(finance, "trade_invoices_issue", invoice=[bill.pk for bill in bills])
    assert [one.reference for one in Invoice.objects.order_by("number")] == ["EWS-000001", "EWS-000002"]
    file = head.get(reverse("trade_invoice_file", args=[bills[0].pk]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert head.get(reverse("trade_invoice", args=[bills[1].pk])).status_code == 404


def test_a_head_who_drafted_approves_and_reads_what_it_costs() -> None:
    cast, partner = Cast(year=YEAR, price=36_800), SchoolFactory(name="Invented Partner School")
    head = UserFactory(role="head_teacher", school=partner)
    one = orders.draft(
        lead=cast.school, kind="days", year=YEAR, billing="termly", services=[], wishes="", half_days=3, by=cast.head, at=NOW,
    )  # fmt: skip
    parts = [orders.Part(cast.school, 3), orders.Part(partner, 1)]
    orders.share(order=one, parts=parts, by=cast.head, at=NOW)
    client = signed_in(cast.head)
    page = text(client.get(reverse("trade_order", args=[one.pk])))
    assert "Go on to approve it" in page and "Send it to the head teacher" not in page
    done = client.post(reverse("trade_order_go", args=[one.pk, "send"]), follow=True)
    assert "Now approve your school’s share" in text(done)
    body = Message.objects.get(to=head.email).body
    assert f"Order {one.number} waits" in body and f"½ day in {named(YEAR)} for £184 without VAT" in body
    assert (
        f"{cast.head.name}, {cast.school.name}, ordered it, and it is shared with {cast.school.name}" in body
    )


def test_a_split_that_does_not_add_up_is_said_and_what_was_typed_stays() -> None:
    cast, partner = Cast(year=YEAR, price=39_000), SchoolFactory()
    one, lead = cast.draft(4, NOW), signed_in(cast.lead)
    mine = one.shares.get().pk
    said = {f"days_{mine}": "2", f"cost_{mine}": "700", "school": partner.pk, "more": "1", "more_cost": "400"}
    page = posted(lead, "trade_order_shares", one.pk, **said)
    assert page.status_code == 400 and one.shares.count() == 1
    assert "add up to £1,100, and the order costs £1,170 without VAT: £70 is missing" in text(page)
    assert 'value="700"' in text(page) and 'value="400"' in text(page)
    done = lead.post(reverse("trade_order_shares", args=[one.pk]), said | {"more_cost": "470"}, follow=True)
    assert "3 days for £1,170 without VAT, before it was 2 days for £780 without VAT" in text(done)
    assert [share.pence for share in one.shares.all()] == [70_000, 47_000]
    again = text(lead.get(reverse("trade_order_shares", args=[one.pk])))
    assert 'value="700.00"' in again and 'value="470.00"' in again


def test_a_school_whose_days_are_all_booked_is_not_told_to_book() -> None:
    cast, february = Cast(year=YEAR), date(YEAR + 1, 2, 10)
    share = cast.bought(2, NOW).shares.get()
    for part in ("am", "pm"):
        (block,) = offering.first_page(cast.lead, february)
        assert block.rows[-1].tag == "Book them soon" and block.kind == "urgent"
        Booking.objects.create(
            share=share, school=cast.school, service="audit", officer=cast.manager, on=date(YEAR + 1, 2, 9), part=part,
            half_days=1, booked_at=NOW, booked_by=cast.manager,
        )  # fmt: skip
    (block,) = offering.first_page(cast.lead, february)
    assert (block.rows[-1].tag, block.kind) == ("", "")
    assert block.rows[-1].note.startswith("all of them are booked, 2 visits are past and not written up yet;")


def test_a_school_sees_its_own_and_no_draft_or_plan_of_others() -> None:
    cast = Cast(year=YEAR)
    one = cast.bought(4, NOW)
    draft = cast.draft(2, NOW)
    stranger = signed_in(UserFactory(role="head_teacher", school=SchoolFactory()))
    for name, pk in (
        ("trade_order", one.pk),
        ("trade_order_agreement", one.pk),
        ("trade_account", cast.school.pk),
    ):
        assert stranger.get(reverse(name, args=[pk])).status_code == 404
    assert stranger.post(reverse("trade_share_approve", args=[draft.shares.get().pk])).status_code == 404
    planned = Invoice.objects.get()
    assert signed_in(cast.head).get(reverse("trade_invoice", args=[planned.pk])).status_code == 404
    manager = signed_in(cast.manager)
    page = text(manager.get(reverse("trade_orders")))
    assert one.number in page and draft.number not in page
    assert manager.get(reverse("trade_invoice", args=[planned.pk])).status_code == 200


def test_what_stands_in_the_way_is_said_in_place_of_the_button() -> None:
    cast = Cast(price=0, year=YEAR)
    one = cast.draft(2, NOW)
    page = text(signed_in(cast.lead).get(reverse("trade_order", args=[one.pk])))
    assert (
        "Before you can send it to the head teacher" in page and f"No price is set for {named(YEAR)}" in page
    )
    manager = signed_in(cast.manager)
    said = {"school_types": ["maintained"], "unit": "day", "pence": "390", "vat_code": "outside", "minimum": "1",
            "since_day": TODAY.day, "since_month": TODAY.month, "since_year": TODAY.year}  # fmt: skip
    wrong = posted(manager, "trade_price_set", YEAR, **said)
    assert wrong.status_code == 400 and "Enter why" in text(wrong) and 'value="390"' in text(wrong)
    assert posted(manager, "trade_price_set", YEAR, **said, reason="Signed.").status_code == 302
    assert "Set it" not in text(signed_in(cast.head).get(reverse("trade_prices")))
    assert "£390" in text(signed_in(cast.head).get(reverse("trade_prices")))


def test_files_of_lists_hold_what_is_shown() -> None:
    cast = Cast(year=YEAR)
    bill = invoices.issue(invoice=cast.bought(3, NOW).shares.get().invoices.get(), by=cast.finance, at=NOW)
    invoices.credit(invoice=bill, net=10_000, half_days=0, reason="Less.", by=cast.finance, at=NOW)
    unsent = cast.bought(2, NOW).shares.get().invoices.get()
    finance, manager = signed_in(cast.finance), signed_in(cast.manager)
    file = reverse("trade_invoices_export", args=["csv"])
    lines = _lines(finance.get(file + "?sort=number"))
    assert len(lines) == 4
    of = {
        key: next(line for line in lines if key in line)
        for key in ("EWS-000001,In", "EWC-000002,", "To send")
    }
    assert "Credit note" in of["EWC-000002,"] and ",-100.00," in of["EWC-000002,"]
    assert ",552.00,Outside the scope of VAT" in of["EWS-000001,In"]
    assert ',552.00,100.00,0.00,452.00,"Sent, not paid"' in of["EWS-000001,In"]
    assert unsent.share.order.number in of["To send"]
    assert len(_lines(finance.get(file + "?sent=1"))) == 3 and "sent=1" in text(
        finance.get(reverse("trade_invoices"))
    )
    assert (
        f"{cast.school.name},5,0,0,0,0,0,5,0,5"
        in _lines(manager.get(reverse("trade_accounts_export", args=["csv"])))[1]
    )
    assert f"{TODAY:%B %Y}" in "".join(_lines(manager.get(reverse("trade_income_export", args=["csv"]))))
    assert "Year end" in text(manager.get(reverse("trade_year_end") + f"?year={YEAR}"))
    Booking.objects.create(
        share=bill.share, school=cast.school, service="audit", officer=cast.manager, on=last_day(YEAR), part="day",
        half_days=2, booked_at=NOW, booked_by=cast.manager,
    )  # fmt: skip
    page = text(manager.get(reverse("trade_year_end") + f"?year={YEAR}"))
    assert f'href="{reverse("bookings")}?year={YEAR}"' in page
    ends = posted(manager, "trade_year_end", year=str(YEAR))
    assert ends.status_code == 400 and f"ends on {long_date(last_day(YEAR))}" in text(ends)


def test_what_was_paid_and_then_credited_is_a_refund_that_is_due() -> None:
    cast = Cast(year=YEAR, price=40_000)
    bill = invoices.issue(invoice=cast.bought(3, NOW).shares.get().invoices.get(), by=cast.finance, at=NOW)
    finance, manager = signed_in(cast.finance), signed_in(cast.manager)
    empty = text(finance.get(reverse("trade_invoice_credit", args=[bill.pk])))
    assert (
        "At most £600 can be credited." in empty and "At most 1½ days" in empty and 'value="600' not in empty
    )
    invoices.pay(invoice=bill, pence=60_000, on=TODAY, reference="", by=cast.finance, at=NOW)
    invoices.credit(invoice=bill, net=60_000, half_days=2, reason="Closed.", by=cast.finance, at=NOW)
    assert "1 invoice paid more than is owed" in text(finance.get(reverse("home")))
    page = text(finance.get(reverse("trade_invoices") + "?state=refund"))
    assert "Refund due £600" in page and "−£600" not in page
    page = text(finance.get(reverse("trade_invoice", args=[bill.pk])))
    assert "Record the refund</a>" in page and "Correct a payment" not in page
    page = text(finance.get(reverse("trade_invoice_pay", args=[bill.pk])))
    assert "Record the refund" in page and 'value="-600.00"' in page and "£600 is due" in page
    assert "-600.00,Refund due £600" in "".join(
        _lines(finance.get(reverse("trade_invoices_export", args=["csv"])))
    )
    account = text(manager.get(reverse("trade_account", args=[cast.school.pk])))
    assert "taken back with a credit note" in account and "Taken back" in account
    assert "−1 day" in text(manager.get(reverse("trade_accounts")))
    income = text(manager.get(reverse("trade_income")))
    assert "£600 + £0 = £600" in income and "Credit notes take off £600: £0 stay" in income


def test_the_year_end_opens_on_what_is_to_be_ended() -> None:
    cast = Cast(year=YEAR)
    manager = signed_in(cast.manager)
    assert f"Year end {named(YEAR - 1)}" in text(manager.get(reverse("trade_year_end")))
    YearEnd.objects.create(year=YEAR - 1, at=NOW, by=cast.manager, schools=0, half_days=0)
    assert f"Year end {named(YEAR)}" in text(manager.get(reverse("trade_year_end")))


def _lines(response: Any) -> list[str]:
    return b"".join(response.streaming_content).decode().splitlines()
