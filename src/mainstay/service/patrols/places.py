"""The parts of this room as tabs above its pages."""

from typing import Any, Final

from django.urls import reverse

_PLACES: Final = (
    ("Patrols", "patrols", "see_patrols"),
    ("Figures", "patrol_figures", "follow_patrol"),
    ("Places and directions", "patrol_authority", "plan_patrol"),
)


def tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Those this person may open, for ``ui.tabs``."""
    return [
        {"text": text, "href": reverse(name), "current": name == current}
        for text, name, permission in _PLACES
        if user.may(permission)
    ]
