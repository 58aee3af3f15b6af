"""The chronology of one child, filtered: kind, writer, room, days, words."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from mainstay.service.common.among import among
from mainstay.service.directory.models import Pupil
from mainstay.service.record import kinds, text
from mainstay.service.record.models import Entry
from mainstay.service.record.passages import between


def chronology(pupil: Pupil, user: Any, chosen: Mapping[str, Any], words: str) -> QuerySet[Entry]:
    """What this person may read of it and the filters leave, newest first.

    chosen: kind, by, room, first, last, as ``forms.ChronologyFilter`` has them.
    """
    found = between(
        Entry.objects.for_readers(user).filter(pupil=pupil), chosen.get("first"), chosen.get("last")
    )
    if kind := chosen.get("kind"):
        found = found.filter(kind=kind)
    if by := chosen.get("by"):
        found = found.filter(by=by)
    if room := chosen.get("room"):
        found = (
            found.filter(about_kind="")
            if room == kinds.BY_HAND
            else found.filter(about_kind__startswith=f"{room}.")
        )
    if asked := text.words_of(words):
        holding = (pk for ids in text.holding(asked, pupil) for pk in ids)
        found = found.filter(pk__among=among(holding))
    return found


def shown(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """With what a timeline shows of each. Corrections come in no order: sorted by time, SQLite reads every entry there is."""
    return entries.select_related("by").prefetch_related(
        Prefetch("corrections", queryset=Entry.objects.order_by())
    )


def kinds_and_rooms(entries: QuerySet[Entry]) -> tuple[list[str], list[str]]:
    """What there is to choose from; one query."""
    pairs = list(entries.order_by().values_list("kind", "about_kind").distinct())
    return sorted({kind for kind, _ in pairs}), sorted({kinds.room(about) for _, about in pairs})
