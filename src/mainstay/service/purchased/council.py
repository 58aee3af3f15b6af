"""The service's values for purchased work and its library, for the list of everything the council sets."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.purchased.models import Version
from mainstay.service.purchased.values import known

_AREA: Final = "Purchased work"
_DEPENDS: Final = {
    "small": "Which figures of groups a school is shown.",
    "slot_minutes": "The times offered on an intervention day.",
    "policy_checklist": "The form of each policy review begun from then on.",
    "questions": "What people are asked after a training.",
    "signpost": "What people read beside safeguarding training.",
}


def given(rows: council.Rows) -> Iterator[council.Value]:
    for value in known().values():
        row = rows.get(value.name)
        yield council.Value(
            _AREA, value.label, council.words(row.value if row else value.default), "edit_purchased_values",
            _DEPENDS[value.name], reverse("purchased_value_set", args=[value.name]),
            **council.said(row, value.hint or "Our own choice", rows.coming.get(value.name)),
        )  # fmt: skip


def library(on: date) -> Iterator[council.Value]:
    """Each template with its version in force; one query."""
    rows = Version.objects.filter(since__lte=on).select_related("template", "by").order_by("since", "number")
    now = {row.template_id: row for row in rows}
    for row in sorted(now.values(), key=lambda one: (one.template.kind, one.template.title)):
        yield council.Value(
            _AREA, f"Library, {row.template.get_kind_display().lower()}: {row.template.title}", f"Version {row.number}",
            "edit_purchased_values", "What schools are given from then on; they keep the version they have.",
            reverse("purchased_template", args=[row.template_id]),
            since=row.since, by=row.by.name, at=row.at, reason=row.because,
        )  # fmt: skip
