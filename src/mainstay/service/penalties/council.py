"""The code of conduct, for the list of everything the council sets."""

from collections.abc import Iterator
from typing import Final

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.penalties.code import VALUES
from mainstay.service.penalties.queries.code import words

_DEPENDS: Final = {
    "Who": "Who may issue notices, and notices to improve.",
    "Notice to improve": "How long a family is given before a penalty notice is considered.",
    "Leave in term time": "Whether a warning is asked for before a notice about leave.",
    "Service": "The day on which a posted notice counts as received, and with it the days to pay.",
    "Requests": "What a school is asked for before its request is looked at.",
    "Local exclusions": "Which children no notice is issued for.",
    "Payment": "Whether a payment begun in time counts.",
    "Letters": "What stands in each notice and on the parent’s page.",
    "Accounts": "The file that finance takes the income from.",
    "What went before": "Whether notices can be issued at all.",
}


def given(rows: council.Rows) -> Iterator[council.Value]:
    for value in VALUES.values():
        row = rows.get(value.name)
        declared = value.name == "earlier_complete"
        yield council.Value(
            "Penalty notices", value.label, "; ".join(words(value, row.value if row else value.default)) or "None",
            "declare_notices_complete" if declared else "edit_notice_code", _DEPENDS.get(value.group, value.group),
            reverse("earlier_declare") if declared else reverse("notice_code_set", args=[value.name]),
            **council.said(row, value.source, rows.coming.get(value.name)),
        )  # fmt: skip
