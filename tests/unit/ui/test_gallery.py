"""The gallery shows every macro, obeys the content security policy and is documented."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from tests.unit.ui.gallery import context

from mainstay.service.common.ui.jinja import OUR_TEMPLATES

ROOT = Path(__file__).resolve().parents[3]
MACROS = sorted(
    name
    for path in (OUR_TEMPLATES / "ui").glob("*.jinja")
    for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text("utf-8"))
)


class Page(HTMLParser):
    """What a browser would be asked to run or style from inside the page, and the ids in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.forbidden += [f"{tag} {name}" for name in named if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in named):
            self.forbidden.append(tag)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.references |= set((named.get(name) or "").split())


@pytest.fixture(scope="module")
def gallery() -> str:
    return render_to_string("ui/gallery.jinja", context())


def test_the_gallery_holds_nothing_the_content_security_policy_refuses(gallery: str) -> None:
    assert Page(gallery).forbidden == []


def test_ids_are_unique_and_every_label_and_description_points_at_one(gallery: str) -> None:
    page = Page(gallery)
    assert sorted(page.ids) == sorted(set(page.ids))
    assert page.references <= set(page.ids)


def test_the_title_says_error_first_when_the_form_has_errors(gallery: str) -> None:
    assert "<title>Error: Gallery of parts" in gallery
    assert "<title>Gallery of parts" in render_to_string("ui/gallery.jinja", context(bound=False))


@pytest.mark.parametrize("macro", MACROS)
def test_each_macro_is_in_the_gallery_or_another_macro_and_in_the_guide(macro: str) -> None:
    used = "".join(path.read_text("utf-8") for path in OUR_TEMPLATES.rglob("*.jinja"))
    assert re.search(rf"(ui\.{macro}|(?<!macro ){macro})\(", used)
    assert f"{macro}(" in (ROOT / "docs" / "reference" / "ui.md").read_text("utf-8")


def test_the_tabs_and_the_sort_say_where_one_is(gallery: str) -> None:
    assert 'aria-current="page">Summary' in gallery
    assert '<th scope="col" class="govuk-table__header" aria-sort="descending"><a class="ms-sort"' in gallery


def test_an_assumed_reason_asks_to_confirm_with_legal(gallery: str) -> None:
    after = gallery.split("Weeks of half term are not school weeks.")[1]
    assert "Confirm with legal" in after[:300]


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "csrf"])
def test_error_pages_need_nothing_from_the_context(name: str) -> None:
    page = render_to_string(f"errors/{name}.jinja")
    assert "<h1" in page
    assert Page(page).forbidden == []


def test_the_built_styles_carry_no_crest_no_restricted_font_and_no_missing_file() -> None:
    folder = ROOT / "src/mainstay/service/common/static/mainstay"
    css = (folder / "mainstay.css").read_text("utf-8")
    assert not re.search(r"gds transport|govuk-crest", css, re.IGNORECASE)
    wanted = {name for name in re.findall(r'url\("?([^")]+)"?\)', css) if not name.startswith("data:")}
    assert wanted
    assert [name for name in wanted if not (folder / name).is_file()] == []
