"""What somebody of the service would leave behind in this room."""

from collections import Counter
from typing import Any, Final

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.ui.filters import plural
from mainstay.service.court.models import Disclosure, Instruction, Prosecution, Sitting

#: in words around a number, and the page with them; in the order of ``_held``
_WORDS: Final = (
    ("", "prosecution", "", "prosecutions"),
    ("", "sitting", " to present", "sittings"),
    ("Disclosure in ", "prosecution", "", "hearings"),
    ("", "case", " instructed in", "advice_list"),
)


def owned(user: User) -> list[dict[str, str]]:
    """Prosecutions, sittings to present, disclosure they answer for, cases they are instructed in; one question."""
    first, *rest = (_part(found, n) for n, found in enumerate(_held(user)))
    many = Counter(first.union(*rest, all=True).values_list("part", flat=True))
    return [
        {"text": f"{before}{plural(many[n], noun)}{after}", "href": reverse(page)}
        for n, (before, noun, after, page) in enumerate(_WORDS)
        if many[n]
    ]


def _held(user: User) -> tuple[QuerySet[Any], ...]:
    return (
        Prosecution.objects.open().filter(legal_owner=user),
        Sitting.objects.filter(presenter=user, starts__gt=timezone.now()),
        Disclosure.objects.filter(officer=user).exclude(prosecution__state__in=Prosecution.OVER),
        Instruction.objects.filter(solicitor=user, ended_at=None),
    )


def _part(found: QuerySet[Any], part: int) -> QuerySet[Any]:
    one: QuerySet[Any] = found.order_by().annotate(part=Value(part)).values("part")
    return one
