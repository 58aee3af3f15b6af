"""The texts of the public pages: what is shipped, what the council made of it, and in which languages.

The latest version of the council's own is what everybody reads; before the first there is the shipped one, in English.
A language without its own version of a text shows the English one, marked as English.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from mainstay.service.public.models import PublicText

ENGLISH: Final = "en-gb"
SHIPPED: Final = "Shipped with Mainstay"
GROUPS: Final = {
    "absence": "When a child misses school",
    "law": "If it gets serious",
    "other": "Other things we do",
    "talk": "Complaints, and using this site",
}
#: text -> where it stands on the first page; "": not there
TEXTS: Final[Mapping[str, str]] = {
    "home": "",
    "law": "absence",
    "steps": "absence",
    "help": "absence",
    "penalty": "law",
    "fast-track": "law",
    "court": "law",
    "supervision": "law",
    "attendance-orders": "law",
    "missing": "other",
    "employment": "other",
    "complaints": "talk",
    "accessibility": "talk",
}
_ROOM: Final = Path(__file__).parent / "texts_shipped"


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it stands: number 0 is what is shipped."""

    key: str
    language: str
    number: int
    title: str
    text: str
    row: PublicText | None = None


def languages() -> dict[str, str]:
    """Tag -> its name in itself, English first."""
    return {tag: str(name) for tag, name in settings.LANGUAGES}


@cache
def shipped(key: str) -> Text:
    """The English words to begin with. Raises KeyError for a text there is not."""
    if key not in TEXTS:
        raise KeyError(key)
    title, _, text = (_ROOM / f"{key}.md").read_text("utf-8").partition("\n")
    return Text(key, ENGLISH, 0, title.removeprefix("# ").strip(), text.strip())


def current(language: str = ENGLISH) -> dict[str, Text]:
    """Every text in a language, the English one where there is none in it; one query."""
    found = {key: shipped(key) for key in TEXTS}
    for wanted in dict.fromkeys((ENGLISH, language)):
        found |= {row.key: _of(row) for row in _latest() if row.language == wanted and row.key in TEXTS}
    return found


def published() -> dict[tuple[str, str], PublicText]:
    """(text, language) -> the council's own latest version, with who made it; one query."""
    return {(row.key, row.language): row for row in _latest()}


def one(key: str, language: str) -> Text | None:
    """The latest version in that very language; None where there is none. Raises KeyError for a text there is not."""
    row = PublicText.objects.filter(key=key, language=language).first()
    if row is not None:
        return _of(row)
    return shipped(key) if language == ENGLISH else None


def version(key: str, language: str, number: int) -> Text | None:
    """One earlier version."""
    if number == 0:
        return shipped(key) if language == ENGLISH else None
    row = PublicText.objects.filter(key=key, language=language, number=number).select_related("by").first()
    return _of(row) if row else None


def offered() -> list[tuple[str, str]]:
    """The languages in which there is something to read, with their names; English alone is no choice."""
    there = set(PublicText.objects.order_by().values_list("language", flat=True).distinct())
    return [(tag, name) for tag, name in languages().items() if tag == ENGLISH or tag in there]


def _latest() -> Iterator[PublicText]:
    place = Window(RowNumber(), partition_by=[F("key"), F("language")], order_by=F("number").desc())
    rows = PublicText.objects.annotate(place=place).filter(place=1)
    return rows.select_related("by").iterator()


def _of(row: PublicText) -> Text:
    return Text(row.key, row.language, row.number, row.title, row.text, row)
