"""What the search box finds in the chronologies: as far as the searcher may read each of them, today."""

from datetime import date
from itertools import islice
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from markupsafe import Markup

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.common.among import among
from mainstay.service.common.search import Passage
from mainstay.service.record import access, kinds, text
from mainstay.service.record.models import Entry, RestrictedOpening

#: parts of the matches looked through before we say no more: the newest 336,000 or so
MOST_PARTS: Final = 4


def found(request: SignedIn, words: str, first: date | None, last: date | None, most: int) -> list[Passage]:
    """Entries with these words, of records in view; a restricted one only while it stands open to the searcher."""
    user, asked = request.user, text.words_of(words)
    if not user.may("see_pupils") or sum(map(len, asked)) < 3:
        return []
    readable = between(_readable(user), first, last).select_related("pupil")
    entries: list[Entry] = []
    for ids in islice(text.holding(asked), MOST_PARTS):
        entries += readable.filter(pk__among=among(ids)).order_by("-at", "-pk")[: most - len(entries)]
        if len(entries) >= most:
            break
    if entries:
        access.log_list(request, "search in notes")
    return [_passage(entry, asked) for entry in entries]


def between(entries: QuerySet[Entry], first: date | None, last: date | None) -> QuerySet[Entry]:
    """Of these days, both included."""
    if first:
        entries = entries.filter(at__date__gte=first)
    return entries.filter(at__date__lte=last) if last else entries


def _readable(user: Any) -> QuerySet[Entry]:
    opened = RestrictedOpening.objects.filter(user=user, until__gt=timezone.now())
    return Entry.objects.visible_to(user).filter(
        Q(pupil__restricted=False) | Q(pupil__in=opened.order_by().values("pupil_id"))
    )


#: looked for when it is shown: more is found than a page has
_snippet: Final = lazy(text.snippet, Markup)


def _passage(entry: Entry, words: list[str]) -> Passage:
    return Passage(
        _snippet(entry.title, words),
        _snippet(entry.text, words),
        reverse("entry", args=[entry.pk]),
        entry.pupil.listed_name,
        entry.pupil.restricted,
        kinds.label(entry.kind),
        entry.at,
    )
