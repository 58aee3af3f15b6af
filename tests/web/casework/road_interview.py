"""On the road: the meeting, and the interview under caution that stops for a solicitor and resumes another day."""

from datetime import date

from tests.factories_attendance import at
from tests.web.casework.road import Cast, Road, Window

from mainstay.service.casework.models import FastTrack, Interview

MET, RESUMED = date(2027, 1, 7), date(2027, 1, 12)


def the_interview_stops_for_a_solicitor(road: Road, cast: Cast, one: FastTrack) -> Interview:
    road.go(at(MET, 11))
    window = road.window(cast.officer, f"/fast-tracks/{one.pk}/").follow("The meeting")
    window.tick("guests").pick(child_present="yes").fill(
        views="Mornings.", child_voice="I like maths.", support="A mentor at the gate."
    )
    window.press("Record this part").to(f"/fast-tracks/{one.pk}/hold/")
    card = window.page.locator(".ms-card", has_text=cast.mother.name)
    card.get_by_role("button", name="Begin the interview under caution").click()
    held = Interview.objects.get(fast_track=one)
    opens(window)
    window.fill(question="Where was your child on Mondays?", answer="I would like a solicitor.")
    window.press("Write it down and ask the next").follow("Stop the interview")
    window.pick(because="advice").fill(note="She calls a solicitor.").press("Stop it now")
    held.refresh_from_db()
    assert held.state == Interview.State.STOPPED and "asks for legal advice" in window.says
    return held


def opens(window: Window) -> None:
    """The seven screens before a question may be asked."""
    for number in range(1, 8):
        assert f"{number}. " in window.page.inner_text("h1")
        window.tick("confirmed").fill(note="As it was said.").press("Confirm and go on")


def it_resumes_another_day_and_is_locked(road: Road, cast: Cast, held: Interview) -> None:
    road.go(at(RESUMED, 11))
    window = road.window(cast.officer, f"/interviews/{held.pk}/").fill(note="Her solicitor is here.")
    window.press("Begin a new sitting with a fresh caution")
    opens(window)
    window.unfold("Take a break").fill(note="Water").press("The break begins")
    window.fill(note="Nothing was said").press("The break is over")
    assert "6. The caution" in window.page.inner_text("h1")
    window.tick("confirmed").fill(note="In her own words.").press("Confirm and go on")
    window.fill(question="Where was your child on Mondays?", answer="At home.").press(
        "Write it down and ask the next"
    )
    for screen in ("statements", "addition"):
        window.to(f"/interviews/{held.pk}/go/?screen={screen}").tick("confirmed").fill(note="None.")
        window.press("Confirm and go on")
    window.press("End the interview").fill(note="Read by her.").press("It was read back")
    window.fill(signed_as=cast.mother.name).press("Sign and lock the record")
    held.refresh_from_db()
    assert (held.state, held.sitting) == (Interview.State.SIGNED, 2)
    assert held.entries.filter(kind="caution").count() == 3
    assert "The lines are those that were signed." in window.to(f"/interviews/{held.pk}/").says
