"""Purchased work through its pages: from a booking to a finished piece, and what a school sees and does."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, a_child, a_school, at, days_before, give, marked
from tests.factories_purchased import a_booking, a_school_user, a_work

from mainstay.service.directory.models import School
from mainstay.service.purchased.models import Moving, Work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at())
    monkeypatch.setattr("mainstay.service.accounts.middleware.time", SimpleNamespace(time=at().timestamp))


class Person:
    """Somebody at the pages of this room."""

    def __init__(self, user: Any) -> None:
        self.user, self.client = user, Client()
        self.client.force_login(user)

    def see(self, name: str, *args: Any, query: str = "") -> str:
        return " ".join(self.client.get(reverse(name, args=args) + query).content.decode().split())

    def send(self, name: str, /, *args: Any, **data: Any) -> str:
        response = self.client.post(reverse(name, args=args), data, follow=True)
        return " ".join(response.content.decode().split())

    def status(self, name: str, *args: Any) -> int:
        return int(self.client.get(reverse(name, args=args)).status_code)


def day(name: str, on: date) -> dict[str, Any]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def test_a_booking_is_written_up_shared_and_finished() -> None:
    child = a_child(surname="Quill", forename="Ada")
    booking = a_booking("early_intervention", child.school)
    officer, school = Person(booking.officer), Person(a_school_user(child.school))
    officer.send("purchased_write_up", booking.pk, title="Meeting about mornings")
    work = Work.objects.get()
    page = officer.see("purchased_work", work.pk)
    assert "Before you can share with the school" in page and "Choose the child" in page
    assert "Quill" in officer.send("purchased_children", work.pk, name="quil")
    assert "Nobody to choose from yet" in officer.see("purchased_children", work.pk)
    officer.send("purchased_children", work.pk, add=child.pk)
    said = {
        "title": "Meeting",
        "minutes": 60,
        "done": "We talked.",
        "outcome": "A plan.",
        "attended": "Mother",
    }
    assert "Enter the day" in officer.send("purchased_write", work.pk, **said)
    assert "It is written down" in officer.send("purchased_write", work.pk, **said, **day("on", TODAY))
    assert school.status("purchased_work", work.pk) == 404
    officer.send("purchased_go", work.pk, "share")
    officer.send("purchased_agree", work.pk, text="Call home", owner="school", **day("due_on", TODAY))
    shown = school.see("purchased_work", work.pk)
    assert "We talked." in shown and "It is done" in shown and "Write down what was done" not in shown
    school.send("purchased_tick", work.pk, work.agreed.get().pk, words="Called")
    assert "It is finished" in officer.send("purchased_go", work.pk, "finish")
    assert "Meeting" in school.see("purchased", query="?state=all") and "Quill, Ada" in school.see(
        "purchased", query="?state=all"
    )
    assert f"PW-{work.pk:06}" in officer.see("pupil_cases", child.pk)
    assert officer.client.get(reverse("purchased_report", args=[work.pk])).content.startswith(b"%PDF")
    rows = b"".join(
        officer.client.get(reverse("purchased_export", args=["csv"]) + "?state=all").streaming_content
    )  # type: ignore[attr-defined]
    assert b"Meeting" in rows


def test_an_audit_and_its_report() -> None:
    child = a_child()
    give(child, marked(days_before(child.school), "O", 10, 20))
    work = a_work("audit", school=child.school)
    officer = Person(work.owner)
    days = {**day("first", date(2026, 9, 1)), **day("last", TODAY)}
    assert "fewer" in officer.send("purchased_sample", work.pk, number=50, **days)
    officer.send("purchased_sample", work.pk, number=1, absent="on", **days)
    assert ">O<" in officer.see("purchased_sampled", work.pk, 1)
    officer.send("purchased_sampled", work.pk, 1, finding="wrong", evidence="A letter", note="Should be M")
    page = officer.see("purchased_work", work.pk)
    assert "A wrong code" in page and "Should be M" in page
    assert officer.client.get(reverse("purchased_report", args=[work.pk])).status_code == 200


def test_slots_are_filled_by_the_school_and_printed() -> None:
    child = a_child(surname="Quill")
    work = a_work("intervention_day", child, state="shared")
    officer, school = Person(work.owner), Person(a_school_user(child.school))
    officer.send("purchased_slots", work.pk, first="9:00", last="10:00", minutes=30)
    slot = work.slots.first()
    assert slot is not None
    school.send("purchased_slot", work.pk, slot.pk, pupil=child.pk, family="Mother")
    assert "Mother" in officer.see("purchased_work", work.pk)
    assert "Write down what was agreed" in officer.send("purchased_slot_result", work.pk, slot.pk, came="yes")
    officer.send("purchased_slot_result", work.pk, slot.pk, came="yes", words="A bus pass")
    assert "A bus pass" in school.see("purchased_work", work.pk)
    assert school.client.get(reverse("purchased_day_list", args=[work.pk])).content.startswith(b"%PDF")


def test_counts_policy_groups_and_training_have_their_pages() -> None:
    school = a_school()
    gate, policy, group = (
        a_work(service, school=school) for service in ("gate", "policy_review", "group_work")
    )
    for work, name in (
        (gate, "purchased_count"),
        (policy, "purchased_policy"),
        (group, "purchased_session_new"),
    ):
        assert Person(work.owner).status(name, work.pk) == 200
    Person(gate.owner).send("purchased_count", gate.pk, n0850_7="3")
    assert "Year 7" in Person(gate.owner).see("purchased_work", gate.pk)
    manager = Person(UserFactory(role="service_manager"))
    manager.send(
        "purchased_course_new", service="training", title="Codes", school=school.pk, **day("on", TODAY)
    )
    course = Work.objects.get(title="Codes")
    Work.objects.filter(pk=course.pk).update(
        state="shared", details={"everybody": True, "capacity": 5, "starts": "9am", "where": "Hall"}
    )
    other = Person(a_school_user(a_school()))
    assert other.status("purchased_work", course.pk) == 404
    there = School.objects.visible_to(other.user).get()
    assert "The place is booked" in other.send(
        "purchased_course", course.pk, school=there.pk, name="B Governor"
    )
    manager.send("purchased_attendance", course.pk, there=course.places.get().pk)
    other.send("purchased_place", course.pk, course.places.get().pk, q0=5, q1=4, q2=3, remarks="Good")
    assert "<strong>5.0</strong> of 5" in manager.see("purchased_work", course.pk)
    manager.send("purchased_value_set", "small", value=7, reason="Small schools", **day("since", TODAY))
    assert "Small schools" in manager.see("purchased_value_set", "small")


def test_a_child_who_moves_on_is_named_to_the_next_school_once_both_agreed() -> None:
    child, next_ = a_child(surname="Quill"), a_school()
    work = a_work("transition", child, state="shared")
    leaving, arriving = Person(a_school_user(child.school)), Person(a_school_user(next_))
    leaving.send("purchased_move", work.pk, pupil=child.pk, to_school=next_.pk, note="Likes maps.")
    line = Moving.objects.get()
    assert "Nobody is announced" in arriving.see("purchased_arrivals")
    leaving.send("purchased_move_agree", work.pk, line.pk)
    page = arriving.see("purchased_arrivals")
    assert "A child from" in page and "Quill" not in page and "Likes maps" not in page
    page = arriving.send("purchased_arrival_agree", line.pk)
    assert "Quill" in page and "Likes maps." in page
    assert "Likes maps" not in Person(a_school_user(a_school())).see("purchased_arrivals")
