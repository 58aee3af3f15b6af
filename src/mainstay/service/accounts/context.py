"""What the frame of every page shows: council, navigation by role, who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from mainstay.service.common.announce import Provider

#: navigation entries (label, url name, permission) offered by the rooms, in order; at most six are shown
navigation = Provider("navigation entries: (user) -> list of {'text', 'href'}")


def frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    nav = [entry for entries in navigation.ask(user) for entry in entries] if signed_in else []
    return {
        "council_name": settings.CONFIG.council_name,
        "service_name": settings.CONFIG.service_name,
        "demo": settings.CONFIG.demo,
        "nav": [
            {**entry, "active": entry["href"] != "/" and request.path.startswith(entry["href"])} for entry in nav[:6]
        ],
        "user": user if signed_in else None,
    }
