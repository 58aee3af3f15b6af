"""The findings worklist and one finding: who sees what, what is exported, what is recorded."""

import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories_attendance import a_school
from tests.web.attendance.helpers import csv_of, link, sign_in, text_of, threshold_of, truant

from mainstay.service.attendance.models import Consideration, Finding, SavedView
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record.models import Entry, RecordRead

pytestmark = pytest.mark.django_db(databases="__all__")
SAID = {"choice": "support", "reasons": "The school and the family agreed a plan."}


@pytest.fixture
def school() -> School:
    return a_school()


@pytest.fixture
def pupil(school: School) -> Pupil:
    return truant(school, surname="Hazelmere")


@pytest.fixture
def officer() -> Client:
    return sign_in("ewo")[0]


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_worklist_shows_the_child_and_links_to_the_finding(officer: Client, pupil: Pupil) -> None:
    page = text_of(officer.get(reverse("findings")))
    assert pupil.name in page and "Penalty threshold met" in page
    assert reverse("finding", args=[threshold_of(pupil).pk]) in page


def test_a_worklist_without_rows_says_what_to_do(officer: Client) -> None:
    assert "No findings fit these filters" in text_of(officer.get(reverse("findings")))


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("kind=threshold", True),
        ("kind=severe", False),
        ("scope=mine", False),
        ("scope=alerts", False),
        ("state=considered", False),
        ("state=all", True),
        ("year_group=5", True),
        ("year_group=6", False),
        ("age=90", False),
        ("age=rubbish&kind=nonsense&school=x", True),
    ],
)
def test_filters_keep_what_fits(officer: Client, pupil: Pupil, query: str, there: bool) -> None:
    assert (pupil.name in text_of(officer.get(f"{reverse('findings')}?{query}"))) is there


def test_my_schools_are_those_i_am_link_officer_of(pupil: Pupil, school: School) -> None:
    client, officer = sign_in("ewo")
    link(school, officer)
    assert pupil.name in text_of(client.get(reverse("findings") + "?scope=mine"))


def test_strongest_first_and_of_equals_the_longest(officer: Client, school: School) -> None:
    weak = truant(school, sessions=10, surname="Weaker")
    strong = truant(school, sessions=20, surname="Stronger")
    page = text_of(officer.get(reverse("findings") + "?kind=threshold"))
    assert page.index(strong.name) < page.index(weak.name)
    turned = text_of(officer.get(reverse("findings") + "?kind=threshold&sort=strength"))
    assert turned.index(weak.name) < turned.index(strong.name)


def test_the_worklist_asks_no_more_of_the_database_for_more_rows(officer: Client, school: School) -> None:
    truant(school)
    few = _queries(officer, reverse("findings"))
    for _ in range(4):
        truant(school)
    assert _queries(officer, reverse("findings")) <= few <= 20


def test_a_restricted_child_is_shown_by_initials_and_exported_without_upn(
    officer: Client, pupil: Pupil
) -> None:
    Pupil.objects.filter(pk=pupil.pk).update(restricted=True)
    page = text_of(officer.get(reverse("findings")))
    assert pupil.name not in page and f"{pupil.initials} (restricted)" in page
    rows = csv_of(officer.get(reverse("findings_export", args=["csv"])))
    assert {(row[0], row[1]) for row in rows[1:]} == {(f"{pupil.initials} (restricted)", "")}


def test_the_export_holds_exactly_what_the_filters_show(officer: Client, pupil: Pupil) -> None:
    finding = threshold_of(pupil)
    rows = csv_of(officer.get(reverse("findings_export", args=["csv"]) + "?kind=threshold"))
    assert rows[0] == [
        "Child", "UPN", "Year", "School", "What was found", "How strong", "Since", "Met on", "Found",
        "Age in days", "State", "Last consideration", "Considered on",
    ]  # fmt: skip
    assert len(rows) == 2
    assert rows[1][:6] == [
        pupil.name, pupil.upn, "5", pupil.school.name, "Penalty threshold met", finding.strength,
    ]  # fmt: skip
    assert rows[1][-4:] == ["0", "To consider", "Never", ""]
    assert RecordRead.objects.filter(page="findings export").exists()


def test_the_export_as_a_workbook_opens(officer: Client, pupil: Pupil) -> None:
    response = officer.get(reverse("findings_export", args=["xlsx"]))
    book = zipfile.ZipFile(BytesIO(b"".join(response.streaming_content)))
    assert book.testzip() is None and "xl/worksheets/sheet1.xml" in book.namelist()


def test_an_export_of_no_known_kind_is_not_there(officer: Client) -> None:
    assert officer.get(reverse("findings_export", args=["pdf"])).status_code == 404


def test_a_view_is_saved_offered_and_removed(officer: Client, pupil: Pupil) -> None:
    officer.post(reverse("saved_view_add"), {"name": "Thresholds", "query": "?kind=threshold"})
    page = text_of(officer.get(reverse("findings") + "?kind=threshold"))
    assert "Thresholds" in page and 'aria-current="true"' in page
    view = SavedView.objects.get()
    other = sign_in("ewo")[0]
    assert other.post(reverse("saved_view_remove", args=[view.pk])).status_code == 404
    assert "Thresholds" not in text_of(other.get(reverse("findings")))
    officer.post(reverse("saved_view_remove", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_not_saved(officer: Client) -> None:
    officer.post(reverse("saved_view_add"), {"name": "", "query": "?kind=threshold"})
    assert not SavedView.objects.exists()


def test_a_saved_view_never_leads_out_of_the_site(officer: Client) -> None:
    response = officer.post(reverse("saved_view_add"), {"name": "x", "query": "//elsewhere.example"})
    assert response.url == reverse("findings")


def test_a_finding_shows_its_answer_and_the_register_it_rests_on(officer: Client, pupil: Pupil) -> None:
    page = text_of(officer.get(reverse("finding", args=[threshold_of(pupil).pk])))
    assert "What the rules say" in page and "Record your consideration" in page
    assert f"On the register of {pupil.school.name}" in page
    assert "ms-mark--counted" in page and "Working together to improve school attendance" in page
    assert RecordRead.objects.filter(pupil_id=pupil.pk, page="finding").count() == 1


def test_a_finding_takes_few_queries(officer: Client, pupil: Pupil) -> None:
    assert _queries(officer, reverse("finding", args=[threshold_of(pupil).pk])) <= 20


def test_a_consideration_is_recorded_and_stands_in_the_chronology(officer: Client, pupil: Pupil) -> None:
    finding = threshold_of(pupil)
    response = officer.post(reverse("finding_consider", args=[finding.pk]) + "?kind=threshold", SAID)
    assert response.status_code == 302 and response.url == "/findings/?kind=threshold"
    finding.refresh_from_db()
    assert finding.state == Finding.State.CONSIDERED
    assert Consideration.objects.get().decision.reasons == SAID["reasons"]
    assert Entry.objects.filter(pupil=pupil, kind="consideration").count() == 1
    assert SAID["reasons"] in text_of(officer.get(reverse("pupil_chronology", args=[pupil.pk])))


def test_recording_can_lead_to_the_next_finding(officer: Client, school: School) -> None:
    strong, weak = truant(school, sessions=20), truant(school, sessions=10)
    address = reverse("finding", args=[threshold_of(strong).pk]) + "?kind=threshold"
    page = officer.get(address)
    assert f'value="{threshold_of(weak).pk}"' in text_of(page)
    done = officer.post(
        reverse("finding_consider", args=[threshold_of(strong).pk]) + "?kind=threshold",
        {**SAID, "next": threshold_of(weak).pk, "and_next": "1"},
    )
    assert done.url == f"/findings/{threshold_of(weak).pk}/?kind=threshold"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"reasons": "Kept words"}, "Choose what you decide"),
        ({"choice": "support"}, "Say why: the record must explain"),
        ({"choice": "penalty_notice", "reasons": "Kept words"}, "Say what support was tried"),
        (
            {**SAID, "reasons": "Kept words", "review_on_day": "1", "review_on_month": "9", "review_on_year": "2026"},
            "must be in the future",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    officer: Client, pupil: Pupil, said: dict[str, Any], problem: str
) -> None:
    response = officer.post(reverse("finding_consider", args=[threshold_of(pupil).pk]), said)
    page = text_of(response)
    assert response.status_code == 400 and problem in page and "There is a problem" in page
    assert said.get("reasons", "") in page and not Consideration.objects.exists()


def test_a_finding_is_not_considered_twice(officer: Client, pupil: Pupil) -> None:
    address = reverse("finding_consider", args=[threshold_of(pupil).pk])
    officer.post(address, SAID)
    again = officer.post(address, SAID)
    assert again.status_code == 400 and "considered already" in text_of(again)
    assert Consideration.objects.count() == 1


def test_considering_needs_a_post(officer: Client, pupil: Pupil) -> None:
    assert officer.get(reverse("finding_consider", args=[threshold_of(pupil).pk])).status_code == 405


def test_who_may_only_read_sees_no_form(pupil: Pupil) -> None:
    legal = sign_in("legal_coordinator")[0]
    page = text_of(legal.get(reverse("finding", args=[threshold_of(pupil).pk])))
    assert "Your role may read findings" in page and "Your reasons" not in page
    assert legal.post(reverse("finding_consider", args=[threshold_of(pupil).pk]), SAID).status_code == 403


def test_another_schools_finding_is_not_there(pupil: Pupil) -> None:
    stranger = sign_in("school_staff", school=a_school())[0]
    finding = threshold_of(pupil)
    assert stranger.get(reverse("finding", args=[finding.pk])).status_code == 404
    assert pupil.name not in text_of(stranger.get(reverse("findings")))
    assert len(csv_of(stranger.get(reverse("findings_export", args=["csv"])))) == 1


def test_a_school_sees_its_own_finding(pupil: Pupil) -> None:
    own = sign_in("school_staff", school=pupil.school)[0]
    assert own.get(reverse("finding", args=[threshold_of(pupil).pk])).status_code == 200
    assert "My schools" not in text_of(own.get(reverse("findings")))


def test_a_restricted_childs_finding_asks_for_a_reason_first(officer: Client, pupil: Pupil) -> None:
    Pupil.objects.filter(pk=pupil.pk).update(restricted=True)
    address = reverse("finding", args=[threshold_of(pupil).pk])
    asked = officer.get(address)
    assert asked.status_code == 302 and asked.url.startswith(reverse("pupil_open", args=[pupil.pk]))
    assert officer.post(reverse("finding_consider", args=[threshold_of(pupil).pk]), SAID).status_code == 404
    opened = officer.post(asked.url, {"reason": "The duty call of this morning"})
    assert opened.url == address and officer.get(address).status_code == 200


def test_the_worklist_is_filtered_by_owner_and_by_what_nobody_owns(officer: Client, pupil: Pupil) -> None:
    owned, owner = truant(surname="Owned"), sign_in("ewo")[1]
    link(owned.school, owner)
    mine = text_of(officer.get(f"{reverse('findings')}?owner={owner.pk}"))
    assert owned.name in mine and pupil.name not in mine
    nobodys = text_of(officer.get(f"{reverse('findings')}?owner=nobody"))
    assert pupil.name in nobodys and owned.name not in nobodys
    assert '<option value="nobody" selected>' in nobodys
    assert pupil.name in text_of(officer.get(f"{reverse('findings')}?owner=rubbish"))


def test_a_schools_worklist_offers_no_officers_to_filter_by(pupil: Pupil) -> None:
    own = sign_in("school_staff", school=pupil.school)[0]
    assert 'name="owner"' not in text_of(own.get(reverse("findings")))


def test_filtering_keeps_the_sort(officer: Client, pupil: Pupil) -> None:
    page = text_of(officer.get(reverse("findings") + "?sort=name"))
    assert '<input type="hidden" name="sort" value="name">' in page
    assert 'name="sort"' not in text_of(officer.get(reverse("findings")))


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", "Ash Birch Cedar"),
        ("-name", "Cedar Birch Ash"),
        ("", "Birch Cedar Ash"),
        ("strength", "Ash Cedar Birch"),
    ],
)
def test_the_next_finding_is_the_next_of_the_worklist_as_sorted(
    officer: Client, school: School, sort: str, order: str
) -> None:
    given = {
        name: truant(school, sessions=n, surname=name)
        for name, n in (("Ash", 10), ("Birch", 20), ("Cedar", 14))
    }
    pks = [threshold_of(given[name]).pk for name in order.split()]
    query = "?kind=threshold" + (f"&sort={sort}" if sort else "")
    for one, following in zip(pks, [*pks[1:], ""], strict=True):
        page = text_of(officer.get(reverse("finding", args=[one]) + query))
        assert f'name="next" value="{following}"' in page


def test_the_worklist_says_what_was_tried_and_how_old_a_finding_is(officer: Client, pupil: Pupil) -> None:
    Finding.objects.update(found_at=timezone.now() - timedelta(days=11))
    page = text_of(officer.get(reverse("findings")))
    assert "11 days ago" in page and "Nothing yet" in page
    officer.post(reverse("finding_consider", args=[threshold_of(pupil).pk]), SAID)
    page = text_of(officer.get(reverse("findings") + "?state=considered"))
    assert "Support first<br>23 Nov 2026" in page


def test_the_way_through_a_restricted_record_keeps_the_worklists_filters(
    officer: Client, pupil: Pupil
) -> None:
    Pupil.objects.filter(pk=pupil.pk).update(restricted=True)
    address = reverse("finding", args=[threshold_of(pupil).pk]) + "?kind=threshold&sort=name"
    asked = officer.get(address)
    opened = officer.post(asked.url, {"reason": "The duty call of this morning"})
    assert opened.url == address
    assert "/findings/?kind=threshold&amp;sort=name" in text_of(officer.get(address))


def test_the_choices_are_the_steps_with_what_each_asks_for_first(officer: Client, pupil: Pupil) -> None:
    page = text_of(officer.get(reverse("finding", args=[threshold_of(pupil).pk])))
    assert page.count('type="radio" name="choice"') == len(Consideration.Choice)
    assert page.count("Say what support was tried, or why support is not appropriate here") == 2
