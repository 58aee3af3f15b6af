"""Meetings: everybody's calendar follows what becomes of them."""

from datetime import timedelta
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at, later

from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import meetings
from mainstay.service.record.meetings import Asked
from mainstay.service.record.models import Meeting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def a_meeting(**given: Any) -> Meeting:
    pupil, officer = a_child(), UserFactory(role="ewo")
    said = {
        "kind": "visit", "title": "Home visit", "starts": later(2), "ends": later(2) + HOUR, "where": "At home",
        "organiser": officer, "by": officer, "at": at(), "pupil": pupil, "school": pupil.school,
        "asked": [Asked("Somebody Else", "else@example.org"), Asked("By letter only")],
    }  # fmt: skip
    return meetings.plan(**{**said, **given})


def told() -> list[tuple[str, int, bool]]:
    """Address, sequence and whether it is withdrawn, of each invitation queued since."""
    rows = list(Message.objects.filter(kind="invitation").order_by("pk").values_list("to", "payload"))
    Message.objects.all().delete()
    return [(to, said["sequence"], said["cancel"]) for to, said in rows]


def test_those_with_an_address_are_invited_and_no_child_is_named() -> None:
    one = a_meeting()
    message = Message.objects.filter(to="else@example.org").get()
    for name in (one.pupil.surname, one.pupil.forename):  # type: ignore[union-attr]
        assert name not in message.subject + message.body + str(message.payload)
    assert [to for to, _, _ in told()] == [one.organiser.email, "else@example.org"]


def test_a_change_carries_a_higher_number_and_a_cancelled_one_is_withdrawn() -> None:
    one = a_meeting()
    told()
    said = {"meeting_id": one.pk, "by": one.organiser, "at": at()}
    moved = {"starts": later(3), "ends": later(3) + HOUR, "where": "School"}
    with pytest.raises(StepRefused, match="Say why"):
        meetings.move(because=" ", **moved, **said)
    meetings.move(because="The school asked.", **moved, **said)
    assert told() == [(one.organiser.email, 1, False), ("else@example.org", 1, False)]
    meetings.cancel(because="Snow.", **said)
    assert told() == [(one.organiser.email, 2, True), ("else@example.org", 2, True)]
    with pytest.raises(StepRefused, match="is cancelled"):
        meetings.cancel(because="Again.", **said)


def test_a_colleague_takes_it_over_and_the_first_is_taken_out() -> None:
    one, colleague = a_meeting(), UserFactory(role="ewo")
    first = one.organiser
    told()
    meetings.hand_over(meeting_id=one.pk, to=colleague, because="Ill.", by=colleague, at=at())
    assert (first.email, 1, True) in (sent := told())
    assert (colleague.email, 1, False) in sent and len(sent) == 3


def test_a_meeting_that_is_over_is_written_down_without_inviting_anybody() -> None:
    one = a_meeting(starts=later(-2), ends=later(-2) + HOUR)
    assert told() == []
    guest = one.guests.last()
    assert guest is not None
    meetings.hold(meeting_id=one.pk, attended=[guest.pk], by=one.organiser, at=at())
    assert list(one.guests.values_list("attended", flat=True)) == [False, False, True]


def test_nobody_else_sees_a_meeting_about_neither_child_nor_school() -> None:
    one = a_meeting(pupil=None, school=None, asked=())
    assert Meeting.objects.visible_to(one.organiser).get() == one
    assert not Meeting.objects.visible_to(UserFactory(role="service_manager")).exists()
