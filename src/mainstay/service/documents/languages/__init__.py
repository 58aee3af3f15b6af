"""Sheets in other languages: what a letter is about, what it costs until when, who to call.

The English letter is the document in law; the sheet is a courtesy after it, one page. Each language has one file
here, ``<tag>.toml``; ``checked`` in it names the translator who confirmed its words, and is empty until one has.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from mainstay.service.common.keys import fold

ENGLISH: Final = "en"
_ROOM: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Language:
    """A language there are words for, with its name in itself and in English."""

    tag: str
    name: str
    english: str
    checked: str


@cache
def known() -> tuple[Language, ...]:
    """Every language besides English, by its English name."""
    found = [_words(path.stem) for path in _ROOM.glob("*.toml")]
    names = ("tag", "name", "english", "checked")
    return tuple(
        sorted((Language(*(words[n] for n in names)) for words in found), key=lambda each: each.english)
    )


@cache
def _words(tag: str) -> dict[str, Any]:
    return tomllib.loads((_ROOM / f"{tag}.toml").read_text("utf-8"))


def _tag(language: str) -> str | None:
    """The tag of the file for a BCP 47 language; a region we have no file for is left out."""
    tags = {each.tag.lower(): each.tag for each in known()}
    return tags.get(language.lower()) or tags.get(language.lower().split("-")[0])


def of_parent(language: str) -> str:
    """The tag of a language named in English, where there are words in it; else English."""
    wanted = fold(language)
    return next((each.tag for each in known() if fold(each.english) == wanted), ENGLISH)


def source(language: str) -> bytes:
    """The file behind a language; nothing for English and for languages without one."""
    tag = _tag(language)
    return (_ROOM / f"{tag}.toml").read_bytes() if tag else b""


def sheet(template: str, values: dict[str, Any], language: str) -> dict[str, Any] | None:
    """What the sheet of a letter says; None where there is none: English, or no words for it.

    values["courtesy"]: the facts it tells. case: which of the letter's cases; sums: [pounds, last day]…; and
    whatever else its sentences name. Days are YYYY-MM-DD in a name that ends in "_on".
    """
    tag, facts = _tag(language), values.get("courtesy")
    if tag is None or facts is None:
        return None
    words = _words(tag)
    letter = words["letter"].get(template)
    if letter is None:
        return None
    frame = words["frame"]
    said = {
        name: _day(words, value) if name.endswith("_on") and value else value for name, value in facts.items()
    }
    sums = [
        frame["sum"].format(pounds=pounds, until=_day(words, until))
        for pounds, until in facts.get("sums", [])
    ]
    about = [*letter["about"], *letter.get("case", {}).get(facts.get("case", ""), [])]
    return {
        "language": tag,
        "title": letter["title"],
        "note": frame["note"],
        "unchecked": "" if words["checked"] else frame["unchecked"],
        "parts": [
            [frame["about"], [line.format_map(said) for line in about]],
            *([[frame["cost"], [*sums, *letter.get("cost", [])]]] if sums else []),
        ],
        "call": [frame["call"], frame["call_text"]],
        "reference": frame["reference"],
    }


def _day(words: dict[str, Any], iso: str) -> str:
    day = date.fromisoformat(iso)
    weekday, month = words["weekdays"][day.weekday()], words["months"][day.month - 1]
    return str(words["date"]).format(weekday=weekday, day=day.day, month=month, year=day.year)
