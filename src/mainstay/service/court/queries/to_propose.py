"""Unpaid notices that go on to a prosecution and for which none is under way."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from mainstay.service.court.models import Prosecution
from mainstay.service.penalties.actions.ending import limits_of
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import names

SHOWN_WITH: Final = ("pupil", "parent", "school", "request__owner")
HEADER: Final = (
    "Notice",
    "Child",
    "UPN",
    "Parent",
    "School",
    "First day of the offence",
    "Safe date",
    "Officer",
)


def notices(user: Any) -> QuerySet[Notice]:
    """Of those this person may see."""
    under_way = Prosecution.objects.open().filter(notice=OuterRef("pk"))
    found = Notice.objects.visible_to(user).filter(state=Notice.State.PROSECUTING, outcome="")
    return found.filter(~Exists(under_way)).select_related(*SHOWN_WITH)


def rows(found: Iterable[Notice], today: date) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse("prosecution_of_notice", args=[one.pk]),
            "label": one.number,
            "number": one.number,
            "child": names.child(one),
            "parent": names.parent(one),
            "school": one.school.name,
            "offence_from": one.offence_from,
            "limit": (limits := limits_of(one, today)) and limits.safe_date,
            "late": bool(limits and limits.safe_date < today),
            "owner": one.request.owner.name if one.request.owner else "Nobody yet",
        }
        for one in found
    ]


def for_export(found: Iterable[Notice], today: date) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children and their parents by initials and without UPN."""
    for one in found:
        limits = limits_of(one, today)
        yield (
            one.number, names.child(one), "" if one.pupil.restricted else one.pupil.upn, names.parent(one), one.school.name,
            one.offence_from, limits.safe_date if limits else None, one.request.owner.name if one.request.owner else "",
        )  # fmt: skip
