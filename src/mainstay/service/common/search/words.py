"""Words of the search box: entries by the beginnings of their words, by sound, and by likeness."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet
from rapidfuzz import fuzz, process

from mainstay.service.common.search.models import SearchEntry, SearchWord
from mainstay.service.common.search.sounds import sound

CLOSE: Final = 82  # of 100; "mohamed" and "mohammed" are near enough, "mahoney" is not
MOST_ALIKE: Final = 40
_LONGEST: Final = 40
#: after every letter there is
_END: Final = "\U0010ffff"


def of_entry(entry: SearchEntry) -> list[SearchWord]:
    """Unsaved rows, one for each word of the key."""
    return [SearchWord(entry=entry, word=word[:_LONGEST], sound=sound(word)) for word in entry.key.split()]


def of_all() -> Iterator[tuple[int, str, str]]:
    """Entry, word and sound of every entry without words yet, for writing them past the models.

    The entries are read at once: PostgreSQL answers no question while rows are copied in.
    """
    found = list(SearchEntry.objects.filter(words=None).order_by("pk").values_list("pk", "key"))
    return ((entry, word[:_LONGEST], sound(word)) for entry, key in found for word in key.split())


def replace(entries: Iterable[SearchEntry]) -> None:
    """Write the words of these saved entries anew."""
    listed = list(entries)
    SearchWord.objects.filter(entry__in=[entry.pk for entry in listed]).delete()
    SearchWord.objects.bulk_create((word for entry in listed for word in of_entry(entry)), batch_size=2000)


def beginning(rows: QuerySet[SearchEntry], tokens: list[str]) -> QuerySet[SearchEntry]:
    """The entries with a word beginning with each of these."""
    for token in tokens:
        rows = rows.filter(pk__in=SearchWord.objects.filter(_begins(token)).values("entry"))
    return rows


def alike(rows: QuerySet[SearchEntry], tokens: list[str]) -> list[SearchEntry]:
    """Entries with a word for each of these that sounds the same or is spelt almost so; the most alike first."""
    spelt = _spelt_like(tokens)
    for token in tokens:
        near = Q(word__in=[token, *spelt[token]])
        if key := sound(token):
            near |= Q(sound=key)
        rows = rows.filter(pk__in=SearchWord.objects.filter(near).values("entry"))
    found = sorted(rows.order_by("key", "pk")[: 5 * MOST_ALIKE], key=lambda row: -_likeness(tokens, row.key))
    return found[:MOST_ALIKE]


def _begins(token: str) -> Q:
    token = token[:_LONGEST]
    if connection.vendor == "sqlite":  # its LIKE reads no index
        return Q(word__gte=token, word__lt=token + _END)
    return Q(word__startswith=token)


def _spelt_like(tokens: list[str]) -> dict[str, list[str]]:
    """Token -> words almost spelt so, among those with the same first letter; one query."""
    firsts = Q()
    for letter in {token[0] for token in tokens}:
        firsts |= _begins(letter)
    among = list(SearchWord.objects.filter(firsts).order_by().values_list("word", flat=True).distinct())
    return {
        token: [
            word
            for word, *_ in process.extract(
                token, among, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=MOST_ALIKE
            )
            if word[0] == token[0]
        ]
        for token in tokens
    }


def _likeness(tokens: list[str], key: str) -> float:
    """How alike the least alike of the asked words is to its best match, of 100."""
    words = key.split()
    return min(max(fuzz.ratio(token, word) for word in words) for token in tokens) if words else 0.0
