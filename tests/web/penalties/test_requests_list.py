"""The list of requests, the first page, the menu: who sees which, in how many queries, and what is exported."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories import LinkOfficerFactory, SchoolFactory, UserFactory
from tests.factories_attendance import a_child, a_school
from tests.factories_penalties import a_notice, a_parent, a_request, absent, answered, declared
from tests.web.attendance.helpers import csv_of, sign_in, text_of

from mainstay.service.directory.models import Pupil
from mainstay.service.penalties.actions import checking
from mainstay.service.penalties.models import NoticeRequest
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db(databases="__all__")


def a_row(pupil: Pupil, **given: object) -> NoticeRequest:
    """A request as it lies in the books."""
    said = {
        "state": "asked",
        "route": "below",
        "from_school": True,
        "asked_at": timezone.now(),
        "sessions": [],
    }
    return NoticeRequest.objects.create(
        pupil=pupil, school=pupil.school, made_by=UserFactory(role="school_staff", school=pupil.school),
        made_at=timezone.now(), **{**said, **given},
    )  # fmt: skip


@pytest.fixture
def officer() -> Client:
    return sign_in("ewo")[0]


def listed(client: Client, query: str = "") -> str:
    response = client.get(reverse("notice_requests") + query)
    assert response.status_code == 200
    return text_of(response)


def test_an_empty_list_says_where_a_request_begins(officer: Client) -> None:
    page = listed(officer)
    assert "No request is open" in page and "A request begins on a finding" in page
    assert "No request fits these filters" in listed(officer, "?state=refused")


def test_each_light_says_how_the_check_stands(officer: Client) -> None:
    declared()
    ready, missing, none = (a_request(absent(surname=name)) for name in ("Ready", "Missing", "None"))
    by = UserFactory(role="ewo")
    for one in (ready, missing):
        checking.choose_parent(
            request_id=one.pk,
            parent=a_parent(one.pupil),
            why="Took the child away.",
            by=by,
            at=timezone.now(),
        )
    answered(ready, by)
    page = listed(officer)
    assert "Ready</strong>" in page and "6 things missing" in page and "No parent chosen" in page
    assert reverse("notice_request", args=[none.pk]) in page


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("", True),
        ("?state=asked", True),
        ("?state=draft", False),
        ("?state=all", True),
        ("?route=below", True),
        ("?route=leave", False),
        ("?owner=nobody", True),
        ("?scope=mine", False),
        ("?scope=schools", False),
        ("?waiting=5", False),
        ("?school=x&owner=rubbish&route=nonsense&waiting=soon", True),
    ],
)
def test_filters_keep_what_fits(officer: Client, query: str, there: bool) -> None:
    pupil = a_child(surname="Hazelmere")
    a_row(pupil)
    assert (pupil.name in listed(officer, query)) is there


def test_my_own_and_those_of_my_schools() -> None:
    client, user = sign_in("ewo")
    mine, of_school, other = a_child(surname="Mine"), a_child(surname="Ofschool"), a_child(surname="Other")
    for pupil, owner in ((mine, user), (of_school, None), (other, None)):
        a_row(pupil, owner=owner)
    LinkOfficerFactory(school=of_school.school, officer=user)
    page = listed(client, "?scope=mine")
    assert mine.name in page and of_school.name not in page
    page = listed(client, "?scope=schools")
    assert of_school.name in page and mine.name not in page and other.name not in page


def test_the_longest_waiting_stands_first(officer: Client) -> None:
    late, soon = a_child(surname="Late"), a_child(surname="Soon")
    a_row(soon)
    a_row(late, asked_at=timezone.now() - timedelta(days=9))
    page = listed(officer)
    assert page.index(late.name) < page.index(soon.name) and "9 days ago" in page
    assert late.name in listed(officer, "?waiting=5") and soon.name not in listed(officer, "?waiting=5")


def test_a_school_sees_its_own_and_no_drafts_of_the_service() -> None:
    pupil, elsewhere = a_child(surname="Hazelmere"), a_child(surname="Elsewhere")
    for child in (pupil, elsewhere):
        a_row(child)
    hidden = a_child(school=pupil.school, surname="Hidden")
    a_row(hidden, state="draft", from_school=False)
    page = listed(sign_in("school_staff", school=pupil.school)[0])
    assert pupil.name in page and elsewhere.name not in page and hidden.name not in page
    officers = listed(sign_in("ewo")[0])
    assert hidden.name in officers


def test_the_list_asks_no_more_of_the_database_for_more_rows(officer: Client) -> None:
    """Attendance and excluded children alike, each with a parent chosen."""
    declared()

    def more(rows: int) -> None:
        for n in range(rows):
            pupil = a_child(school=SchoolFactory(years=(2025, 2026)))
            excluded = {"route": "excluded", "kind": "excluded", "excluded_from": timezone.localdate(),
                        "excluded_school_days": 5} if n % 2 else {}  # fmt: skip
            one = a_row(pupil, **excluded)
            checking.choose_parent(
                request_id=one.pk,
                parent=a_parent(pupil),
                why="x",
                by=UserFactory(role="ewo"),
                at=timezone.now(),
            )

    more(4)
    with CaptureQueriesContext(connection) as few:
        listed(officer)
    more(12)
    with CaptureQueriesContext(connection) as many:
        listed(officer)
    assert len(many) <= len(few) <= 36


def test_fifty_rows_a_page_of_many_hundred_and_a_count_that_is_true(officer: Client) -> None:
    pupil = a_child()
    by = UserFactory(role="ewo")
    NoticeRequest.objects.bulk_create(
        NoticeRequest(
            pupil=pupil, school=pupil.school, route="below", state="asked", from_school=False, made_by=by,
            made_at=timezone.now(), asked_at=timezone.now(), sessions=[],
        )
        for _ in range(320)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        page = listed(officer, "?page=3")
    assert "320 requests" in page and "showing 101 to 150" in page
    assert len(queries) <= 18


def test_the_export_holds_exactly_what_the_filters_show_and_is_logged(officer: Client) -> None:
    pupil, restricted = a_child(surname="Hazelmere"), a_child(surname="Secret", restricted=True)
    a_row(pupil, sessions=[{"date": "2026-11-16", "half": "AM", "code": "O"}])
    a_row(restricted)
    a_row(a_child(), state="refused")
    rows = csv_of(officer.get(reverse("notice_requests_export", args=["csv"])))
    assert rows[0][:4] == ["Child", "UPN", "School", "Rests on"]
    assert {row[0] for row in rows[1:]} == {pupil.name, f"{restricted.initials} (restricted)"}
    assert {row[1] for row in rows[1:]} == {pupil.upn, ""}
    assert RecordRead.objects.filter(page="notice requests export", pupil_id=0).exists()


def test_what_became_of_it_stands_in_the_list() -> None:
    notice = a_notice()
    client, _ = sign_in("school_staff", school=notice.pupil.school)
    assert "Notice to be paid" in listed(client, "?state=done")


def test_officers_find_what_is_to_check_on_their_first_page() -> None:
    client, user = sign_in("ewo")
    mine, nobodys, others = a_child(surname="Mine"), a_child(surname="Nobodys"), a_child(surname="Others")
    a_row(mine, owner=user)
    a_row(nobodys)
    a_row(others, owner=UserFactory(role="ewo"))
    page = text_of(client.get(reverse("home")))
    assert "Notice requests to check" in page
    assert mine.name in page and nobodys.name in page and others.name not in page
    senior = sign_in("senior_ewo")[0]
    own = text_of(senior.get(reverse("my_work")))
    assert nobodys.name in own and others.name not in own
    assert "My own work" in text_of(senior.get(reverse("home")))


def test_the_deadline_of_a_request_stands_beside_it_on_the_first_page() -> None:
    request = a_request()
    client, _ = sign_in("ewo")
    page = text_of(client.get(reverse("home")))
    assert request.pupil.name in page and "7 days left" in page


def test_a_schools_first_page_says_what_waits_and_what_the_service_has() -> None:
    school = a_school()
    client, _ = sign_in("head_teacher", school=school)
    assert "No request waits for you" in text_of(client.get(reverse("home")))
    back, draft = a_child(school=school, surname="Back"), a_child(school=school, surname="Draft")
    a_row(back, state="returned", returned_because="The warning is missing.")
    a_row(draft, state="draft")
    a_row(a_child(school=school))
    page = text_of(client.get(reverse("home")))
    assert page.index(back.name) < page.index(draft.name)
    assert "Sent back to the school" in page and "1 request with the service" in page


@pytest.mark.parametrize(
    ("role", "menu"),
    [
        ("ewo", ["Today", "Findings", "Cases", "Notices", "Court", "Pupils"]),
        ("service_manager", ["Today", "Findings", "Cases", "Notices", "Court", "Pupils"]),
        ("school_staff", ["Today", "Findings", "Cases", "Notices", "Pupils", "Who"]),
        ("legal_coordinator", ["Today", "Findings", "Cases", "Notices", "Court", "Pupils"]),
        ("cme_officer", ["Today", "Missing", "Findings", "Pupils", "Schools", "Who"]),
    ],
)
def test_each_menu_has_what_its_role_works_with(role: str, menu: list[str]) -> None:
    client, _ = sign_in(role, **({"school": a_school()} if role == "school_staff" else {}))
    page = client.get(reverse("home")).content.decode()
    assert (
        re.findall(r'service-navigation__link" href="[^"]*"[^>]*>\s*(?:<strong[^>]*>)?\s*(\w+)', page) == menu
    )


def test_the_city_is_reached_from_the_list_of_schools(officer: Client) -> None:
    assert f'href="{reverse("city")}"' in text_of(officer.get(reverse("schools")))


def test_a_childs_cases_offer_a_request_and_show_those_there_are(officer: Client) -> None:
    pupil = a_child()
    page = text_of(officer.get(reverse("pupil_cases", args=[pupil.pk])))
    assert reverse("notice_request_new", args=[pupil.pk]) in page
    one = a_row(pupil)
    page = text_of(officer.get(reverse("pupil_cases", args=[pupil.pk])))
    assert "Request for a penalty notice" in page and reverse("notice_request", args=[one.pk]) in page
    assert reverse("notice_request_new", args=[pupil.pk]) not in text_of(
        sign_in("legal_coordinator")[0].get(reverse("pupil_cases", args=[pupil.pk]))
    )
