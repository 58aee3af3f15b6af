"""First pages, what changed, a school's attendance and the city."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import SchoolFactory
from tests.factories_attendance import a_school
from tests.web.attendance.helpers import csv_of, link, sign_in, text_of, threshold_of, truant

from mainstay.service.accounts.roles import Role
from mainstay.service.attendance.models import SchoolYear
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record.models import RecordRead

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
    assert menu == ["Today", "Findings", "Pupils", "Schools", "City", "Imports"]


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
