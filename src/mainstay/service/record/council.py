"""How long records are kept, for the list of everything the council sets."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.record import retention


def given(on: date) -> Iterator[council.Value]:
    for name, (period, row) in retention.in_force(on).items():
        kind = retention.KINDS[name]
        yield council.Value(
            "Retention", kind.label, period.words(kind.event), "edit_retention",
            "Shown only: nothing is erased by it yet.", reverse("retention_set", args=[name]),
            **council.said(row, retention.ASSUMED),
        )  # fmt: skip
