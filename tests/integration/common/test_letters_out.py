"""Letters handed to GOV.UK Notify: posted once whatever happens, followed until they are posted, and heard of when they return."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from tests.factories import UserFactory
from tests.integration.common.outside import NOTIFY_KEY, FakeNotify, notify_server

from mainstay.service.common.announce import Announcement
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox import announcements, letters, post, sending
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.senders import notify as notify_sender
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\na made-up letter\n"
Heard = list[dict[str, Any]]


class Killed(BaseException):
    """The worker's process ends here."""


@pytest.fixture
def notify(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeNotify]:
    with notify_server() as (url, fake):
        monkeypatch.setattr(settings.CONFIG, "notify_url", url)
        monkeypatch.setattr(settings.CONFIG, "notify_key", NOTIFY_KEY)
        yield fake


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, Heard]:
    """What other rooms would hear, by announcement."""
    found: dict[str, Heard] = {}
    for name in ("letter_posted", "letter_failed", "letter_returned"):
        announcement: Announcement = getattr(announcements, name)
        kept: Heard = found.setdefault(name, [])
        monkeypatch.setattr(announcement, "_listeners", [lambda kept=kept, **facts: kept.append(facts)])
    return found


def leave(**given: Any) -> Message:
    now = timezone.now()
    said = {
        "pdf": store.keep_made(PDF, kind="pdf", by=None, at=now),
        "reference": "PN-000123",
        "postage": "first",
        "to": "Grace Fenwick",
        "at": now,
        "about": ("documents.service", "7"),
    }
    return post.queue_letter(**said | given)


def turn() -> int:
    """A worker's turn, after every wait is over."""
    Message.objects.update(next_try_at=timezone.now())
    return sending.send_waiting()


def followed(message: Message) -> Message:
    Message.objects.update(next_try_at=timezone.now())
    letters.follow()
    return Message.objects.get(pk=message.pk)


def posts(notify: FakeNotify) -> int:
    return notify.calls.count("POST /v2/notifications/letter")


def test_without_a_key_letters_are_not_sent_here() -> None:
    letter = leave()
    assert not post.sends_letters()
    assert sending.send_waiting() == 0
    assert letters.follow() == 0
    letter.refresh_from_db()
    assert (letter.state, letter.tries) == ("waiting", 0)


def test_a_letter_is_handed_over_with_its_pdf_its_postage_and_our_reference(notify: FakeNotify) -> None:
    assert post.sends_letters()
    letter = leave(postage="second")
    assert sending.send_waiting() == 1
    letter.refresh_from_db()
    (taken,) = notify.letters.values()
    assert (letter.state, letter.external_id) == ("taken", taken["id"])
    assert letter.sent_at is not None and letter.delivered_at is None
    assert (taken["reference"], taken["postage"]) == (letter.mark, "second")
    assert notify.pdfs == [PDF]


@pytest.mark.parametrize("postage", ["economy", ""])
def test_only_first_and_second_class_and_only_pdfs_are_letters(postage: str) -> None:
    with pytest.raises(ValueError, match="first or second class"):
        leave(postage=postage)
    with pytest.raises(ValueError, match="a letter is a PDF"):
        leave(pdf=store.keep_made(b"a,b\n", kind="csv", by=None, at=timezone.now()))


def test_a_worker_that_dies_between_handing_over_and_marking_posts_nothing_twice(
    notify: FakeNotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = leave()

    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(Message, "save", dies)
        sending.send_waiting()
    assert turn() == 1
    letter.refresh_from_db()
    assert letter.state == "taken"
    assert (posts(notify), list(notify.letters)) == (1, [letter.external_id])


def test_an_answer_that_never_arrives_posts_nothing_twice(notify: FakeNotify) -> None:
    letter = leave()
    notify.next_faults = ["", "lost"]  # the question is answered, the letter is taken in silence
    assert turn() == 0
    letter.refresh_from_db()
    assert letter.state == "waiting" and "gave no answer" in letter.problem
    assert turn() == 1
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == ("taken", "")
    assert (posts(notify), len(notify.letters)) == (1, 1)


@pytest.mark.parametrize(
    ("trouble", "words"), [("500", "refused it (500)"), ("429", "(429)"), ("html", "could not be read (502)")]
)
def test_trouble_at_notify_is_waited_out(notify: FakeNotify, trouble: str, words: str) -> None:
    letter = leave()
    notify.next_faults = [trouble]
    assert sending.send_waiting() == 0
    letter.refresh_from_db()
    assert letter.state == "waiting" and words in letter.problem
    assert letter.next_try_at > timezone.now()
    assert turn() == 1


def test_a_wrong_key_is_waited_out_and_said(notify: FakeNotify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.CONFIG, "notify_key", NOTIFY_KEY[:-1] + "f")
    letter = leave()
    assert sending.send_waiting() == 0
    letter.refresh_from_db()
    assert letter.state == "waiting" and "(403): Invalid token" in letter.problem


def test_a_letter_that_is_no_pdf_is_given_up_and_other_rooms_hear_it(
    notify: FakeNotify, heard: dict[str, Heard]
) -> None:
    letter = leave(pdf=store.keep_made(b"no pdf at all", kind="pdf", by=None, at=timezone.now()))
    sending.send_waiting()
    letter.refresh_from_db()
    assert letter.state == "failed" and "not a valid PDF" in letter.problem
    (facts,) = heard["letter_failed"]
    assert (facts["reference"], facts["about"]) == ("PN-000123", ("documents.service", "7"))
    assert facts["problem"] == letter.problem


def test_a_file_that_is_gone_stops_no_other_letter(notify: FakeNotify) -> None:
    gone = store.keep_made(b"%PDF-1.7\nanother\n", kind="pdf", by=None, at=timezone.now())
    first, second = leave(pdf=gone), leave()
    store.path_of(gone).unlink()
    assert sending.send_waiting() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.problem) == ("waiting", "Something went wrong (FileNotFoundError).")
    assert second.state == "taken"


def test_an_old_letter_is_not_posted(notify: FakeNotify) -> None:
    old, recent = (leave(at=timezone.now() - timedelta(hours=hours)) for hours in (6 * 24 + 1, 6 * 24 - 1))
    assert sending.send_waiting() == 1
    old.refresh_from_db()
    recent.refresh_from_db()
    assert old.state == "failed" and "make a new letter with new dates" in old.problem
    assert recent.state == "taken"


@pytest.mark.parametrize("status", ["pending-virus-check", "accepted", "something new"])
def test_a_letter_on_its_way_is_asked_about_again_later(notify: FakeNotify, status: str) -> None:
    letter = leave()
    sending.send_waiting()
    notify.set(status)
    letter = followed(letter)
    assert letter.state == "taken"
    assert letter.next_try_at - timezone.now() > timedelta(minutes=9)
    asked = len(notify.calls)
    assert letters.follow() == 0
    assert len(notify.calls) == asked


def test_a_posted_letter_is_sent_on_the_london_day_the_printers_posted_it(
    notify: FakeNotify, heard: dict[str, Heard]
) -> None:
    letter = leave()
    sending.send_waiting()
    notify.set("received", "2026-06-30T23:30:00.000000Z")
    letter = followed(letter)
    assert (letter.state, letter.delivered_at) == ("sent", datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    (facts,) = heard["letter_posted"]
    assert (facts["reference"], facts["on"]) == ("PN-000123", date(2026, 7, 1))
    assert AuditRow.objects.filter(action="letter.posted", on_id=str(letter.pk)).count() == 1
    assert followed(letter).state == "sent"
    assert len(heard["letter_posted"]) == 1


@pytest.mark.parametrize("status", sorted(letters.REFUSED))
def test_a_letter_that_notify_will_not_post_has_failed_in_words(
    notify: FakeNotify, heard: dict[str, Heard], status: str
) -> None:
    letter = leave()
    sending.send_waiting()
    notify.set(status)
    letter = followed(letter)
    assert letter.state == "failed" and letter.problem.endswith("It was not posted.")
    assert [facts["problem"] for facts in heard["letter_failed"]] == [letter.problem]
    with pytest.raises(StepRefused, match="Make a new letter"):
        post.try_again(message=letter, by=UserFactory(), at=timezone.now())


def test_a_letter_that_notify_has_forgotten_is_not_called_posted(
    notify: FakeNotify, heard: dict[str, Heard]
) -> None:
    letter = leave()
    sending.send_waiting()
    notify.letters.clear()
    letter = followed(letter)
    assert letter.state == "failed" and "no longer says" in letter.problem
    assert not heard["letter_posted"] and len(heard["letter_failed"]) == 1


def test_a_letter_is_asked_about_again_where_notify_is_away(notify: FakeNotify) -> None:
    letter = leave()
    sending.send_waiting()
    notify.set("received", "2026-11-24T10:00:00.000000Z")
    notify.next_faults = ["500"]
    assert followed(letter).state == "taken"
    assert followed(letter).state == "sent"


def test_a_turn_ends_with_the_first_question_that_goes_unanswered(notify: FakeNotify) -> None:
    for _ in range(3):
        leave()
    sending.send_waiting()
    Message.objects.update(next_try_at=timezone.now())
    notify.next_faults = ["500"]
    assert letters.follow() == 1
    assert letters.follow() == 2
    assert letters.follow() == 0


def test_an_old_letter_that_notify_has_is_not_called_too_old(notify: FakeNotify) -> None:
    letter = leave(at=timezone.now() - timedelta(days=6, hours=1))
    notify.take({"reference": letter.mark, "content": "JVBERg==", "postage": "first"})
    assert sending.send_waiting() == 1
    letter.refresh_from_db()
    assert letter.state == "taken"


def test_a_listener_that_fails_leaves_the_letter_to_be_asked_about_again(
    notify: FakeNotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = leave(), leave(reference="PN-000124")
    sending.send_waiting()
    notify.set("received", "2026-11-24T10:00:00.000000Z")

    def fails(*, reference: str, **_: Any) -> None:
        if reference == "PN-000123":
            raise RuntimeError

    monkeypatch.setattr(announcements.letter_posted, "_listeners", [fails])
    assert (followed(first).state, Message.objects.get(pk=second.pk).state) == ("taken", "sent")
    monkeypatch.setattr(announcements.letter_posted, "_listeners", [])
    assert followed(first).state == "sent"


def test_a_letter_that_failed_is_tried_again_but_not_twice(notify: FakeNotify) -> None:
    letter = leave()
    Message.objects.update(state="failed", problem="It gave no answer (TimeoutError).", tries=8)
    notify.take({"reference": letter.mark, "content": "JVBERg==", "postage": "first"})  # it had arrived
    post.try_again(message=letter, by=UserFactory(), at=timezone.now())
    assert turn() == 1
    assert (posts(notify), len(notify.letters)) == (0, 1)


def callback(letter: Message, **given: Any) -> dict[str, Any]:
    """What Notify posts to a service's address when a letter came back."""
    return {
        "notification_id": letter.external_id, "reference": letter.mark, "date_sent": "2026-11-03T12:15:30.000000Z",
        "sent_by": None, "template_name": "Pre-compiled PDF", "template_id": "x", "template_version": 1,
        "spreadsheet_file_name": None, "spreadsheet_row_number": None, "upload_letter_file_name": None,
    } | given  # fmt: skip


def test_a_returned_letter_is_heard_of_once(notify: FakeNotify, heard: dict[str, Heard]) -> None:
    letter = leave()
    sending.send_waiting()
    notify.set("received", "2026-11-03T12:15:30.000000Z")
    letter = followed(letter)
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert letters.returned_letter(callback(letter), at=at)
    assert not letters.returned_letter(callback(letter), at=at + timedelta(minutes=5))
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == ("returned", "It came back undelivered.")
    (facts,) = heard["letter_returned"]
    assert (facts["reference"], facts["about"]) == ("PN-000123", ("documents.service", "7"))
    assert (facts["on"], facts["at"]) == (date(2026, 11, 24), at)


def test_a_returned_letter_whose_taking_was_never_heard_of_is_known_by_our_reference(
    heard: dict[str, Heard],
) -> None:
    letter = leave()
    Message.objects.update(state="failed", problem="It gave no answer (TimeoutError).")
    assert letters.returned_letter(callback(letter, notification_id="unheard-of"), at=timezone.now())
    assert len(heard["letter_returned"]) == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"notification_id": None, "reference": None},
        {"notification_id": "", "reference": ""},
        {"notification_id": "unheard-of", "reference": "1"},
        {"notification_id": "unheard-of", "reference": "x.1"},
        {"notification_id": "unheard-of", "reference": "9" * 40},
        {"notification_id": ["a"], "reference": {"b": 1}},
    ],
)
def test_a_callback_about_no_letter_of_ours_changes_nothing(
    said: dict[str, Any], heard: dict[str, Heard]
) -> None:
    letter = leave()
    assert not letters.returned_letter(said, at=timezone.now())
    letter.refresh_from_db()
    assert letter.state == "waiting"
    assert not heard["letter_returned"]


def test_an_e_mail_is_no_letter_that_could_return(heard: dict[str, Heard]) -> None:
    mail = post.queue(to="head@example.org", subject="Marks", body="Look.", at=timezone.now())
    assert not letters.returned_letter({"notification_id": "", "reference": mail.mark}, at=timezone.now())


def test_notify_keeps_what_it_knows_longer_than_a_letter_may_be_tried() -> None:
    assert sum(sending.BACK_OFF, timedelta()) < notify_sender.TOO_OLD < timedelta(days=7)
