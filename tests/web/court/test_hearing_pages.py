"""Court through its pages: a case is listed, heard, decided, told and made void; others see what is theirs."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import at
from tests.factories_court import a_prosecution
from tests.factories_hearings import EVENING, HEARD, legal, listed, served

from mainstay.service.court.models import Hearing, Result, Sitting, WitnessStatement

pytestmark = pytest.mark.django_db


def goes_to(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr("mainstay.service.accounts.middleware.time", SimpleNamespace(time=now.timestamp))


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return " ".join(str(response.content.decode()).split())


def day(name: str, on: date) -> dict[str, Any]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def test_from_the_list_to_a_void_result(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    goes_to(monkeypatch, at())
    by = legal()
    one = served(a_prosecution(state="listed", legal_owner=by))
    client, pupil = signed_in(by), one.case.pupil
    client.post(reverse("courts"), {"name": "Inventedtown", "code": "1", "address": "1 Made Up Street"})
    court = Sitting._meta.get_field("court").related_model.objects.get()
    client.post(
        reverse("sittings"), {"court": court.pk, "starts": "10:00", "presenter": by.pk, **day("on", HEARD)}
    )
    sitting = Sitting.objects.get()
    waiting = text(client.get(reverse("court_to_list")))
    assert one.number in waiting and pupil.forename not in waiting
    refused = client.post(reverse("court_to_list"), {"action": "list", "sitting": sitting.pk})
    assert refused.status_code == 400 and "Choose at least one prosecution" in text(refused)
    file = client.post(reverse("court_to_list"), {"action": "file", "prosecution": one.pk})
    assert one.number in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    client.post(reverse("court_to_list"), {"action": "list", "sitting": sitting.pk, "prosecution": one.pk})
    hearing = Hearing.objects.get()
    with django_assert_max_num_queries(20):
        of_day = text(client.get(reverse("sitting", args=[sitting.pk])))
    assert (
        "evidence issued, costs schedule" in of_day
        and pupil.forename not in of_day
        and pupil.initials in of_day
    )
    assert one.number in text(client.get("/"))
    with django_assert_max_num_queries(20):
        assert one.number in text(client.get(reverse("hearings")))
    goes_to(monkeypatch, EVENING)
    client = signed_in(by)
    page = reverse("hearing", args=[hearing.pk])
    said = {"notes": "Pleaded.", "attended": ["defendant"], "outcome": "decided"}
    assert "there is nothing to decide" in text(client.post(page, said))
    client.post(page, {**said, "plea": "guilty"})
    new = reverse("court_result_new", args=[one.pk])
    assert "a fine of £1,000 at most" in text(client.get(new))
    assert "The heaviest fine" in text(client.post(new, {"verdict": "convicted", "fine": "1,000.01"}))
    client.post(
        new,
        {
            "verdict": "convicted",
            "fine": "£146",
            "parenting": "6",
            "costs_asked": "200",
            "costs_granted": "125",
        },
    )
    result = Result.objects.get()
    assert [part.pence for part in result.sentences.all()] == [14600, None]
    told = {"what_1": "Visit", "who_1": "officer", **day("due_1", date(2026, 12, 4))}
    client.post(reverse("court_result_tell", args=[result.pk]), told)
    client.post(reverse("court_result_letter", args=[result.pk]))
    result.refresh_from_db()
    assert result.told_school_at and result.letter_service_id
    with django_assert_max_num_queries(20):
        assert "Fine of £146" in text(client.get(reverse("prosecution", args=[one.pk])))
    event = {"kind": "reopened", "because": "New facts.", **day("on", HEARD)}
    client.post(reverse("court_result_void", args=[result.pk]), event)
    assert "counts for nothing" in text(client.get(reverse("court_result", args=[result.pk])))
    every = text(client.get(reverse("court_results") + "?stands=all"))
    assert "<s>Convicted as charged</s>" in every and pupil.forename not in every
    assert one.number not in text(client.get(reverse("court_results")))
    assert "fewer than 5" in text(client.get(reverse("court_report")))
    one.refresh_from_db()
    assert one.state == "listed"
    for name in ("court_trial", "court_costs", "court_antecedents", "court_discontinue"):
        assert client.get(reverse(name, args=[one.pk])).status_code == 200
    officer = signed_in(UserFactory(role="ewo"))
    seen = text(officer.get(reverse("court_results")))
    assert "Spent convictions are not shown here" in seen
    assert officer.get(reverse("court_to_list")).status_code == 403
    assert officer.post(page, said).status_code in (200, 400) and Hearing.objects.count() == 1


def test_the_calendar_of_a_week_names_nobody_of_a_family_and_nobody_in_its_files(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    goes_to(monkeypatch, at())
    by = legal()
    hearing, other = listed(by), listed(by)
    one, client = hearing.prosecution, signed_in(by)
    said = {"prosecution": one, "school": one.school, "asked_at": at(), "asked_by": by}
    head = UserFactory(role="head_teacher", name="Hedda Made-Up")
    WitnessStatement.objects.create(**said, witness=head, signed_at=at())
    address = reverse("hearing_calendar")
    with django_assert_max_num_queries(20):
        week = text(client.get(address))
    assert one.number in week and other.prosecution.number in week
    assert one.investigator.name in week and "Hedda Made-Up" in week and by.name in week
    for pupil in (one.case.pupil, one.parent):
        assert pupil.surname not in week and pupil.forename not in week
    assert one.number not in text(client.get(address, {"week": "2026-12-01"}))
    assert one.number in text(client.get(address, {"week": "2026-11-04", "weeks": "4"}))
    court = hearing.sitting.court_id
    for wanted, both in (
        ({"officer": one.investigator_id}, False),
        ({"witness": head.pk}, False),
        ({"court": court}, True),
        ({"officer": by.pk}, True),
    ):
        found = text(client.get(address, wanted))
        assert one.number in found and (other.prosecution.number in found) is both, wanted
    assert one.number not in text(client.get(address, {"court": court + 1}))
    assert client.get(address + "?week=9999-99-99&weeks=7&court=99999999999999999999").status_code == 200
    file = b"".join(client.get(reverse("hearing_calendar_export", args=["csv"])).streaming_content).decode()  # type: ignore[attr-defined]
    ics = client.get(reverse("hearing_calendar_export", args=["ics"]) + f"?officer={one.investigator_id}")
    assert ics["Content-Type"].startswith("text/calendar")
    whole = ics.content.decode()
    assert whole.count("BEGIN:VEVENT") == 1 and one.number in whole and "DTSTART" in whole
    assert f"UID:hearing-{hearing.pk}@mainstay" in whole and one.number in file
    names = (one.case.pupil.surname, one.parent.surname, by.name, one.investigator.name, "Hedda")
    assert not any(name in file or name in whole for name in names)
    assert client.get(reverse("hearing_calendar_export", args=["pdf"])).status_code == 404
    hearing.outcome, hearing.recorded_at = "vacated", at()
    hearing.save()
    assert one.number not in text(client.get(address))
    assert signed_in(head).get(address).status_code == 403
