"""What the search box finds by the number of a case: "EW-000123", "ew 123"."""

import re
from typing import Any, Final

from django.urls import reverse

from mainstay.service.casework.models import Case
from mainstay.service.common import search

_NUMBER: Final = re.compile(r"\s*EW[\s-]*0*([0-9]{1,9})\s*", re.IGNORECASE)


def by_number(user: Any, text: str) -> list[search.Hit]:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return []
    found = Case.objects.visible_to(user).filter(pk=int(match[1])).select_related("pupil", "school")
    return [
        search.Hit(
            "case", "Case", one.pk, f"Case {one.number}", f"{one.pupil.listed_name}, {one.school.name}",
            one.pupil.restricted, reverse("case", args=[one.pk]),
        )
        for one in found
    ]  # fmt: skip
