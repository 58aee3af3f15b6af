"""First pages, what changed, a school's attendance and the city."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import DeadlineFactory, SchoolFactory, UserFactory
from tests.factories_attendance import a_child, a_school, at, days_before, give, long_file, marked, send
from tests.factories_cases import a_case
from tests.factories_fast_track import running
from tests.factories_referrals import a_referral, an_absentee, an_answer
from tests.factories_team import is_away
from tests.factories_visits import a_visit
from tests.web.attendance.helpers import csv_of, link, sign_in, text_of, threshold_of, truant

from mainstay.law.rules import Rules
from mainstay.service.accounts.models import User
from mainstay.service.accounts.roles import Role
from mainstay.service.attendance.models import Finding, SchoolYear
from mainstay.service.casework.models import Case, FastTrack
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record.models import Deadline, RecordRead
from mainstay.service.team.actions import calls, duty
from mainstay.service.team.actions import quality as actions
from mainstay.service.team.models import Supervision
from mainstay.service.team.terms import term_of

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def pupil() -> Pupil:
    return truant()


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_first_page_with_something_on_it(role: Role, pupil: Pupil) -> None:
    client, _ = sign_in(role, school=pupil.school) if "school" in role or "head" in role else sign_in(role)
    page = text_of(client.get(reverse("home")))
    assert "What needs you today" in page and "ms-card" in page
    assert _queries(client, reverse("home")) <= 20


@pytest.mark.parametrize("role", list(Role))
def test_no_first_page_leads_to_a_page_the_role_may_not_open(role: Role, pupil: Pupil) -> None:
    client, _ = sign_in(role, school=pupil.school) if "school" in role or "head" in role else sign_in(role)
    page = client.get(reverse("home")).content.decode()
    found = {href.replace("&amp;", "&") for href in re.findall(r'<a [^>]*href="(/[^"#]*)"', page)}
    refused = {href for href in found if client.get(href).status_code not in (200, 302)}
    assert refused == set()


def test_an_officers_first_page_has_the_findings_of_their_schools(pupil: Pupil) -> None:
    other = truant(surname="Elsewhere")
    client, officer = sign_in("ewo")
    link(pupil.school, officer)
    page = text_of(client.get(reverse("home")))
    assert pupil.name in page and other.name not in page


def test_the_menu_begins_with_the_first_page() -> None:
    client, _ = sign_in("ewo")
    page = client.get(reverse("home")).content.decode()
    menu = re.findall(r'service-navigation__link" href="[^"]*"[^>]*>\s*(?:<strong[^>]*>)?\s*(\w+)', page)
    assert menu == ["Today", "Findings", "Cases", "Notices", "Court", "Pupils"]


def test_what_changed_is_counted_until_it_was_seen(pupil: Pupil) -> None:
    client, officer = sign_in("ewo")
    link(pupil.school, officer)
    page = text_of(client.get(reverse("changes")))
    assert pupil.name in page and "ms-changed__count" in page
    client.post(reverse("changes"))
    seen = text_of(client.get(reverse("changes")))
    assert "Nothing changed" in seen and '<span class="ms-changed__count">0</span>' in seen


def test_what_changed_elsewhere_is_not_mine(pupil: Pupil) -> None:
    client, _ = sign_in("ewo")
    assert "Nothing changed" in text_of(client.get(reverse("changes")))


def test_a_restricted_child_keeps_their_initials_everywhere(pupil: Pupil) -> None:
    Pupil.objects.filter(pk=pupil.pk).update(restricted=True)
    client, officer = sign_in("ewo")
    link(pupil.school, officer)
    for name, args in (("home", []), ("changes", []), ("school_attendance", [pupil.school_id])):
        page = text_of(client.get(reverse(name, args=args)))
        assert pupil.surname not in page, name
        assert f"{pupil.initials} (restricted)" in page, name


def test_a_schools_page_shows_its_pupils_and_hides_small_groups(pupil: Pupil) -> None:
    client, _ = sign_in("ewo")
    page = text_of(client.get(reverse("school_attendance", args=[pupil.school_id])))
    assert pupil.name in page and "Hidden to protect a small group" in page
    assert "Quality of the codes" in page and "Absence week by week" in page


def test_a_schools_page_asks_no_more_for_more_pupils(pupil: Pupil) -> None:
    client, _ = sign_in("ewo")
    address = reverse("school_attendance", args=[pupil.school_id])
    few = _queries(client, address)
    for _ in range(3):
        truant(pupil.school)
    assert _queries(client, address) <= few <= 20


def test_a_schools_pupils_are_exported_as_shown(pupil: Pupil) -> None:
    client, _ = sign_in("ewo")
    rows = csv_of(client.get(reverse("school_attendance_export", args=[pupil.school_id, "csv"])))
    assert rows[0][:4] == ["Child", "UPN", "Year", "Attendance"] and len(rows) == 2
    assert rows[1][:2] == [pupil.name, pupil.upn] and rows[1][6] == "12"


def test_a_school_sees_itself_and_not_another(pupil: Pupil) -> None:
    own, _ = sign_in("school_staff", school=pupil.school)
    assert own.get(reverse("school_attendance", args=[pupil.school_id])).status_code == 200
    stranger, _ = sign_in("school_staff", school=a_school())
    assert stranger.get(reverse("school_attendance", args=[pupil.school_id])).status_code == 404
    assert stranger.get(reverse("school_attendance_export", args=[pupil.school_id, "csv"])).status_code == 404


def test_a_school_without_marks_says_when_they_appear() -> None:
    client, _ = sign_in("ewo")
    page = text_of(client.get(reverse("school_attendance", args=[a_school().pk])))
    assert "No marks for this year yet" in page and "Import register files" in page


def test_the_city_lists_schools_with_their_context(pupil: Pupil) -> None:
    client, _ = sign_in("service_manager")
    page = text_of(client.get(reverse("city")))
    assert pupil.school.name in page and "alphabetical order" in page
    assert pupil.name not in page
    rows = csv_of(client.get(reverse("city_export", args=["csv"])))
    assert rows[0][0] == "School" and rows[1][0] == pupil.school.name
    assert "No marks for this year yet" in text_of(client.get(reverse("city") + "?phase=special"))


def _free_meals(school: School, entitled: int, others: int) -> None:
    for n in range(entitled + others):
        truant(school, fsm=n < entitled)


@pytest.mark.parametrize(("entitled", "others", "shown"), [(4, 6, False), (6, 4, False), (5, 5, True)])
def test_free_meals_of_a_small_group_are_hidden_in_the_city_as_on_the_schools_page(
    entitled: int, others: int, shown: bool
) -> None:
    school = a_school()
    _free_meals(school, entitled, others)
    client, _ = sign_in("service_manager")
    share = f"{100 * entitled / (entitled + others):.1f}%"
    page = text_of(client.get(reverse("city")))
    assert (share in page) is shown and (">Hidden<" in page) is not shown
    [head, row] = csv_of(client.get(reverse("city_export", args=["csv"])))
    cell = row[head.index("Free school meals")]
    assert cell == (str(entitled / (entitled + others)) if shown else "hidden: small group")


def test_the_city_shows_fifty_schools_a_page(pupil: Pupil) -> None:
    now = SchoolYear.objects.get(school=pupil.school)
    for school in SchoolFactory.create_batch(54):
        now.pk, now.school = None, school
        now.save()
    client, _ = sign_in("service_manager")
    page = text_of(client.get(reverse("city")))
    assert page.count("/attendance/?year=") == 50 and "page=2" in page
    assert len(csv_of(client.get(reverse("city_export", args=["csv"])))) == 1 + 55


def test_the_city_says_why_no_national_line_is_drawn(pupil: Pupil) -> None:
    client, _ = sign_in("service_manager")
    why = "is published by phase, not for all phases together"
    assert why in text_of(client.get(reverse("city")))
    of_phase = text_of(client.get(reverse("city") + "?phase=primary"))
    assert why not in of_phase and "ms-chart__line--national" in of_phase


def test_the_exports_of_city_and_school_are_logged(pupil: Pupil) -> None:
    client, _ = sign_in("service_manager")
    csv_of(client.get(reverse("city_export", args=["csv"])))
    csv_of(client.get(reverse("school_attendance_export", args=[pupil.school_id, "csv"])))
    assert [r.page for r in RecordRead.objects.order_by("pk")] == ["city export", "attendance export"]


def test_the_city_asks_no_more_for_more_schools(pupil: Pupil) -> None:
    client, _ = sign_in("service_manager")
    few = _queries(client, reverse("city"))
    truant()
    truant()
    assert _queries(client, reverse("city")) <= few <= 20


def test_a_school_sees_only_itself_among_the_schools_of_the_city(pupil: Pupil) -> None:
    other = truant()
    own, _ = sign_in("school_staff", school=pupil.school)
    rows = csv_of(own.get(reverse("city_export", args=["csv"])))
    assert [row[0] for row in rows[1:]] == [pupil.school.name] and other.school.name not in str(rows)


def test_a_finding_is_due_in_the_header_of_every_page(pupil: Pupil) -> None:
    client, officer = sign_in("ewo")
    link(pupil.school, officer)
    finding = threshold_of(pupil)
    assert "ms-changed__count" in text_of(client.get(reverse("finding", args=[finding.pk])))


def test_a_manager_is_told_of_changes_in_every_school(pupil: Pupil) -> None:
    for role in ("service_manager", "senior_ewo"):
        client, _ = sign_in(role)
        page = text_of(client.get(reverse("changes")))
        assert pupil.name in page and '<span class="ms-changed__count">0</span>' not in page, role
    assert "scope=mine" not in page


def test_amended_marks_are_counted_by_school_for_those_who_answer_for_it(pupil: Pupil) -> None:
    first = days_before(pupil.school)[0]
    give(pupil, {(first, "AM"): "C", (first, "PM"): "C"}, at(hour=13))
    own, officer = sign_in("ewo")
    link(pupil.school, officer)
    for client in (own, sign_in("service_manager")[0], sign_in("school_staff", school=pupil.school)[0]):
        page = text_of(client.get(reverse("changes")))
        assert "Marks changed in registers (2)" in page and "2 marks;" in page
        assert reverse("school_attendance", args=[pupil.school_id]) in page
    other, _ = sign_in("ewo")
    assert "Marks changed in registers" not in text_of(other.get(reverse("changes")))
    own.post(reverse("changes"))
    assert "Marks changed in registers" not in text_of(own.get(reverse("changes")))


def test_a_manager_sees_what_waits_by_officer_and_opens_exactly_that(pupil: Pupil) -> None:
    truant(pupil.school)
    officer = UserFactory(role="ewo", name="Robin Linked")
    link(pupil.school, officer)
    elsewhere = truant(surname="Elsewhere")
    client, _ = sign_in("service_manager")
    page = client.get(reverse("home")).content.decode()
    hrefs = [html.unescape(h) for h in re.findall(r'href="(/findings/\?owner=[^"]*)"', page)]
    (mine,) = [h for h in hrefs if f"owner={officer.pk}&" in h]
    (nobodys,) = [h for h in hrefs if "owner=nobody&" in h]
    counted = int(re.search(r"Robin Linked</a><br><span[^>]*>(\d+) findings? to consider", page).group(1))
    listed = text_of(client.get(mine))
    assert f"<strong>{counted} findings</strong>" in listed and elsewhere.name not in listed
    assert elsewhere.name in text_of(client.get(nobodys))


def test_a_manager_sees_overdue_deadlines_by_officer_with_the_oldest() -> None:
    officer = UserFactory(role="ewo", name="Robin Late")
    for day in (3, 10):
        DeadlineFactory(owner=officer, last_day=date(2026, 11, day), label=f"Late since {day}")
    DeadlineFactory(owner=officer, last_day=date(2026, 12, 1), label="Not late")
    client, _ = sign_in("service_manager")
    page = text_of(client.get(reverse("home")))
    assert "Robin Late" in page and "2 deadlines overdue, the oldest since 3 Nov 2026" in page
    listed = text_of(client.get(f"{reverse('deadlines')}?owner={officer.pk}&state=overdue"))
    assert "Late since 3" in listed and "Late since 10" in listed and "Not late" not in listed


def test_a_managers_week_stands_beside_the_last(pupil: Pupil) -> None:
    finding, other = threshold_of(pupil), truant()
    Finding.objects.filter(pupil=other).update(found_at=at(date(2026, 11, 18)))
    officer, _ = sign_in("ewo")
    said = {"choice": "support", "reasons": "The school and the family agreed a plan."}
    officer.post(reverse("finding_consider", args=[finding.pk]), said)
    days = days_before(pupil.school)
    send(long_file({pupil: marked(days, "O", 12) | {(days[0], "AM"): "C"}}), when=at(hour=13))
    Finding.objects.exclude(kind="threshold").delete()
    page = text_of(sign_in("service_manager")[0].get(reverse("home")))
    week = page[page.index("This week in numbers") :]
    for this, last in (
        ("1 finding opened", "1 last week"),
        ("1 finding considered", "0 last week"),
        ("1 register file taken", "0 last week"),
        ("1 mark changed", "0 last week"),
    ):
        assert re.search(rf"{this}<br><span[^>]*>{last}", week), this


def test_a_manager_sees_what_waits_across_the_team_and_opens_exactly_that(pupil: Pupil) -> None:
    client, manager = sign_in("service_manager")
    officer, early = UserFactory(role="ewo"), at(date(2026, 11, 2))
    a_referral("submitted", pupil=an_absentee(), when=early)
    a_referral("acknowledged", pupil=an_absentee())
    an_answer("rejected", a_referral("acknowledged"), officer)
    case = a_case(owner=officer, when=early)
    a_visit(case, when=early, starts=at(date(2026, 11, 20)))
    Deadline.objects.filter(pupil=case.pupil).update(state=Deadline.State.MET)
    over = a_case()
    a_visit(over)  # to come: the next step of this case
    Deadline.objects.filter(pupil=over.pupil).update(state=Deadline.State.MET)
    track = running()
    FastTrack.objects.update(review_on=date(2026, 11, 20))
    actions.draw(officer=track.case.owner, term=term_of(date(2026, 11, 23)), by=manager, at=at())
    calls.take(who="Ms Invented", question="Which code?", theme="Other", by=officer, at=at())
    Case.objects.filter(pk=a_case().pk).update(owner=None)
    duty.set_days(officers={date(2026, 11, 23): officer, date(2026, 11, 24): manager}, by=manager, at=at())
    is_away(manager, day=date(2026, 11, 24))
    without = Supervision.objects.count()
    page = client.get(reverse("home")).content.decode()
    card = page[page.index("Waiting across the team") :]
    card = card[: card.index("</ul>")]
    found = {
        text: (html.unescape(href), said)
        for href, text, said in re.findall(
            r'<a class="govuk-link" href="([^"]*)">([^<]*)</a>.*?<span[^>]*>([^<]*)</span></li>', card
        )
    }
    officers = User.objects.filter(roles_held__role__in=("ewo", "senior_ewo")).distinct().count()
    assert without == 0 and {text: said for text, (_, said) in found.items()} == {
        "Questions to the duty desk without an answer": "1 question",
        "Supervision overdue": f"{officers} officers",
        "Quality reviews due": "1 review",
        "Duty days without an officer": "10 days",
        "Referrals waiting for the completeness check": "2 referrals",
        "Checks of referrals that are late": "1 referral",
        "Visits without an outcome": "1 visit",
        "Fast Track reviews due": "1 review",
        "Cases without a next step": "1 case",
    }
    for text, (href, said) in found.items():
        listed = client.get(href)
        assert listed.status_code == 200, text
        if text.startswith(("Questions", "Referrals", "Checks", "Visits", "Fast", "Cases")):
            assert f"<strong>{said.split()[0]} " in text_of(listed), text
    assert f"{officers} officers had no supervision" in text_of(client.get(found["Supervision overdue"][0]))
    assert "Appeals about referrals" in page and "Cases without an officer" in page
    assert _queries(client, reverse("home")) <= 20


def test_a_managers_week_counts_the_other_rooms_too() -> None:
    a_case(a_child(), when=at())
    page = text_of(sign_in("service_manager")[0].get(reverse("home")))
    week = page[page.index("This week in numbers") :]
    for this in ("1 case opened", "0 cases closed", "0 referrals received", "0 visits made", "0 calls taken"):
        assert this in week, this


def test_old_deadlines_do_not_hide_where_the_others_are(pupil: Pupil) -> None:
    client, officer = sign_in("ewo")
    for day in range(1, 9):
        DeadlineFactory(owner=officer, last_day=date(2026, 11, day), label=f"Look again (finding {day})")
    page = text_of(client.get(reverse("home")))
    assert "(finding 1)" in page and "(finding 8)" not in page and "All my deadlines" in page
    assert "(finding 8)" in text_of(client.get(reverse("deadlines")))


def test_the_bands_of_a_school_say_the_laws_percentages(
    pupil: Pupil, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = sign_in("ewo")
    address = reverse("school_attendance", args=[pupil.school_id])
    assert "missed 10% to below 50%" in text_of(client.get(address))
    changed = Rules(local={"persistent_percent": 12})
    monkeypatch.setattr("mainstay.service.attendance.queries.schools.CURRENT", changed)
    assert "missed 12% to below 50%" in text_of(client.get(address))


def test_unauthorised_sessions_are_marked_from_the_laws_threshold_on(
    pupil: Pupil, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = sign_in("ewo")
    address = reverse("pupil_register", args=[pupil.pk])
    assert "ms-tile--alert" in text_of(client.get(address))
    monkeypatch.setattr(
        "mainstay.service.attendance.queries.figures.CURRENT", Rules(local={"threshold_sessions": 13})
    )
    assert "ms-tile--alert" not in text_of(client.get(address))
