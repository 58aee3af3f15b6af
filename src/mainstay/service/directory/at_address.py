"""Who lives or lived at an address that somebody types: "12 Beech Road", "Beech Road", "SO99 9ZZ"."""

import re
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from mainstay.service.common.keys import fold
from mainstay.service.directory.models import Address, street_of

MOST: Final = 300
_POSTCODE: Final = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})\b", re.IGNORECASE)
_END: Final = "\U0010ffff"


def found(text: str) -> dict[str, list[int]]:
    """Ids of pupils and parents by kind. No confidential address finds anybody, and none a restricted child or
    who cares for one."""
    wanted = _wanted(text)
    if wanted is None:
        return {}
    rows = Address.objects.filter(wanted, confidential=False).order_by()
    pupils = rows.filter(pupil__restricted=False, pupil__merged_into=None)
    parents = rows.filter(parent__merged_into=None).exclude(parent=None)
    parents = parents.exclude(parent__parenthoods__pupil__restricted=True)
    return {"pupil": _ids(pupils, "pupil_id"), "parent": _ids(parents, "parent_id")}


def _ids(rows: QuerySet[Address], column: str) -> list[int]:
    return list(rows.values_list(column, flat=True).distinct()[:MOST])


def _wanted(text: str) -> Q | None:
    """What is asked of an address; None where the words are no address."""
    match = _POSTCODE.search(text)
    rest = fold(_POSTCODE.sub(" ", text))
    street, numbers = street_of(rest), [word for word in rest.split() if word[0].isdigit()]
    if match is None and len(street.split()) < 2:
        return None
    wanted = Q()
    if match is not None:
        outward, inward = match[1].upper(), match[2].upper()
        wanted &= Q(postcode__in=[f"{outward} {inward}", outward + inward])
    if street:
        wanted &= _begins(street)
    for number in numbers:
        wanted &= Q(key__contains=f" {number} ")
    return wanted


def _begins(street: str) -> Q:
    if connection.vendor == "sqlite":  # its LIKE reads no index
        return Q(street__gte=street, street__lt=street + _END)
    return Q(street__startswith=street)
