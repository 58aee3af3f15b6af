"""The list of cases, one case, and what the first page says of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import DeadlineFactory, UserFactory
from tests.factories_attendance import a_child
from tests.factories_cases import a_case
from tests.web.attendance.helpers import sign_in, text_of

from mainstay.service.casework.models import Case

pytestmark = pytest.mark.django_db


def due(case: Case, day: date) -> None:
    DeadlineFactory(
        pupil=case.pupil, about_kind="casework.case", about_id=str(case.pk), last_day=day, owner=case.owner
    )


def test_the_list_shows_stage_officer_and_next_day_and_filters(django_assert_max_num_queries: Any) -> None:
    client, officer = sign_in("ewo")
    mine, nobodys = a_case(owner=officer), a_case(a_child())
    Case.objects.filter(pk=nobodys.pk).update(owner=None)
    due(mine, date(2026, 11, 27))
    with django_assert_max_num_queries(12):
        said = text_of(client.get("/cases/"))
    for words in (mine.number, mine.pupil.name, "Initial investigation", "27 Nov", "Nobody yet", "2 cases"):
        assert words in said, words
    assert nobodys.number not in text_of(client.get("/cases/?scope=mine"))
    for _ in range(6):
        a_case(a_child(), owner=officer)
    with django_assert_max_num_queries(12):
        client.get("/cases/")


def test_a_restricted_child_stands_there_by_initials_and_leaves_no_name_in_the_file() -> None:
    client, officer = sign_in("ewo")
    case = a_case(owner=officer)
    case.pupil.restricted = True
    case.pupil.save()
    for address in ("/cases/", "/cases/export.csv", "/"):
        said = b"".join(answer) if (answer := client.get(address)).streaming else answer.content  # type: ignore[arg-type]
        assert case.pupil.surname.encode() not in said, address
    assert client.get(f"/cases/{case.pk}/").status_code == 302


def test_a_refused_step_keeps_what_was_typed() -> None:
    client, officer = sign_in("ewo")
    case = a_case(owner=officer)
    answer = client.post(f"/cases/{case.pk}/close/", {"reason": "", "reasons": "They moved away."})
    assert answer.status_code == 400 and "They moved away." in text_of(answer)
    client.post(f"/cases/{case.pk}/close/", {"reason": "moved", "reasons": "They moved away."})
    case.refresh_from_db()
    assert case.state == Case.State.CLOSED
    assert "This case is closed." in text_of(
        client.post(f"/cases/{case.pk}/allocate/", {"owner": officer.pk})
    )


def test_a_school_reads_its_own_case_and_takes_no_step() -> None:
    case = a_case()
    client, _ = sign_in("school_staff", school=case.school)
    said = text_of(client.get(f"/cases/{case.pk}/"))
    assert case.number in said and "Close the case" not in said
    assert client.post(f"/cases/{case.pk}/close/", {"reason": "moved", "reasons": "x"}).status_code == 403
    other, _ = sign_in("school_staff", school=a_child().school)
    assert other.get(f"/cases/{case.pk}/").status_code == 404


def test_the_first_page_shows_an_officers_cases_and_a_manager_those_of_nobody() -> None:
    client, officer = sign_in("ewo")
    case = a_case(owner=officer)
    due(case, timezone.localdate() - timedelta(days=2))
    said = text_of(client.get("/"))
    assert "My cases by next day" in said and "2 days late" in said
    Case.objects.update(owner=None)
    manager, _ = sign_in("service_manager")
    assert f"{case.pupil.name}, {case.school.name}" in text_of(manager.get("/"))
    assert UserFactory(role="ewo") and "Cases without an officer" not in text_of(client.get("/"))
