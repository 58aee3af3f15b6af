"""This room's entries in the main menu."""

from typing import Any

from django.urls import reverse


def entries(user: Any) -> list[dict[str, Any]]:
    shown = []
    if user.may("see_pupils"):
        shown.append({"text": "Pupils", "href": reverse("pupils"), "order": 20})
    if user.may("see_schools"):
        shown.append({"text": "Schools", "href": reverse("schools"), "order": 30})
    return shown
