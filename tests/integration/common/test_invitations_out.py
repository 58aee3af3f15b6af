"""Calendar invitations as calendar programs want them, and as people without a calendar read them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event
from tests.integration.common.outside import Mailbox, mail_server

from mainstay.service.common.outbox import post, sending
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.senders.invitation import calendar
from mainstay.service.common.steps import StepRefused

pytestmark = pytest.mark.django_db
STARTS = datetime(2025, 10, 14, 9, 0, tzinfo=UTC)  # 10 o'clock in London
LONG = "Targeted support meeting about attendance, with the school and the family; ref EWS-1 – Grüße"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mail_server() as (url, box):
        monkeypatch.setattr(settings.CONFIG, "email_url", url)
        yield box


def invite(**given: Any) -> Message:
    said: dict[str, Any] = {
        "to": "parent@example.org",
        "uid": "meeting-1@mainstay",
        "sequence": 0,
        "starts": STARTS,
        "ends": STARTS + timedelta(hours=1),
        "summary": "Attendance meeting (ref EWS-1)",
        "where": "Harbour Primary, 1 Invented Road",
        "organiser": "officer@example.org",
        "at": timezone.now(),
    }
    return post.queue_invitation(**said | given)


def event(message: Message) -> tuple[Calendar, Event]:
    found = Calendar.from_ical(calendar(message))
    assert isinstance(found, Calendar)
    (one,) = found.events
    return found, one


def part(mail: EmailMessage, kind: str) -> EmailMessage:
    (found,) = [one for one in mail.walk() if one.get_content_type() == kind]
    return found  # type: ignore[return-value]


def test_an_invitation_arrives_as_plain_words_and_as_a_calendar_part(server: Mailbox) -> None:
    message = invite()
    assert sending.send_waiting() == 1
    (mail,) = server.received
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Subject"] == "Invitation: Attendance meeting (ref EWS-1)"
    assert mail["Reply-To"] == "officer@example.org"
    assert part(mail, "text/plain").get_content().splitlines() == [
        "You are invited to a meeting.",
        "",
        "Attendance meeting (ref EWS-1)",
        "When: Tuesday 14 October 2025, 10:00am to 11:00am (UK time)",
        "Where: Harbour Primary, 1 Invented Road",
    ]
    sent = part(mail, "text/calendar")
    assert sent.get_param("method") == "REQUEST"
    assert sent.get_content_charset() == "utf-8"
    text = bytes(sent.get_payload(decode=True))  # type: ignore[arg-type]
    assert text == calendar(message)


def test_it_says_what_calendar_programs_need() -> None:
    message = invite(sequence=3)
    found, meeting = event(message)
    assert (found["METHOD"], found["VERSION"]) == ("REQUEST", "2.0")
    assert (meeting["UID"], meeting["SEQUENCE"], meeting["STATUS"]) == ("meeting-1@mainstay", 3, "CONFIRMED")
    assert meeting["DTSTART"].params["TZID"] == "Europe/London"
    assert meeting.start == datetime(2025, 10, 14, 10, 0, tzinfo=ZoneInfo("Europe/London"))
    assert meeting["DTSTAMP"].dt == message.made_at.replace(microsecond=0)
    assert str(meeting["ORGANIZER"]) == "mailto:officer@example.org"
    assert str(meeting["ATTENDEE"]) == "mailto:parent@example.org"
    assert meeting["ATTENDEE"].params["RSVP"] == "TRUE"
    raw = calendar(message).decode()
    assert "DTSTART;TZID=Europe/London:20251014T100000\r\n" in raw
    assert f"DTSTAMP:{message.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n" in raw


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    raw = calendar(invite(summary=LONG))
    lines = raw.split(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert str(event(invite(summary=LONG))[1]["SUMMARY"]) == LONG


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29T00:30", 0), ("2026-03-29T01:30", 1), ("2026-10-25T00:30", 1), ("2026-10-25T01:30", 0)],
)
def test_the_zone_in_the_invitation_agrees_with_londons_clocks(day: str, hours: int) -> None:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    (zone,) = event(invite())[0].timezones
    local = at.astimezone(zone.to_tz())
    assert local.utcoffset() == timedelta(hours=hours) == at.astimezone(ZoneInfo("Europe/London")).utcoffset()


def test_a_withdrawal_cancels_the_same_meeting(server: Mailbox) -> None:
    message = invite(sequence=4, cancel=True)
    found, meeting = event(message)
    assert (found["METHOD"], meeting["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (meeting["UID"], meeting["SEQUENCE"]) == ("meeting-1@mainstay", 4)
    sending.send_waiting()
    (mail,) = server.received
    assert part(mail, "text/calendar").get_param("method") == "CANCEL"
    assert mail["Subject"].startswith("Cancelled: ")
    assert part(mail, "text/plain").get_content().startswith("This meeting will not take place.")


def test_a_second_copy_is_the_same_to_the_byte(server: Mailbox) -> None:
    message = invite()
    for _ in range(2):
        Message.objects.update(state="waiting", next_try_at=timezone.now())
        sending.send_waiting()
    first, second = server.received
    assert part(first, "text/calendar").get_payload() == part(second, "text/calendar").get_payload()
    assert first["Message-ID"] == second["Message-ID"]
    message.refresh_from_db()
    assert message.tries == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"summary": " \n "}, "Say what the meeting is"),
        ({"ends": STARTS}, "must end after it starts"),
        ({"to": "nobody"}, "no e-mail address"),
        ({"organiser": "officer@example.org\nBcc: x@example.org"}, "no e-mail address"),
    ],
)
def test_what_cannot_be_an_invitation_is_refused_in_words(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(StepRefused, match=words):
        invite(**wrong)
    assert not Message.objects.exists()


def test_a_meeting_without_a_place_and_over_midnight_reads_well() -> None:
    message = invite(where="", starts=STARTS, ends=STARTS + timedelta(hours=14, minutes=5))
    assert "LOCATION" not in event(message)[1]
    assert message.body.splitlines()[-1] == (
        "When: Tuesday 14 October 2025, 10:00am to Wednesday 15 October 2025, 12:05am (UK time)"
    )
