"""Batches for the accounts: one a day, in balance, with every posting once, and the same bytes whenever asked for."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import at
from tests.factories_penalties import a_notice

from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.penalties import code, finance_file
from mainstay.service.penalties.actions import finance, paying, refunds
from mainstay.service.penalties.models import CodeValue, FinanceBatch, Notice, Posting, Refund

pytestmark = pytest.mark.django_db
DAY_1 = date(2026, 11, 25)


def pay(notice: Notice, pence: int = 8000, day: int = 1, way: str = "bank") -> None:
    on = DAY_1 + timedelta(days=day - 1)
    by = UserFactory(role="finance")
    paying.record(notice_id=notice.pk, way=way, pence=pence, on=on, note="", by=by, at=at(on))


def made(day: int = 10) -> list[FinanceBatch]:
    by = UserFactory(role="finance")
    return finance.make_batches(by=by, at=at(DAY_1 + timedelta(days=day - 1)))


def rows(batch: FinanceBatch) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(store.read(batch.file).decode())))


def set_to(name: str, value: Any) -> None:
    CodeValue.objects.create(
        name=name, value=value, since=date(2024, 1, 1), set_at=at(), reason="Finance asks for it",
        set_by=UserFactory(role="service_manager"),
    )  # fmt: skip


def pence(text: str) -> int:
    return round(float(text) * 100)


def test_a_day_is_one_batch_that_sums_to_nothing() -> None:
    one, other = a_notice(), a_notice()
    pay(one)
    pay(other, 4000, way="cash_office")
    [batch] = made()
    lines = rows(batch)
    assert (batch.name, batch.day, batch.postings, batch.pence) == ("EWS0001", DAY_1, 2, 12000)
    assert sum(pence(line["amount"]) for line in lines) == 0
    assert lines[0] == {
        "batch_id": "EWS0001", "period": "202708", "date": "25/11/2026", "account": "INCOME", "cost_centre": "EW01",
        "activity": "PN", "amount": "-80.00", "vat_code": "OS",
        "description": f"Penalty notice {one.number} received", "reference": f"payment {one.allocations.get().payment_id}",
    }  # fmt: skip
    receipts = [(line["description"], line["amount"]) for line in lines if line["account"] == "RECEIPTS"]
    assert receipts == [("Penalty notices: bank", "80.00"), ("Penalty notices: cash office", "40.00")]
    assert lines[-1]["description"] == "2 postings, in 120.00, out 0.00"


def test_what_goes_back_is_in_the_batch_of_the_day_it_went() -> None:
    notice = a_notice()
    pay(notice, 4000)
    by = UserFactory(role="finance")
    refunds.done(refund_id=Refund.objects.get().pk, how="Cheque", by=by, at=at(DAY_1 + timedelta(days=3)))
    came, went = made()
    assert (came.day, went.day) == (DAY_1, DAY_1 + timedelta(days=3))
    assert [line["amount"] for line in rows(went)] == ["40.00", "-40.00", "0.00"]


def test_every_posting_is_in_one_batch_and_today_waits() -> None:
    pay(a_notice())
    pay(a_notice(), day=2)
    assert [batch.day for batch in made(day=2)] == [DAY_1]
    assert Posting.objects.filter(batch=None).count() == 1
    [later] = made(day=3)
    assert (later.name, later.day) == ("EWS0002", DAY_1 + timedelta(days=1))
    with pytest.raises(StepRefused, match="in a batch already"):
        made(day=4)


def test_what_is_known_late_gets_a_further_batch_of_its_day() -> None:
    pay(a_notice())
    made()
    pay(a_notice())
    [further] = made()
    assert (further.name, further.day) == ("EWS0002", DAY_1)


def test_the_file_stays_as_it_was_made_whatever_changes() -> None:
    notice = a_notice()
    pay(notice)
    [batch] = made()
    before = store.read(batch.file)
    set_to("finance_income", "R9999")
    batch.refresh_from_db()
    assert store.read(batch.file) == before
    assert notice.pupil.surname.encode() not in before and notice.parent.surname.encode() not in before


def test_columns_and_their_order_are_the_councils() -> None:
    set_to("finance_columns", ["amount", "account", "batch_id", "reference"])
    set_to("finance_income", "R1234")
    pay(a_notice())
    [batch] = made()
    text = store.read(batch.file).decode().splitlines()
    assert text[0] == "amount,account,batch_id,reference"
    assert text[1].startswith("-80.00,R1234,EWS0001,payment ")


def test_columns_of_fixed_width() -> None:
    set_to("finance_layout", "fixed")
    set_to("finance_columns", ["batch_id 8", "account", "amount 9", "description 12"])
    pay(a_notice())
    [batch] = made()
    text = store.read(batch.file).decode().splitlines()
    assert text[0] == "EWS0001 INCOME         -80.00Penalty noti"
    assert {len(line) for line in text} == {8 + 12 + 9 + 12}


def test_what_does_not_fit_its_column_makes_no_batch() -> None:
    set_to("finance_layout", "fixed")
    set_to("finance_columns", ["batch_id 8", "account 3", "amount"])
    pay(a_notice())
    with pytest.raises(StepRefused, match="longer than the column account"):
        made()
    assert not FinanceBatch.objects.exists()


@pytest.mark.parametrize("lines", [[], ["amount", "amount"], ["sum"], ["amount wide"], ["amount 0"]])
def test_columns_that_are_none_are_refused(lines: list[str]) -> None:
    with pytest.raises(StepRefused, match="Columns"):
        code.set_value(
            name="finance_columns", value=lines, since=date(2026, 12, 1), reason="x", at=at(),
            by=UserFactory(role="service_manager"),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2025, 10, 31), "202607"),
        (date(2026, 3, 31), "202612"),
        (date(2026, 4, 1), "202701"),
        (date(2026, 1, 1), "202610"),
    ],
)
def test_periods_are_months_of_the_financial_year(day: date, period: str) -> None:
    assert finance_file.period(day) == period


def test_only_who_sees_the_income_makes_batches() -> None:
    with pytest.raises(StepRefused, match="role"):
        finance.make_batches(by=UserFactory(role="ewo"), at=at())
