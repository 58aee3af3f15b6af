"""The chronology of one child, filtered: kind, writer, room, days, words."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

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
    """With what a timeline shows of each: who wrote it, and the title of its latest correction."""
    later = Entry.objects.filter(corrects=OuterRef("pk")).order_by("-pk")
    return entries.annotate(
        by_name=F("by__name"), by_post=F("by__post"), corrected=Subquery(later.values("title")[:1])
    )


def kinds_and_rooms(entries: QuerySet[Entry]) -> tuple[list[str], list[str]]:
    """What there is to choose from; one query."""
    pairs = list(entries.order_by().values_list("kind", "about_kind").distinct())
    return sorted({kind for kind, _ in pairs}), sorted({kinds.room(about) for _, about in pairs})
