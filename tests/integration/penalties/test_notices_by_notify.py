"""Penalty notices that GOV.UK Notify prints and posts: queued with the issue, dated by the posting."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from tests.factories import UserFactory
from tests.factories_attendance import at, later
from tests.factories_penalties import a_notice, a_parent, absent
from tests.integration.common.outside import NOTIFY_KEY, FakeNotify, notify_server

from mainstay.service.accounts.models import User
from mainstay.service.common.jobs import queue
from mainstay.service.common.models import Message
from mainstay.service.common.outbox import letters as outbox_letters
from mainstay.service.common.outbox import sending
from mainstay.service.documents.models import PrintRun, Service
from mainstay.service.penalties import batch, code, letters
from mainstay.service.penalties.actions import ending, issuing
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import issuing as shown
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db
TODAY, NEXT = date(2026, 11, 23), date(2026, 11, 24)


def set_code(name: str, value: Any) -> None:
    manager = UserFactory(role="service_manager")
    code.set_value(name=name, value=value, since=TODAY, reason="From today on", by=manager, at=at())


@pytest.fixture
def notify(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeNotify]:
    with notify_server() as (address, found):
        monkeypatch.setattr(settings.CONFIG, "notify_url", address)
        monkeypatch.setattr(settings.CONFIG, "notify_key", NOTIFY_KEY)
        set_code("posted_by", "notify")
        yield found


def issued_by_batch(by: User) -> tuple[Any, list[Notice]]:
    ids = [a_notice("approved").pk for _ in range(2)]
    job = batch.ask(notice_ids=ids, by=by, at=at())
    queue.run(job, at())
    return job, list(Notice.objects.filter(pk__in=ids).order_by("pk"))


def test_the_letter_is_left_to_notify_in_the_transaction_of_the_issue(notify: FakeNotify) -> None:
    notice = a_notice()
    message = Message.objects.get(kind="letter")
    assert notice.service is not None and notice.document is not None
    assert (message.file_id, message.about_id) == (notice.document.file_id, str(notice.service_id))
    assert message.payload == {"reference": notice.number, "postage": "first"}
    assert (notice.service.channel, notice.service.sent_on, notice.issued_on) == ("notify", TODAY, TODAY)
    assert sending.send_waiting() == 1
    assert len(notify.letters) == 1


def test_a_crash_of_the_issue_leaves_no_letter(notify: FakeNotify, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = a_notice("approved")

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(issuing, "_tell", broken)
    with pytest.raises(RuntimeError):
        issuing.issue(notice_ids=[notice.pk], by=UserFactory(role="senior_ewo"), at=at())
    assert not Message.objects.exists() and not Service.objects.exists()


def test_second_class_is_posted_by_second_class(notify: FakeNotify) -> None:
    set_code("service_method", "second_class_post")
    a_notice()
    assert Message.objects.get().payload["postage"] == "second"


@pytest.mark.parametrize(
    ("method", "key", "channel"), [("hand", NOTIFY_KEY, "hand"), ("first_class_post", "", "print")]
)
def test_by_hand_or_without_a_key_nothing_leaves(
    notify: FakeNotify, method: str, key: str, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings.CONFIG, "notify_key", key)
    set_code("service_method", method)
    notice = a_notice()
    assert notice.service is not None and notice.service.channel == channel
    assert not Message.objects.exists()


def test_where_the_code_says_print_a_key_changes_nothing(notify: FakeNotify) -> None:
    set_code("posted_by", "print")
    assert letters.channel(code.in_force(TODAY)) == "print"


def test_a_batch_makes_no_print_run_and_its_page_lists_what_went_out(notify: FakeNotify) -> None:
    by = UserFactory(role="senior_ewo")
    job, notices = issued_by_batch(by)
    assert [n.state for n in notices] == ["issued", "issued"]
    assert not PrintRun.objects.exists() and "run" not in job.payload
    assert Message.objects.filter(kind="letter").count() == 2
    assert [n.pk for n in shown.issued(job, by)] == [n.pk for n in notices]
    assert shown.not_issued(job, by) == []


def test_a_batch_that_is_printed_lists_what_went_out_as_before() -> None:
    by = UserFactory(role="senior_ewo")
    job, notices = issued_by_batch(by)
    assert PrintRun.objects.get().letters == 2
    assert [n.pk for n in shown.issued(job, by)] == [n.pk for n in notices]
    assert shown.not_issued(job, by) == []


def test_posted_on_the_next_day_the_parent_has_the_whole_time(notify: FakeNotify) -> None:
    notice = a_notice()
    assert (notice.served_on, notice.full_until) == (date(2026, 11, 25), date(2026, 12, 22))
    sending.send_waiting()
    notify.set("received", "2026-11-24T17:00:00.000000Z")
    Message.objects.update(next_try_at=at())
    assert outbox_letters.follow() == 1
    notice.refresh_from_db()
    assert notice.issued_on == TODAY
    assert (notice.served_on, notice.reduced_until, notice.full_until, notice.decide_from) == (
        date(2026, 11, 26), date(2026, 12, 16), date(2026, 12, 23), date(2026, 12, 24),
    )  # fmt: skip
    assert Deadline.objects.open().get(rule="notice-payment").last_day == date(2026, 12, 23)
    assert notice.service is not None and notice.service.sent_on == NEXT


def test_a_letter_that_was_not_posted_starts_no_time_and_is_a_task(notify: FakeNotify) -> None:
    notice = a_notice()
    sending.send_waiting()
    notify.set("validation-failed")
    Message.objects.update(next_try_at=at())
    outbox_letters.follow()
    notice.refresh_from_db()
    assert (notice.state, notice.served_on, notice.full_until, notice.decide_from) == (
        "issued",
        None,
        None,
        None,
    )
    assert sorted(Deadline.objects.open().values_list("rule", flat=True)) == ["letter-failed"]
    ending.fall_due(on=date(2027, 3, 1), last=None)
    notice.refresh_from_db()
    assert notice.state == "issued"


def test_a_returned_letter_stops_the_time_to_pay(notify: FakeNotify) -> None:
    notice = a_notice()
    sending.send_waiting()
    (taken,) = notify.letters.values()
    assert outbox_letters.returned_letter({"notification_id": taken["id"]}, at=later(days=3))
    notice.refresh_from_db()
    assert (notice.served_on, notice.decide_from) == (None, None)
    assert sorted(Deadline.objects.open().values_list("rule", flat=True)) == ["returned-mail"]


def test_the_notice_of_withdrawal_goes_the_same_way(notify: FakeNotify) -> None:
    pupil = absent()
    notice = a_notice(pupil=pupil, parent=a_parent(pupil))
    ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="A wrong name", by=UserFactory(role="service_manager"), at=at()
    )  # fmt: skip
    message = Message.objects.get(payload__reference=f"{notice.number}, withdrawal")
    notice.refresh_from_db()
    assert notice.withdrawal_document is not None
    assert message.file_id == notice.withdrawal_document.file_id
    service = notice.withdrawal_document.services.get()
    assert (service.channel, service.sent_on) == ("notify", None)
