"""Addresses that several pages of the room offer."""

from typing import Any, Final

from django.urls import reverse

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.common.ui.lists import with_query

#: an export holds every row of the list, however many pages it has on screen
MOST_ROWS: Final = 1_000_000


def exports(request: SignedIn, name: str, *args: Any) -> list[dict[str, str]]:
    """The downloads of exactly what the list shows, for whoever may export."""
    if not request.user.may("export_lists"):
        return []
    query = with_query(request.GET, page=None)
    return [
        {"text": text, "href": reverse(name, args=[*args, kind]) + query}
        for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
    ]
