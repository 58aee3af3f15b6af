"""The one chronology: filtered by room and words, printed whole, ticked for a statement."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import EntryFactory, UserFactory
from tests.factories_attendance import a_child, at
from tests.factories_cases import a_case

from mainstay.service.directory.models import Pupil
from mainstay.service.record.models import Audience

pytestmark = pytest.mark.django_db


@pytest.fixture
def child() -> Pupil:
    return a_child()


@pytest.fixture
def officer() -> Client:
    client = Client()
    client.force_login(UserFactory(role="ewo"))
    return client


def page_of(client: Client, pupil: Pupil, query: str = "") -> str:
    return " ".join(client.get(reverse("pupil_chronology", args=[pupil.pk]) + query).content.decode().split())


def find(client: Client, pupil: Pupil, words: str, query: str = "") -> Any:
    return client.post(
        reverse("pupil_chronology_find", args=[pupil.pk]), {"words": words, "query": query}, follow=True
    )


def test_a_room_is_chosen_among_those_there_are(officer: Client, child: Pupil) -> None:
    a_case(child)
    EntryFactory(pupil=child, title="Rang the grandmother")
    page = page_of(officer, child)
    assert '<option value="casework">Casework</option>' in page and "Notices</option>" not in page
    only = page_of(officer, child, "?room=casework")
    assert "Case EW-" in only and "Rang the grandmother" not in only
    assert "Case EW-" not in page_of(officer, child, "?room=by_hand")


def test_words_are_looked_for_and_stand_in_no_address(officer: Client, child: Pupil) -> None:
    EntryFactory(pupil=child, title="Rang the grandmother")
    EntryFactory(pupil=child, title="Saw the school", kind="visit")
    found = find(officer, child, "grandmother", "kind=note")
    page = found.content.decode()
    assert found.redirect_chain[0][0].endswith("/chronology/?kind=note")
    assert "Rang the grandmother" in page and "Saw the school" not in page
    addresses = re.findall(r'(?:href|action)="([^"]*)"', page)
    assert "grandmother" not in " ".join(addresses)
    assert "Saw the school" in page_of(officer, a_child_with("Saw the school"))


def a_child_with(title: str) -> Pupil:
    other = a_child()
    EntryFactory(pupil=other, title=title)
    return other


def test_words_find_nothing_that_is_not_for_the_reader(child: Pupil) -> None:
    EntryFactory(pupil=child, title="Counsel advised", audience=Audience.PRIVILEGED)
    EntryFactory(pupil=child, title="Rang home", audience=Audience.SCHOOL, at=at())
    client = Client()
    client.force_login(UserFactory(role="school_staff", school=child.school))
    page = find(client, child, "counsel").content.decode()
    assert "No entry has these words" in page and "Counsel advised" not in page


def test_the_page_for_printing_holds_every_entry_the_filters_leave(officer: Client, child: Pupil) -> None:
    for n in range(60):
        EntryFactory(pupil=child, title=f"Call {n:03}", kind="call", at=at() - timedelta(hours=n))
    EntryFactory(pupil=child, title="Saw the school", kind="visit")
    page = officer.get(reverse("pupil_chronology_print", args=[child.pk]) + "?kind=call").content.decode()
    assert page.count("Call 0") == 60 and "Saw the school" not in page


def test_the_chronology_asks_as_much_for_many_as_for_few(
    officer: Client, child: Pupil, django_assert_max_num_queries: Any
) -> None:
    EntryFactory.create_batch(30, pupil=child, title="Rang the grandmother")
    find(officer, child, "grandmother")
    for name in ("pupil_chronology", "pupil_chronology_print"):
        with django_assert_max_num_queries(18):
            officer.get(reverse(name, args=[child.pk]) + "?kind=note&room=by_hand")


def test_ticked_entries_become_a_statement(officer: Client, child: Pupil) -> None:
    user = UserFactory(role="legal_coordinator", name="Robin Tester")
    officer.force_login(user)
    said, other = (
        EntryFactory(pupil=child, by=user, title=title) for title in ("Saw the mother", "Rang the school")
    )
    page = page_of(officer, child)
    assert f'name="entry" id="entry-{said.pk}"' in page or f'value="{said.pk}"' in page
    new = reverse("statement_new", args=[child.pk])
    form = officer.post(new, {"action": "statement", "entry": [said.pk, "x"]}).content.decode()
    assert f'name="entry" value="{said.pk}"' in form and "ticked in the chronology" in form
    made = officer.post(new, {"witness": user.pk, "entry": [said.pk]}, follow=True).content.decode()
    assert "I noted: Saw the mother." in made and "Rang the school" not in made
    assert other.title not in made


def test_school_users_are_offered_no_statement(child: Pupil) -> None:
    EntryFactory(pupil=child, audience=Audience.SCHOOL, at=at())
    client = Client()
    client.force_login(UserFactory(role="school_staff", school=child.school))
    page = page_of(client, child)
    assert "Draft a statement" not in page and 'type="checkbox"' not in page
