"""The parts of this room as tabs above its pages."""

from typing import Any, Final

from django.urls import reverse

#: text, address, permission, in their order
_PLACES: Final = (
    ("Who to ask", "link_officers", "see_schools"),
    ("Duty desk", "duty", "see_duty_log"),
    ("Rota", "duty_rota", "see_duty_log"),
    ("Leave and cover", "absences", "plan_absence"),
    ("Caseloads", "caseloads", "see_team"),
    ("Supervision", "supervisions", "have_supervision"),
    ("Quality", "quality", "review_quality"),
    ("My reviews", "own_reviews", "work_case"),
    ("Settings", "team_values", "see_team"),
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
