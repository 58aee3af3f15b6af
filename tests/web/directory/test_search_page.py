"""The search box: its words are children's names, and stand in no address."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import EntryFactory, PupilFactory, SchoolFactory, UserFactory

from mainstay.service.directory import searching

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def officer() -> Client:
    client = Client()
    client.force_login(UserFactory(role="ewo"))
    return client


def _text(response) -> str:
    return " ".join(response.content.decode().split())


def _fenwicks(count: int) -> None:
    school = SchoolFactory()
    pupils = [PupilFactory(school=school, surname="Fenwick", forename=f"Ada{n}") for n in range(count)]
    searching.write_pupils([pupil.pk for pupil in pupils])


def test_the_words_are_in_no_address(officer: Client) -> None:
    _fenwicks(60)
    sent = officer.post(reverse("search"), {"q": "fenwick"})
    assert sent.status_code == 302 and sent.url == reverse("search")
    page = _text(officer.get(sent.url))
    assert "60 matches" in page and page.count("Fenwick</a>") == 50 and 'value="fenwick"' in page
    addresses = re.findall(r'(?:href|action)="([^"]*)"', page)
    assert "?page=2" in addresses and "fenwick" not in " ".join(addresses).lower()
    assert _text(officer.get(reverse("search") + "?page=2")).count("Fenwick</a>") == 10


def test_the_words_go_with_the_sign_in(officer: Client) -> None:
    _fenwicks(1)
    officer.post(reverse("search"), {"q": "fenwick"})
    officer.post(reverse("account_logout"))
    officer.force_login(UserFactory(role="ewo"))
    assert "Fenwick" not in _text(officer.get(reverse("search")))


def test_the_box_of_every_page_sends_its_words_in_a_form(officer: Client) -> None:
    page = _text(officer.get(reverse("schools")))
    form = re.search(r'<form class="ms-search"[^>]*>.*?</form>', page)
    assert form is not None and 'method="post"' in form[0] and "csrfmiddlewaretoken" in form[0]


def test_an_address_with_words_in_it_finds_nothing(officer: Client) -> None:
    _fenwicks(1)
    assert "Fenwick" not in _text(officer.get(reverse("search") + "?q=fenwick"))


def test_notes_stand_beside_people_and_can_be_looked_through_by_day(officer: Client) -> None:
    _fenwicks(2)
    for n in range(7):
        EntryFactory(title=f"Fenwick {n}", text="Spoke with <b>fenwick</b>")
    page = _text(officer.post(reverse("search"), {"q": "fenwick"}, follow=True))
    assert "2 matches" in page and page.count("<mark>Fenwick</mark>") == 5
    assert "All notes with these words" in page and "<b>" not in page
    notes = _text(officer.get(reverse("search") + "?kind=notes"))
    assert "7 notes, newest first" in notes
    none = _text(officer.get(reverse("search") + "?kind=notes&first=2020-01-01&last=2020-01-02"))
    assert "No note of these days has these words" in none
    assert "Fenwick</a>" in _text(officer.get(reverse("search") + "?kind=pupil"))


def test_a_search_of_everything_asks_little(
    officer: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    _fenwicks(5)
    EntryFactory.create_batch(20, text="fenwick")
    officer.post(reverse("search"), {"q": "fennick 12 beech road"})
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        officer.get(reverse("search"))
