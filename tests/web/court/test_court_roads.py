"""The roads to court in a real browser, each step by whoever owns it, with what stands in the way of it, in words.

An unpaid penalty notice and failed Fast Tracks go to a fine on the papers, to a conviction of the lesser offence, over the
outer limit date, and to a supervision order; a child on no roll to an attendance order.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.factories import PupilFactory
from tests.factories_attendance import at, days_before, give, marked
from tests.factories_attendance_orders import a_named_school
from tests.factories_cases import a_case
from tests.factories_fast_track import decided, invited, met, reviewed, running
from tests.factories_penalties import a_notice, a_parent, absent
from tests.factories_visits import investigated
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of
from tests.web.court.road import Cast, Road, Window
from tests.web.court.road_prosecuting import (
    a_bundle_is_filled,
    a_court_is_added,
    a_sitting_is_added,
    all_are_told,
    an_order_is_considered_first,
    considers,
    is_authorised,
    is_tested,
    proposes,
    the_officer_gives_a_statement,
    the_school_gives_evidence,
)

from mainstay.service.casework import watching_fast_track
from mainstay.service.casework.actions import fast_track_reviewing as reviewing
from mainstay.service.casework.models import Case
from mainstay.service.court import clocks
from mainstay.service.court.models import Bundle, Hearing, Prosecution
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.orders.actions import supervision_court
from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
from mainstay.service.penalties.actions import ending
from mainstay.service.penalties.models import Notice

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]
BORN = date(2016, 3, 4)
#: the notice was payable until the Tuesday before; the Fast Track ended on the Friday before
UNPAID, FAILED = date(2027, 1, 4), date(2027, 3, 22)
HEARD, TRIED = date(2027, 4, 21), date(2027, 5, 19)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as running_:
        yield running_


@pytest.fixture
def road(browser: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Road]:
    """From a Monday in term on."""

    def go(now: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        monkeypatch.setattr("mainstay.service.accounts.middleware.time", SimpleNamespace(time=now.timestamp))

    go(at())
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
    one = Road(context.new_page(), live_server.url, go)
    one.page.on("pageerror", lambda error: one.problems.append(str(error)))
    yield one
    context.close()
    assert one.problems == []


def failed_fast_track(cast: Cast, *, parents: int) -> tuple[Case, list[Parent]]:
    """Absent for six days of November; met and agreed; the weeks changed nothing, and a senior officer passes it on."""
    child: Pupil = PupilFactory(school=cast.school, enrolled__entered_on=date(2025, 9, 1), date_of_birth=BORN)
    days = days_before(cast.school)
    give(child, marked(days, "O", 12, start=len(days) - 15))
    asked = [a_parent(child, date_of_birth=date(1988, 4, 2)) for _ in range(parents)]
    case = investigated(a_case(child, owner=cast.officer), senior=cast.senior)
    one = running(met(invited(decided(case=case, parents=asked, by=cast.senior), chair=cast.senior)))
    assert one.review_on is not None
    when = at(one.review_on, 15)
    watching_fast_track.fall_due(on=one.review_on, last=None)
    one = reviewed(one, cast.senior, when)
    said = reviewing.Weighed(reasons="As the register shows.", alternatives="More weeks.", equality="Considered.")
    reviewing.pass_on(fast_track_id=one.pk, outcome="legal", weighed=said, by=cast.senior, at=when)
    return Case.objects.get(pk=case.pk), asked


def test_an_unpaid_notice_is_decided_by_a_single_justice_without_a_reply(road: Road) -> None:
    cast = Cast()
    child = absent(school=cast.school, date_of_birth=BORN)
    parent = a_parent(child, date_of_birth=date(1988, 4, 2))
    notice = a_notice(pupil=child, parent=parent, officer=cast.officer, approver=cast.senior)
    ending.fall_due(on=date(2026, 12, 30), last=None)
    road.go(at(UNPAID, 9))
    window = road.window(cast.manager, f"/notices/{notice.pk}/").press("Decide to prosecute")
    window.write("The absences are not explained.").goes("Decide to prosecute")

    window = road.window(cast.officer, f"/notices/{notice.pk}/").follow("Propose the prosecution")
    proposes(window, offence="444(1)")
    one = Prosecution.objects.get()
    assert (one.notice, one.parent, len(one.sessions)) == (notice, parent, 10)
    an_order_is_considered_first(road, cast, one)
    is_tested(road, cast, one)
    is_authorised(road, cast, one)
    the_school_gives_evidence(road, cast, one)
    the_officer_gives_a_statement(road, cast, one, at(UNPAID, 9))
    bundle = a_bundle_is_filled(road, cast, one, at(UNPAID, 9))

    # where replies go has to be known; then everything is served with the charge
    window = road.window(cast.legal, f"/prosecutions/{one.pk}/").follow("Issue the charge").pick(route="sjp")
    window.refused("Issue the charge", "where a defendant sends the reply")
    window.to("/court/values/plea_address/").fill(value="An invented centre\nZZ99 9ZZ", reason="As the court says.")
    window.day("since", UNPAID).goes("Keep the value")
    window.to(f"/prosecutions/{one.pk}/charge/").pick(route="sjp").goes("Issue the charge")
    window.sees("The charge is issued and served", "Single justice")
    window.to(f"/prosecutions/bundles/{bundle.pk}/").goes("Add it: Charge and notice")
    window.goes("Issue and seal the bundle").sees("Issued by Lee Legal").unfold("Record that it was served")
    window.goes("Record it").sees(f"{parent.name}: ")
    one.refresh_from_db()
    assert one.reply_by is not None and bundle_of(one).state == Bundle.State.ISSUED

    # nobody says "no reply", and no justice decides, before the time to reply is over
    a_court_is_added(road, cast)
    a_sitting_is_added(road, cast, one.reply_by + timedelta(days=5))
    road.go(at(one.reply_by, 9))
    window = road.window(cast.legal, f"/prosecutions/{one.pk}/").follow("Record the reply")
    window.pick(plea="none").day("on", one.reply_by).refused("Record the reply", "The defendant can reply until")
    day = one.reply_by + timedelta(days=1)
    road.go(at(day, 9))
    window = road.window(cast.legal, f"/prosecutions/{one.pk}/").sees("it is tried on the papers")
    window.follow("Record the reply").pick(plea="none").day("on", day).goes("Record the reply")
    window.follow("List it").tick("prosecution")
    window.page.locator("select[name=sitting]").select_option(index=1)
    window.goes("Put onto the list")

    hearing = Hearing.objects.get()
    day = one.reply_by + timedelta(days=5)
    road.go(at(day, 17))
    window = road.window(cast.legal, f"/court/hearings/{hearing.pk}/").fill(notes="On the papers.")
    window.pick(outcome="decided", attended="defendant")
    window.refused("Record the hearing", "A single justice decides on the papers")
    window.page.locator("input[value=defendant]").uncheck()
    window.goes("Record the hearing").follow("Write down the result")
    window.pick(verdict="convicted").fill(fine="1,000.01", costs_asked="200", costs_granted="250")
    window.refused("Record the result", "The heaviest fine for", "More costs are granted than were asked for")
    window.fill(fine="200", costs_granted="150").goes("Record the result").sees("Fine of £200")
    all_are_told(road, cast, one, day + timedelta(days=9))
    notice.refresh_from_db()
    assert notice.outcome == Notice.Outcome.CONVICTED

    road.go(at(day + timedelta(weeks=5), 9))
    window = road.window(cast.officer, f"/prosecutions/{one.pk}/").follow("Attendance after court")
    window.pick(improved="yes").write("Every session was attended since.").goes("Close after the check").sees("Closed")


def bundle_of(one: Prosecution) -> Bundle:
    return Bundle.objects.get(prosecution=one)


def test_a_failed_fast_track_leads_to_the_lesser_offence_and_past_the_outer_date(road: Road) -> None:
    cast = Cast()
    case, (mother, father) = failed_fast_track(cast, parents=2)
    road.go(at(FAILED, 9))
    window = road.window(cast.officer).sees("Prosecutions to propose").to(f"/cases/{case.pk}/")
    proposes(window.follow("Propose a prosecution"), offence="444(1A)")
    one, other = Prosecution.objects.get(parent=mother), Prosecution.objects.get(parent=father)
    an_order_is_considered_first(road, cast, one)
    is_tested(road, cast, one)
    is_authorised(road, cast, one)
    the_school_gives_evidence(road, cast, one)
    the_officer_gives_a_statement(road, cast, one, at(FAILED, 9))
    a_bundle_is_filled(road, cast, one, at(FAILED, 9))

    # imprisonment is possible: no single justice
    a_court_is_added(road, cast)
    a_sitting_is_added(road, cast, HEARD)
    a_sitting_is_added(road, cast, TRIED)
    window = road.window(cast.legal, f"/prosecutions/{one.pk}/").follow("Issue the charge").pick(route="sjp")
    window.refused("Issue the charge", "only for an offence without imprisonment: choose a requisition")
    window.pick(route="requisition")
    window.page.locator("select[name=sitting]").select_option(index=1)
    window.goes("Issue the charge").sees("The charge is issued and served", "Listed")
    hearing = Hearing.objects.get()

    road.go(at(HEARD, 17))
    window = road.window(cast.legal, f"/court/hearings/{hearing.pk}/").pick(attended="defendant", outcome="decided")
    window.choose("plea", "not_guilty").fill(notes="Pleaded not guilty.")
    window.refused("Record the hearing", "A plea of not guilty leads to a trial").pick(outcome="trial_set")
    window.refused("Record the hearing", "Say by when the court wants disclosure")
    window.day("disclosure_due", HEARD + timedelta(days=14)).choose("disclosure_officer", cast.officer.pk)
    window.page.locator("select[name=next_sitting]").select_option(index=1)
    window.goes("Record the hearing").sees("Set down for trial")

    the_other_parent_is_out_of_time(road, cast, other)

    road.go(at(TRIED, 17))
    trial = Hearing.objects.exclude(pk=hearing.pk).get()
    window = road.window(cast.legal, f"/court/hearings/{trial.pk}/").pick(attended="defendant", outcome="decided")
    window.fill(notes="The bench heard both sides.").goes("Record the hearing").follow("Write down the result")
    window.pick(verdict="lesser").fill(parenting="6", requirements="A guidance programme, weekly.")
    window.refused("Record the result", "Write down the sentence").fill(fine="1,500", custody="2")
    window.refused("Record the result", "cannot be punished with imprisonment", "The heaviest fine for")
    window.fill(fine="150", custody="").goes("Record the result")
    window.sees("Convicted of the lesser offence", "Parenting order, 6 months", "Fine of £150")
    all_are_told(road, cast, one, TRIED + timedelta(days=9))


def the_other_parent_is_out_of_time(road: Road, cast: Cast, one: Prosecution) -> None:
    """Past the safe date it is warned of; after the outer date nothing goes on, and it stops by itself."""
    page = f"/prosecutions/{one.pk}/"
    road.go(at(one.outer_date, 9))
    road.window(cast.officer, page).sees("Past the safe date").goes("Go on to the full code test")
    road.go(at(one.outer_date + timedelta(days=1), 9))
    window = road.window(cast.officer, page).sees("No charge can be issued")
    road.window(cast.legal, page).sees("Before you can review the full code test It is out of time")
    clocks.run_out(on=one.outer_date + timedelta(days=1), last=None)
    window.to(page).sees("Stopped", "Out of time")
    window.to(f"/pupils/{one.case.pupil_id}/chronology/").sees("No charge was issued, and none can be")
