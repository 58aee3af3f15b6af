"""Is it court-ready? On the page of a case, of a prosecution, for a school, and as a list."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at, days_before, give, marked
from tests.factories_cases import a_case
from tests.factories_court import a_prosecution
from tests.factories_penalties import a_parent

from mainstay.service.court.actions import certificates, witnesses
from mainstay.service.directory.models import SchoolPost

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = at(hour=14)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    monkeypatch.setattr("mainstay.service.accounts.middleware.time", SimpleNamespace(time=moment.timestamp))


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(str(response.content.decode()).split())


def test_a_case_from_its_first_day_to_a_prosecution(django_assert_max_num_queries: Any) -> None:
    child = a_child()
    give(child, marked(days_before(child.school, until=date(2026, 10, 24)), "O", 14, start=6))
    case = a_case(child)
    officer, parent = signed_in(case.owner), a_parent(child)
    page, own = reverse("case", args=[case.pk]), reverse("case_court_ready", args=[case.pk])
    assert (
        "Court: 10 things missing for a single justice case: 1 school, 1 senior officer, 3 legal co-ordinator, 1 manager, 4 you"
        in text(officer.get(page))
    )
    with django_assert_max_num_queries(20):
        text(officer.get(page))
    said = text(officer.get(own)) + text(officer.get(own, {"for": "notice"}))
    for words in (
        "Penalty notice",
        "Single justice case",
        "Requisition or summons",
        "Nobody has asked for a notice",
        "Senior officer",
    ):
        assert words in said
    assert reverse("prosecution_propose", args=[case.pk]) in said
    assert reverse("order_consider", args=[case.pk]) not in said  # the senior officer's page
    assert reverse("order_consider", args=[case.pk]) in text(
        signed_in(UserFactory(role="senior_ewo")).get(own)
    )
    # a school is told nothing before something is asked of it
    head = UserFactory(role="head_teacher")
    SchoolPost.objects.create(user=head, school=child.school)
    at_school = signed_in(head)
    assert "court" not in text(at_school.get(page)).split("<main", 1)[1].lower()
    assert "Nothing is asked of your school" in text(at_school.get(own))

    one = a_prosecution(case=case, parent=parent, state="evidence", offence="444(1A)")
    other = a_prosecution(case=case, parent=a_parent(child))
    certificates.ask(prosecution_id=one.pk, school=child.school, by=case.owner, at=at())
    witnesses.ask_school(prosecution_id=one.pk, asks="Registers.", by=case.owner, at=at())
    shown = text(officer.get(page))
    assert (
        f"{one.number}, {parent.name}: Court: " in shown
        and "missing for a requisition or summons: 2 school" in shown
    )
    assert f"{other.number}, " in shown and "missing for a single justice case" in shown
    with django_assert_max_num_queries(20):
        text(officer.get(page))
    of_one = reverse("prosecution_court_ready", args=[one.pk])
    assert of_one in text(officer.get(reverse("prosecution", args=[one.pk])))
    with django_assert_max_num_queries(20):
        said = text(officer.get(of_one))
    assert "Ask about each statutory defence" in said and "choose a requisition or charge 444(1)" in said
    assert reverse("prosecution_court_ready", args=[other.pk]) in said
    clerk = signed_in(UserFactory(role="business_support"))
    assert "Ask about each statutory defence" not in text(clerk.get(of_one))  # privileged
    assert "Ask about each statutory defence" not in text(clerk.get(own))
    # the school reads what it owes, and nothing of the rest
    assert "2 things to give" in text(at_school.get(page))
    owes = text(at_school.get(own))
    assert "signs the certificate" in owes and "statement for court" in owes
    for word in (parent.surname, "defence", "test", "charge", "prosecution", one.number, "bundle"):
        assert word not in owes.split("<main", 1)[1].split("</main")[0], word
    assert at_school.get(of_one).status_code == 403
    stranger = UserFactory(role="head_teacher")
    assert signed_in(stranger).get(own).status_code == 404
    # once every charge is issued there is nothing to make ready
    for each in (one, other):
        each.state, each.issued_on = "listed", at().date()
        each.save()
    assert "Is it court-ready?" not in text(officer.get(page))
    assert "nothing to make ready" in text(officer.get(own))


def test_the_list_filters_exports_and_asks_as_much_for_many(django_assert_max_num_queries: Any) -> None:
    legal = UserFactory(role="legal_coordinator")
    one = a_prosecution(state="evidence")
    with_legal, young = a_case(), a_case()
    type(with_legal).objects.filter(pk=with_legal.pk).update(state="legal")
    client, address = signed_in(legal), reverse("court_not_ready")
    found = text(client.get(address))
    assert one.number in found and with_legal.number in found and young.number not in found
    assert young.number in text(client.get(address, {"of": "every"}))
    assert with_legal.number not in text(client.get(address, {"school": one.school_id}))
    mine = text(signed_in(one.investigator).get(address, {"scope": "mine"}))
    assert one.number in mine and with_legal.number not in mine and " you" in mine
    # it is authorised: it waits for no manager, a case with legal does
    waits = text(client.get(address, {"owner": "manager"}))
    assert with_legal.number in waits and one.number not in waits
    with django_assert_max_num_queries(20) as few:
        client.get(address, {"of": "every"})
    for _ in range(3):
        a_prosecution(), a_case()
    with django_assert_max_num_queries(len(few)):
        client.get(address, {"of": "every"})
    lines = b"".join(client.get(reverse("court_not_ready_export", args=["csv"])).streaming_content).decode()  # type: ignore[attr-defined]
    row = next(line for line in lines.splitlines() if one.number in line)
    assert row.split(",")[1] == one.number and one.case.pupil.upn not in lines
    assert client.get(address + "?school=99999999999999999999&owner=x&of=y").status_code == 200
