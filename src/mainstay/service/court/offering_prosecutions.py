"""What prosecutions give to the rest: menu, first pages, lines of a child's Cases tab, parts of pages, addresses."""

from typing import Any, Final

from django.urls import reverse

from mainstay.service.accounts.context import navigation
from mainstay.service.court.models import Prosecution
from mainstay.service.court.places import Place, addresses, offer
from mainstay.service.court.queries.prosecutions import COLOURS
from mainstay.service.directory.models import Pupil
from mainstay.service.record import providers
from mainstay.service.record.providers import Line

LINES: Final = 10


def menu(user: Any) -> list[dict[str, Any]]:
    if not user.may("see_prosecutions"):
        return []
    return [{"text": "Court", "href": reverse("prosecutions"), "order": 16, "places": addresses()}]


def cases(pupil: Pupil, user: Any) -> list[Line]:
    """The prosecutions about a child, newest first."""
    found = Prosecution.objects.visible_to(user).filter(case__pupil=pupil).select_related("parent")
    return [
        Line(
            f"Prosecution {one.number}", reverse("prosecution", args=[one.pk]), f"of {one.parent.name}", one.state_since,
            one.get_state_display(), COLOURS[one.state],
        )
        for one in found[:LINES]
    ]  # fmt: skip


def address(kind: str, key: str) -> str | None:
    """Where a prosecution that an entry or deadline is about can be seen."""
    known = kind == Prosecution._meta.label_lower and key.isdecimal()
    return reverse("prosecution", args=[int(key)]) if known else None


def register() -> None:
    """From ``apps.py``."""
    offer(Place(10, "Prosecutions", "prosecutions", "see_prosecutions"))
    navigation.register(menu)
    providers.cases.register(cases)
    providers.addresses.register(address)
