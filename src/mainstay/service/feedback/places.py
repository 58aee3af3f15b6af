"""The parts of this room as tabs above its pages."""

from typing import Any, Final

from django.urls import reverse

_PLACES: Final = (
    ("Results", "feedback", "see_feedback"),
    ("Ask", "survey_ask", "ask_feedback"),
    ("Comments", "feedback_comments", "edit_surveys"),
    ("Surveys", "surveys", "edit_surveys"),
    ("Complaints", "complaints", "handle_complaints"),
    ("Report on complaints", "complaint_report", "handle_complaints"),
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
