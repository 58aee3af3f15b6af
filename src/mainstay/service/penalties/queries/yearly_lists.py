"""The rows behind one figure of the yearly return, as its list shows them."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import limit_met, names
from mainstay.service.penalties.returns import BOOKS, Part

#: book -> the name of the page of one row
PAGES: Final = {
    "notices": "notice",
    "requests": "notice_request",
    "improvements": "improvement",
    "leaves": "leave",
}
#: book -> the day by which a row belongs to the year, and what it is called
DAYS: Final = {
    "notices": ("issued_on", "Issued"),
    "requests": ("closed_at", "Closed"),
    "improvements": ("issued_at", "Given"),
    "leaves": ("decided_at", "Decided"),
}


def counted(user: Any, year: int, part: Part, school: int | None) -> QuerySet[Any]:
    """Exactly the rows that the figure counts."""
    rows = BOOKS[part.book].rows(user, year)
    if part.closed_by_limit:
        rows = rows.filter(pk__in=limit_met.requests(user, year))
    rows = rows.filter(part.q)
    if school is not None:
        rows = rows.filter(school_id=school)
    return rows.select_related("pupil", "school")


def rows(found: Iterable[Any], book: str) -> list[dict[str, Any]]:
    """Rows of a page, a restricted child by initials."""
    day = DAYS[book][0]
    return [
        {
            "url": reverse(PAGES[book], args=[one.pk]),
            "child": names.child(one),
            "school": one.school.name,
            "number": one.number if isinstance(one, Notice) else "",
            "on": one.issued_on if book == "notices" else timezone.localdate(getattr(one, day)),
            "state": one.get_state_display(),
        }
        for one in found
    ]
