"""The team's values, for the list of everything the council sets."""

from collections.abc import Iterator
from typing import Final

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.team import values

_DEPENDS: Final[dict[str, str]] = {
    "How to reach the service": "What schools and families read: contact cards, public pages, e-mails of the team.",
    "Duty": "The rota, what first pages warn of, and the themes calls are counted by.",
    "Officers out alone": "When the alarm of an officer who is not heard from goes out, and to whom.",
    "Weights": "Who is shown as able to take more work.",
    "Quality": "The sample drawn each term, and the form of each review.",
}
#: group -> the part of the service it is of, where a room above set its values among the team's
_AREAS: Final[dict[str, str]] = {}


def describe(group: str, area: str, depends: str) -> None:
    """From ``apps.py`` of a room whose values stand among the team's: where they are listed, what depends on them."""
    _AREAS[group], _DEPENDS[group] = area, depends


def given(rows: council.Rows) -> Iterator[council.Value]:
    for value in values.known().values():
        row = rows.get(value.name)
        yield council.Value(
            _AREAS.get(value.group, "Team"), value.label, council.words(row.value if row else value.default), "edit_checklist",
            _DEPENDS.get(value.group, value.group), reverse("team_value_set", args=[value.name]),
            **council.said(row, value.hint or "Our own choice", rows.coming.get(value.name)),
        )  # fmt: skip
