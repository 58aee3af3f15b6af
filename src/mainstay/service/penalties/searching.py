"""What the search box finds by number: notices, and earlier ones by the reference they had."""

from typing import Any

from django.urls import reverse

from mainstay.service.common import search
from mainstay.service.directory.models import pupils_in_view
from mainstay.service.penalties import reference
from mainstay.service.penalties.models import EarlierNotice, Notice

MOST = 20


def by_number(user: Any, text: str) -> list[search.Hit]:
    if not user.may("see_notices"):
        return []
    number = reference.read(text)
    return _notices(user, number) if number else _earlier(user, text.strip())


def _notices(user: Any, number: str) -> list[search.Hit]:
    found = Notice.objects.visible_to(user).filter(number=number).select_related("pupil", "school")
    return [
        search.Hit(
            "notice", "Penalty notice", one.pk, f"Penalty notice {one.number}",
            f"{one.pupil.listed_name}, {one.school.name}", one.pupil.restricted, reverse("notice", args=[one.pk]),
        )
        for one in found
    ]  # fmt: skip


def _earlier(user: Any, text: str) -> list[search.Hit]:
    """The service's own knowledge: a school is not told of notices about another time or place."""
    if len(text) < 3 or not user.sees_all_schools:
        return []
    found = EarlierNotice.objects.filter(pupils_in_view(user), reference__iexact=text).select_related("pupil")
    name = "earlier_notice" if user.may("import_notices") else "pupil"
    return [
        search.Hit(
            "earlier_notice", "Earlier notice", one.pk, f"Earlier notice {one.reference}",
            f"{one.pupil.listed_name}, from {one.issuer}", one.pupil.restricted,
            reverse(name, args=[one.pk if name == "earlier_notice" else one.pupil_id]),
        )
        for one in found.order_by("-issued_on", "pk")[:MOST]
    ]  # fmt: skip
