"""Sorting, pages and addresses of lists."""

from types import SimpleNamespace

from django.http import QueryDict
from django.template import engines

from mainstay.service.common.ui.lists import Column, Listing, listing, with_query

COLUMNS = [
    Column("name", "Child", sort="name"),
    Column("count", "Sessions", sort="count,name", numeric=True),
    Column("kind", "Kind"),
]
ROWS = [SimpleNamespace(name=f"child {i:03}", count=i % 7 or None, kind="x") for i in range(120)]


def shown(query: str = "", default: str | None = "name") -> Listing:
    return listing(ROWS, QueryDict(query), COLUMNS, default_sort=default)


def test_a_page_holds_fifty_rows_and_the_count_is_of_all() -> None:
    last = shown("page=3")
    assert (last.total, last.pages, len(last.rows), last.first, last.last) == (120, 3, 20, 101, 120)


def test_a_page_or_sort_that_does_not_exist_falls_back() -> None:
    assert shown("page=99").page == 3
    for odd in ("0", "-1", "x", "", "9" * 40, "٣"):
        assert 1 <= shown(f"page={odd}").page <= 3
    assert [row.name for row in shown("sort=password").rows][:1] == ["child 000"]
    assert [row.name for row in shown("sort=kind").rows][:1] == ["child 000"]


def test_sorting_turns_round_and_puts_missing_values_first() -> None:
    assert shown("sort=-name").rows[0].name == "child 119"
    assert shown("sort=count").rows[0].count is None
    assert shown("sort=-count").rows[0].count == 6


def test_a_header_offers_the_other_direction_and_goes_back_to_page_one() -> None:
    sorting = shown("sort=name&page=2&phase=primary").sorting
    assert sorting is not None
    assert sorting.aria(COLUMNS[0]) == "ascending"
    assert sorting.aria(COLUMNS[1]) == "none"
    assert sorting.href(COLUMNS[0]) == "?sort=-name&phase=primary"
    assert sorting.href(COLUMNS[1]) == "?sort=count&phase=primary"


def test_page_links_leave_gaps_in_long_lists() -> None:
    many = listing(list(range(1000)), QueryDict("page=10"), [], default_sort=None)
    assert many.near() == [1, None, 9, 10, 11, None, 20]
    assert many.href(1) == "?"
    assert many.href(2) == "?page=2"


def test_an_empty_list_has_one_page_and_no_rows() -> None:
    none = listing([], QueryDict("sort=name"), COLUMNS, default_sort="name")
    assert (none.total, none.pages, none.first, none.last, list(none.rows)) == (0, 1, 0, 0, [])


def test_a_query_takes_lists_and_mappings() -> None:
    assert with_query({"kind": ["a", "b"], "x": 1}, x=None) == "?kind=a&kind=b"
    assert with_query("q=%C5%81", page=2) == "?q=%C5%81&page=2"


def test_a_small_table_needs_no_listing() -> None:
    columns = [{"key": "name", "text": "Name"}, {"key": "post", "text": "Post"}]
    table = engines["jinja2"].from_string("{{ ui.table({'rows': rows, 'columns': columns}, 'Contacts') }}")
    page = table.render({"rows": [{"name": "Mo", "post": "Clerk"}], "columns": columns})
    assert ">Mo</th>" in page
    assert 'data-label="Post">Clerk</td>' in page
    assert "Nothing to show." in table.render({"rows": [], "columns": columns})
