"""The search box finds by the beginnings of words, by exact numbers, and by similar names."""

from collections.abc import Iterator
from typing import Any

import pytest

from mainstay.service.common import search
from mainstay.service.common.search import finding
from mainstay.service.common.search.models import SearchEntry

pytestmark = pytest.mark.django_db
hidden: set[int] = set()
schools: list[Any] = [None]


@pytest.fixture(autouse=True)
def _own_kind() -> Iterator[None]:
    kinds, givers = dict(finding._kinds), list(search.schools_of._givers)
    others = {provider: list(provider._givers) for provider in (search.numbers, search.places)}
    finding._kinds.clear()
    for provider in others:
        provider._givers.clear()
    search.schools_of._givers[:] = [lambda user: schools[0]]
    search.register_kind(search.Kind("thing", "Thing", "user", lambda user, ids: set(ids) - hidden))
    hidden.clear()
    schools[0] = None
    yield
    finding._kinds.clear()
    finding._kinds.update(kinds)
    search.schools_of._givers[:] = givers
    for provider, own in others.items():
        provider._givers[:] = own


def put(pk: int, *words: str, **more: Any) -> None:
    search.write("thing", pk, title=" ".join(words), words=words, **more)


def found(words: str) -> list[int]:
    return [hit.object_id for hit in search.find(None, words)]


def test_beginnings_of_words_in_any_order_find() -> None:
    put(1, "Okafor", "Chidi")
    put(2, "Okonkwo", "Ada")
    assert found("oka") == [1]
    assert found("chidi ok") == [1]
    assert found("CHIDI OKAFOR") == [1]


def test_accents_and_apostrophes_do_not_matter() -> None:
    put(1, "O’Neill", "Siobhán")
    assert found("o'neill siobhan") == [1]
    assert found("ONEILL") == [1]


def test_a_number_finds_exactly_one() -> None:
    put(1, "Okafor", exact="A852999924001")
    put(2, "Okafor", exact="B852999924002")
    assert found("b852999924002") == [2]
    assert found("B 852 9999 24002") == [2]


def test_a_similar_name_is_found_and_marked() -> None:
    put(1, "Mohammed", "Aisha")
    hits = search.find(None, "mohamed aisha")
    assert [(hit.object_id, hit.close) for hit in hits] == [(1, True)]
    assert found("mahoney") == []


def test_what_a_person_may_not_see_is_not_found() -> None:
    put(1, "Okafor")
    hidden.add(1)
    assert found("okafor") == []


def test_another_schools_rows_are_not_even_candidates() -> None:
    for pk in range(1, finding.CANDIDATES + 10):
        put(pk, "Smith", f"Aaron{pk:04d}", school_id=1)
    put(9000, "Smith", "Zed", school_id=2)
    schools[0] = [2]
    assert found("smith") == [9000]


def test_writing_again_replaces() -> None:
    put(1, "Okafor")
    put(1, "Bello")
    assert found("okafor") == []
    assert found("bello") == [1]
    assert SearchEntry.objects.count() == 1


def test_what_is_removed_is_not_found() -> None:
    put(1, "Okafor")
    search.remove("thing", [1])
    assert found("okafor") == []


def test_a_single_letter_finds_nothing() -> None:
    put(1, "Okafor")
    assert found("o") == []
    assert found("") == []
    assert found("%") == []


def test_a_search_takes_few_queries(django_assert_max_num_queries: Any) -> None:
    for pk in range(50):
        put(pk, "Okafor", f"Name{pk}")
    with django_assert_max_num_queries(5):
        assert len(found("okafor")) == 50
