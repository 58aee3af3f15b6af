"""Attendance orders through their pages: the whole road with every form, what stops each step in words, who sees what."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories_attendance_orders import (
    BEGUN,
    a_child_on_no_roll,
    a_named_school,
    at,
    begun,
    days_on,
    decided,
    served,
)
from tests.factories_penalties import a_parent

from mainstay.service.orders.actions import attendance_following as following
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.models import AttendanceOrder

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Goes to noon of a day."""

    def go(on: date) -> None:
        now: datetime = at(on)
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        monkeypatch.setattr("mainstay.service.accounts.middleware.time", SimpleNamespace(time=now.timestamp))

    go(BEGUN)
    return go


class Person:
    """Somebody of a role at the pages of one order."""

    def __init__(self, role: str, one: AttendanceOrder | None = None, **said: Any) -> None:
        self.user, self.one, self.client = UserFactory(role=role, **said), one, Client()

    def _page(self, name: str, more: dict[str, Any]) -> str:
        self.client.force_login(self.user)  # however much time has passed
        pk = self.one.pk if self.one else None
        return reverse(f"attendance_order{name}", kwargs={"pk": pk, **more})

    def see(self, name: str = "", **more: Any) -> str:
        return " ".join(self.client.get(self._page(name, more)).content.decode().split())

    def status(self, name: str = "", **more: Any) -> int:
        return int(self.client.get(self._page(name, more)).status_code)

    def post(self, name: str, more: dict[str, Any] | None = None, /, **said: Any) -> str:
        """The page it leads to, or the form again."""
        response = self.client.post(self._page(name, more or {}), said, follow=True)
        return " ".join(response.content.decode().split())


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def day(name: str, on: date) -> dict[str, int]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def state(one: AttendanceOrder) -> str:
    one.refresh_from_db()
    return one.state


def test_the_whole_road_with_every_form_from_the_enquiries_to_the_end(clock: Callable[[date], None]) -> None:
    pupil = a_child_on_no_roll()
    parent, school = a_parent(pupil), a_named_school()
    officer, manager = Person("ewo"), Person("service_manager")
    said = {
        "because": "At home all day.",
        **day("received_on", BEGUN),
        "parents": [parent.pk],
        "regime": "EA1996-437",
    }
    officer.client.force_login(officer.user)
    tab = officer.client.get(reverse("pupil_cases", args=[pupil.pk])).content.decode()
    assert reverse("attendance_order_begin", args=[pupil.pk]) in tab
    officer.client.post(reverse("attendance_order_begin", args=[pupil.pk]), said)
    one = officer.one = manager.one = AttendanceOrder.objects.get(pupil=pupil)

    page = officer.see()
    for words in ("Write down a contact with the family", "has no informal letter yet", "was not warned yet"):
        assert words in page, words
    assert "nothing was asked of them yet" in officer.post("_send", {"paper": "first"})
    assert "between the day the service was told and today" in officer.post(
        "_enquiry", kind="call", text="Tried.", **day("on", BEGUN - DAY)
    )
    officer.post("_enquiry", kind="call", text="Nobody answered.", **day("on", BEGUN))
    for paper in ("letter", "warning", "first"):
        assert officer.status("_letter", paper=paper, parent=parent.pk) in (200, 302)
        officer.post("_send", {"paper": paper})
        assert one.notices.filter(kind=paper).count() == 1, paper
        assert "to answer" in officer.post("_send", {"paper": "first"}) or paper == "first"
        clock(days_on(one, paper) - DAY)
        if paper == "first":
            assert "to show that the child is suitably educated" in officer.post("_go", {"step": "to_panel"})
        clock(days_on(one, paper))
    notice = one.notices.get(kind="first")
    assert "a day between the day the paper was sent and today" in officer.post(
        "_answer", {"notice": notice.pk}, text="A tutor.", **day("on", BEGUN)
    )
    assert "A tutor comes." in officer.post(
        "_answer", {"notice": notice.pk}, text="A tutor comes.", **day("on", days_on(one, "first") - DAY)
    )
    officer.post("_go", {"step": "to_panel"})
    assert state(one) == "expediency" and officer.status("_panel") == 403
    manager.client.force_login(manager.user)
    home = text(manager.client.get("/"))
    assert "Attendance orders for the panel" in home and manager.status("_panel") == 200
    assert "A tutor comes." in manager.see("_panel")
    tests = dict.fromkeys(
        ("members", "evidence", "why_shown", "why_expedient", "circumstances", "alternatives", "equality"),
        "Noted.",
    )
    tests |= {"shown": "no", "expedient": "yes"}
    assert "Choose what follows" in manager.post("_panel", **tests)
    assert "No EHC plan" in manager.post("_panel", **tests, way="plan")
    manager.post("_panel", **tests, way="school")

    today = days_on(one, "first")
    assert state(one) == "school" and "comes first" in officer.see("_school")
    asked = {
        "school": school.pk,
        "body": "governors",
        "how": "Letter to the clerk.",
        **day("asked_on", today),
    }
    officer.post("_consult", **asked)
    assert "what was answered" in officer.post("_school", school=school.pk, because="Near.")
    reply = {
        "reply": "agrees",
        **day("replied_on", today),
        "reply_text": "A place.",
        "number": "within",
        "excluded": "no",
    }
    officer.post("_consult", **asked, **reply)
    assert "Choose the school." in officer.post("_tell")
    officer.post("_school", school=school.pk, because="The nearest with a place.")
    officer.post("_tell")
    paper = one.papers.get(to="head")
    assert paper.last_day and "to ask the Secretary of State" in officer.post("_send", {"paper": "intention"})
    late = officer.post("_objection", {"paper": paper.pk}, text="Full.", **day("on", today - DAY))
    assert "give a day in its time" in late
    clock(paper.last_day + DAY)
    officer.post("_send", {"paper": "intention"})
    assert state(one) == "intention"
    sent = one.notices.get(kind="intention").service
    other = a_named_school()
    choice = {"parent": parent.pk, "school": other.pk, **day("on", sent.sent_on)}  # type: ignore[union-attr]
    assert "named once it has a place" in officer.post("_choice", **choice)
    assert "to choose another school" in officer.post("_go", {"step": "time_over"})
    officer.post("_choice", **choice, place="Its office, on the telephone.")
    clock(days_on(one, "intention"))
    officer.post("_go", {"step": "time_over"})
    assert "Send: school attendance order" in officer.see()
    officer.post("_send", {"paper": "order"})
    assert state(one) == "served" and one.school == other and one.served_on

    clock(one.served_on)
    assert "a day between the service of the order and today" in officer.post(
        "_check", registered="no", text="The office.", **day("on", one.served_on - DAY)
    )
    third = posting.check_days(one)[posting.CHECKS[-1]]
    assert third is not None
    clock(third.last_day)
    officer.client.force_login(officer.user)
    home = text(officer.client.get("/"))
    assert "Attendance orders to follow up" in home
    officer.post("_check", registered="no", text="The office.", **day("on", third.last_day))
    page = officer.see()
    assert "Not complied with" in page and "Propose a prosecution" in page and "Send: reminder" in page
    asks = {"parent": parent.pk, "says": "A tutor, every morning.", **day("asked_on", third.last_day)}
    officer.post("_revocation", **asks)
    assert "decide on that first" in officer.post("_revocation", **asks)
    assert "Waits for a manager" in officer.see()
    asked_for = one.revocations.get()
    assert officer.status("_revocation_decide", asked=asked_for.pk) == 403
    decision = {"evidence": "The timetable.", "reasons": "Mornings are not full-time."}
    assert "Mornings are not full-time." in manager.post(
        "_revocation_decide", {"asked": asked_for.pk}, arranged="no", **decision
    )
    assert "decided already" in manager.post(
        "_revocation_decide", {"asked": asked_for.pk}, arranged="yes", **decision
    )
    amend = {"ground": "council", "parent": "", "because": "It is nearer."}
    assert "names this school already" in manager.post("_amend", school=other.pk, **amend)
    manager.post("_amend", school=school.pk, **amend)  # consulted before
    assert state(one) == "served" and one.school == school and one.notices.filter(kind="amendment").exists()
    assert "is revoked" in officer.post("_end", ending="satisfied", because="X.", **day("on", third.last_day))
    assert "of compulsory school age still" in officer.post(
        "_end", ending="over_age", because="X.", **day("on", third.last_day)
    )
    officer.post(
        "_end", ending="moved", because="To Nextshire.", told="Goodbye.", **day("on", third.last_day)
    )
    assert state(one) == "ended" and "Moved away" in officer.see()
    officer.post("_send", {"paper": "ended"})
    assert one.notices.filter(kind="ended").count() == 1


def test_a_step_out_of_its_state_is_refused_in_words_and_changes_nothing(
    clock: Callable[[date], None],
) -> None:
    one, when = decided()
    clock(when)
    officer, manager = Person("ewo", one), Person("service_manager", one)
    before = AttendanceOrder.objects.filter(pk=one.pk).values().get()
    for paper in ("letter", "warning", "order", "amendment", "reminder", "ended"):
        assert "This paper is not sent now" in officer.post("_send", {"paper": paper}), paper
    assert "There is no such paper" in officer.post("_send", {"paper": "revocation"})
    assert "Each parent has this paper already" in officer.post("_send", {"paper": "first"})
    assert "There is no such step" in officer.post("_go", {"step": "serve"})
    for step in ("to_panel", "time_over", "again"):
        assert "School to choose" in officer.post("_go", {"step": step}), step
    assert "Only for a child whose EHC plan names the school" in officer.post("_go", {"step": "plan_names"})
    officer.post("_owner", owner=manager.user.pk)  # not theirs to give
    assert "No day is appointed" in manager.post("_regime", regime="CWSA2026", reasons="It came.")
    assert "A court can end an order in force only" in officer.post(
        "_end", ending="court", because="X.", **day("on", when)
    )
    parent = one.parents.get()
    asks = {"parent": parent.pk, "says": "A tutor.", **day("asked_on", when)}
    assert "the day the order was served and today" in officer.post("_revocation", **asks)
    assert "does not count as received by every parent" in officer.post(
        "_check", registered="no", text="X.", **day("on", when)
    )
    school = a_named_school()
    assert "names this school already" in manager.post(
        "_amend", ground="council", parent="", school=school.pk, because="X."
    )
    manager.post("_stands", reasons="X.")
    # registered meanwhile: the road does not go on, and says so
    pupil = one.pupil
    pupil.school = school
    pupil.save()
    EnrolmentFactory(pupil=pupil, school=school, entered_on=when)
    assert "End this one as registered at a school" in officer.see()
    pupil.enrolments.all().delete()
    pupil.school = None
    pupil.save()
    assert AttendanceOrder.objects.filter(pk=one.pk).values().get() == before


def test_who_sees_works_and_decides_and_a_restricted_record_asks_first() -> None:
    one = begun()
    school = a_named_school()
    people = {
        role: Person(role, one)
        for role in ("ewo", "senior_ewo", "service_manager", "legal_coordinator", "business_support")
    }
    pages = {role: person.see() for role, person in people.items()}
    assert all(one.number in page for page in pages.values())
    works = {role for role, page in pages.items() if "Add an enquiry" in page}
    assert works == {"ewo", "senior_ewo", "service_manager"}
    assert {role for role, page in pages.items() if "Change the law" in page} == {"service_manager"}
    for role in ("legal_coordinator", "business_support"):
        for name in ("_enquiry", "_parents", "_owner", "_end", "_school", "_check", "_choice", "_revocation"):
            assert people[role].status(name) == 403, (role, name)
    for role in ("ewo", "senior_ewo"):
        for name in ("_panel", "_regime", "_amend", "_stands"):
            assert people[role].status(name) == 403, (role, name)
    for role in ("school_staff", "head_teacher"):
        assert Person(role, one, school=school).status() == 403
    # whose it is: an officer takes it, a senior officer gives it to somebody
    taker, senior = people["ewo"], people["senior_ewo"]
    taker.post("_owner", owner=taker.user.pk)
    one.refresh_from_db()
    assert one.owner == taker.user
    senior.post("_owner", owner=senior.user.pk)
    one.refresh_from_db()
    assert one.owner == senior.user
    senior.client.force_login(senior.user)
    mine = senior.client.get(reverse("attendance_orders"), {"scope": "mine"}).content.decode()
    assert one.number in mine
    assert (
        "No attendance order fits"
        in senior.client.get(reverse("attendance_orders"), {"scope": "nobody"}).content.decode()
    )
    one.pupil.restricted = True
    one.pupil.save()
    listed = taker.client.get(reverse("attendance_orders")).content.decode()
    assert one.pupil.initials in listed and one.pupil.surname not in listed
    export = b"".join(taker.client.get(reverse("attendance_orders_export", args=["csv"]))).decode()  # type: ignore[call-overload]
    assert one.pupil.surname not in export and one.number in export
    assert taker.status() == 302 and taker.status("_enquiry") == 404


def test_the_empty_list_and_each_papers_picture(clock: Callable[[date], None]) -> None:
    manager = Person("service_manager")
    manager.client.force_login(manager.user)
    empty = manager.client.get(reverse("attendance_orders")).content.decode()
    assert "No attendance order is open" in empty
    one, received = served()
    clock(received)
    manager.one = one
    parent = one.parents.get()
    for kind in ("letter", "warning", "first", "intention", "order"):
        assert manager.status("_letter", paper=kind, parent=parent.pk) == 200, kind
    # a letter that has nothing to say yet is not shown, with the reason
    for kind, words in (
        ("revocation", "no decision on a request"),
        ("ended", "There is no end to write about"),
    ):
        url = reverse("attendance_order_letter", args=[one.pk, kind, parent.pk])
        assert words in text(manager.client.get(url, follow=True))
    following.check(
        order_id=one.pk, on=received, registered=True, text="Came.", by=one.owner, at=at(received)
    )
    found = manager.client.get(reverse("attendance_orders"), {"registered": "yes"}).content.decode()
    assert one.number in found and "Registered" in found
    assert (
        one.number
        not in manager.client.get(reverse("attendance_orders"), {"registered": "no"}).content.decode()
    )
