"""Invoices, credit notes, payments; warnings before the year ends, and its end for every school at once."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from tests.factories import SchoolFactory, TrustFactory, UserFactory
from tests.factories_traded import AT, Cast

from mainstay.service.common.jobs.queue import run
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.team import monitoring
from mainstay.service.traded import papers
from mainstay.service.traded.actions import invoices, ledger, years
from mainstay.service.traded.models import (
    Booking,
    Invoice,
    LedgerEntry,
    Order,
    OrderShare,
    Written,
    YearEnd,
    YearWarning,
)
from mainstay.service.traded.monitored import measures
from mainstay.service.traded.queries.income import income, months
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.warning_days import latest_due, warned_on

pytestmark = pytest.mark.django_db
APRIL = datetime(2027, 4, 6, 9, 0, tzinfo=UTC)
St = Invoice.State


def academy() -> Cast:
    return Cast(SchoolFactory(trust=TrustFactory()), price=36_801)


def test_termly_invoices_make_exactly_the_cost_and_its_vat() -> None:
    cast = Cast(SchoolFactory(trust=TrustFactory()), price=36_801)
    early = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
    share = cast.bought(5, early, billing="termly").shares.get()
    bills = list(share.invoices.order_by("part"))
    assert [one.planned_for for one in bills] == [date(2026, 4, 20), date(2026, 9, 1), date(2027, 1, 1)]
    assert (
        sum(one.net for one in bills) == share.pence == 92_003
    )  # 2 x 36801 + 18401, the odd half rounded up
    assert sum(one.vat for one in bills) == 18_401 and sum(one.half_days for one in bills) == 5
    assert [one.net for one in cast.bought(2, billing="termly").shares.get().invoices.order_by("part")] == [
        18_401,
        18_400,
    ]


def test_an_invoice_says_what_was_bought_at_which_price() -> None:
    cast = Cast(price=36_801)
    plain = cast.bought(5, billing="termly").shares.get()
    assert papers._bought(plain) == "2½ days of an education welfare officer at £368.01 a day, without VAT"
    agreed = OrderShare(order=plain.order, half_days=5, pence=92_000, day_pence=36_801)
    quoted = OrderShare(order=Order(quoted_pence=92_003), half_days=5, pence=92_003, day_pence=36_801)
    assert papers._bought(agreed).endswith("officer at an agreed price of £920.00 in all, without VAT")
    assert papers._bought(quoted).endswith("at an agreed price of £920.03 in all, without VAT")


def test_numbers_have_no_gaps_and_what_is_issued_is_only_credited() -> None:
    cast = academy()
    bills = [cast.bought(2).shares.get().invoices.get() for _ in range(3)]
    with pytest.raises(StepRefused, match="role cannot"):
        invoices.issue(invoice=bills[0], by=cast.head, at=AT)
    for bill in bills[:2]:
        invoices.issue(invoice=bill, by=cast.finance, at=AT)
    with pytest.raises(StepRefused, match="sent already: EWS-000002"):
        invoices.issue(invoice=bills[1], by=cast.finance, at=AT)
    note = invoices.credit(
        invoice=bills[0], net=10_000, half_days=1, reason="Half a day less.", by=cast.finance, at=AT
    )
    invoices.issue(invoice=bills[2], by=cast.finance, at=AT)
    numbers = sorted(Invoice.objects.exclude(number=None).values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4] and note.reference == "EWC-000003"
    assert (note.vat, balance(cast.school, 2026).credited, balance(cast.school, 2026).left) == (2_000, -1, 5)
    with pytest.raises(StepRefused, match=r"£268\.01 without VAT can be credited"):
        invoices.credit(invoice=bills[0], net=30_000, half_days=0, reason="All.", by=cast.finance, at=AT)
    last = invoices.credit(invoice=bills[0], net=26_801, half_days=1, reason="All.", by=cast.finance, at=AT)
    bill = Invoice.objects.get(pk=bills[0].pk)
    assert note.vat + last.vat == bill.vat and bill.state == St.CREDITED
    assert all(
        b - a == 1
        for a, b in pairwise(sorted(Invoice.objects.exclude(number=None).values_list("number", flat=True)))
    )


def test_days_that_are_booked_or_used_are_not_taken_back() -> None:
    cast = academy()
    share = cast.bought(2).shares.get()
    bill = invoices.issue(invoice=share.invoices.get(), by=cast.finance, at=AT)
    Booking.objects.create(
        share=share, school=cast.school, service="audit", officer=cast.manager, on=date(2026, 12, 1), part="am", half_days=1,
        booked_at=AT, booked_by=cast.manager,
    )  # fmt: skip
    assert balance(cast.school, 2026).free == 1
    with pytest.raises(StepRefused, match="½ day of this year are neither used nor booked"):
        invoices.credit(invoice=bill, net=36_801, half_days=2, reason="Closing.", by=cast.finance, at=AT)


def test_payments_are_written_down_and_a_mistake_is_taken_back() -> None:
    cast = academy()
    bill = invoices.issue(invoice=cast.bought(2).shares.get().invoices.get(), by=cast.finance, at=AT)
    paid = {"on": AT.date(), "reference": "BACS", "by": cast.finance, "at": AT}
    invoices.pay(invoice=bill, pence=4_161, **paid)
    assert Invoice.objects.get(pk=bill.pk).state == St.PART
    with pytest.raises(StepRefused, match="£400 is still to pay"):
        invoices.pay(invoice=bill, pence=40_001, **paid)
    invoices.pay(invoice=bill, pence=40_000, **paid)
    assert Invoice.objects.get(pk=bill.pk).state == St.PAID
    invoices.pay(invoice=bill, pence=-40_000, **paid)
    assert Invoice.objects.get(pk=bill.pk).state == St.PART
    with pytest.raises(StepRefused, match=r"Only £41\.61"):
        invoices.pay(invoice=bill, pence=-4_162, **paid)
    of = income(2026)
    assert (of.ordered, of.invoiced, of.paid) == (36_801, 36_801, 4_161)
    rows = months(2026, 1_000, AT.date())
    assert rows[-1]["plan"] == 1_000 and rows[7]["net"] == 36_801 and rows[-1]["so_far"] == 36_801
    invoices.pay(invoice=bill, pence=40_000, **paid)
    invoices.credit(invoice=bill, net=36_801, half_days=0, reason="Closed.", by=cast.finance, at=AT)
    invoices.pay(invoice=bill, pence=-40_000, **paid)  # a part of the refund


def test_the_ledger_is_only_added_to_and_never_below_nought() -> None:
    cast = Cast()
    line = cast.bought(2).shares.get().ledger.get()
    for wrong in (line.save, line.delete, LedgerEntry.objects.all().delete):
        with pytest.raises(Written):
            wrong()
    with pytest.raises(StepRefused, match="1 day left in this year, and this would take 1½ days"):
        ledger.write(
            school=cast.school,
            year=2026,
            kind="delivered",
            half_days=-3,
            on=AT.date(),
            by=cast.manager,
            at=AT,
        )
    with pytest.raises(StepRefused, match="another financial year"):
        ledger.write(
            school=cast.school,
            year=2026,
            kind="delivered",
            half_days=-1,
            on=date(2027, 4, 1),
            by=cast.manager,
            at=AT,
        )


def test_schools_are_warned_once_three_two_and_one_months_before() -> None:
    assert [warned_on(2026, m) for m in (3, 2, 1)] == [
        date(2026, 12, 31),
        date(2027, 1, 31),
        date(2027, 2, 28),
    ]
    assert warned_on(2027, 1) == date(2028, 2, 29) and latest_due(2026, date(2026, 12, 30)) is None
    cast, none_left = Cast(), SchoolFactory()
    cast.bought(3)
    Message.objects.all().delete()
    for day in (
        date(2026, 12, 30),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 2, 1),
        date(2027, 3, 5),
        date(2027, 3, 6),
    ):
        years.warn(on=day, last=None)
    assert [w.months for w in YearWarning.objects.order_by("pk")] == [3, 2, 1]
    told = Message.objects.filter(to=cast.head.email)
    assert told.count() == 3 and all("1½ days left until 31 March" in one.subject for one in told)
    assert not YearWarning.objects.filter(school=none_left).exists()
    # who buys after the last warning has it with the acceptance
    late = Cast(price=0)
    late.bought(2, datetime(2027, 3, 10, 9, 0, tzinfo=UTC))
    assert YearWarning.objects.get(school=late.school).months == 1


def test_a_school_whose_days_are_all_booked_is_not_asked_to_book() -> None:
    cast = Cast()
    share = cast.bought(3).shares.get()
    made: dict[str, Any] = {
        "share": share,
        "school": cast.school,
        "service": "audit",
        "part": "am",
        "half_days": 1,
    }
    at = datetime(2026, 12, 31, 7, tzinfo=UTC)
    for day in (date(2026, 12, 1), date(2026, 12, 31)):
        Booking.objects.create(**made, on=day, officer=cast.manager, booked_at=AT, booked_by=cast.manager)
    Message.objects.all().delete()
    years.warn_schools(year=2026, months=3, at=at)
    body = Message.objects.get(to=cast.head.email).body
    assert "1 day of them are booked. 1 visit is past and not written up yet" in body
    assert "Please book what you want to use." in body
    Booking.objects.create(
        **made, on=date(2027, 1, 4), officer=cast.manager, booked_at=AT, booked_by=cast.manager
    )
    years.warn_schools(year=2026, months=2, at=at + timedelta(days=31))
    body = Message.objects.filter(to=cast.head.email).latest("pk").body
    assert "All of them are booked. 3 visits are past" in body and "Please book" not in body


def test_the_year_ends_for_every_school_at_once_and_once_only() -> None:
    cast = Cast()
    schools = [cast.school]
    share = cast.bought(5).shares.get()
    for _ in range(3):
        other = Cast(price=0)
        other.bought(2)
        schools.append(other.school)
    booking = Booking.objects.create(
        share=share, school=cast.school, service="audit", officer=cast.manager, on=date(2027, 3, 1), part="am", half_days=1,
        booked_at=AT, booked_by=cast.manager,
    )  # fmt: skip
    with pytest.raises(StepRefused, match="ends on Wednesday 31 March 2027"):
        years.end(year=2026, by=cast.manager, at=AT)
    with pytest.raises(StepRefused, match="1 booking of that year is still open"):
        years.ask(year=2026, by=cast.manager, at=APRIL)
    Booking.objects.filter(pk=booking.pk).update(state="delivered")
    ledger.write(
        school=cast.school, year=2026, kind="delivered", half_days=-1, on=booking.on, booking=booking, share=share,
        by=cast.manager, at=APRIL,
    )  # fmt: skip
    job = years.ask(year=2026, by=cast.manager, at=APRIL)
    run(job, at=APRIL)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("done", "")
    done = YearEnd.objects.get()
    assert (done.schools, done.half_days) == (4, 10)
    assert [balance(school, 2026).left for school in schools] == [0] * 4
    assert [balance(school, 2026).expired for school in schools] == [4, 2, 2, 2]
    years.end_job(job)
    with pytest.raises(StepRefused, match="ended already"):
        years.end(year=2026, by=cast.manager, at=APRIL + timedelta(days=1))
    assert LedgerEntry.objects.filter(kind="expired").count() == 4
    with pytest.raises(StepRefused, match="is ended"):
        ledger.write(
            school=cast.school,
            year=2026,
            kind="credited",
            half_days=1,
            on=APRIL.date(),
            by=cast.manager,
            at=APRIL,
        )
    with pytest.raises(StepRefused, match="role cannot"):
        years.end(year=2025, by=UserFactory(role="ewo"), at=APRIL)


def test_the_year_end_of_a_hundred_schools_asks_a_fixed_number_of_questions(
    django_assert_max_num_queries,
) -> None:
    """One line a school, one transaction; the e-mails are told to nobody here."""
    cast = Cast()
    schools = [SchoolFactory(years=()) for _ in range(100)]
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            school=s,
            year=2025,
            kind="bought",
            half_days=n % 7 + 1,
            on=date(2025, 5, 1),
            at=AT,
            by=cast.manager,
        )
        for n, s in enumerate(schools)
    )
    with django_assert_max_num_queries(20):
        done = years.end(year=2025, by=cast.manager, at=AT)
    assert (done.schools, done.half_days) == (100, sum(n % 7 + 1 for n in range(100)))


def test_the_yearly_review_counts_days_and_income(django_assert_num_queries) -> None:
    cast = academy()
    order = cast.bought(5)
    bill = order.shares.get().invoices.get()
    invoices.issue(invoice=bill, by=cast.finance, at=AT)
    # by the day it was written, whatever day the visit is
    charged = {"kind": "charged", "half_days": -2, "on": AT.date() + timedelta(days=7)}
    rows: tuple[tuple[datetime, dict[str, Any]], ...] = (
        (AT, charged),
        (AT, {"kind": "credited", "half_days": 1, "on": AT.date()}),
        (AT, {"kind": "credited", "half_days": -1, "on": AT.date()}),
        (
            datetime(2025, 11, 3, 10, tzinfo=UTC),
            {"kind": "expired", "half_days": -3, "on": date(2025, 3, 31)},
        ),
        # not yet by this day
        (
            datetime(2025, 11, 24, 10, tzinfo=UTC),
            {"kind": "expired", "half_days": -9, "on": date(2025, 3, 31)},
        ),
    )
    for written, said in rows:
        LedgerEntry.objects.create(school=cast.school, year=2026, by=cast.manager, at=written, **said)
    of_years = monitoring.years_of(2026, AT.date())
    with django_assert_num_queries(2):
        days, money = (monitoring.shown(one, of_years, None) for one in measures())
    assert [(line.label, days.words(n, 0), days.words(n, 1)) for n, line in enumerate(days.lines)] == [
        ("Bought", "2.5", "0"),
        ("Delivered", "0", "0"),
        ("Cancelled too late: charged", "1", "0"),
        ("Expired on 31 March", "0", "1.5"),
        ("Given back to schools", "0.5", "0"),
        ("Taken back with a credit note", "0.5", "0"),
    ]
    assert [money.words(n, 0) for n in range(3)] == ["£920.03", "£0", "£920.03"]
    assert money.words(2, 1) == "£0"
