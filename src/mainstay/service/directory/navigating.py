"""This room's entries in the main menu."""

from typing import Any

from django.urls import reverse


def entries(user: Any) -> list[dict[str, str]]:
    shown = []
    if user.may("see_pupils"):
        shown.append({"text": "Pupils", "href": reverse("pupils")})
    if user.may("see_schools"):
        shown.append({"text": "Schools", "href": reverse("schools")})
    return shown
