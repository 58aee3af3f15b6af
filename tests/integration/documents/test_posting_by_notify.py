"""Letters that GOV.UK Notify posts: when they count as received follows what it says of them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.factories_documents import LATER, DocumentFactory, a_sending, served

from mainstay.service.common.models import AuditRow, Message
from mainstay.service.common.outbox import post
from mainstay.service.common.outbox.announcements import letter_failed, letter_posted, letter_returned
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import posting, runs, states
from mainstay.service.documents.models import Service
from mainstay.service.documents.service import correct_posting, prove, serve_many
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
SENT, POSTED = date(2024, 11, 4), date(2024, 11, 5)


def letter(**given: Any) -> Service:
    return served(sent_on=SENT, channel="notify", **given)


def about(service: Service) -> dict[str, Any]:
    return {"reference": str(service.pk), "about": ("documents.service", str(service.pk)), "at": LATER}


def again(service: Service) -> Service:
    return Service.objects.select_related("document", "sent_by").get(pk=service.pk)


def open_rules() -> list[str]:
    return sorted(Deadline.objects.open().values_list("rule", flat=True))


def test_what_notify_posts_is_left_in_the_outbox_with_its_file_and_class() -> None:
    service = letter(method="second_class_post", reference="PN-0001234-K")
    message = Message.objects.get()
    assert (message.kind, message.file_id) == ("letter", service.document.file_id)
    assert message.payload == {"reference": "PN-0001234-K", "postage": "second"}
    assert (message.about_kind, message.about_id) == ("documents.service", str(service.pk))
    assert message.to == "Mrs Grace Fenwick" and message.subject == "Letter PN-0001234-K"


def test_many_are_left_at_once_each_with_its_own_record(django_assert_num_queries: Any) -> None:
    sendings = [a_sending(DocumentFactory(), channel=way) for way in ("notify", "print", "notify")]
    by = sendings[0].document.made_by
    with django_assert_num_queries(5):  # a savepoint, records, letters, an audit row
        services = serve_many(sendings=sendings, sent_on=SENT, by=by, at=LATER)
    kept = [(m.about_id, m.payload["reference"]) for m in Message.objects.order_by("pk")]
    assert kept == [(str(services[n].pk),) * 2 for n in (0, 2)]


def test_what_is_printed_here_is_no_message() -> None:
    served(sent_on=SENT, channel="print")
    assert not Message.objects.exists()


@pytest.mark.parametrize("method", ["hand", "other"])
def test_notify_posts_only_by_a_class_of_post(method: str) -> None:
    with pytest.raises(StepRefused, match="first or second class"):
        letter(method=method)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("method", "notify", "key", "way"),
    [
        ("first_class_post", True, True, "notify"),
        ("second_class_post", True, True, "notify"),
        ("first_class_post", False, True, "print"),
        ("first_class_post", True, False, "print"),
        ("hand", True, True, "hand"),
    ],
)
def test_who_posts(method: str, notify: bool, key: bool, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "sends_letters", lambda: key)
    assert posting.channel(method, notify=notify) == way


def test_the_day_it_was_posted_is_the_one_notify_says() -> None:
    service = letter()
    letter_posted.send(**about(service), on=POSTED)
    now = again(service)
    assert (now.sent_on, now.presumed_on) == (POSTED, date(2024, 11, 7))
    assert now.sent_by == service.sent_by
    assert AuditRow.objects.get(action="service.posted").payload["reason"] == (
        "GOV.UK Notify posted it on Tuesday 5 November 2024."
    )


def test_a_second_message_of_the_same_day_changes_nothing() -> None:
    service = letter()
    for _ in range(2):
        letter_posted.send(**about(service), on=POSTED)
    assert AuditRow.objects.filter(action="service.posted").count() == 1


def test_what_was_proved_meanwhile_wins_over_the_post() -> None:
    service = letter()
    prove(service=service, received_on=SENT, proof="Handed over at the school", by=service.sent_by, at=LATER)
    letter_posted.send(**about(service), on=POSTED)
    assert (again(service).sent_on, again(service).presumed_on) == (SENT, SENT)


def test_a_letter_that_was_not_posted_counts_as_received_by_nobody_and_is_a_task() -> None:
    service = letter()
    letter_failed.send(**about(service), problem="GOV.UK Notify could not accept the address.")
    now = again(service)
    assert (now.sent_on, now.presumed_on, states.state(now)) == (None, None, "not sent yet")
    task = Deadline.objects.get()
    assert (task.rule, task.label) == ("letter-failed", f"Letter {service.pk} was not posted")
    assert (task.owner, task.last_day) == (service.sent_by, date(2026, 11, 25))
    assert "could not accept the address" in Entry.objects.latest("pk").text
    assert list(runs.to_print(Service.objects.all())) == [service]  # it waits to be printed here


@pytest.mark.parametrize("how", ["tried again", "printed here"])
def test_the_task_ends_once_it_is_posted_after_all(how: str) -> None:
    service = letter()
    letter_failed.send(**about(service), problem="Not accepted.")
    assert open_rules() == ["letter-failed"]
    if how == "tried again":
        letter_posted.send(**about(service), on=POSTED)
    else:
        correct_posting(service=again(service), sent_on=POSTED, reason="", by=service.sent_by, at=LATER)
    assert again(service).presumed_on == date(2024, 11, 7)
    assert open_rules() == []


def test_a_returned_letter_counts_as_received_no_more() -> None:
    service = letter()
    letter_returned.send(**about(service), on=date(2026, 11, 20))
    now = again(service)
    assert (now.returned_on, now.presumed_on) == (date(2026, 11, 20), None)
    assert open_rules() == ["returned-mail"]


def test_a_return_that_cannot_be_recorded_is_looked_into_all_the_same() -> None:
    service = letter()
    prove(service=service, received_on=POSTED, proof="Answered it", by=service.sent_by, at=LATER)
    letter_returned.send(**about(service), on=date(2026, 11, 20))
    assert again(service).presumed_on == POSTED
    assert open_rules() == ["returned-mail"]


def test_letters_about_other_things_are_none_of_ours() -> None:
    service = letter()
    letter_posted.send(reference="x", about=("court.summons", str(service.pk)), on=POSTED, at=LATER)
    letter_failed.send(reference="x", about=("", ""), problem="No.", at=datetime(2026, 1, 5, tzinfo=UTC))
    assert again(service).sent_on == SENT
