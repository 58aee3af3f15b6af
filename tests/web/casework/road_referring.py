"""The first part of the road: a targeting meeting, the school's referral, sent back with its gap, accepted."""

from datetime import date, timedelta
from typing import Any, Final

from tests.factories_attendance import TODAY, at
from tests.web.casework.road import Cast, Road, Window

from mainstay.service.attendance.targeting.models import TargetingDecision, TargetingMeeting
from mainstay.service.casework.models import Case, Consultation, Referral

CONSULTED, RETURNED, ACCEPTED = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)
PAPER: Final[Any] = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nA paper\n"}


def a_targeting_meeting_decides_to_refer(road: Road, cast: Cast) -> None:
    road.go(at(TODAY - timedelta(days=7), 9))
    window = road.window(cast.officer, f"/meetings/new/?school={cast.school.pk}")
    window.day("day", TODAY).fill(time="10:00", where="Room 2").tick("people").press("Plan and invite")
    meeting = TargetingMeeting.objects.latest("pk")
    road.go(at(TODAY, 10))
    window = road.window(cast.officer, f"/meetings/{meeting.pk}/")
    window.press("Make the pack").press("Begin the meeting")
    assert cast.ada.name in window.says and cast.ben.name not in window.says
    window.follow(cast.ada.name).pick(choice="consult").fill(
        note="Help of the school was not enough.", line="@school log the talk by Fri"
    )
    window.press("Save")
    for name in severe_of(window):
        window.follow(name).pick(choice="school_acts").fill(note="Known; the plan goes on.").press("Save")
    window.press("End the meeting")
    window.tick("attended").press("Agree and send the summary")
    assert TargetingDecision.objects.get(meeting=meeting, pupil=cast.ada).choice == "consult"
    assert "log the talk" in road.window(cast.staff, f"/meetings/{meeting.pk}/").says


def severe_of(window: Window) -> list[str]:
    """The severely absent children who wait for a decision."""
    rows = window.page.locator(".ms-live__list [data-row]", has_text="Severe")
    return list(map(str, rows.locator("a").all_inner_texts()))


def the_school_refers(road: Road, cast: Cast) -> Referral:
    road.go(at(CONSULTED, 9))
    window = road.window(cast.staff, f"/consultations/new/?pupil={cast.ada.pk}")
    window.choose("officer", cast.officer.pk).day("on", CONSULTED).pick(how="phone", outcome="proceed")
    window.fill(
        spoke_with="Jo Sample", concern="Mondays are missed.", advice="Refer, with the log of visits."
    )
    window.press("Write it down")
    assert Consultation.objects.latest("pk").pupil == cast.ada
    window.to(f"/pupils/{cast.ada.pk}/referral/").press("Begin a referral")
    referral = Referral.objects.get(pupil=cast.ada)
    assert "Write why you refer" in window.says
    writes(window, cast, referral)
    for item in referral.items.exclude(
        key__in=("voice", "agencies", "parents", "told", "signed", "consulted", "window")
    ):
        if item.key == "visits":
            window.to(f"/referrals/{referral.pk}/evidence/{item.pk}/").pick(state="not_met")
            window.fill(words="Nobody has written them up yet.").press("Save and go back")
        else:
            encloses(window, referral, item)
    window.to(f"/referrals/{referral.pk}/")
    assert "Home visits" in window.says.partition("What would be sent back")[2]
    signed_and_sent(road, cast, window, referral)
    return referral


def writes(window: Window, cast: Cast, referral: Referral) -> None:
    """Every part but the evidence."""
    one = f"/referrals/{referral.pk}"
    window.to(f"{one}/reasons/").fill(reasons="Mondays are missed.", tried="A place at breakfast club.")
    window.press("Save and go back").to(f"{one}/voice/").fill(
        voice="I am tired.", voice_how="Talked with the mentor"
    )
    window.day("voice_on", CONSULTED).press("Save and go back").to(f"{one}/agencies/")
    window.fill(agencies="Nobody.", safeguarding="Looked at: nothing follows.").press("Save and go back")
    for parent in (cast.mother, cast.father):
        window.to(f"{one}/parents/{parent.pk}/").fill(language="English").pick(
            interpreter="no", told="meeting"
        )
        window.day("told_on", CONSULTED).press("Save and go back")


def encloses(window: Window, referral: Referral, item: Any) -> None:
    window.to(f"/referrals/{referral.pk}/evidence/{item.pk}/").pick(state="met", way="upload")
    window.page.locator("input[type=file]").set_input_files(PAPER)
    window.press("Save and go back")


def signed_and_sent(road: Road, cast: Cast, window: Window, referral: Referral) -> None:
    window.to(f"/referrals/{referral.pk}/").press("Ask the head teacher to sign")
    head = road.window(cast.head)
    assert "To sign: referrals" in head.says
    head.to(f"/referrals/{referral.pk}/").press("Sign the referral")
    window.to(f"/referrals/{referral.pk}/").press("Send the referral")


def it_is_sent_back_with_its_gap(road: Road, cast: Cast, referral: Referral) -> None:
    road.go(at(RETURNED, 9))
    window = road.window(cast.officer)
    assert "Referrals to check" in window.says and cast.ada.name in window.says
    window.to(f"/referrals/{referral.pk}/").press("Acknowledge it")
    for item in referral.items.all():
        window.choose(f"item-{item.pk}-verdict", "gap" if item.key == "visits" else "good")
    visits = referral.items.get(key="visits")
    window.fill(**{f"item-{visits.pk}-note": "The log of the visits"}).press("Save what you found")
    window.unfold("Send it back with its gaps").press("Send it back with its gaps")
    referral.refresh_from_db()
    assert referral.state == Referral.State.RETURNED


def corrected_it_is_accepted(road: Road, cast: Cast, referral: Referral) -> Case:
    road.go(at(ACCEPTED, 9))
    window = road.window(cast.staff)
    assert "Put right what is missing" in window.says
    window.to(f"/referrals/{referral.pk}/")
    assert "Sent back: this is missing" in window.says and "The log of the visits" in window.says
    encloses(window, referral, referral.items.get(key="visits"))
    signed_and_sent(road, cast, window, referral)
    window = road.window(cast.officer, f"/referrals/{referral.pk}/").press("Acknowledge it")
    for item in referral.items.all():
        window.choose(f"item-{item.pk}-verdict", "good")
    window.press("Save what you found").press("Accept the referral")
    case = Case.objects.get(pupil=cast.ada)
    assert case.owner == cast.officer and f"Case {case.number}" in window.says
    return case
