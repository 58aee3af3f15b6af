"""Missing children as matching and notifications meet them."""

from datetime import date, timedelta
from typing import Any

from tests.factories import NOW

from mainstay.service.missing.models import MissingChild


def missing_child(**said: Any) -> MissingChild:
    """Sought since a month, known by what was told alone unless ``pupil`` is given."""
    told = {
        "forename": "Tariq", "surname": "Ashdown", "date_of_birth": date(2014, 3, 9), "sex": "M",
        "reason": MissingChild.Reason.GONE, "route": MissingChild.Route.PROFESSIONAL, "state": MissingChild.State.ENQUIRIES,
        "opened_at": NOW - timedelta(days=30), "state_since": NOW - timedelta(days=20),
        "received_on": (NOW - timedelta(days=30)).date(),
    } | said  # fmt: skip
    child = MissingChild(**told)
    child.save()
    return child
