"""A bundle as its page shows it."""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse

from mainstay.service.court import expected, making
from mainstay.service.court.models import Bundle, BundleItem, WitnessStatement
from mainstay.service.documents.states import state

COLOURS: Final[Mapping[str, str]] = {
    Bundle.State.DRAFT: "yellow", Bundle.State.ISSUED: "green", Bundle.State.WITHDRAWN: "grey",
}  # fmt: skip
#: taken as they are, with one press
_TAKEN: Final = frozenset({"charge", "certificate", "costs"})


def expected_rows(
    bundle: Bundle, papers: list[expected.Expected], items: list[BundleItem]
) -> list[dict[str, Any]]:
    """What is expected, who owes it, and what can be done about it now."""
    there = [item.witness_id for item in items if item.kind == "statement"]
    signed = (
        WitnessStatement.objects.standing().filter(prosecution=bundle.prosecution).exclude(signed_at=None)
    )
    waiting = list(signed.exclude(pk__in=there))
    return [
        {
            "key": each.key,
            "title": each.title,
            "owner": each.owner,
            "tag": each.said,
            "words": each.words,
            "open": each.state in (expected.READY, expected.MISSING),
            "steps": _steps(each, bundle, waiting),
            "needed": each.key in expected.NEEDED,
            "aside": each.state == expected.ASIDE,
        }
        for each in papers
    ]


def _steps(each: expected.Expected, bundle: Bundle, waiting: list[WitnessStatement]) -> list[dict[str, Any]]:
    """Links and buttons; ``post``: a button."""
    if each.key in making.MAKERS and (each.state != expected.MISSING):
        needs_form = each.key in ("chronology", "family", "printout")
        text = "Make it again" if each.state == expected.IN else "Make it"
        return [
            {"text": text, "href": reverse("bundle_make", args=[bundle.pk, each.key]), "post": not needs_form}
        ]
    if each.key in _TAKEN and each.state == expected.READY:
        return [{"text": "Add it", "href": reverse("bundle_take", args=[bundle.pk, each.key]), "post": True}]
    if each.key in ("statement", "school_statement"):
        return [
            {
                "text": f"Add the statement of {s.signed_name}",
                "href": reverse("bundle_take", args=[bundle.pk, f"statement-{s.pk}"]),
                "post": True,
            }
            for s in waiting
            if bool(s.school_id) == (each.key == "school_statement")
        ]
    if each.key in ("exhibits", "plan", "minutes"):
        return [{"text": "Add a paper", "href": reverse("bundle_add", args=[bundle.pk]), "post": False}]
    return []


def item_rows(items: list[BundleItem]) -> list[dict[str, Any]]:
    return [
        {
            "number": n,
            "pk": item.pk,
            "url": reverse("bundle_item", args=[item.pk]),
            "ref": item.ref,
            "title": item.title,
            "kind": item.get_kind_display(),
            "by": item.witness.signed_name or (item.witness.witness.name if item.witness.witness else "")
            if item.witness
            else "",
            "redacted": len(item.redactions),
            "described": not item.file_id or bool(item.description),
            "pages": _pages(item),
        }
        for n, item in enumerate(items, 1)
    ]


def services(bundle: Bundle) -> list[dict[str, Any]]:
    if bundle.document is None:
        return []
    return [
        {"pk": one.pk, "to": one.addressee_name, "state": state(one)}
        for one in bundle.document.services.order_by("pk")
    ]


def _pages(item: BundleItem) -> str:
    """Of the sealed bundle."""
    if not item.first_page:
        return ""
    first, last = item.first_page, item.last_page
    return str(first) if first == last else f"{first} to {last}"
