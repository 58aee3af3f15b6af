"""What cases give to the rooms below: the menu, the lines of a child's Cases tab, where a thing can be seen."""

from typing import Any, Final

from django.urls import reverse

from mainstay.service.accounts.announcements import left, owned
from mainstay.service.accounts.context import navigation
from mainstay.service.casework import handing_over, merging, places, workload
from mainstay.service.casework.models import Case
from mainstay.service.casework.queries.cases import COLOURS
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.record import providers
from mainstay.service.record.providers import Line

LINES: Final = 10


def menu(user: Any) -> list[dict[str, Any]]:
    if not user.may("see_cases"):
        return []
    return [{"text": "Cases", "href": reverse("cases"), "order": 14, "places": places.addresses()}]


def cases(pupil: Pupil, user: Any) -> list[Line]:
    """The cases of a child, newest first."""
    found = Case.objects.visible_to(user).filter(pupil=pupil)
    return [
        Line(
            f"Case {one.number}", reverse("case", args=[one.pk]), one.get_kind_display(), one.opened_at,
            one.get_state_display(), COLOURS[one.state],
        )
        for one in found[:LINES]
    ]  # fmt: skip


def address(kind: str, key: str) -> str | None:
    """Where a case that an entry or deadline is about can be seen."""
    return reverse("case", args=[int(key)]) if kind == "casework.case" and key.isdecimal() else None


def register() -> None:
    """From ``apps.py``."""
    places.offer(places.Place(10, "Cases", "cases", "see_cases"))
    navigation.register(menu)
    providers.cases.register(cases)
    providers.addresses.register(address)
    pupils_merged.subscribe(merging.move)
    left.subscribe(handing_over.left)
    owned.register(handing_over.owned)
    workload.register()
