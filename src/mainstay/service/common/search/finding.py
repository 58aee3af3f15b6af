"""The search box: writing what can be found, and finding it.

Rooms write their rows (``write``, ``write_many``) and register their kind; who may find what is the
kind's own ``visible``. Words match the beginnings of words; a UPN, LAESTAB or the number of a case matches
exactly; a date of birth narrows or stands alone; an address finds who lives or lived there. Where little was
found, names that sound the same or are spelt almost so follow. What is restricted is found by whole words
(two at least) or its number alone.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from mainstay.service.common.announce import Provider
from mainstay.service.common.keys import fold
from mainstay.service.common.search import words as by_words
from mainstay.service.common.search.asked import Asked, plain, read
from mainstay.service.common.search.models import SearchEntry

#: which schools' rows a person may find: (user) -> ids, or None for every school
schools_of = Provider("schools whose records a person may find: (user) -> ids or None")
#: what has a number of its own, in whatever way it is typed: (user, text) -> list[Hit]
numbers = Provider("what has this number: (user, text) -> list[Hit]")
#: who lives or lived at an address: (text) -> {kind: ids}; nothing confidential, nobody restricted
places = Provider("who is at an address: (text) -> {kind: ids}")

#: what was written in records: (request, text, first day, last day, most) -> list[Passage], newest first
passages = Provider(
    "passages of records with these words: (request, text, first, last, most) -> list[Passage]"
)

CANDIDATES: Final = 300
FEW: Final = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that can be found.

    visible: (user, ids) -> the ids this person may see in a list.
    url_name: of the page that shows one, with its id.
    """

    name: str
    label: str
    url_name: str
    visible: Callable[[Any, list[int]], Collection[int]]


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """From a room's ``apps.py``."""
    _kinds[kind.name] = kind


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. ``title`` is a child's initials where the record is restricted."""

    kind: str
    label: str
    object_id: int
    title: str
    detail: str
    restricted: bool
    href: str
    close: bool = False  # found by a name that is only similar


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a record: marked words in ``title`` and ``text`` (both HTML), whose record it is, when it was."""

    title: str
    text: str
    href: str
    whose: str
    restricted: bool
    kind: str
    at: datetime


def passages_of(
    request: HttpRequest, text: str, *, first: date | None = None, last: date | None = None, most: int
) -> list[Passage]:
    """What records say, as far as this person may read them."""
    found = [one for given in passages.ask(request, text, first, last, most) for one in given]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def entry(
    kind: str,
    object_id: int,
    *,
    title: str,
    words: Iterable[str],
    detail: str = "",
    exact: str = "",
    school_id: int | None = None,
    restricted: bool = False,
    born: date | None = None,
) -> SearchEntry:
    """One unsaved row. words: names under which it is found, folded here; exact: UPN, LAESTAB, reference."""
    return SearchEntry(
        kind=kind,
        object_id=object_id,
        title=title[:200],
        detail=detail[:200],
        key=" ".join(dict.fromkeys(fold(" ".join(words)).split()))[:400],
        exact=plain(exact),
        school_id=school_id,
        restricted=restricted,
        born=None if restricted else born,
    )


def write(kind: str, object_id: int, **shown: Any) -> None:
    """Put one thing into the search, or replace what it says there. Keywords as for ``entry``."""
    write_many([entry(kind, object_id, **shown)])


@transaction.atomic
def write_many(entries: Iterable[SearchEntry]) -> None:
    saved = SearchEntry.objects.bulk_create(
        entries,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["title", "detail", "key", "exact", "school_id", "restricted", "born"],
    )
    by_words.replace(saved)


def remove(kind: str, object_ids: Collection[int]) -> None:
    SearchEntry.objects.filter(kind=kind, object_id__in=object_ids).delete()


def find(user: Any, words: str, limit: int = 50) -> list[Hit]:
    """What this person may see of what these words find, best first; nothing for fewer than two letters."""
    asked = read(words, timezone.localdate())
    if not asked.enough:
        return []
    rows, schools = _in_scope(user)
    exact = [hit for hits in numbers.ask(user, words) for hit in hits]
    exact += _visible(user, list(rows.filter(exact=asked.number)[:limit]))
    if exact:
        return exact[:limit]
    narrowed = rows.filter(born=asked.born) if asked.born else rows
    found = _named(narrowed, asked.tokens)
    if not asked.born:
        found += _at_address(rows if schools is None else rows.exclude(school_id=None), asked)
    hits = _visible(user, found)
    if len(hits) < FEW and asked.tokens:
        close = by_words.alike(narrowed.filter(restricted=False), asked.tokens)
        known = {(row.kind, row.object_id) for row in found}
        hits += _visible(user, [row for row in close if (row.kind, row.object_id) not in known], close=True)
    return hits[:limit]


def _named(rows: QuerySet[SearchEntry], tokens: list[str]) -> list[SearchEntry]:
    """Rows with words beginning so; a restricted one only by whole words, so that nobody finds it by guessing."""
    found = by_words.beginning(rows, tokens).order_by("key", "pk")[:CANDIDATES]
    return [row for row in found if not row.restricted or _whole(row, tokens)]


def _whole(row: SearchEntry, tokens: list[str]) -> bool:
    return len(tokens) > 1 and set(tokens) <= set(row.key.split())


def _at_address(rows: QuerySet[SearchEntry], asked: Asked) -> list[SearchEntry]:
    """Who is at the address that was typed, if it is one; a school asks about those on its roll alone."""
    wanted = Q()
    for found in places.ask(asked.text):
        for kind, ids in found.items():
            wanted |= Q(kind=kind, object_id__in=ids)
    return list(rows.filter(wanted, restricted=False).order_by("key", "pk")[:CANDIDATES]) if wanted else []


def _in_scope(user: Any) -> tuple[QuerySet[SearchEntry], list[int] | None]:
    """The rows this person may ask about, and of which schools; None: of every school."""
    rows, scope = SearchEntry.objects.filter(kind__in=_kinds), None
    for schools in schools_of.ask(user):
        if schools is not None:
            scope = list(schools)
            rows = rows.filter(Q(school_id__in=scope) | Q(school_id=None))
    return rows, scope


def _visible(user: Any, rows: list[SearchEntry], *, close: bool = False) -> list[Hit]:
    ids: dict[str, list[int]] = {}
    for row in rows:
        ids.setdefault(row.kind, []).append(row.object_id)
    allowed = {name: set(_kinds[name].visible(user, found)) for name, found in ids.items()}
    shown = {(row.kind, row.object_id): row for row in rows if row.object_id in allowed[row.kind]}
    return [
        Hit(
            row.kind, _kinds[row.kind].label, row.object_id, row.title, row.detail, row.restricted,
            reverse(_kinds[row.kind].url_name, args=[row.object_id]), close,
        )
        for row in shown.values()
    ]  # fmt: skip
