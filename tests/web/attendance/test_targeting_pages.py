"""The pages of targeting meetings: planned, gone through, agreed, followed up, counted."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from tests.factories import SchoolFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, a_school, later
from tests.factories_targeting import PLANNED, STARTS, a_meeting, absent, agreed, begun, decided, officer_of

from mainstay.service.attendance.targeting import terms
from mainstay.service.attendance.targeting.actions import planning
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
    decision_kept,
)
from mainstay.service.attendance.targeting.views.meetings import FIRST
from mainstay.service.common import meanwhile
from mainstay.service.common.outbox.models import Message
from mainstay.service.documents.leaflets import give_leaflet
from mainstay.service.documents.models import Leaflet
from mainstay.service.record.meetings import Asked
from mainstay.service.record.models import Deadline, Entry, RecordRead

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: Any, status: int = 200, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status
    return response.content.decode()


def form(child: Any, **said: str) -> dict[str, str]:
    return {"pupil": str(child.pk), **said}


def test_a_meeting_is_planned_with_the_schools_people_and_others_by_e_mail() -> None:
    school, officer = SchoolFactory(), UserFactory(role="ewo")
    lead = UserFactory(role="school_staff", school=school)
    school.contacts.create(name="Pat Invented", post="Office", email="office@example.org")
    client = signed_in(officer)
    assert "First the school" in page(client, "targeting_meeting_new")
    address = reverse("targeting_meeting_new") + f"?school={school.pk}"
    day = timezone.localdate() + timedelta(days=10)
    said = {
        "day_day": day.day, "day_month": day.month, "day_year": day.year, "time": "14:30", "minutes": "45", "where": "Room 2",
        "organiser": officer.pk, "people": [f"user-{lead.pk}"], "others": "Sam Carer, nobody",
    }  # fmt: skip
    wrong = client.post(address, said)
    assert wrong.status_code == 400 and "has no e-mail address at its end" in wrong.content.decode()
    assert "Sam Carer, nobody" in wrong.content.decode() and not Message.objects.exists()
    client.post(address, {**said, "others": "Sam Carer, sam@example.org\ntwo@example.org"})
    meeting = TargetingMeeting.objects.get()
    assert meeting.calendar is not None and timezone.localtime(meeting.calendar.starts).hour == 14
    asked = {one.to for one in Message.objects.filter(kind=Message.Kind.INVITATION)}
    assert asked == {officer.email, lead.email, "sam@example.org", "two@example.org"}


def test_forty_children_cost_no_more_queries_than_two() -> None:
    school = a_school()
    few = [absent(school, 0.6), absent(school, 0.2)]
    meeting = begun(a_meeting(school))
    for child in few:
        decided(meeting, child, line="@school call home by Fri")
    client = signed_in(officer_of(meeting))
    names = [("targeting_live", meeting.pk), ("targeting_meeting", meeting.pk)]
    counts = []
    for number in (0, 12):
        children = [absent(school, 0.3) for _ in range(number)]
        if children:
            TargetingMeeting.objects.filter(pk=meeting.pk).update(state="ready")
            planning.make_pack(meeting_id=meeting.pk, by=officer_of(meeting), at=STARTS)
            TargetingMeeting.objects.filter(pk=meeting.pk).update(state="live")
        for child in children:
            decided(meeting, child, line="@school call home by Fri")
        for name, pk in names:
            with CaptureQueriesContext(_connection()) as asked:
                page(client, name, pk)
            counts.append(len(asked))
    agreed(meeting)
    for name, args in (
        ("targeting_meeting", [meeting.pk]),
        ("targeting_actions", []),
        ("targeting_meetings", []),
    ):
        with CaptureQueriesContext(_connection()) as asked:
            page(client, name, *args)
        counts.append(len(asked))
    assert counts[2] <= counts[0] and counts[3] <= counts[1] and max(counts) <= 20, counts


def _connection() -> Any:
    from django.db import connection

    return connection


def test_one_child_after_the_other_is_decided_and_what_is_not_understood_stays_typed() -> None:
    school = a_school()
    first, second = absent(school, 0.6), absent(school, 0.2)
    meeting = begun(a_meeting(school))
    client = signed_in(officer_of(meeting))
    write = reverse("targeting_live_write", args=[meeting.pk])
    shown = page(client, "targeting_live", meeting.pk)
    assert (
        first.name in shown
        and "0 of 2 decided" in shown
        and "Decide about every severely absent child: 1 is left" in shown
    )
    assert RecordRead.objects.filter(pupil_id=first.pk, page="targeting meeting").exists()
    said = form(
        first, choice="consult", note="Refused help twice.", line="call home by Fri", next=str(second.pk)
    )
    wrong = client.post(write, said)
    text = wrong.content.decode()
    assert wrong.status_code == 400 and "Begin the action with who does it" in text
    assert (
        "Refused help twice." in text
        and 'value="call home by Fri"' in text
        and not TargetingDecision.objects.exists()
    )
    kept = client.post(write, {**said, "line": "@school call home by Fri", "and_next": "1"})
    assert kept.url == reverse("targeting_live", args=[meeting.pk]) + f"?pupil={second.pk}"  # type: ignore[attr-defined]
    assert TargetingDecision.objects.get().choice == "consult" and TargetingAction.objects.get().for_school
    assert "1 of 2 decided" in page(client, "targeting_live", meeting.pk, query=f"?pupil={second.pk}")
    other = reverse("targeting_live_whole", args=[meeting.pk])
    wrong = client.post(other, {"whole": "check the codes"})
    assert wrong.status_code == 400 and 'value="check the codes"' in wrong.content.decode()
    client.post(other, {"whole": "@school check the codes by Fri", "pupil": second.pk})
    action = TargetingAction.objects.get(pupil=None)
    client.post(reverse("targeting_live_remove", args=[meeting.pk]), {"action": action.pk})
    assert not TargetingAction.objects.filter(pupil=None).exists()


def test_two_who_decide_about_one_child_see_both_and_both_stand() -> None:
    school = a_school()
    child = absent(school, 0.2)
    meeting = begun(a_meeting(school))
    client = signed_in(officer_of(meeting))
    write = reverse("targeting_live_write", args=[meeting.pk])
    decided(meeting, child)
    mine = form(child, choice="none", note="All is well.", seen=meanwhile.mark({}))
    both = client.post(write, mine)
    text = both.content.decode()
    assert both.status_code == 409 and "Better since half-term." in text and "All is well." in text
    seen = meanwhile.mark(decision_kept(TargetingDecision.objects.get()))
    assert f'name="seen" value="{seen}"' in text
    TargetingDecision.objects.update(by=UserFactory(role="ewo", name="Kim Invented"))
    client.post(write, {**mine, "seen": seen})
    shown = page(client, "targeting_live", meeting.pk, query=f"?pupil={child.pk}")
    assert "All is well." in shown and "Kim Invented wrote before: Watch. Better since half-term." in shown


def test_a_long_pack_shows_the_first_of_each_place_and_all_on_a_page_of_its_own() -> None:
    school = a_school()
    children = [absent(school, 0.6) for _ in range(FIRST + 2)]
    meeting = begun(a_meeting(school))
    client = signed_in(officer_of(meeting))
    address = reverse("targeting_children", args=[meeting.pk])
    shown = page(client, "targeting_meeting", meeting.pk)
    assert f'href="{address}?rank=severe_no_plan">All {FIRST + 2}' in shown
    assert sum(reverse("pupil_register", args=[child.pk]) in shown for child in children) == FIRST
    whole = page(client, "targeting_children", meeting.pk, query="?rank=severe_no_plan")
    assert all(reverse("pupil_register", args=[child.pk]) in whole for child in children)
    assert "No child stands here" in page(client, "targeting_children", meeting.pk, query="?rank=severe")


def test_a_child_not_in_the_pack_is_found_by_name_which_stays_out_of_the_address() -> None:
    school = a_school()
    child, twin = a_child(school=school, forename="Zora"), a_child(school=school, forename="Zora")
    a_child(forename="Quill")
    meeting = begun(a_meeting(school))
    client = signed_in(officer_of(meeting))
    find = reverse("targeting_live_find", args=[meeting.pk])
    for words, answer in (
        ("Zora", "2 children fit these words"),
        ("Quill", "No child on this school"),
        (" ", "Write the name"),
    ):
        assert answer in client.post(find, {"words": words}, follow=True).content.decode()
    found = client.post(find, {"words": f"zora {child.surname}"})
    assert found.url == reverse("targeting_live", args=[meeting.pk]) + f"?pupil={child.pk}"  # type: ignore[attr-defined]
    assert child.name in page(client, "targeting_live", meeting.pk, query=f"?pupil={child.pk}")
    assert client.post(find, {"words": twin.upn.lower()}).url.endswith(f"?pupil={twin.pk}")  # type: ignore[attr-defined]


def test_a_restricted_child_is_initials_until_the_record_is_opened() -> None:
    school = a_school()
    child = absent(school, 0.6, restricted=True, forename="Hidden")
    meeting = begun(a_meeting(school))
    client = signed_in(officer_of(meeting))
    for name in ("targeting_live", "targeting_meeting"):
        shown = page(client, name, meeting.pk)
        assert child.surname not in shown and f"{child.initials} (restricted)" in shown
    refused = client.post(
        reverse("targeting_live_write", args=[meeting.pk]), form(child, choice="watch", note="Ill.")
    )
    assert "This record is restricted" in refused.content.decode()
    client.post(reverse("pupil_open", args=[child.pk]), {"reason": "Discussed in the meeting today."})
    assert child.surname in page(client, "targeting_live", meeting.pk)


def test_the_summary_is_agreed_and_a_school_reads_it_afterwards() -> None:
    school = a_school()
    lead = UserFactory(role="school_staff", school=school)
    child = absent(school, 0.6)
    meeting = begun(a_meeting(school, asked=[lead]))
    decided(meeting, child, choice="early_help", note="A form is begun.", line="@school call home by Fri")
    client, of_school = signed_in(officer_of(meeting)), signed_in(lead)
    assert "A form is begun." not in page(of_school, "targeting_meeting", meeting.pk)
    ended = client.post(reverse("targeting_live_end", args=[meeting.pk]))
    assert ended.url == reverse("targeting_agree", args=[meeting.pk])  # type: ignore[attr-defined]
    assert "A form is begun." in page(client, "targeting_agree", meeting.pk)
    wrong = client.post(ended.url, {"minutes": "Codes are better."})  # type: ignore[attr-defined]
    assert wrong.status_code == 400 and "Codes are better." in wrong.content.decode()
    address = reverse("targeting_meeting_ask", args=[meeting.pk])
    refused = client.post(address, {"others": ""})
    assert refused.status_code == 400 and "somebody who is not asked yet" in refused.content.decode()
    assert client.post(address, {"others": "Sam, sam@example.org"}).url == ended.url  # type: ignore[attr-defined]
    assert of_school.get(reverse("targeting_summary", args=[meeting.pk])).status_code == 404
    guest = meeting.calendar.guests.get(user=lead)  # type: ignore[union-attr]
    client.post(ended.url, {"minutes": "Codes are better.", "attended": [guest.pk]})  # type: ignore[attr-defined]
    shown = page(of_school, "targeting_meeting", meeting.pk)
    assert "A form is begun." in shown and "Codes are better." in shown
    action = TargetingAction.objects.get()
    pdf = of_school.get(reverse("targeting_summary", args=[meeting.pk]))
    text = " ".join(" ".join(one.extract_text() for one in PdfReader(BytesIO(pdf.content)).pages).split())
    assert all(
        words in text
        for words in (child.name, "A form is begun.", "Codes are better.", "Call home", lead.name)
    )
    assert RecordRead.objects.filter(pupil_id=child.pk, user_id=lead.pk, page="targeting summary").exists()
    decision = TargetingDecision.objects.get()
    give = reverse("leaflet_give", args=[child.pk]) + f"?with=attendance.targetingdecision:{decision.pk}"
    assert give in page(client, "targeting_meeting", meeting.pk) and give not in shown
    assert "Targeting meeting, " in client.get(give).content.decode()
    give_leaflet(
        leaflet=Leaflet.objects.first(), pupil=child, to=None, how="hand", given_on=timezone.localdate(), by=officer_of(meeting),
        at=timezone.now(), about=decision,
    )  # fmt: skip
    assert "Leaflet given" in page(client, "targeting_meeting", meeting.pk)
    assert "Call home" in page(of_school, "targeting_actions")
    done = reverse("targeting_action_done", args=[action.pk])
    assert of_school.post(done, {"words": ""}).status_code == 400
    of_school.post(done, {"words": "Spoke with the mother."})
    assert "No action is open" in page(of_school, "targeting_actions")
    assert "Spoke with the mother." in page(of_school, "targeting_actions", query="?state=done")
    rows = b"".join(
        of_school.get(reverse("targeting_actions_export", args=["csv"]) + "?state=done").streaming_content
    )  # type: ignore[attr-defined]
    assert b"Spoke with the mother." in rows


def test_a_manager_sees_which_schools_had_their_meeting_and_sets_how_often() -> None:
    manager = signed_in(UserFactory(role="service_manager"))
    held, twice, without = (a_school(name=f"Invented {n}") for n in ("Ash", "Birch", "Cedar"))
    for school in (held, twice):
        absent(school, 0.2)
        meeting = begun(a_meeting(school))
        decided(meeting, school.pupils.get())
        agreed(meeting)
    planned = a_meeting(a_school(name="Invented Dogwood"), starts=later(4))
    said = {"per_term": "2", "since_day": "1", "since_month": "9", "since_year": "2026"}
    refused = manager.post(reverse("targeting_frequency", args=[twice.pk]), {**said, "reason": ""})
    assert refused.status_code == 400
    manager.post(reverse("targeting_frequency", args=[twice.pk]), {**said, "reason": "Absence doubled."})
    query = f"?term={terms.key(2026, 'autumn')}"
    lines = b"".join(
        manager.get(reverse("targeting_coverage_export", args=["csv"]) + query).streaming_content  # type: ignore[attr-defined]
    ).decode().splitlines()  # fmt: skip
    found = {line.split(",")[0]: line.split(",")[-1] for line in lines[1:]}
    assert found == {
        "Invented Ash": "Held", "Invented Birch": "Without", "Invented Cedar": "Without", "Invented Dogwood": "Planned",
    }  # fmt: skip
    shown = page(manager, "targeting_coverage", query=f"{query}&state=without")
    assert without.name in shown and twice.name in shown and planned.school.name not in shown
    assert "Absence doubled." in page(manager, "targeting_frequency", twice.pk)


def test_first_pages_say_whose_meeting_is_next_and_who_has_none() -> None:
    now = timezone.now()
    school, officer = SchoolFactory(), UserFactory(role="ewo")
    lead, manager = UserFactory(role="school_staff", school=school), UserFactory(role="service_manager")
    assert "None is planned. Your link officer" in page(signed_in(lead), "home")
    assert "Schools without a meeting this term" in page(signed_in(manager), "home")
    planning.plan(
        school=school, starts=now + timedelta(minutes=1), ends=now + timedelta(hours=1), where="Room 2", organiser=officer,
        asked=[], by=officer, at=now,
    )  # fmt: skip
    assert "Targeting meetings today" in page(signed_in(officer), "home")
    assert "None is planned" not in page(signed_in(lead), "home")


def test_a_term_is_named_by_the_schools_calendar_else_by_the_date() -> None:
    school = a_school()
    for day, term in ((date(2026, 10, 30), "autumn"), (date(2027, 1, 4), "spring"), (TODAY, "autumn")):
        assert terms.of_school(school.pk, day) == (2026, term)
    empty = SchoolFactory(years=())
    for day, when in (
        (date(2026, 8, 1), (2026, "autumn")),
        (date(2027, 3, 28), (2026, "spring")),
        (date(2027, 3, 29), (2026, "summer")),
        (date(2027, 7, 31), (2026, "summer")),
    ):
        assert terms.of_school(empty.pk, day) == when


def test_a_guest_without_an_account_ticks_what_is_theirs_by_a_link_that_runs_out(settings: Any) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"address": "https://mainstay.example.org"})
    school = a_school()
    child = absent(school, 0.2, forename="Zora")
    meeting = a_meeting(school)
    planning.ask(
        meeting_id=meeting.pk, asked=[Asked("Sam Carer", "sam@example.org")], by=officer_of(meeting), at=PLANNED
    )  # fmt: skip
    begun(meeting)
    for line in ("@sam write to the nurse by Fri", "@sam ring Zora’s GP by Fri", "@school call home by Fri"):
        decided(meeting, child, choice="", note="", line=line)
    agreed(meeting)
    mine, named, other = TargetingAction.objects.order_by("pk")
    mail = Message.objects.get(to="sam@example.org", kind=Message.Kind.ONCE).body
    link = next(word for word in mail.split() if "/meetings/guest/" in word).removeprefix(
        settings.CONFIG.address
    )
    client = Client()
    assert client.get(link[:-3] + "xx/").status_code == 410 and page(
        client, "targeting_guest", "mine", status=410
    )
    shown = client.get(link, follow=True).content.decode()
    assert "Write to the nurse" in shown and "What is to be done is not said here" in shown
    assert not any(words in shown for words in ("Zora", child.surname, "Call home", link))
    address = reverse("targeting_guest", args=["mine"])
    wrong = client.post(address, {"action": mine.pk, "words": ""})
    assert wrong.status_code == 400 and "Enter" in wrong.content.decode()
    for pk, words, status in (
        (other.pk, "Done.", 400),
        (mine.pk, "The nurse has my letter.", 302),
        (mine.pk, "Again.", 400),
    ):
        assert client.post(address, {"action": pk, "words": words}).status_code == status
    mine.refresh_from_db()
    assert mine.done_by is None and mine.done_words == "The nurse has my letter."
    assert "The nurse has my letter." not in page(client, "targeting_guest", "mine")
    assert Entry.objects.filter(
        title="Done: write to the nurse", text__contains="Sam Carer, by e-mail link"
    ).exists()
    assert Deadline.objects.get(about_id=str(mine.pk)).state == "met"
    assert "Sam Carer" in page(signed_in(officer_of(meeting)), "targeting_action_done", mine.pk)
    TargetingAction.objects.filter(pk__in=(mine.pk, named.pk)).update(due=TODAY - timedelta(days=31))
    assert client.get(link).status_code == 410 and page(client, "targeting_guest", "mine", status=410)
