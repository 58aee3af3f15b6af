"""Words of the council's own in letters, and leaflets, for the list of everything it sets."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.documents import leaflets
from mainstay.service.documents.letters import LETTERS
from mainstay.service.documents.models import Leaflet, Wording


def given(on: date) -> Iterator[council.Value]:
    rows = Wording.objects.filter(since__lte=on).select_related("by").order_by("since", "version")
    now = {(row.template, row.slot): row for row in rows}
    for template, letter in LETTERS.items():
        for slot in letter.slots:
            row = now.get((template, slot.name))
            yield council.Value(
                "Letters", f"{letter.name}: {slot.purpose}", (row.text if row else slot.default) or "Left empty",
                "edit_wording", "What this letter says from then on; those sent keep their words.",
                reverse("letter_slot", args=[template, slot.name]), **_said(row, "As shipped"),
            )  # fmt: skip
    found = Leaflet.objects.in_force(on).select_related("by").order_by("subject", "language")
    for leaflet in found:
        set_ = leaflet if leaflet.by_id else None
        yield council.Value(
            "Leaflets", f"{leaflet.title} ({leaflets.language_name(leaflet.language)})",
            f"Version {leaflet.version}" + ("" if leaflets.confirmed(leaflet) else ", not yet confirmed by a translator"),
            "edit_wording", "What families are given; what was given stays as it was.",
            reverse("leaflet", args=[leaflet.pk]), "see_pupils", **_said(set_, leaflet.reason),
        )  # fmt: skip


def _said(row: Any, otherwise: str) -> dict[str, Any]:
    if row is None:
        return {"reason": otherwise}
    return {"since": row.since, "by": row.by.name, "at": row.at, "reason": row.reason}
