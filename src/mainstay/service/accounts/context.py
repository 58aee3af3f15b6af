"""What the frame of every page shows: council, navigation by role, search, who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from mainstay.service.accounts.models import User
from mainstay.service.accounts.roles import LABELS
from mainstay.service.common.announce import Provider

#: navigation entries offered by the rooms, the lowest ``order`` first; six are shown, and the
#: rest beneath the person's name; ``places``: further
#: addresses whose pages belong to the entry
navigation = Provider("navigation entries: (user) -> list of {'text', 'href', 'order', 'places'?}")
#: how much changed since this person last looked
what_changed = Provider("changes since somebody last looked: (user) -> {'count', 'href'} or None")

#: what anybody may do without a sign-in; kind: "pay", "report", "ask" or "complain". A room with a public form
#: registers it, and the public's first page links it; pages: the texts at whose end it stands; name: how a text links it,
#: the name of its address with what that takes
public_forms = Provider(
    "public forms: () -> list of {'kind', 'text', 'hint', 'href', 'name', 'pages', 'order'?}"
)
#: the accessibility statement as the council has it
public_statement = Provider("accessibility statement: () -> {'title', 'words'} or None")

NAVIGATION_ENTRIES = 6


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of every page."""
    user = getattr(request, "user", None)
    shown: dict[str, Any] = {
        "council_name": settings.CONFIG.council_name,
        "service_name": settings.CONFIG.service_name,
        "demo": settings.CONFIG.demo,
        # one mask for all forms of a page
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
        "home_url": "/",
        "footer_links": [
            {"text": "Accessibility", "href": reverse("accessibility")},
            {"text": "Privacy and help", "href": reverse("privacy")},
            {"text": "About Mainstay", "href": reverse("about")},
        ],
    }
    if user is not None and user.is_authenticated:
        shown |= _for_person(request, user)
    return shown


def _for_person(request: HttpRequest, user: User) -> dict[str, Any]:
    offered = [entry for given in navigation.ask(user) for entry in given]
    ordered = sorted(offered, key=lambda entry: entry.get("order", 50))
    entries, rest = ordered[:NAVIGATION_ENTRIES], ordered[NAVIGATION_ENTRIES:]
    places = ((place, e["href"]) for e in entries for place in (e["href"], *e.get("places", ())))
    under = [(len(place), place == href, href) for place, href in places if _under(request.path, place)]
    current = max(under)[-1] if under else None
    return {
        "user": user,
        "nav": [{"text": e["text"], "href": e["href"], "current": e["href"] == current} for e in entries],
        "search_url": reverse("search"),
        # counted only where the frame shows it: the plain pages don't
        "what_changed": SimpleLazyObject(lambda: next(filter(None, what_changed.ask(user)), None)),
        "account": {
            "name": user.name,
            "role": ", ".join(sorted(LABELS[role] for role in user.roles)[:1]),
            "items": [{"text": e["text"], "href": e["href"]} for e in rest] + _account_items(user),
            "sign_out": reverse("account_logout"),
        },
    }


def _account_items(user: User) -> list[dict[str, str]]:
    items = [
        ("Your account", "profile", None),
        ("People", "users", "see_users"),
        ("Outgoing messages", "outbox", "see_outbox"),
        ("The council’s values", "council_values", "see_values"),
        ("Audit trail", "audit", "see_audit"),
    ]
    return [
        {"text": text, "href": reverse(name)}
        for text, name, permission in items
        if permission is None or user.may(permission)
    ]


def _under(path: str, href: str) -> bool:
    return path == href if href == "/" else path.startswith(href)
