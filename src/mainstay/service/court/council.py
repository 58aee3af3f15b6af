"""The council's values for court, for the list of everything it sets."""

from collections.abc import Iterator

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.court.values import VALUES


def given(rows: council.Rows) -> Iterator[council.Value]:
    for value in VALUES.values():
        row = rows.get(value.name)
        yield council.Value(
            "Court", value.label, value.words(row.value if row else value.default), "edit_court_values",
            _depends(value.name), reverse("court_value_set", args=[value.name]), **council.said(row, value.why, rows.coming.get(value.name)),
        )  # fmt: skip


def _depends(name: str) -> str:
    if name.startswith("wording_"):
        return "What the charge says in every charge, requisition and summons from then on."
    if name.startswith("code_"):
        return "The offence code in papers for the court."
    return {
        "delegated_power": "What each authorisation of a prosecution names as its power.",
        "plea_address": "Where a defendant is told to send a reply.",
        "hourly_rate": "The sums in a schedule of costs.",
    }[name]
