"""The parts of this room as tabs above its pages."""

from typing import Any, Final

from django.urls import reverse

#: text, address, permission, in their order
_PLACES: Final = (
    ("Permits", "employment_permits", "see_employment"),
    ("Licences", "employment_licences", "see_employment"),
    ("Bodies of persons", "employment_approvals", "see_employment"),
    ("Chaperones", "employment_chaperones", "see_employment"),
    ("Illegal employment", "employment_reports", "see_employment"),
    ("Visits", "employment_inspections", "see_employment"),
    ("Referrals", "employment_handovers", "see_employment"),
    ("Settings", "employment_values", "see_employment"),
)


def addresses() -> list[str]:
    """Of all of them, which the entry of the menu stands for."""
    return [reverse(name) for _, name, _ in _PLACES]


def tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Those this person may open, for ``ui.tabs``."""
    return [
        {"text": text, "href": reverse(name), "current": name == current}
        for text, name, permission in _PLACES
        if user.may(permission)
    ]
