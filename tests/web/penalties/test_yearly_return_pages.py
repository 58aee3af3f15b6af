"""Pages of the yearly return: each figure leads to the list it counts, and the file holds the same."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import ConflictFactory, SchoolFactory, UserFactory
from tests.factories_books import Book

from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db


def signed_in(role: str = "service_manager", **given: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role, **given))
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def listed(client: Client, part: str, **more: Any) -> str:
    response = client.get(reverse("notices_return_list"), {"year": 2025, "part": part, **more})
    assert response.status_code == 200
    return text_of(response)


@pytest.fixture
def book() -> Book:
    book = Book()
    alder, birch = SchoolFactory(name="Alder Primary"), SchoolFactory(name="Birch Primary")
    book.add(3, school=alder)
    book.add(2, school=alder, state="withdrawn", reason="late", position="second")
    book.add(1, school=birch, state="paid", reason="other")
    return book


def test_the_page_shows_the_year_asked_for(book: Book) -> None:
    client = signed_in()
    page = client.get(reverse("notices_return"), {"year": 2025})
    said = text_of(page)
    assert "year 2025-26" in said and "The whole council" in said
    assert "not in our notes" in said and "Adds up" in said and "Differs" not in said
    assert "Alder Primary" in said and "Birch Primary" in said
    assert "England: 89.3% (2022/23" in said and "no figure for England is among our sources" in said


def test_without_a_year_it_is_this_one_and_an_empty_year_says_what_to_do(book: Book) -> None:
    for asked in ({}, {"year": "1999"}, {"year": "x"}):
        said = text_of(signed_in().get(reverse("notices_return"), asked))
        assert "year 2026-27" in said and "Nothing was counted in this year" in said


def test_every_link_leads_to_as_many_records_as_the_figure_says(book: Book) -> None:
    client = signed_in()
    page = client.get(reverse("notices_return"), {"year": 2025}).content.decode()
    links = re.findall(
        r'href="(/notices/return/list/[^"]+)"[^>]*>(?:<span[^>]*>[^<]*</span>)?(\d+)</a>', page
    )
    assert len(links) > 15
    for href, number in links:
        counted = "1 record" if number == "1" else f"{number} records"
        assert counted in text_of(client.get(href.replace("&amp;", "&"))), href


def test_a_list_names_the_figure_and_its_school(book: Book) -> None:
    said = listed(signed_in(), "late", school=book.families[next(iter(book.families))][0].school_id)
    assert "For arriving late" in said and "Alder Primary" in said and "2 records" in said


def test_reading_a_list_is_logged(book: Book) -> None:
    listed(signed_in(), "issued")
    assert RecordRead.objects.filter(page="yearly return").count() == 1


@pytest.mark.parametrize("asked", [{"part": "nothing"}, {"part": "issued", "school": "999999"}])
def test_what_there_is_not_is_not_found(book: Book, asked: dict[str, str]) -> None:
    assert signed_in().get(reverse("notices_return_list"), asked).status_code == 404


def test_a_school_sees_its_own_figures_and_no_other_school(book: Book) -> None:
    (alder, _), (birch, _) = book.families.values()
    client = signed_in("school_staff", school=alder.school)
    said = text_of(client.get(reverse("notices_return"), {"year": 2025}))
    assert "All your schools" in said and "Birch Primary" not in said
    assert "5 records" in listed(client, "issued")
    asked = {"part": "issued", "school": birch.school_id}
    assert client.get(reverse("notices_return_list"), asked).status_code == 404


def test_a_conflict_is_left_out_and_said(book: Book) -> None:
    user = UserFactory(role="service_manager")
    ConflictFactory(user=user, school=next(iter(book.families.values()))[0].school)
    client = Client()
    client.force_login(user)
    said = text_of(client.get(reverse("notices_return"), {"year": 2025}))
    assert "conflict of interest are left out" in said and "Alder Primary" not in said


def test_the_file_holds_what_the_page_shows(book: Book) -> None:
    response = signed_in().get(reverse("notices_return_export", args=["csv"]), {"year": 2025})
    lines = b"".join(response).decode().splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        "\ufeffSchool",
        "The whole council",
        "Alder Primary",
        "Birch Primary",
    ]
    assert [line.split(",")[1] for line in lines[1:]] == ["6", "5", "1"]
    assert "penalty-notices-2025-26-" in response["Content-Disposition"]
    assert signed_in().get(reverse("notices_return_export", args=["xlsx"]), {"year": 2025}).status_code == 200


def test_who_may_not_see_notices_gets_a_file_of_nothing(book: Book) -> None:
    response = signed_in("cme_officer").get(reverse("notices_return_export", args=["csv"]), {"year": 2025})
    _, whole = b"".join(response).decode().splitlines()
    assert set(whole.split(",")[1:]) == {"0"}


def test_a_page_asks_no_query_per_notice_or_school(book: Book, django_assert_max_num_queries: Any) -> None:
    for _ in range(30):
        book.add(10, school=SchoolFactory())
    client = signed_in()
    with django_assert_max_num_queries(20):
        client.get(reverse("notices_return"), {"year": 2025})
    with django_assert_max_num_queries(20):
        listed(client, "issued")
