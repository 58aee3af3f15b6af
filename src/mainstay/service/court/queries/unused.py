"""Unused material as its pages show it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.service.court.actions.unused import said
from mainstay.service.court.models import Prosecution, UnusedItem
from mainstay.service.record import providers

Decision = UnusedItem.Decision
COLOURS: Final[Mapping[str, str]] = {
    Decision.OPEN: "yellow", Decision.DISCLOSE: "blue", Decision.WITHHOLD: "purple", Decision.NOT_RELEVANT: "grey",
}  # fmt: skip


def filtered(one: Prosecution, wanted: Mapping[str, Any]) -> QuerySet[UnusedItem]:
    found = UnusedItem.objects.filter(prosecution=one).select_related("by").order_by("privileged", "pk")
    return found.filter(decision=wanted["decision"]) if wanted["decision"] else found


def rows(found: Iterable[UnusedItem]) -> list[dict[str, Any]]:
    return [
        {
            "pk": row.pk,
            "url": reverse("unused_decide", args=[row.pk]),
            "what": row.what,
            "privileged": row.privileged,
            "undermines": "" if row.undermines is None else "Yes" if row.undermines else "No",
            "decision": said(row),
            "colour": COLOURS[row.decision],
            "who": row.by.name if row.by else "",
        }
        for row in found
    ]


def href(row: UnusedItem, user: Any) -> str:
    """Where the thing itself can be read."""
    return "" if row.privileged else providers.href_of(row.about_kind, row.about_id, user)
