"""The team's values, for the list of everything the council sets."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.team import values
from mainstay.service.team.models import TeamValue

_DEPENDS: Final = {
    "How to reach the service": "What schools and families read: contact cards, public pages, e-mails of the team.",
    "Duty": "The rota, what first pages warn of, and the themes calls are counted by.",
    "Officers out alone": "When the alarm of an officer who is not heard from goes out, and to whom.",
    "Weights": "Who is shown as able to take more work.",
    "Quality": "The sample drawn each term, and the form of each review.",
}


def given(on: date) -> Iterator[council.Value]:
    rows = council.latest(TeamValue, on)
    for value in values.known().values():
        row = rows.get(value.name)
        yield council.Value(
            "Team", value.label, words(row.value if row else value.default), "edit_checklist",
            _DEPENDS.get(value.group, value.group), reverse("team_value_set", args=[value.name]),
            **council.said(row, value.hint or "Our own choice"),
        )  # fmt: skip


def words(value: Any) -> str:
    return ("; ".join(map(str, value)) if isinstance(value, list) else str(value)) or "None"
