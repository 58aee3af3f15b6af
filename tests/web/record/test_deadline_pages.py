"""The list of deadlines, one deadline, and the calendar address on the profile page."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories import DeadlineFactory, PupilFactory, UserFactory
from tests.web.attendance.helpers import csv_of, sign_in, text_of

from mainstay.service.accounts.models import ApiToken
from mainstay.service.record.models import Deadline, Entry, RecordRead

pytestmark = pytest.mark.django_db


def due(owner, days: int = 3, **given) -> Deadline:
    return DeadlineFactory(owner=owner, last_day=timezone.localdate() + timedelta(days=days), **given)


def test_an_officers_list_holds_their_own_deadlines_the_next_first() -> None:
    client, officer = sign_in("ewo")
    due(officer, 9, label="Look again (finding 2)")
    due(officer, 1, label="Look again (finding 1)")
    due(UserFactory(role="ewo"), 2, label="Look again (finding 3)")
    page = text_of(client.get(reverse("deadlines") + "?scope=team"))
    assert page.index("finding 1") < page.index("finding 2") and "finding 3" not in page


def test_a_manager_filters_the_team_by_owner_and_by_what_is_overdue() -> None:
    client, _ = sign_in("service_manager")
    first, second = UserFactory(role="ewo"), UserFactory(role="ewo")
    due(first, -3, label="Late one")
    due(first, 3, label="Early one")
    due(second, -3, label="Another late one")
    address = reverse("deadlines")
    assert "Late one" not in text_of(client.get(address))
    team = text_of(client.get(address + "?scope=team"))
    assert "Late one" in team and "Early one" in team and "Another late one" in team
    late = text_of(client.get(f"{address}?owner={first.pk}&state=overdue"))
    assert "Late one" in late and "Early one" not in late and "Another late one" not in late


def test_the_list_is_exported_as_shown_and_names_restricted_children_by_initials() -> None:
    client, officer = sign_in("ewo")
    one = due(officer, -3, pupil=PupilFactory(restricted=True, surname="Hazelmere"))
    due(officer, 3)
    rows = csv_of(client.get(reverse("deadlines_export", args=["csv"]) + "?state=overdue"))
    assert rows[1:] == [
        [
            one.label,
            f"{one.pupil.initials} (restricted)",
            officer.name,
            one.last_day.isoformat(),
            "-3",
            "Open",
            "",
        ]
    ]
    assert "Hazelmere" not in text_of(client.get(reverse("deadlines")))
    assert RecordRead.objects.filter(page="deadlines export").exists()


def test_the_list_asks_no_more_of_the_database_for_more_rows() -> None:
    client, officer = sign_in("ewo")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("deadlines")).status_code == 200
        return len(asked)

    due(officer)
    few = queries()
    for _ in range(4):
        due(officer)
    assert queries() <= few


def test_a_deadline_is_marked_done_on_its_page() -> None:
    client, officer = sign_in("ewo")
    one = due(officer)
    page = text_of(client.get(reverse("deadline", args=[one.pk])))
    assert one.pupil.name in page and "Mark it done" in page
    assert RecordRead.objects.filter(pupil_id=one.pupil_id, page="deadline").exists()
    refused = client.post(reverse("deadline_done", args=[one.pk]), {"found": ""})
    assert refused.status_code == 400 and "Say in a line what was found" in text_of(refused)
    client.post(reverse("deadline_done", args=[one.pk]), {"found": "Attends every day again"})
    one.refresh_from_db()
    assert one.state == Deadline.State.MET
    assert Entry.objects.get(pupil=one.pupil).text == "Attends every day again"
    assert "No deadline is running for you" in text_of(client.get(reverse("home")))


def test_a_deadline_is_moved_on_its_page_and_what_was_typed_stays() -> None:
    client, officer = sign_in("ewo")
    one, day = due(officer), timezone.localdate() + timedelta(days=20)
    names = re.findall(
        r'name="(last_day[^"]*)"', client.get(reverse("deadline", args=[one.pk])).content.decode()
    )
    typed = dict(zip(names, (day.day, day.month, day.year), strict=True))
    refused = client.post(reverse("deadline_move", args=[one.pk]), typed)
    page = text_of(refused)
    assert refused.status_code == 400 and "Say why the deadline is moved" in page
    assert f'value="{day.year}"' in page
    client.post(reverse("deadline_move", args=[one.pk]), {**typed, "reason": "Waits for the school nurse"})
    one.refresh_from_db()
    assert (one.last_day, one.overridden_by) == (day, officer)
    assert "Waits for the school nurse" in text_of(client.get(reverse("deadline", args=[one.pk])))


def test_another_officer_reads_a_deadline_and_does_not_change_it() -> None:
    client, _ = sign_in("ewo")
    one = due(UserFactory(role="ewo"))
    assert "Only its owner" in text_of(client.get(reverse("deadline", args=[one.pk])))
    refused = client.post(reverse("deadline_done", args=[one.pk]), {"found": "Well"})
    assert refused.status_code == 400 and "Only the owner" in text_of(refused)


def test_a_restricted_childs_deadline_asks_for_a_reason_first() -> None:
    client, officer = sign_in("ewo")
    one = due(officer, pupil=PupilFactory(restricted=True))
    address = reverse("deadline", args=[one.pk])
    assert client.get(address).url.startswith(reverse("pupil_open", args=[one.pupil_id]))
    assert client.post(reverse("deadline_done", args=[one.pk]), {"found": ""}).status_code == 404


def test_the_childs_summary_leads_to_the_deadline() -> None:
    client, officer = sign_in("ewo")
    one = due(officer)
    assert reverse("deadline", args=[one.pk]) in text_of(client.get(reverse("pupil", args=[one.pupil_id])))


def test_a_calendar_address_is_shown_once_works_without_a_sign_in_and_stops() -> None:
    client, officer = sign_in("ewo")
    one = due(officer, label="Look again (finding 12)", pupil=PupilFactory(surname="Hazelmere"))
    due(UserFactory(role="ewo"), label="Look again (finding 13)")
    due(officer, label="Look again (finding 14)", state=Deadline.State.MET)
    made = text_of(client.post(reverse("calendar_make")))
    (address,) = re.findall(r"http://testserver(/calendar/[^<\"]+\.ics)</code>", made)
    fetched = Client().get(address)
    body = fetched.content.decode()
    assert fetched["Content-Type"].startswith("text/calendar") and "no-store" in fetched["Cache-Control"]
    assert "SUMMARY:Look again (finding 12)" in body and f"/deadlines/{one.pk}/" in body.replace("\r\n ", "")
    assert "Hazelmere" not in body and "finding 13" not in body and "finding 14" not in body
    token = ApiToken.objects.get()
    assert token.token_hash not in address
    profile = text_of(client.get(reverse("profile")))
    assert "Your calendar address was made" in profile and address not in profile
    client.post(reverse("token_revoke", args=[token.pk]))
    assert Client().get(address).status_code == 404


def test_a_key_to_the_api_opens_no_calendar() -> None:
    from mainstay.service.accounts.actions import tokens

    now = timezone.now()
    _, officer = sign_in("ewo")
    _, key = tokens.make(
        name="Rules", scopes=["rules"], expires_at=now + timedelta(days=1), by=officer, at=now
    )
    assert Client().get(reverse("calendar_feed", args=[key])).status_code == 404


def test_a_leavers_calendar_stops_with_their_sign_in() -> None:
    client, officer = sign_in("ewo")
    made = text_of(client.post(reverse("calendar_make")))
    (address,) = re.findall(r"http://testserver(/calendar/[^<\"]+\.ics)</code>", made)
    officer.left_on, officer.is_active = date(2026, 1, 1), False
    officer.save()
    assert Client().get(address).status_code == 404


def test_a_managers_page_of_a_person_lists_their_open_deadlines() -> None:
    client, _ = sign_in("service_manager")
    officer = UserFactory(role="ewo")
    due(officer)
    due(officer, state=Deadline.State.MET)
    page = text_of(client.get(reverse("user", args=[officer.pk])))
    assert "1 open deadline of pupils at" in page
