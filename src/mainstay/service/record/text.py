"""Words in the chronology: which entries hold them, and where. One function for either database's own full text.

Words are found by their stem, in their beginnings and in any order, all of them in one entry. What may be shown is
the caller's question: nothing here knows who asks.
"""

import re
from collections.abc import Iterator
from typing import Final

from django.db import connection
from markupsafe import Markup, escape

from mainstay.service.common.keys import fold
from mainstay.service.directory.models import Pupil

MOST_WORDS: Final = 8
#: characters shown of an entry, around the first word found
SHOWN: Final = 240
_FIRST: Final = 1000
_TIMES: Final = 6
_SQL: Final = {
    "sqlite": (
        (
            "SELECT rowid FROM record_entry_text WHERE record_entry_text MATCH %s AND rowid < %s"
            "{of_pupil} ORDER BY rowid DESC LIMIT %s"
        ),
        " AND rowid IN (SELECT id FROM record_entry WHERE pupil_id = %s)",
    ),
    "postgresql": (
        (
            "SELECT id FROM record_entry WHERE to_tsvector('english', title || ' ' || text) @@ to_tsquery('english', %s)"
            " AND id < %s{of_pupil} ORDER BY id DESC LIMIT %s"
        ),
        " AND pupil_id = %s",
    ),
}
_WORD: Final = re.compile(r"\w+")
_APOSTROPHES: Final = str.maketrans("'’`´‘", "     ")


def words_of(text: str) -> list[str]:
    """The words asked for, folded; "o'neill" is two, as the databases read it."""
    return fold(text.translate(_APOSTROPHES)).split()[:MOST_WORDS]


def holding(words: list[str], pupil: Pupil | None = None) -> Iterator[list[int]]:
    """Ids of the entries that hold these words, written last first, in parts that grow.

    Whoever looks through them stops when enough of them may be shown; most people need one part.
    """
    if not words:
        return
    sql, of_pupil = _SQL[connection.vendor]
    below, most = 2**62, _FIRST
    of: list[int] = [pupil.pk] if pupil else []
    statement = sql.format(of_pupil=of_pupil if pupil else "")
    while True:
        params: list[str | int] = [_query(words), below, *of, most]
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            found = [row[0] for row in cursor.fetchall()]
        if found:
            yield found
        if len(found) < most:
            return
        below, most = found[-1], most * _TIMES


def _query(words: list[str]) -> str:
    """In the database's own language; the words are letters and figures only."""
    if connection.vendor == "sqlite":
        return " AND ".join(f'"{word}"*' for word in words)
    return " & ".join(f"{word}:*" for word in words)


def snippet(text: str, words: list[str]) -> Markup:
    """The part of a text around the first of the words, with the words marked."""
    places = [match.span() for match in _WORD.finditer(text) if _is_one(match[0], words)]
    begin = _start(text, places[0][0]) if places else 0
    end = min(len(text), begin + SHOWN)
    shown, last = escape("… " if begin else ""), begin
    for first, after in places:
        if first >= begin and after <= end:
            shown += text[last:first]
            shown += Markup("<mark>%s</mark>") % text[first:after]
            last = after
    shown += text[last:end]
    return shown + " …" if end < len(text) else shown


def _start(text: str, first: int) -> int:
    """Where the shown part begins: a little before the word, at the beginning of another."""
    if first < SHOWN // 2:
        return 0
    return text.rfind(" ", 0, first - SHOWN // 3) + 1


def _is_one(word: str, words: list[str]) -> bool:
    """Whether a word of the text is one of those asked for, or has its stem."""
    folded = fold(word)
    return any(folded.startswith((asked, _stem(asked))) for asked in words)


def _stem(word: str) -> str:
    """What different endings leave of a longer word: near enough for marking."""
    return word[: max(5, len(word) - 3)] if len(word) > 5 else word
