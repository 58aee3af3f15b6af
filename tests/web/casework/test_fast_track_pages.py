"""Fast Track through its pages: decided, invited, met, interviewed under caution, planned; what a school sees of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at
from tests.factories_cases import a_case
from tests.factories_fast_track import (
    MEETS,
    OVER,
    a_line,
    decided,
    invited,
    met,
    opened,
    running,
    with_meeting,
)
from tests.factories_penalties import a_parent
from tests.factories_visits import investigated

from mainstay.service.casework.actions import fast_track_reviewing as reviewing
from mainstay.service.casework.actions import interviewing
from mainstay.service.casework.models import FastTrack, Interview
from mainstay.service.directory.merging_parents import merge_parents

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Goes to a moment; a Monday in term to begin with."""

    def go(now: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        monkeypatch.setattr("mainstay.service.accounts.middleware.time", SimpleNamespace(time=now.timestamp))

    go(at(hour=14))
    return go


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return " ".join(str(response.content.decode()).split())


def day(name: str, on: date) -> dict[str, Any]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def test_a_senior_decides_support_invites_and_what_was_typed_is_kept() -> None:
    pupil = a_child()
    mother, father = a_parent(pupil), a_parent(pupil, forename="Hugh")
    case = investigated(a_case(pupil))
    senior, support = UserFactory(role="senior_ewo"), UserFactory(role="business_support")
    client = signed_in(senior)
    assert reverse("fast_track_new", args=[case.pk]) in text(client.get(reverse("case", args=[case.pk])))
    said = {
        "suitable": "yes", "parents": [mother.pk, father.pk], "section": "444(1)", "evidence": "The register.",
        "support_tried": "A mentor.", "alternatives": "Early help was declined.", "circumstances": "None known.",
        "equality": "", "reasons": "Help did not change enough.", **day("offence_from", date(2026, 9, 7)),
        **day("offence_to", date(2026, 10, 23)),
    }  # fmt: skip
    wrong = client.post(reverse("fast_track_new", args=[case.pk]), said)
    assert (
        wrong.status_code == 400
        and "There is a problem" in text(wrong)
        and "Early help was declined." in text(wrong)
    )
    assert (
        client.post(reverse("fast_track_new", args=[case.pk]), said | {"equality": "Considered."}).status_code
        == 302
    )
    one = FastTrack.objects.get()
    assert reverse("fast_track", args=[one.pk]) in text(client.get(reverse("case", args=[case.pk])))
    client = signed_in(support)
    page = reverse("fast_track", args=[one.pk])
    assert "Set the day, the place and the chair of the meeting." in text(client.get(page))
    chosen = {
        "starts": "10:00",
        "minutes": "60",
        "where": "School",
        "chair": senior.pk,
        **day("on", MEETS.date()),
    }
    soon = client.post(reverse("fast_track_meeting", args=[one.pk]), chosen | day("on", date(2026, 12, 1)))
    assert soon.status_code == 400 and "10 working days" in text(soon)
    assert client.post(reverse("fast_track_meeting", args=[one.pk]), chosen).status_code == 302
    for parent in (mother, father):
        address = reverse("fast_track_needs", args=[one.pk, parent.pk])
        assert client.post(address, {"interpreter": "Polish"}).status_code == 400
        assert client.post(address, {"interpreter": "Polish", "asked": "on"}).status_code == 302
    letter = client.get(reverse("fast_track_letter", args=[one.pk, mother.pk]))
    assert letter["Content-Type"] == "application/pdf"
    assert "Send the invitations" in text(client.get(page))
    client.post(reverse("fast_track_send", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "invited" and one.invitations.exclude(service=None).count() == 2


def test_the_meeting_has_two_parts_and_the_plan_begins_with_who_works_on_it(clock: Any) -> None:
    one = invited()
    clock(OVER)
    client = signed_in(one.case.owner)
    page = client.get(reverse("fast_track_hold", args=[one.pk]))
    assert "First part: help" in text(page) and "The child is never interviewed under caution." in text(page)
    assert "Begin the interview under caution" in text(page)
    assert one.meeting is not None
    said = {
        "guests": [guest.pk for guest in one.meeting.guests.all()], "views": "Mornings.", "child_present": "yes",
        "child_voice": "I like maths.", "support": "A mentor.",
    }  # fmt: skip
    assert client.post(reverse("fast_track_hold", args=[one.pk]), said).status_code == 302
    plan = reverse("fast_track_plan", args=[one.pk])
    assert "Write at least one line of the plan." in text(client.get(plan))
    line = {
        "do": "line", "need": "Mornings", "action": "Meets her", "owner": "school", "who": "Mentor", "measure": "Diary",
        **day("due", date(2027, 1, 11)),
    }  # fmt: skip
    assert client.post(plan, line | {"measure": ""}).status_code == 400
    assert client.post(plan, line).status_code == 302
    assert (
        client.post(plan, {"do": "begin", "agreed": "yes", "target": "95", "tolerated": "4"}).status_code
        == 302
    )
    assert FastTrack.objects.get().state == "framework"
    assert "Meets her" in text(client.get(reverse("fast_track", args=[one.pk])))


def test_an_interview_is_walked_through_stopped_resumed_and_locked(clock: Any) -> None:
    one = invited()
    clock(OVER)
    officer, to = one.case.owner, one.invitations.get()
    client = signed_in(officer)
    client.post(reverse("interview_begin", args=[one.pk, to.parent_id]))
    held = Interview.objects.get()
    go, record = reverse("interview_go", args=[held.pk]), reverse("interview", args=[held.pk])

    def open_it() -> None:
        for number, title in ((1, "Who is here"), (2, "What it is about"), (3, "Free to leave"), (4, "Legal advice"),
                              (5, "Understanding"), (6, "The caution"), (7, "This record")):  # fmt: skip
            page = text(client.get(go))
            assert f"{number}. {title}" in page and "Stop the interview" in page and "data-clock" in page
            assert "Main menu" not in page
            if number == 6:
                assert "You do not have to say anything. But it may harm your defence" in page
                assert client.post(go, {"do": "confirm", "note": "x"}).status_code == 400
            assert client.post(go, {"do": "confirm", "confirmed": "on", "note": "Noted."}).status_code == 302

    open_it()
    said = {"do": "ask", "question": "Where was Ada?", "answer": "At home."}
    page = text(client.post(go, said, follow=True))
    assert f'data-saved="interview-{held.pk}:ask"' in page
    assert f'data-autosave-form="interview-{held.pk}:ask"' in page
    client.post(reverse("interview_stop", args=[held.pk]), {"because": "advice", "note": "A solicitor."})
    assert "The parent asks for legal advice" in text(client.get(record))
    clock(OVER + timedelta(days=3))
    client = signed_in(officer)
    assert client.post(reverse("interview_resume", args=[held.pk]), {"note": ""}).status_code == 400
    client.post(reverse("interview_resume", args=[held.pk]), {"note": "A solicitor is here."})
    open_it()
    client.post(go, {"do": "break", "note": "Water"})
    client.post(go, {"do": "back", "note": "Nothing was said"})
    page = text(client.get(go))
    assert "6. The caution" in page and "8. Questions" not in page
    assert f'data-autosave-form="interview-{held.pk}:confirm-caution"' in page
    assert f'data-person="{officer.pk}"' in page  # what is typed stays with who typed it
    client.post(go, {"do": "confirm", "confirmed": "on", "note": "As before."})
    for screen in ("statements", "addition"):
        client.post(f"{go}?screen={screen}", {"do": "confirm", "confirmed": "on", "note": "None."})
    client.post(go, {"do": "end"})
    client.post(go, {"do": "read", "note": "Read by the parent.", "amendments": ""})
    assert client.post(go, {"do": "sign", "signed_as": "", "refusal": ""}).status_code == 400
    assert f"Interview {held.number}: to be signed" in text(client.get(reverse("deadlines")))
    page = text(client.post(go, {"do": "sign", "signed_as": "Grace Fenwick", "refusal": ""}, follow=True))
    assert f'data-saved="interview-{held.pk}"' in page  # nothing stays in the browser
    held.refresh_from_db()
    page = text(client.get(record))
    assert held.state == "signed" and held.digest in page and "The lines are those that were signed." in page
    client.post(reverse("interview_add", args=[held.pk]), {"kind": "copy", "text": "Handed over."})
    assert "Handed over." in text(client.get(record))
    assert client.get(reverse("interview_pdf", args=[held.pk])).content.startswith(b"%PDF")


def test_a_school_sees_the_plan_and_nothing_of_parents_decision_or_interview(clock: Any) -> None:
    one = running()
    held = opened(one, one.case.owner, upto="people")
    clock(OVER)
    parent = one.invitations.get().parent
    client = signed_in(UserFactory(role="head_teacher", school=one.case.school))
    page = text(client.get(reverse("fast_track", args=[one.pk])))
    assert "Meets the child at the gate" in page and "Week by week" in page
    for hidden in (parent.surname, held.number, "vulnerability", "I like maths.", "Early help"):
        assert hidden not in page
    assert client.get(reverse("interview", args=[held.pk])).status_code == 403
    one.case.pupil.enrolments.update(
        left_on=date(2026, 12, 4)
    )  # a former school keeps the plan, not the weeks elsewhere
    page = text(client.get(reverse("fast_track", args=[one.pk])))
    assert "Meets the child at the gate" in page and "Week by week" not in page
    clerk = signed_in(UserFactory(role="business_support"))
    page = text(clerk.get(reverse("fast_track", args=[one.pk])))
    assert parent.surname in page and held.number not in page and "vulnerability" not in page


def test_the_review_page_offers_what_this_person_may_decide(
    clock: Any, django_assert_max_num_queries: Any
) -> None:
    one = running()
    when = datetime.combine(date(2027, 3, 19), OVER.timetz())
    FastTrack.objects.update(state="review")
    clock(when)
    officer, senior = signed_in(one.case.owner), signed_in(UserFactory(role="senior_ewo"))
    address = reverse("fast_track_review", args=[one.pk])
    assert "Only a senior officer, a manager or an authorised officer records a review." in text(
        officer.get(address)
    )
    assert one.review is not None
    came = list(one.review.guests.exclude(parent=None).values_list("pk", flat=True))
    said = {"do": "review", "voice": "Better.", "account": "The mentor helps.", "came": came}
    page = text(senior.get(address))
    assert (
        "To ask again" in page
        and "Ask each parent again" in page
        and "Record the review</button>" not in page
    )
    assert "Ask each parent again" in text(senior.post(address, said))
    parent = one.invitations.get().parent
    needs = reverse("fast_track_needs", args=[one.pk, parent.pk])
    assert "Asked again, before the review" in text(senior.get(needs))
    again = {"adjustments": "A room without stairs", "asked": "on"}
    assert senior.post(needs, again).status_code == 302
    page = text(senior.get(address))
    assert "A room without stairs (asked again 19 Mar 2027" in page and "Record the review</button>" in page
    assert senior.post(address, said).status_code == 302
    manager = signed_in(UserFactory(role="service_manager"))
    manager.get(address)
    with django_assert_max_num_queries(18):
        manager.get(address)
    with django_assert_max_num_queries(20):
        manager.get(reverse("fast_track", args=[one.pk]))
    line = one.actions.get()
    done = {"done": "no", "evidence": "The mentor left."}
    assert officer.post(reverse("fast_track_line_done", args=[one.pk, line.pk]), done).status_code == 302
    page = text(senior.get(address))
    assert "Pass on to legal" in page and "Extend it once" in page and "The mentor left." in page
    choice = {
        "do": "outcome",
        "outcome": "penalty_notice",
        "reasons": "x",
        "alternatives": "y",
        "equality": "z",
        "told": "We look at it together.",
    }
    assert senior.post(address, choice).status_code == 302
    support, page = signed_in(UserFactory(role="business_support")), reverse("fast_track", args=[one.pk])
    assert "Send the outcome" in text(support.get("/"))
    assert "Send the outcome to each parent" in text(support.get(page))
    seen = support.get(reverse("fast_track_outcome_letter", args=[one.pk, parent.pk]))
    assert seen["Content-Type"] == "application/pdf"
    support.post(reverse("fast_track_outcome_send", args=[one.pk]))
    shown = text(support.get(page))
    assert "<strong>Outcome:</strong> posted" in shown and "Send the outcome" not in shown
    assert reverse("document", args=[one.invitations.get().outcome_document_id]) in shown
    one = FastTrack.objects.select_related("case").get()
    assert (one.state, one.case.state) == ("closed", "monitoring")


def test_support_sets_the_day_of_a_review_and_invites_each_parent_to_it(
    clock: Any, django_assert_max_num_queries: Any
) -> None:
    one = running()
    clock(at(date(2027, 3, 1), 12))
    support, page = signed_in(UserFactory(role="business_support")), reverse("fast_track", args=[one.pk])
    assert "Send the plan" in text(support.get("/"))
    assert "Before you can invite the parents to the review" in text(support.get(page))
    parent = one.invitations.get().parent
    support.post(
        reverse("fast_track_needs", args=[one.pk, parent.pk]), {"interpreter": "Polish", "asked": "on"}
    )
    day_page = reverse("fast_track_review_day", args=[one.pk])
    chosen = {
        "starts": "10:00",
        "minutes": "60",
        "where": "School",
        "because": "The mother works on Fridays.",
    }
    wrong = support.post(day_page, chosen | day("on", date(2027, 3, 18)))
    assert wrong.status_code == 400 and "bring the review forward instead" in text(wrong)
    assert support.post(day_page, chosen | day("on", date(2027, 3, 22))).status_code == 302
    letter = support.get(reverse("fast_track_review_letter", args=[one.pk, parent.pk]))
    assert letter["Content-Type"] == "application/pdf"
    assert "Send the invitations to the review" in text(support.get(page))
    with django_assert_max_num_queries(20):
        support.get(page)
    support.post(reverse("fast_track_review_send", args=[one.pk]))
    assert "<strong>Invitation to the review:</strong> posted" in text(support.get(page))


def test_the_list_asks_the_same_of_the_database_however_long_it_is(
    django_assert_max_num_queries: Any,
) -> None:
    first = decided()
    client, address = signed_in(UserFactory(role="service_manager")), reverse("fast_tracks")
    client.get(address)
    with django_assert_max_num_queries(14):
        client.get(address)
    for _ in range(4):
        decided(a_child(school=first.case.school))
    with django_assert_max_num_queries(14):
        page = client.get(address)
    assert text(page).count("FT-0000") >= 5
    file = b"".join(client.get(reverse("fast_tracks_export", args=["csv"])).streaming_content).decode()  # type: ignore[attr-defined]
    assert file.count("FT-0000") == 5


def test_first_pages_tell_support_of_letters_and_the_officer_of_what_is_due(clock: Any) -> None:
    one = decided()
    assert "Invite the parents" in text(signed_in(UserFactory(role="business_support")).get("/"))
    invited(one)
    clock(MEETS - timedelta(days=1))
    assert "meeting 10 Dec 2026" in text(signed_in(one.case.owner).get("/"))
    clock(OVER)
    a_line(met(FastTrack.objects.select_related("case__owner", "meeting").get()), one.case.owner)
    assert "Met: plan to agree" in text(signed_in(one.case.owner).get("/"))
    assert not interviewing.before(FastTrack.objects.get(), one.invitations.get().parent_id, OVER)


def test_support_sees_no_letter_to_wait_for_a_parent_never_written_to_or_joined_to_another(
    clock: Any, django_assert_max_num_queries: Any
) -> None:
    support, manager = UserFactory(role="business_support"), UserFactory(role="service_manager")
    one = decided()
    with_meeting(one, support)
    why = reviewing.Weighed(reasons="New information.", alternatives="None.", equality="Considered.")
    reviewing.stop(fast_track_id=one.pk, weighed=why, by=manager, at=at())
    client, page = signed_in(support), reverse("fast_track", args=[one.pk])
    assert "Send the outcome" not in text(client.get("/")) + text(client.get(page))
    pupil = a_child(school=one.case.school)
    mother, twice = a_parent(pupil), a_parent(pupil, forename="Augusta")
    one = running(met(invited(decided(pupil, [mother, twice]))))
    clock(OVER)
    client = signed_in(support)
    assert "Send the plan" in text(client.get("/"))
    merge_parents(kept=mother, other=twice, reasons="One person.", by=manager, at=OVER)
    page = reverse("fast_track", args=[one.pk])
    client.post(reverse("fast_track_plan_send", args=[one.pk]))
    shown = text(client.get(page))
    assert "<strong>Plan:</strong> posted" in shown and "Augusta" not in shown
    assert "Send the plan" not in shown + text(client.get("/"))
    chief = signed_in(manager)
    for address in ("/", page):
        chief.get(address)
        with django_assert_max_num_queries(20):
            chief.get(address)
