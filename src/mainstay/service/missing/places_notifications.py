"""The pages of notifications and matching as tabs above them."""

from typing import Any, Final

from django.urls import reverse

#: text, address, permission, in their order
_PLACES: Final = (
    ("Our returns", "school_returns", "notify_roll"),
    ("School notifications", "notifications", "see_notifications"),
    ("Returns due", "returns_due", "see_notifications"),
    ("Names without a ground", "off_rolling_list", "see_notifications"),
    ("Candidates on rolls", "matches", "match_missing"),
    ("Search every roll", "match_search", "match_missing"),
)


def addresses() -> list[str]:
    """Of all of them, which an entry of the menu stands for."""
    return [reverse(name) for _, name, _ in _PLACES]


def tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Those this person may open, for ``ui.tabs``."""
    return [
        {"text": text, "href": reverse(name), "current": name == current}
        for text, name, permission in _PLACES
        if user.may(permission)
    ]
