"""What the search box finds by a number of this room, as letters bear it: "EW-000123", "ft 12", "VC-0000007".

And by the number a referral or case had in the council's former system, whatever that looks like.
"""

import re
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.service.casework import earlier
from mainstay.service.casework.models import Case, FastTrack, Interview, Plan, Referral, Visit
from mainstay.service.common import search
from mainstay.service.common.prepared import Typed, prepared

MOST: Final = 20
_NUMBER: Final = re.compile(r"\s*(EW|RF|VC|PL|FT|IC)[\s-]*0*([0-9]{1,9})\s*", re.IGNORECASE)
#: what letters put before a number -> the model, what it is called, the address of its page, the way to the child
_KINDS: Final[dict[str, tuple[Any, str, str, str]]] = {
    "EW": (Case, "Case", "case", ""),
    "RF": (Referral, "Referral", "referral", ""),
    "VC": (Visit, "Visit", "visit", "case"),
    "PL": (Plan, "Plan", "plan", ""),
    "FT": (FastTrack, "Fast Track", "fast_track", "case"),
    "IC": (Interview, "Interview under caution", "interview", "fast_track__case"),
}


def by_number(user: Any, text: str) -> list[search.Hit]:
    match = _NUMBER.fullmatch(text)
    return [*(_ours(user, match) if match else ()), *_earlier(user, text)]


def _earlier(user: Any, text: str) -> list[search.Hit]:
    """Referrals and cases that bear it; the same number may stand on both."""
    asked = earlier.key(text)
    if len(asked) < earlier.SHORTEST:
        return []
    hits = []
    for model, label, page in ((Case, "Case", "case"), (Referral, "Referral", "referral")):
        for one in _known_as(user, model, Typed(asked)):
            hits.append(
                search.Hit(
                    page, label, one.pk, f"{label} {one.number}, earlier {one.earlier_reference}",
                    f"{one.pupil.listed_name}, {one.school.name}", one.pupil.restricted, reverse(page, args=[one.pk]),
                )
            )  # fmt: skip
    return hits


@prepared
def _known_as(user: Any, model: Any, key: str) -> QuerySet[Any]:
    found = model.objects.visible_to(user).filter(earlier_key=key).select_related("pupil", "school")
    return found.order_by("pk")[:MOST]  # type: ignore[no-any-return]


def _ours(user: Any, match: re.Match[str]) -> list[search.Hit]:
    letters, number = match[1].upper(), int(match[2])
    model, label, page, way = _KINDS[letters]
    ways = [f"{way}__{name}" if way else name for name in ("pupil", "school")]
    hits = []
    for one in model.objects.visible_to(user).filter(pk=number).select_related(*ways):
        about = one
        for step in filter(None, way.split("__")):
            about = getattr(about, step)
        hits.append(
            search.Hit(
                page, label, one.pk, f"{label} {letters}-{number:06}", f"{about.pupil.listed_name}, {about.school.name}",
                about.pupil.restricted, reverse(page, args=[one.pk]),
            )
        )  # fmt: skip
    return hits
