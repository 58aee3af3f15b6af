"""The safe part of Markdown in which the public pages are written, and the numbers and names it may take in.

Headings, paragraphs, lists, emphasis and links; HTML is shown as it was typed. A number of the law is never typed:
``{attendance_reduced_pounds}`` stands for it and is filled when the page is shown. A link leads to a page of this
site (``page:letter_open``), or out by https, mailto or tel.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from mainstay.law.rules import Rules
from mainstay.service.common.ui.filters import long_date
from mainstay.service.team.values import in_force

#: names of the law's parameters that a text may take in, with what stands for them
LAW: Final = (
    "threshold_sessions", "threshold_weeks", "persistent_percent", "severe_percent", "compulsory_age_starts",
    "compulsory_age_ends", "attendance_reduced_pounds", "attendance_full_pounds", "attendance_second_pounds",
    "attendance_reduced_days", "attendance_full_days", "excluded_reduced_pounds", "excluded_full_pounds",
    "excluded_days", "notices_in_years", "notices_years", "improvement_weeks_least", "improvement_weeks_most",
    "fast_track_weeks", "fine_444_1_pounds", "fine_444_1a_pounds", "custody_444_1a_months", "fine_443_pounds",
    "fine_eso_breach_pounds", "parenting_order_months", "eso_months", "eso_extension_years", "sao_days",
    "sao_choice_days", "employment_permit_days", "performance_licence_days", "access_request_months",
    "sjp_reply_days",
)  # fmt: skip
#: what else a text may take in
OTHER: Final = {
    "council": "the council",
    "service": "the service",
    "duty_phone": "telephone of the duty desk",
    "duty_hours": "when the duty desk answers",
    "mailbox": "the service’s mailbox",
    "today": "today’s date",
}
_NAME: Final = re.compile(r"\{([a-z0-9_]+)\}")
_TYPED: Final = re.compile(r"£\s*\d")
_OUTSIDE: Final = ("https://", "mailto:", "tel:")
_PAGE: Final = re.compile(r"page:([a-z_]+)(?:/([a-z0-9-]+))?\Z")
_CLASSES: Final = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "link_open": "govuk-link",
    "blockquote_open": "govuk-inset-text",
}
_HEADINGS: Final = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_SIZES: Final = {"h2": "govuk-heading-m", "h3": "govuk-heading-s"}


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return _address(url) is not None


@cache
def _parser() -> MarkdownIt:
    return _Parser("zero", {"html": False}).enable(
        ["heading", "list", "emphasis", "link", "newline", "escape", "blockquote", "entity"]
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as it is shown: its markup, and what its numbers mean that are still to be confirmed."""

    html: Markup
    unsure: tuple[str, ...]


def fill(on: date) -> Mapping[str, str]:
    """Everything a text may take in, as it stands on a day; one query."""
    rules, ours = Rules(as_of=on), in_force(on)
    return {
        **{name: f"{rules.whole(name):,}" for name in LAW},
        **{name: str(ours[name]) for name in ("duty_phone", "duty_hours", "mailbox")},
        "council": settings.CONFIG.council_name,
        "service": settings.CONFIG.service_name,
        "today": long_date(on),
    }  # fmt: skip


def placeholders() -> Iterator[tuple[str, str]]:
    """Name and meaning of everything a text may take in."""
    yield from OTHER.items()
    rules = Rules()
    for name in LAW:
        yield name, rules.parameter(name).meaning


def show(text: str, said: Mapping[str, str], on: date) -> Shown:
    """The text as markup, with what its names stand for."""
    tokens = _parser().parse(text)
    _dress(tokens, said)
    html = _parser().renderer.render(tokens, _parser().options, {})
    return Shown(Markup(html), tuple(_unsure(text, on)))  # noqa: S704 (the parser escapes what was typed)


def plain(text: str, said: Mapping[str, str]) -> str:
    """The words alone, for a summary or a measure of how easily they are read: one line a block."""
    lines = [
        "".join(_filled(part.content, said) if part.type == "text" else " " for part in token.children or ()
                if part.type in ("text", "softbreak"))
        for token in _parser().parse(text) if token.type == "inline"
    ]  # fmt: skip
    return "\n".join(" ".join(line.split()) for line in lines)


def faults(text: str) -> list[str]:
    """What keeps a text from being published, in words."""
    known = {*LAW, *OTHER}
    found = [
        f"{{{name}}} stands for nothing: choose from the list."
        for name in dict.fromkeys(_NAME.findall(text))
        if name not in known
    ]
    for href in dict.fromkeys(re.findall(r"\]\(\s*([^)\s]*)", text)):
        if _address(href) is None:
            found.append(
                f"A link cannot lead to “{href[:80]}”: use https, mailto, tel, or page: with a page’s name."
            )
    if _TYPED.search(text):
        found.append(
            "A sum of money is typed: take it from the law by its name, such as £{attendance_reduced_pounds}."
        )
    return found


def _dress(tokens: Iterable[Token], said: Mapping[str, str]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _HEADINGS[token.tag]
            if token.nesting == 1:
                token.attrSet("class", _SIZES[token.tag])
        elif token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
        if token.type == "link_open":
            token.attrSet("href", _address(str(token.attrGet("href"))) or "#")
        if token.type == "text":
            token.content = _filled(token.content, said)
        _dress(token.children or (), said)


def _filled(words: str, said: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: said.get(found[1], found[0]), words)


def _unsure(text: str, on: date) -> Iterator[str]:
    rules = Rules(as_of=on)
    for name in dict.fromkeys(_NAME.findall(text)):
        if name in LAW and rules.parameter(name).confidence == "assumed":
            yield rules.parameter(name).meaning


def _address(href: str) -> str | None:
    """Where a link leads; None for one that must not be followed or leads nowhere."""
    if href.startswith(_OUTSIDE):
        return href
    page = _PAGE.match(href)
    if page is None:
        return None
    arguments: list[Any] = [page[2]] if page[2] else []
    try:
        return reverse(page[1], args=arguments)
    except NoReverseMatch:
        return None
