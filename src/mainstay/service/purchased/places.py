"""The lists of this room as tabs above them."""

from typing import Any, Final

from django.urls import reverse

PLACES: Final = (
    ("Purchased work", "purchased", "see_purchased"),
    ("Training", "purchased_courses", "see_purchased"),
    ("Library", "purchased_library", "see_purchased"),
    ("Moving to us", "purchased_arrivals", "take_part_purchased"),
    ("Settings", "purchased_values", "work_purchased"),
)


def tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Those this person may open, for ``ui.tabs``; current: the name of the one shown."""
    return [
        {"text": text, "href": reverse(name), "current": name == current}
        for text, name, permission in PLACES
        if user.may(permission)
    ]


def addresses() -> list[str]:
    return [reverse(name) for _, name, _ in PLACES]
