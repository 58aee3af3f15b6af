"""Letters about an issued notice: each when it is true, once, and printed with the others."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.factories import UserFactory
from tests.factories_attendance import at, later
from tests.factories_penalties import a_notice

from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.documents import runs
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.service import post_run
from mainstay.service.penalties.actions import corresponding, ending, paying

pytestmark = pytest.mark.django_db


def words(document: Document) -> str:
    pages = PdfReader(BytesIO(store.read(document.file))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_a_reminder_says_what_is_left_to_pay() -> None:
    notice, support = a_notice(), UserFactory(role="business_support")
    early = corresponding.write(notice_id=notice.pk, letter="reminder", by=support, at=later(10))
    assert "£80" in words(early) and notice.number in words(early)
    with pytest.raises(StepRefused, match="waits to be posted"):
        corresponding.write(notice_id=notice.pk, letter="reminder", by=support, at=later(11))


def test_after_the_reduced_sum_is_over_a_reminder_does_not_name_it() -> None:
    notice = a_notice()
    late = corresponding.write(
        notice_id=notice.pk, letter="reminder", by=UserFactory(role="ewo"), at=later(25)
    )
    assert "£160" in words(late) and "£80" not in words(late)


def test_a_letter_that_is_not_true_is_not_written() -> None:
    notice, support = a_notice(), UserFactory(role="business_support")
    with pytest.raises(StepRefused, match="cannot be written"):
        corresponding.write(notice_id=notice.pk, letter="non_payment", by=support, at=later(5))
    paying.record(
        notice_id=notice.pk,
        way="cash_office",
        pence=8000,
        on=date(2026, 11, 27),
        note="",
        by=support,
        at=later(5),
    )
    with pytest.raises(StepRefused, match="cannot be written"):
        corresponding.write(notice_id=notice.pk, letter="reminder", by=support, at=later(5))


def test_a_notice_unpaid_is_told_of() -> None:
    notice, officer = a_notice(), UserFactory(role="ewo")
    ending.fall_due(on=date(2026, 12, 23), last=None)
    told = words(corresponding.write(notice_id=notice.pk, letter="non_payment", by=officer, at=later(31)))
    assert "22 December 2026" in told


def test_letters_that_wait_become_one_run_and_count_from_its_day() -> None:
    support = UserFactory(role="business_support")
    for _ in range(3):
        corresponding.write(notice_id=a_notice().pk, letter="reminder", by=support, at=later(2))
    waiting = runs.to_print(Service.objects.visible_to(support))
    assert waiting.count() == 3
    run = runs.gather(service_ids=[s.pk for s in waiting][:2], by=support, at=later(2))
    run = runs.put_together(run=run, by=support, at=later(2))
    assert (run.letters, waiting.all().count()) == (2, 1)
    with pytest.raises(StepRefused, match="Tick at least one"):
        runs.gather(service_ids=[s.pk for s in run.services.all()], by=support, at=later(2))
    post_run(run=run, sent_on=date(2026, 11, 26), reason="", by=support, at=later(3))
    assert {s.presumed_on for s in run.services.all()} == {date(2026, 11, 30)}


def test_a_school_writes_no_letters() -> None:
    notice = a_notice()
    with pytest.raises(StepRefused):
        corresponding.write(
            notice_id=notice.pk,
            letter="reminder",
            by=UserFactory(role="school_staff", school=notice.school),
            at=at(),
        )
