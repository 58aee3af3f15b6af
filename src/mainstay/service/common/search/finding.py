"""The search box: writing what can be found, and finding it.

Rooms write their rows (``write``, ``write_many``) and register their kind; who may find what is the
kind's own ``visible``. Words match the beginnings of words; a UPN or LAESTAB matches exactly; where
little was found, names that are close are looked for among those with the same first letters. What is
restricted is found by whole words (two at least) or its number.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from rapidfuzz import fuzz, process

from mainstay.service.common.announce import Provider
from mainstay.service.common.keys import fold
from mainstay.service.common.search.models import SearchEntry

#: which schools' rows a person may find: (user) -> ids, or None for every school
schools_of = Provider("schools whose records a person may find: (user) -> ids or None")

CANDIDATES: Final = 300
CLOSE_AMONG: Final = 6000
CLOSE: Final = 82  # of 100; "shivaun" and "siobhan" are too far apart, "mohamed" and "mohammed" are not
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
    close: bool  # found by a name that is only similar

    @property
    def href(self) -> str:
        return reverse(_kinds[self.kind].url_name, args=[self.object_id])


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
) -> SearchEntry:
    """One unsaved row. words: names under which it is found, folded here; exact: UPN, LAESTAB, reference."""
    return SearchEntry(
        kind=kind,
        object_id=object_id,
        title=title[:200],
        detail=detail[:200],
        key=" ".join(dict.fromkeys(fold(" ".join(words)).split()))[:400],
        exact=exact.replace(" ", "").replace("/", "").upper()[:40],
        school_id=school_id,
        restricted=restricted,
    )


def write(kind: str, object_id: int, **shown: Any) -> None:
    """Put one thing into the search, or replace what it says there. Keywords as for ``entry``."""
    write_many([entry(kind, object_id, **shown)])


def write_many(entries: Iterable[SearchEntry]) -> None:
    SearchEntry.objects.bulk_create(
        entries,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["title", "detail", "key", "exact", "school_id", "restricted"],
    )


def remove(kind: str, object_ids: Collection[int]) -> None:
    SearchEntry.objects.filter(kind=kind, object_id__in=object_ids).delete()


def find(user: Any, words: str, limit: int = 50) -> list[Hit]:
    """What this person may see of what these words find, best first; nothing for fewer than two letters."""
    tokens = fold(words).split()[:6]
    if sum(map(len, tokens)) < 2:
        return []
    rows = _in_scope(user)
    exact = rows.filter(exact=words.replace(" ", "").replace("/", "").upper()[:40])
    found = list(exact[:limit]) or _named(rows, tokens)
    hits = _visible(user, found, close=False)
    if len(hits) < FEW:
        known = {(hit.kind, hit.object_id) for hit in hits}
        close = _visible(user, _close(rows, tokens), close=True)
        hits += [hit for hit in close if (hit.kind, hit.object_id) not in known]
    return hits[:limit]


def _named(rows: Any, tokens: list[str]) -> list[SearchEntry]:
    """Rows with words beginning so; a restricted one only by whole words, so that nobody finds it by guessing."""
    found = rows.filter(_beginnings(tokens)).order_by("key", "pk")[:CANDIDATES]
    return [row for row in found if not row.restricted or _whole(row, tokens)]


def _whole(row: SearchEntry, tokens: list[str]) -> bool:
    return len(tokens) > 1 and set(tokens) <= set(row.key.split())


def _in_scope(user: Any) -> Any:
    rows = SearchEntry.objects.filter(kind__in=_kinds)
    for schools in schools_of.ask(user):
        if schools is not None:
            rows = rows.filter(Q(school_id__in=schools) | Q(school_id=None))
    return rows


def _beginnings(tokens: list[str]) -> Q:
    wanted = Q()
    for token in tokens:
        wanted &= Q(key__startswith=token) | Q(key__contains=f" {token}")
    return wanted


def _close(rows: Any, tokens: list[str]) -> list[SearchEntry]:
    """Rows with a word like each of these, among those sharing a first letter with every one."""
    rows = rows.filter(restricted=False)
    among = dict(rows.filter(_beginnings([t[0] for t in tokens])).values_list("pk", "key")[:CLOSE_AMONG])
    scored = process.extract(" ".join(tokens), among, scorer=_likeness, score_cutoff=CLOSE, limit=20)
    order = {pk: place for place, (_, _, pk) in enumerate(scored)}
    return sorted(SearchEntry.objects.filter(pk__in=order), key=lambda row: order[row.pk])


def _likeness(asked: str, key: str, **_: Any) -> float:
    """How alike the least alike of the asked words is to its best match, of 100."""
    words = key.split()
    return min(max(fuzz.ratio(token, word) for word in words) for token in asked.split()) if words else 0.0


def _visible(user: Any, rows: list[SearchEntry], *, close: bool) -> list[Hit]:
    ids: dict[str, list[int]] = {}
    for row in rows:
        ids.setdefault(row.kind, []).append(row.object_id)
    allowed = {name: set(_kinds[name].visible(user, found)) for name, found in ids.items()}
    return [
        Hit(row.kind, _kinds[row.kind].label, row.object_id, row.title, row.detail, row.restricted, close)
        for row in rows
        if row.object_id in allowed[row.kind]
    ]
