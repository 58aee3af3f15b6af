"""Payments, refunds, the bank's lists, income and the accounts as business support and finance see them."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories import ConflictFactory, UserFactory
from tests.factories_attendance import TODAY, at
from tests.factories_penalties import a_notice

from mainstay.service.documents.models import Document
from mainstay.service.penalties.actions import ending, paying
from mainstay.service.penalties.models import BankLine, FinanceBatch, Notice, Payment, Posting, Refund

pytestmark = pytest.mark.django_db


def signed_in(role: str = "finance") -> Client:
    client = Client()
    client.force_login(UserFactory(role=role))
    return client


def paid(notice: Notice, pence: int = 8000, way: str = "cash_office", on: date = TODAY) -> Payment:
    by = UserFactory(role="finance")
    return paying.record(notice_id=notice.pk, way=way, pence=pence, on=on, note="", by=by, at=at(TODAY))


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def rows_of(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def typed(pence: str = "80.00", on: date = TODAY, **more: str) -> dict[str, str]:
    said = {"way": "cash_office", "pence": pence, "note": "Receipt 7", "key": "k" * 40}
    return said | {"on_day": str(on.day), "on_month": str(on.month), "on_year": str(on.year)} | more


def test_the_list_shows_what_came_in_and_what_it_counted_for() -> None:
    one, other = a_notice(), a_notice()
    paid(one)
    paid(other, 4000, "bank")
    text = page(signed_in(), "payments")
    assert f"{one.number}</span>: pays it" in text
    assert "part payments and instalments are not accepted" in text
    assert "<strong>2 payments</strong>" in text


def test_filters_and_the_export_agree() -> None:
    one, other = a_notice(), a_notice()
    paid(one)
    paid(other, 4000, "bank")
    client = signed_in()
    for query, numbers in (
        ({}, {one.number, other.number}),
        ({"way": "bank"}, {other.number}),
        ({"state": "refused"}, {other.number}),
        ({"state": "begun"}, set()),
        ({"number": str(one.number).lower().replace("-", "")}, {one.number}),
        ({"first": "2026-11-23", "last": "2026-11-23"}, {one.number, other.number}),
        ({"last": "2026-11-22"}, set()),
        ({"way": "pigeon", "first": "yesterday"}, {one.number, other.number}),
    ):
        text = page(client, "payments", **query)
        assert {n for n in (one.number, other.number) if f"{n}</span>:" in text} == numbers, query
        rows = rows_of(client.get(reverse("payments_export", args=["csv"]), query))
        assert {row["Notice"] for row in rows} == numbers, query


def test_no_page_of_money_names_a_child_or_parent_to_finance() -> None:
    notice = a_notice()
    payment = paid(notice, 4000)
    client = signed_in()
    for name, args in (
        ("payments", ()), ("payment", (payment.pk,)), ("payment_record", (notice.pk,)), ("refunds", ()),
        ("refund_done", (Refund.objects.get().pk,)), ("income", ()), ("finance", ()), ("home", ()),
    ):  # fmt: skip
        text = page(client, name, *args)
        assert notice.pupil.surname not in text and notice.parent.forename not in text, name


def test_business_support_sees_whose_payment_it_records_unless_the_record_is_restricted() -> None:
    notice = a_notice()
    client = signed_in("business_support")
    assert notice.parent.name in page(client, "payment_record", notice.pk)
    notice.pupil.restricted = True
    notice.pupil.save()
    assert notice.parent.name not in page(client, "payment_record", notice.pk)


def test_a_notice_is_found_by_its_number_however_typed() -> None:
    notice = a_notice()
    client = signed_in()
    found = client.get(reverse("payment_find"), {"number": str(notice.number).lower().replace("-", " ")})
    assert found["Location"] == reverse("payment_record", args=[notice.pk])
    assert "Enter the number as it stands" in page(client, "payment_find", number="PN-1")
    from mainstay.service.penalties.reference import make

    assert "no notice with this number" in page(client, "payment_find", number=make(999))


def test_the_right_sum_is_recorded_at_once() -> None:
    notice = a_notice()
    client = signed_in("business_support")
    response = client.post(reverse("payment_record", args=[notice.pk]), typed(), follow=True)
    assert "The notice is paid." in response.content.decode()
    payment = Payment.objects.get()
    assert (payment.pence, payment.way, payment.counts_on, payment.note) == (
        8000, "cash_office", TODAY, "Receipt 7",
    )  # fmt: skip


def test_a_sum_that_will_not_pay_it_is_asked_about_before_it_is_booked() -> None:
    notice = a_notice()
    client, address = signed_in(), reverse("payment_record", args=[notice.pk])
    asked = client.post(address, typed("£40")).content.decode()
    assert "will not pay the notice" in asked and "£80 was due on that day" in asked
    assert 'value="£40"' in asked and 'name="confirm"' in asked
    assert not Payment.objects.exists()
    done = client.post(address, typed("£40", confirm="on"), follow=True).content.decode()
    assert "counts for nothing and is to be paid back" in done
    assert Refund.objects.get().pence == 4000


def test_two_presses_of_one_form_are_one_payment() -> None:
    notice = a_notice()
    client, address = signed_in(), reverse("payment_record", args=[notice.pk])
    for _ in range(2):
        client.post(address, typed(confirm="on"))
    assert Payment.objects.count() == 1 and not Refund.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (typed("eighty"), "Enter the sum in pounds and pence"),
        (typed("-80"), "Enter the sum in pounds and pence"),
        (typed(on=TODAY - timedelta(days=1)), "cannot have come in before"),
        (typed(on=TODAY + timedelta(days=1)), "on or before"),
        (typed() | {"way": "online"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(said: dict[str, str], words: str) -> None:
    notice = a_notice()
    text = signed_in().post(reverse("payment_record", args=[notice.pk]), said).content.decode()
    assert words in text and f'value="{said["pence"]}"' in text
    assert not Payment.objects.exists()


def test_a_receipt_is_made_and_waits_to_be_posted() -> None:
    notice = a_notice()
    paid(notice)
    client = signed_in("business_support")
    client.post(reverse("notice_receipt", args=[notice.pk]))
    receipt = Document.objects.get(kind="receipt")
    assert (receipt.values["paid"], receipt.values["how"]) == ("£80", "at the cash office")
    service = receipt.services.get()
    assert (service.sent_on, service.addressee) == (None, notice.parent)
    assert "waits to be posted" in page(client, "payments")


def test_there_is_no_receipt_for_what_is_not_paid() -> None:
    notice = a_notice()
    client = signed_in("business_support")
    response = client.post(reverse("notice_receipt", args=[notice.pk]), follow=True)
    assert "not paid" in response.content.decode()
    assert not Document.objects.filter(kind="receipt").exists()


def test_what_is_to_be_paid_back_is_listed_and_marked_done() -> None:
    notice = a_notice()
    paid(notice, 4000)
    client, refund = signed_in(), Refund.objects.get()
    assert str(notice.number) in page(client, "refunds")
    assert (
        "Say how it was paid back"
        in client.post(reverse("refund_done", args=[refund.pk]), {"how": ""}).content.decode()
    )
    done = client.post(reverse("refund_done", args=[refund.pk]), {"how": "Cheque 12"}, follow=True)
    assert "Marked as paid back" in done.content.decode()
    assert "Nothing is to be paid back" in page(client, "refunds")
    assert "Cheque 12" in page(client, "refunds", state="all")
    assert (
        rows_of(client.get(reverse("refunds_export", args=["csv"]), {"state": "done"}))[0]["How"]
        == "Cheque 12"
    )


def send(client: Client, content: str, name: str = "bank.csv") -> Any:
    file = SimpleUploadedFile(name, content.encode())
    return client.post(reverse("bank_files"), {"file": file}, follow=True)


def test_a_list_is_read_and_its_lines_matched() -> None:
    notice = a_notice()
    client = signed_in("business_support")
    said = send(client, f"Date,Amount,Reference\n23/11/2026,80.00,{notice.number}\n23/11/2026,9.00,Dinners\n")
    text = said.content.decode()
    assert "Booked" in text and "To match" in text and "no number of a notice" in text
    notice.refresh_from_db()
    assert notice.state == "paid"


def test_a_list_with_a_problem_says_where_and_what_to_do() -> None:
    text = send(signed_in(), "Date,Amount,Reference\n23/11/2026,lots,x\n").content.decode()
    assert "None of this list was taken" in text
    assert "write pounds and pence" in text
    assert not BankLine.objects.exists()


def test_what_is_no_list_is_refused_and_nothing_kept() -> None:
    text = (
        signed_in()
        .post(reverse("bank_files"), {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")})
        .content.decode()
    )
    assert "There is a problem" in text
    assert "Choose the file" in signed_in().post(reverse("bank_files"), {}).content.decode()


def test_a_line_is_matched_by_hand_with_a_hint_whose_it_may_be() -> None:
    notice = a_notice()
    client = signed_in()
    send(
        client,
        f"Date,Amount,Reference\n23/11/2026,80.00,fine {notice.parent.surname}\n23/11/2026,9.00,Dinners\n",
    )
    line, dinners = BankLine.objects.order_by("line")
    text = page(client, "bank_line_match", line.pk)
    assert str(notice.number) in text and "The same sum" in text
    address = reverse("bank_line_match", args=[line.pk])
    wrong = client.post(address, {"action": "match", "numbers": "PN-1"}).content.decode()
    assert "Enter the number as it stands" in wrong and 'value="PN-1"' in wrong
    after = client.post(address, {"action": "match", "numbers": str(notice.number)})
    assert after["Location"] == reverse("bank_line_match", args=[dinners.pk])
    client.post(
        reverse("bank_line_match", args=[dinners.pk]), {"action": "not_ours", "reason": "School meals"}
    )
    assert "No payment waits to be matched" in page(client, "bank_lines")
    notice.refresh_from_db()
    assert notice.state == "paid"


def test_income_by_month_way_and_school_agrees_with_what_moved() -> None:
    one, other = a_notice(), a_notice()
    paid(one)
    paid(other, 4000, "bank")
    client = signed_in()
    client.post(reverse("refund_done", args=[Refund.objects.get().pk]), {"how": "Cheque"})
    text = page(client, "income")
    for words in ("£120", "£40", "£80", "November 2026", one.school.name, "April 2026 to March 2027"):
        assert words in text
    rows = rows_of(client.get(reverse("income_export", args=["csv"])))
    together = [row for row in rows if row["April 2026 to March 2027"] == "Together"]
    assert [(row["Received"], row["Paid back"], row["Kept"]) for row in together] == [
        ("120.0", "-40.0", "80.0")
    ] * 3


def test_batches_are_made_and_fetched_again_unchanged() -> None:
    paid(a_notice())
    Posting.objects.update(day=TODAY - timedelta(days=1))
    client = signed_in()
    client.post(reverse("finance_make"))
    batch = FinanceBatch.objects.get()
    files = [b"".join(client.get(reverse("finance_export", args=[batch.pk])).streaming_content) for _ in "12"]
    assert files[0] == files[1] and b"EWS0001" in files[0]
    again = client.post(reverse("finance_make"), follow=True).content.decode()
    assert "in a batch already" in again


def test_the_first_page_of_business_support_shows_what_waits() -> None:
    notice = a_notice()
    paid(notice, 4000)
    client = signed_in("business_support")
    send(client, "Date,Amount,Reference\n23/11/2026,9.00,Dinners\n")
    text = page(client, "home")
    assert "Payments to match" in text and "£9 on 23 Nov 2026" in text
    assert "Refunds to pay back" in text and f"£40 for {notice.number}" in text
    assert 'href="/payments/"' in text


def test_a_conflict_of_interest_hides_the_money_too() -> None:
    notice = a_notice()
    payment = paid(notice, 4000)
    user = UserFactory(role="service_manager")
    ConflictFactory(user=user, school=notice.school)
    client = Client()
    client.force_login(user)
    for name, pk in (
        ("payment", payment.pk), ("payment_record", notice.pk), ("refund_done", Refund.objects.get().pk),
    ):  # fmt: skip
        assert client.get(reverse(name, args=[pk])).status_code == 404, name
    assert str(notice.number) not in page(client, "payments") + page(client, "refunds", state="all")


@pytest.mark.parametrize("role", ["ewo", "senior_ewo", "school_staff", "head_teacher", "legal_coordinator"])
def test_nobody_else_sees_the_money(role: str) -> None:
    client = signed_in(role)
    for name in ("payments", "refunds", "bank_files", "income", "finance", "payment_find"):
        assert client.get(reverse(name)).status_code == 403, name


def test_a_withdrawn_notice_says_so_where_a_payment_would_be_recorded() -> None:
    notice = a_notice()
    ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="The wrong school.", at=at(),
        by=UserFactory(role="service_manager"),
    )  # fmt: skip
    text = signed_in().post(reverse("payment_record", args=[notice.pk]), typed()).content.decode()
    assert "The notice was withdrawn" in text
    assert not Payment.objects.exists()


@pytest.mark.parametrize(("name", "most"), [("payments", 30), ("refunds", 25), ("bank_lines", 25)])
def test_many_rows_cost_no_more_questions_than_few(
    name: str, most: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    notice = a_notice()
    for n in range(40):
        paid(notice, 1000 + n)
    client = signed_in()
    send(client, "Date,Amount,Reference\n" + "".join(f"23/11/2026,{n}.00,x{n}\n" for n in range(1, 40)))
    page(client, name)
    with django_assert_max_num_queries(most):
        page(client, name)
