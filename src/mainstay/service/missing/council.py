"""The council's values for children missing education, for the list of everything it sets."""

from collections.abc import Iterator
from typing import Final

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.missing.values import KNOWN

_DEPENDS: Final = {
    "Clocks": "When each step of a search is due.",
    "Enquiries": "What has to be asked before a child is put down as not found.",
    "Area": "Which referrals are taken, and where somebody is sent with another.",
    "Who to tell of a risk": "What stands on the pages that ask about danger.",
    "The public form": "How the public form takes what is filled in.",
    "Notifications": "When a school’s return or notice is due, and what is looked at.",
}


def given(rows: council.Rows) -> Iterator[council.Value]:
    for value in KNOWN.values():
        row = rows.get(value.name)
        yield council.Value(
            "Children missing education", value.label, council.words(row.value if row else value.default), "work_missing",
            _DEPENDS[value.group], reverse("missing_value_set", args=[value.name]),
            **council.said(row, value.hint or "Our own choice", rows.coming.get(value.name)),
        )  # fmt: skip
