"""The whole road of two families in a real browser, each step by whoever owns it, from a targeting meeting to a review.

Among the people of the made-up city, by those who sign in to it. One child is referred, sent back, accepted, visited, invited to Fast Track
with its parents, who live apart; the plan is breached and the case goes towards court. The other child's plan works. Their
officer falls ill, and a colleague goes instead.
"""

from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader
from tests.factories_attendance import at, long_file, marked
from tests.web.browsing import NARROW, NEEDS_CHROMIUM, launched
from tests.web.casework.road import Cast, Road, Window
from tests.web.casework.road_interview import (
    MET,
    it_resumes_another_day_and_is_locked,
    the_interview_stops_for_a_solicitor,
)
from tests.web.casework.road_referring import (
    a_targeting_meeting_decides_to_refer,
    corrected_it_is_accepted,
    it_is_sent_back_with_its_gap,
    the_school_refers,
)

from mainstay.roof import demo_command
from mainstay.service.casework.models import Case, FastTrack, Visit
from mainstay.service.common.jobs import queue
from mainstay.service.common.uploads import store
from mainstay.service.directory import calendars
from mainstay.service.directory.models import Address, Parent

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]

LOADED = date(2026, 11, 16)
VISITED, INVITED = date(2026, 11, 30), date(2026, 12, 2)
BREACHED, ARRIVED = date(2027, 2, 4), date(2027, 2, 8)
REVIEWED, ILL = date(2027, 2, 23), date(2027, 2, 24)


def test_two_families_go_the_whole_road(live_server: Any, monkeypatch: Any, tmp_path: Path) -> None:
    def go(now: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        monkeypatch.setattr("mainstay.service.accounts.middleware.time", SimpleNamespace(time=now.timestamp))

    go(at(LOADED, 9))
    demo_command.load(LOADED - timedelta(days=3), 1, True, people_only=True)
    cast = Cast()
    other = cast.plan_of_ben()
    with launched() as browser:
        road = Road(browser, live_server.url, go)
        a_targeting_meeting_decides_to_refer(road, cast)
        referral = the_school_refers(road, cast)
        it_is_sent_back_with_its_gap(road, cast, referral)
        case = corrected_it_is_accepted(road, cast, referral)
        a_visit_is_recorded_on_a_phone(road, cast, case)
        the_investigation_recommends_fast_track(road, cast, case)
        one = two_parents_at_two_addresses_are_invited(road, cast, case)
        held = the_interview_stops_for_a_solicitor(road, cast, one)
        the_plan_begins(road, cast, one)
        it_resumes_another_day_and_is_locked(road, cast, held)
        the_plan_is_breached_in_week_five(road, cast, one, tmp_path)
        the_review_is_brought_forward(road, cast, one, "More was missed than agreed.")
        the_review_is_brought_forward(road, cast, other, "Every session was attended since.")
        the_review_sends_one_towards_court_and_closes_the_other(road, cast, one, other)
        the_officer_is_ill_and_a_colleague_goes(road, cast, other.case)
        the_aftercare_is_over_and_the_case_closes(road, cast, other)
        the_manager_sees_all_of_it(road, cast)
        assert road.problems == []


def a_visit_is_recorded_on_a_phone(road: Road, cast: Cast, case: Case) -> None:
    visit = plans_a_visit(road.window(cast.officer), case, VISITED)
    road.go(at(VISITED, 16))
    window = road.window(cast.officer, f"/cases/visits/{visit.pk}/", width=NARROW)
    window.press("I am arriving")
    assert window.fits
    written_up(window, visit)


def written_up(window: Window, visit: Visit) -> None:
    window.press("I am safe and leaving").follow("Write up the visit")
    assert window.fits
    window.pick(outcome="seen", child_seen="yes").fill(who_seen="The child and the mother")
    window.page.get_by_label("What was said and seen").fill("Mornings are hard since the move.")
    window.press("Save and finish the record")
    window.page.wait_for_url(f"**/cases/visits/{visit.pk}/")
    visit.refresh_from_db()
    assert visit.state == Visit.State.RECORDED and window.fits
    assert "Mornings are hard since the move." in window.says


def plans_a_visit(window: Window, case: Case, on: date) -> Visit:
    window.to(f"/cases/{case.pk}/visits/new/").day("day", on).fill(hour="16:00", purpose="To meet the family")
    window.pick(announced="no").fill(risks="Looked: none known.").press("Plan the visit")
    return Visit.objects.latest("pk")


def the_investigation_recommends_fast_track(road: Road, cast: Cast, case: Case) -> None:
    road.go(at(VISITED + timedelta(days=1), 9))
    address = f"/cases/investigations/{case.investigation.pk}/"
    window = road.window(cast.officer, address).press("Check the registers")
    for box in window.page.locator("form[action$='/save/'] textarea").all():
        box.fill("Mornings are hard; the bus is feared.")
    window.fill(no_agencies="None is involved.").press("Save")
    window.pick(recommendation="fast_track").fill(reasons="Help did not change enough.")
    window.day("review_on", MET).press("Finish the investigation")
    road.window(cast.senior, address).press("Agree to the recommendation")


def two_parents_at_two_addresses_are_invited(road: Road, cast: Cast, case: Case) -> FastTrack:
    road.go(at(INVITED, 9))
    window = road.window(cast.senior, f"/cases/{case.pk}/").follow("Decide on Fast Track")
    window.pick(suitable="yes", section="444(1)").tick("parents")
    window.day("offence_from", date(2026, 11, 2)).day("offence_to", date(2026, 11, 20))
    window.fill(
        evidence="The register.", support_tried="A mentor.", alternatives="Early help was declined.",
        circumstances="None known.", equality="Considered.", reasons="Help did not change enough.",
    )  # fmt: skip
    window.press("Record the decision")
    one = FastTrack.objects.get(case=case)
    window = road.window(cast.support)
    assert "Invite the parents" in window.says
    window.to(f"/fast-tracks/{one.pk}/meeting/").day("on", MET).choose("chair", cast.senior.pk)
    window.fill(starts="10:00", minutes="60", where="The school, the blue room").press("Set the meeting")
    for parent in (cast.mother, cast.father):
        window.to(f"/fast-tracks/{one.pk}/parents/{parent.pk}/needs/").tick("asked").press("Keep it")
    window.to(f"/fast-tracks/{one.pk}/").press("Send the invitations")
    queue.run_waiting()
    letters = {to.parent_id: letter_of(to.document) for to in one.invitations.all()}
    for own, other in ((cast.mother, cast.father), (cast.father, cast.mother)):
        words = letters[own.pk]
        assert all(part in words for part in (*home_of(own), own.surname, "Thursday 7 January 2027"))
        assert not any(part in words for part in (*home_of(other), other.forename))
    return one


def home_of(parent: Parent) -> tuple[str, str]:
    """The first line of the address, and the postcode."""
    address = Address.objects.get(parent=parent)
    return address.lines.splitlines()[0], address.postcode


def letter_of(document: Any) -> str:
    sheets = PdfReader(BytesIO(store.read(document.file))).pages
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in sheets)


def the_plan_begins(road: Road, cast: Cast, one: FastTrack) -> None:
    window = road.window(cast.officer, f"/fast-tracks/{one.pk}/plan/")
    window.fill(
        need="Mornings", action="Meets the child at the gate", who="The mentor", measure="The mentor’s diary"
    )
    window.choose("owner", "school").day("due", date(2027, 1, 25)).press("Add the line")
    window.pick(agreed="yes").fill(target="95", tolerated="4").press("Begin the framework today")
    road.window(cast.support, f"/fast-tracks/{one.pk}/").press("Send the plan to each parent")
    assert "Meets the child at the gate" in road.window(cast.head, f"/fast-tracks/{one.pk}/").says


def the_plan_is_breached_in_week_five(road: Road, cast: Cast, one: FastTrack, folder: Path) -> None:
    road.go(at(ARRIVED, 9))
    days = [day for day in calendars.school_days(cast.school, 2026) if MET <= day < ARRIVED]
    missed = marked(days, "O", 5, start=days.index(BREACHED) - 2)
    file = folder / "marks.csv"
    file.write_bytes(long_file({cast.ada: missed, cast.ben: marked(days, "O", 0)}).getvalue())
    window = road.window(cast.staff, "/imports/new/")
    window.page.locator("input[type=file]").set_input_files(str(file))
    window.press("Read the files").press("Take the marks")
    window.page.get_by_text("new marks").first.wait_for()
    one.refresh_from_db()
    assert one.breached_on == BREACHED and one.starts_on is not None
    assert (BREACHED - one.starts_on).days // 7 + 1 == 5
    assert "a breach to decide on" in road.window(cast.officer).says
    assert "a breach to decide on" in road.window(cast.manager).says


def the_review_is_brought_forward(road: Road, cast: Cast, one: FastTrack, because: str) -> None:
    window = road.window(cast.officer, f"/fast-tracks/{one.pk}/").follow("Bring the review forward")
    window.day("on", REVIEWED).fill(starts="10:00", because=because).press("Bring it forward")
    assert "To be reviewed" in window.says
    one.refresh_from_db()
    assert one.state == FastTrack.State.REVIEW
    for to in one.invitations.all():
        window = road.window(cast.support, f"/fast-tracks/{one.pk}/parents/{to.parent_id}/needs/")
        window.tick("asked").press("Keep it")
    window.press("Send the invitations to the review")


def the_review_sends_one_towards_court_and_closes_the_other(
    road: Road, cast: Cast, one: FastTrack, other: FastTrack
) -> None:
    road.go(at(REVIEWED, 11))
    for each, done, outcome in ((one, "no", "legal"), (other, "yes", "improved")):
        window = road.window(cast.officer, f"/fast-tracks/{each.pk}/").follow("Say whether it was done")
        window.pick(done=done).fill(evidence="The mentor’s diary.").press("Keep it")
        window = road.window(cast.senior, f"/fast-tracks/{each.pk}/review/")
        window.fill(voice="I like maths.", account="The mornings, again.").press("Record the review")
        window.pick(outcome=outcome).fill(
            reasons="As the register shows.", alternatives="More weeks.", equality="Considered."
        )
        window.press("Record the outcome")
        road.window(cast.support, f"/fast-tracks/{each.pk}/").press("Send the outcome to each parent")
    states = [Case.objects.get(pk=each.case_id).state for each in (one, other)]
    assert states == [Case.State.LEGAL, Case.State.MONITORING]
    assert cast.ada.name in road.window(cast.legal, "/cases/?state=legal").says


def the_officer_is_ill_and_a_colleague_goes(road: Road, cast: Cast, case: Case) -> None:
    visit = plans_a_visit(road.window(cast.officer), case, ILL)
    road.go(at(ILL, 8))
    window = road.window(cast.manager, "/team/away/new-for-a-colleague/")
    window.choose("officer", cast.officer.pk).pick(kind="sickness").press("Enter it")
    assert "Nobody yet" in road.window(cast.manager).says.partition("Cover needed today")[2]
    window.tick("meeting").choose("colleague", cast.colleague.pk).press("Look at their calendar")
    assert "Free" in window.says
    window.press(f"Ask {cast.colleague.name}")
    window = road.window(cast.colleague)
    assert "Colleagues ask you" in window.says
    window.to("/team/away/").press("Accept")
    visit.meeting.refresh_from_db()
    assert visit.meeting.organiser == cast.colleague
    road.go(at(ILL, 16))
    window = road.window(cast.colleague, f"/cases/visits/{visit.pk}/", width=NARROW).press("I am arriving")
    assert "Officer is there" in window.says
    written_up(window, visit)
    assert cast.officer.name in road.window(cast.manager, "/team/away/").says
    assert "Away today" in road.window(cast.manager, "/team/caseloads/").says


def the_aftercare_is_over_and_the_case_closes(road: Road, cast: Cast, one: FastTrack) -> None:
    one.refresh_from_db()
    assert one.aftercare_until is not None
    road.go(at(one.aftercare_until + timedelta(days=1), 9))
    window = road.window(cast.officer, f"/fast-tracks/{one.pk}/").follow("End the aftercare")
    window.fill(because="Attendance has held.").press("Close the case")
    assert Case.objects.get(pk=one.case_id).state == Case.State.CLOSED


def the_manager_sees_all_of_it(road: Road, cast: Cast) -> None:
    for path, words in (
        ("/", ("Cases by stage", "With legal", "Waiting across the team", "This week in numbers")),
        ("/meetings/", (cast.school.name, "Agreed")),
        ("/meetings/coverage/", (cast.school.name,)),
        ("/referrals/?state=all", (cast.ada.name, "Accepted")),
        ("/referrals/right-first-time/", (cast.school.name,)),
        ("/cases/", (cast.ada.name, "With legal")),
        ("/cases/?state=closed", (cast.ben.name, "Closed")),
        ("/cases/visits/?scope=team&state=all", (cast.ada.name, "Written up", cast.colleague.name)),
        ("/fast-tracks/?state=all", (cast.ada.name, "Closed", cast.ben.name)),
        ("/team/caseloads/", (cast.officer.name,)),
        (f"/pupils/{cast.ada.pk}/chronology/", ("more sessions missed than tolerated", "Referral")),
    ):
        said = road.window(cast.manager, path).says
        for word in words:
            assert word in said, (path, word)
