"""Lists from the bank: read whole or refused whole, each line counted once, matched by numbers and nothing else."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import later
from tests.factories_penalties import a_notice

from mainstay.service.common.jobs import queue
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.kinds import FileRefused
from mainstay.service.penalties.actions import bank, ending
from mainstay.service.penalties.models import BankFile, BankLine, Notice, Payment, Posting, Refund

pytestmark = pytest.mark.django_db
DAY_1 = date(2026, 11, 25)


def line(reference: str, pounds: str = "80.00", day: int = 1) -> str:
    return f'{DAY_1 + timedelta(days=day - 1):%d/%m/%Y},{pounds},"{reference}",G Fenwick'


def send(*lines: str, by: Any = None, name: str = "bank.csv", day: int = 40) -> BankFile:
    content = "Date,Amount,Reference,Payer\n" + "\n".join(lines) + "\n"
    who = by or UserFactory(role="business_support")
    return bank.take(file=io.BytesIO(content.encode()), filename=name, by=who, at=later(day))


def test_a_line_with_a_number_pays_its_notice() -> None:
    notice = a_notice()
    came = send(line(f"FENWICK {notice.number} SCHOOL"))
    booked = BankLine.objects.get()
    assert (booked.state, booked.reason, came.counts) == ("taken", "", {"lines": 1, "known": 0, "out": 0})
    notice.refresh_from_db()
    assert (notice.state, notice.paid_on) == ("paid", DAY_1)
    assert booked.payment is not None and booked.payment.way == Payment.Way.BANK
    assert booked.payment.recorded_by == came.sent_by


def test_numbers_are_found_as_people_type_them() -> None:
    notice = a_notice()
    assert notice.number is not None
    send(line(notice.number.replace("-", " ").lower()))
    notice.refresh_from_db()
    assert notice.state == "paid"


def test_files_that_overlap_count_no_line_twice() -> None:
    one, other = a_notice(), a_notice()
    first = line(str(one.number))
    send(first, name="monday.csv")
    came = send(first, line(str(other.number), day=2), name="tuesday.csv")
    assert came.counts == {"lines": 1, "known": 1, "out": 0}
    again = send(first, line(str(other.number), day=2), name="tuesday again.csv")
    assert again.counts == {"lines": 0, "known": 2, "out": 0}
    assert Payment.objects.count() == Posting.objects.count() == 2
    assert not Refund.objects.exists()


def test_two_payments_alike_on_one_day_are_two() -> None:
    notice = a_notice()
    send(line(str(notice.number)), line(str(notice.number)))
    assert Payment.objects.count() == 2
    assert Refund.objects.get().pence == 8000


def test_the_wrong_sum_is_booked_refused_and_to_be_paid_back() -> None:
    notice = a_notice()
    send(line(str(notice.number), "40.00"))
    notice.refresh_from_db()
    assert notice.state == "issued"
    assert BankLine.objects.get().state == "taken"
    assert Refund.objects.get().pence == 4000


def test_one_sum_for_two_is_shared_only_where_it_is_what_both_cost() -> None:
    one, other, third = a_notice(), a_notice(), a_notice()
    send(line(f"{one.number} {other.number}", "160.00"), line(f"{third.number} {one.number}", "100.00"))
    for notice in (one, other):
        notice.refresh_from_db()
        assert notice.state == "paid"
    both = BankLine.objects.get(line=2)
    assert both.payment is not None
    assert sorted(both.payment.allocations.values_list("pence", flat=True)) == [8000, 8000]
    unclear = BankLine.objects.get(line=3)
    assert (unclear.state, "several notices" in unclear.reason) == ("unmatched", True)


def test_one_sum_for_two_of_which_the_time_is_over_counts_by_its_own_day() -> None:
    one, other = a_notice(), a_notice()
    ending.fall_due(on=DAY_1 + timedelta(days=30), last=None)
    send(line(f"{one.number} {other.number}", "160.00", day=20))
    assert set(Notice.objects.values_list("state", flat=True)) == {"paid"}


@pytest.mark.parametrize(
    ("reference", "words"),
    [("SCHOOL DINNERS", "no number"), ("PN-0999999-", "no number"), ("{unknown}", "no number of a notice of ours")],
)  # fmt: skip
def test_what_is_not_clear_waits_for_a_person(reference: str, words: str) -> None:
    from mainstay.service.penalties.reference import make

    a_notice()
    send(line(reference.format(unknown=make(987654))))
    waiting = BankLine.objects.get()
    assert waiting.state == "unmatched" and words in waiting.reason
    assert not Payment.objects.exists()


def test_money_from_before_the_notice_waits() -> None:
    notice = a_notice()
    send(line(str(notice.number), day=-5))
    assert "issued on" in BankLine.objects.get().reason


def test_money_that_went_out_is_passed_over() -> None:
    came = send(line("Bank charges", "-3.50"), line("Cleaning", "(12.00)"))
    assert came.counts == {"lines": 0, "known": 0, "out": 2}


def test_a_file_with_a_problem_is_kept_and_none_of_its_lines_is_taken() -> None:
    notice = a_notice()
    came = send(line(str(notice.number)), line(str(notice.number), "eighty"), "31/31/2026,80,x,y")
    assert not BankLine.objects.exists() and not Payment.objects.exists()
    assert [(p["line"], p["column"]) for p in came.problems] == [(3, "Amount"), (4, "Date")]
    assert "pounds and pence" in came.problems[0]["problem"]
    assert b"eighty" in store.read(came.file)


def test_only_text_is_taken_and_only_from_those_who_may() -> None:
    with pytest.raises(FileRefused):
        bank.take(
            file=io.BytesIO(b"%PDF-1.7 x"), filename="a.pdf", by=UserFactory(role="finance"), at=later(1)
        )
    with pytest.raises(StepRefused, match="role"):
        send(line("x"), by=UserFactory(role="ewo"))


def test_a_person_matches_a_line_or_says_it_is_not_ours() -> None:
    notice, cashier = a_notice(), UserFactory(role="finance")
    send(line("Mrs Fenwick fine"), line("Dinner money"))
    fine, dinner = BankLine.objects.order_by("line")
    with pytest.raises(StepRefused, match="no such notice"):
        bank.match(line_id=fine.pk, numbers=["PN-0000000-X"], by=cashier, at=later(41))
    bank.match(line_id=fine.pk, numbers=[str(notice.number)], by=cashier, at=later(41))
    notice.refresh_from_db()
    assert notice.state == "paid"
    with pytest.raises(StepRefused, match="what the payment was for"):
        bank.not_ours(line_id=dinner.pk, reason="", by=cashier, at=later(41))
    bank.not_ours(line_id=dinner.pk, reason="School meals", by=cashier, at=later(41))
    for pk in (fine.pk, dinner.pk):
        with pytest.raises(StepRefused, match="already"):
            bank.match(line_id=pk, numbers=[str(notice.number)], by=cashier, at=later(42))
    assert Payment.objects.count() == 1


def test_a_run_that_breaks_off_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    notices = [a_notice() for _ in range(3)]
    real, seen = bank._match, []

    def breaks(line_id: int, by: Any, when: Any) -> None:
        if len(seen) == 1:
            raise RuntimeError
        seen.append(line_id)
        real(line_id, by, when)

    with monkeypatch.context() as patched:
        patched.setattr(bank, "_match", breaks)
        came = send(*(line(str(notice.number)) for notice in notices))
    assert Payment.objects.count() == 1
    job = queue.Job.objects.get(kind=bank.MATCH)
    assert (job.state, job.payload) == ("waiting", {"bank_file": came.pk})
    queue.run(job, later(41))
    assert Payment.objects.count() == 3
    assert set(Notice.objects.values_list("state", flat=True)) == {"paid"}


def test_a_long_list_is_left_to_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank, "AT_ONCE", 1)
    one, other = a_notice(), a_notice()
    send(line(str(one.number)), line(str(other.number)))
    assert not Payment.objects.exists()
    queue.run(queue.Job.objects.get(kind=bank.MATCH), later(41))
    assert Payment.objects.count() == 2
