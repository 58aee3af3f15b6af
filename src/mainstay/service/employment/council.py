"""The council's values for child employment, for the list of everything it sets."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.employment.values import VALUES, words

_DEPENDS: Final = {
    "Byelaws": "Which permits can be given at all, and for what work.",
    "Hours": "The hours a permit may name where it does not say those of the child’s own school.",
    "Times": "When an answer, a decision or a triage is due, and which late applications are declined.",
    "Chaperones": "How long an approval lasts, when its renewal is asked for, when a production is told.",
    "The public forms": "How long somebody can come back to a form not sent.",
    "Conditions": "What stands in each permit, licence and approval given from then on.",
    "Appeals": "What a family, an employer or a producer reads in a refusal.",
    "Checklists": "The form of each inspection.",
}


def given(rows: council.Rows) -> Iterator[council.Value]:
    for value in VALUES:
        row, coming = rows.get(value.name), rows.coming.get(value.name)
        if coming is not None:
            coming = replace(coming, value=words(value, coming.value))
        yield council.Value(
            "Child employment", value.label, council.words(words(value, row.value if row else value.default)), "edit_employment_values",
            _DEPENDS[value.group], reverse("employment_value_set", args=[value.name]), **council.said(row, value.hint, coming),
        )  # fmt: skip
