"""The roads to court in a real browser, each step by whoever owns it, with what stands in the way of it, in words.

An unpaid penalty notice and failed Fast Tracks go to a fine on the papers, to a conviction of the lesser offence, over the
outer limit date, and to a supervision order; a child on no roll to an attendance order.
"""

from collections.abc import Iterator
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
from tests.web.browsing import NEEDS_CHROMIUM, launched
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
    the_evidence_is_there,
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
    said = reviewing.Weighed(
        reasons="As the register shows.", alternatives="More weeks.", equality="Considered."
    )
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
    road.go(at(UNPAID, 10))
    an_order_is_considered_first(road, cast, one)
    road.go(at(UNPAID, 11))
    is_tested(road, cast, one)
    is_authorised(road, cast, one)
    the_school_gives_evidence(road, cast, one)
    the_officer_gives_a_statement(road, cast, one, at(UNPAID, 11))
    bundle = a_bundle_is_filled(road, cast, one, at(UNPAID, 11))

    # where replies go has to be known; then everything is served with the charge
    window = road.window(cast.legal, f"/prosecutions/{one.pk}/").follow("Issue the charge").pick(route="sjp")
    window.refused("Issue the charge", "where a defendant sends the reply")
    window.to("/court/values/plea_address/").fill(
        value="An invented centre\nZZ99 9ZZ", reason="As the court says."
    )
    window.day("since", UNPAID).goes("Set it")
    window.to(f"/prosecutions/{one.pk}/charge/").pick(route="sjp").goes("Issue the charge")
    window.sees("The charge is issued and served", "Single justice")
    window.to(f"/prosecutions/bundles/{bundle.pk}/").in_row("Charge and notice", "Add it")
    window.goes("Issue and seal the bundle").sees("Issued by Lee Legal").unfold("Record that it was served")
    window.goes("Record it").sees(f"{parent.name}: ")
    one.refresh_from_db()
    assert one.reply_by is not None and bundle_of(one).state == Bundle.State.ISSUED

    # nobody says "no reply", and no justice decides, before the time to reply is over
    a_court_is_added(road, cast)
    a_sitting_is_added(road, cast, one.reply_by + timedelta(days=5))
    road.go(at(one.reply_by, 9))
    window = road.window(cast.legal, f"/prosecutions/{one.pk}/").follow("Record the reply")
    window.pick(plea="none").day("on", one.reply_by).refused(
        "Record the reply", "The defendant can reply until"
    )
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

    road.go(at(day + timedelta(weeks=6), 9))
    window = road.window(cast.officer, f"/prosecutions/{one.pk}/").follow("Attendance after court")
    window.pick(improved="yes").write("Every session was attended since.").goes("Close after the check").sees(
        "Closed"
    )


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
    road.go(at(FAILED, 10))
    is_tested(road, cast, one)
    is_authorised(road, cast, one)
    the_evidence_is_there(road, cast, one, at(FAILED, 10))

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
    window = road.window(cast.legal, f"/court/hearings/{hearing.pk}/").pick(
        attended="defendant", outcome="decided"
    )
    window.choose("plea", "not_guilty").fill(notes="Pleaded not guilty.")
    window.refused("Record the hearing", "A plea of not guilty leads to a trial").pick(outcome="trial_set")
    window.refused("Record the hearing", "Say by when the court wants disclosure")
    window.day("disclosure_due", HEARD + timedelta(days=14)).choose("disclosure_officer", cast.officer.pk)
    window.page.locator("select[name=next_sitting]").select_option(index=1)
    window.goes("Record the hearing").sees("Set down for trial")

    the_other_parent_is_out_of_time(road, cast, other)

    road.go(at(TRIED, 17))
    trial = Hearing.objects.exclude(pk=hearing.pk).get()
    window = road.window(cast.legal, f"/court/hearings/{trial.pk}/").pick(
        attended="defendant", outcome="decided"
    )
    window.fill(notes="The bench heard both sides.").goes("Record the hearing").follow(
        "Write down the result"
    )
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


def test_a_supervision_order_is_made_directed_breached_and_extended(road: Road) -> None:
    cast = Cast()
    case, [parent] = failed_fast_track(cast, parents=1)
    road.go(at(FAILED, 9))
    considers(road, cast, case, "apply_instead")
    one = SupervisionOrder.objects.get()
    page = f"/supervision-orders/{one.pk}/"
    an_order_is_sought(road, cast, page)
    an_order_is_made(road, cast, one)
    made = HEARD

    # a direction is written after both wishes were asked for; nobody breaches what they do not have
    road.go(at(made, 17))
    window = road.window(cast.officer, page).sees("Name the supervising officer first")
    window = road.window(cast.senior, page).follow("Name the supervising officer")
    window.choose("supervisor", cast.officer.pk).goes("Name the officer")
    window = road.window(cast.officer, page).follow("Give a direction").pick(to=str(parent.pk), way="post")
    window.day("due_on", made + timedelta(days=14)).fill(
        text="Be at the gate by 8:40.", because="Mornings are missed."
    )
    window.refused("Give the direction", "There is a problem").write("The bus is late.").goes(
        "Give the direction"
    )
    window.follow("record a breach").day("on", made).write("Not at the gate.")
    window.refused("Record the breach", "nobody breaches what they did not have")
    for n, day in enumerate((made + timedelta(days=7), made + timedelta(days=8)), 1):
        road.go(at(day, 17))
        window = (
            road.window(cast.officer, page).follow("record a breach").day("on", day).write("Not at the gate.")
        )
        window.goes("Record the breach").follow("Judge whether failures are persistent")
        window.sees(f"{n} breach").pick(to=str(parent.pk)).write("Over two weeks.")
        window.refused(
            "Record the judgement", ("One failure is not persistent", "no written warning yet")[n - 1]
        )
    window.to(page).follow("Write a warning").pick(way="hand").goes("Write the warning")
    window.follow("Judge whether failures are persistent").pick(to=str(parent.pk)).write("Over two weeks.")
    window.goes("Record the judgement").sees("2 breaches, judged by Ola Officer", "Propose a prosecution")

    # an extension is sought in the last three months alone
    window = road.window(cast.legal, page).follow("Record an application to extend").day("applied_on", day)
    window.write("Mornings are still hard.").refused(
        "Record the application", "An extension is applied for from"
    )
    one.refresh_from_db()
    assert one.ends_on is not None
    ends, applied = one.ends_on, one.ends_on - timedelta(days=60)
    road.go(at(applied, 9))
    window = road.window(cast.officer).sees(one.number)
    window = (
        road.window(cast.legal, page).follow("Record an application to extend").day("applied_on", applied)
    )
    window.day("hearing_on", applied + timedelta(days=30)).write("Mornings are still hard.")
    window.goes("Record the application")
    road.go(at(applied + timedelta(days=30), 17))
    window = (
        road.window(cast.legal, page).follow("Record the hearing of the extension").pick(outcome="granted")
    )
    window.day("decided_on", applied + timedelta(days=30)).day("ends_on", ends + timedelta(days=1200))
    window.refused("Record it", "at the latest").day("ends_on", ends + timedelta(days=365)).goes("Record it")
    window.sees("Extended")
    supervision_court.expire(order_id=one.pk, on=ends + timedelta(days=1), at=at(ends + timedelta(days=1)))
    one.refresh_from_db()
    assert (one.state, one.ends_on) == (SupervisionOrder.State.IN_FORCE, ends + timedelta(days=365))
    road.window(cast.staff, f"/pupils/{case.pupil_id}/chronology/").sees("extended until")


def an_order_is_sought(road: Road, cast: Cast, page: str) -> None:
    """Social care is consulted and answers; the plan is written; a manager who did not consider it authorises."""
    window = road.window(cast.officer, page).sees(
        "Consult the council's own social care: this is done in every case"
    )
    window.follow("Say whether another authority is concerned").pick(elsewhere="no").goes("Keep it")
    window.follow("Consult an authority").pick(whom="own", way="before").fill(name="Assessment team").write(
        "The four questions."
    )
    window.goes("Record it").sees("The time to answer runs still for Assessment team")
    window.follow("Record the answer").day("answered_on", FAILED).write("None.").goes("Keep the answer")
    window.follow("Go on to the plan").goes("Go on").follow("Write the plan and the report").write().goes(
        "Keep it"
    )
    road.window(cast.legal, page).sees("A manager has to authorise the application")
    window = road.window(cast.manager, page).follow("Authorise the application")
    window.refused("Authorise", "There is a problem").write("Agreed.").goes("Authorise")


def an_order_is_made(road: Road, cast: Cast, one: SupervisionOrder) -> None:
    """Each respondent is served in time before the hearing, at which the order is made."""
    page = f"/supervision-orders/{one.pk}/"
    window = road.window(cast.legal, page).follow("Record the application").day("applied_on", FAILED)
    window.fill(court="The Family Court at Inventon").day("hearing_on", HEARD).goes("Record the application")
    window.sees("Record of each respondent how and when")
    late = HEARD - timedelta(days=2)
    road.go(at(late, 9))
    window = road.window(cast.legal, page).follow("Record service").day("served_on", late).fill(how="By hand")
    window.refused("Record service", "service is in time until").day("served_on", FAILED).goes(
        "Record service"
    )
    window.follow("Record service").day("served_on", FAILED).fill(how="By hand").goes("Record service")
    road.go(at(HEARD, 16))
    window = road.window(cast.legal, page).follow("Record that the order was made").day("made_on", HEARD)
    window.goes("Record the order").sees("In force until", "Section 444 is displaced")


def test_an_attendance_order_is_served_another_school_put_in_it_and_the_child_enrolled(road: Road) -> None:
    cast = Cast()
    first, second = a_named_school(name="Made-up Primary"), a_named_school(name="Another Primary")
    child: Pupil = PupilFactory(school=None, date_of_birth=BORN)
    parent = a_parent(child)
    at_school: Pupil = PupilFactory(school=cast.school, enrolled__entered_on=date(2025, 9, 1))
    day = date(2026, 9, 3)
    road.go(at(day))
    window = road.window(cast.officer, f"/pupils/{at_school.pk}/attendance-order/").sees(cast.school.name)
    assert not window.page.get_by_role("button", name="Begin the enquiries").count()
    window.to(f"/pupils/{child.pk}/cases/").press("Begin an attendance order").tick("parents")
    window.refused("Begin the enquiries", "There is a problem").day("received_on", day)
    window.write("A neighbour says that the child is at home all day.").goes("Begin the enquiries")
    one = AttendanceOrder.objects.get()
    page = f"/attendance-orders/{one.pk}/"
    day = the_family_is_asked(road, cast, one, day)
    day = a_panel_and_the_schools(road, cast, one, first, day)

    road.go(at(day))
    window = (
        road.window(cast.officer, page)
        .goes("Go on: the time to choose is over")
        .goes("Send: school attendance order")
    )
    one.refresh_from_db()
    assert one.state == "served" and one.served_on is not None
    day = one.served_on + timedelta(days=7)
    road.go(at(day))
    window = road.window(cast.officer, page).follow("Record a check with the school").day("on", day)
    window.pick(registered="no").write("The office.").goes("Keep the check").sees("Not registered")

    # the council's own change is consulted about first; a parent's needs a place
    window = road.window(cast.manager, page).follow("Amend the order").pick(ground="council")
    window.choose("school", second.pk).write("A place nearer to the home.")
    window.refused("Amend and serve it", "write down whom you consulted before it is named").pick(
        ground="parent"
    )
    window.refused("Amend and serve it", "Choose the ground; for a parent’s request, the parent who asked")
    window.choose("parent", parent.pk).goes("Amend and serve it").sees(
        "Another Primary instead of Made-up Primary"
    )
    one.refresh_from_db()
    assert one.school == second and one.served_on > day
    day = one.served_on + timedelta(days=4)
    road.go(at(day))
    window = road.window(cast.officer, page).follow("Record a check with the school").day("on", day)
    window.pick(registered="yes").write("The office.").goes("Keep the check").sees("Registered")
    one.refresh_from_db()
    assert one.enrolled_on == day
    window.to("/attendance-orders/?registered=yes").sees(one.number, "Another Primary")


def the_family_is_asked(road: Road, cast: Cast, one: AttendanceOrder, day: date) -> date:
    """Nothing formal before a contact, the letter, the warning and their times; the first day after the notice's."""
    page = f"/attendance-orders/{one.pk}/"
    window = Window(road.page).sees("Write down a contact with the family")
    window.follow("Add an enquiry").choose("kind", "call").day("on", day).write("Nobody answered.").goes(
        "Write it down"
    )
    for name, kind, then in (
        ("informal letter", "letter", "to answer the informal letter"),
        ("warning that a notice follows", "warning", "to answer the warning"),
        ("notice under section 437(1)", "first", "to show that the child is suitably educated"),
    ):
        window.goes(f"Send: {name}").sees(then)
        sent = one.notices.get(kind=kind)
        assert sent.last_day is not None
        day = sent.last_day + timedelta(days=1)
        road.go(at(day))
        window = road.window(cast.officer, page)
    return day


def a_panel_and_the_schools(road: Road, cast: Cast, one: AttendanceOrder, school: Any, day: date) -> date:
    """The manager decides, schools are consulted and told, the parents can choose: the first day after their time."""
    page = f"/attendance-orders/{one.pk}/"
    Window(road.page).goes("Send it to the panel")
    window = (
        road.window(cast.manager, page)
        .follow("The panel’s decision")
        .pick(shown="no", expedient="yes", way="school")
    )
    window.refused("Keep the decision", "There is a problem").write().goes("Keep the decision")
    window = road.window(cast.officer, page).sees("Choose the school").follow("Consult about a school")
    window.choose("school", school.pk).choose("body", "governors").day("asked_on", day).fill(
        how="Letter to the clerk"
    )
    window.goes("Write it down").follow("Choose the school").choose("school", school.pk).write("The nearest.")
    window.refused("Choose it", "write down what was answered").to(page).follow("Complete it").choose(
        "reply", "agrees"
    )
    window.day("replied_on", day).choose("number", "within").choose("excluded", "no").goes("Write it down")
    window.follow("Choose the school").choose("school", school.pk).write("The nearest.").goes("Choose it")
    window.goes("Tell the schools").sees("to ask the Secretary of State for a direction")
    last = max(paper.last_day for paper in one.papers.all() if paper.last_day)
    road.go(at(last + timedelta(days=1)))
    road.window(cast.officer, page).goes("Send: notice of intention under section 438").sees(
        "to choose another school"
    )
    sent = one.notices.get(kind="intention")
    assert sent.last_day is not None
    return sent.last_day + timedelta(days=1)
