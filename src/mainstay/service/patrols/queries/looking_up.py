"""Who a child is: by the whole name and the birthday, and no more of the record than a street needs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from mainstay.law import codes
from mainstay.registers import tables
from mainstay.registers.grid import academic_year, slot_of
from mainstay.service.attendance.models import Register
from mainstay.service.common.keys import fold
from mainstay.service.directory.models import Pupil

#: noon: from here on the afternoon's session is looked at
NOON: Final = 12
#: in the building
PRESENT: Final = frozenset(codes.byte_of(code) for code in ("/", "\\", "L"))
NONE_YET: Final = "No mark for this session yet: ask the school"


@dataclass(frozen=True, slots=True)
class Known:
    """What is shown: name, school, year, and what the register says of this session."""

    pupil: Pupil
    name: str
    school: str
    year: str
    says: str


def find(user: Any, forename: str, surname: str, born_on: date, at: datetime) -> list[Known]:
    """Children in view with exactly this name and birthday; of a restricted one it is said only that there is one."""
    key = fold(f"{surname} {forename}")[:180]
    rows = Pupil.objects.visible_to(user).filter(Q(key=key) | Q(aliases__key=key), date_of_birth=born_on)
    found = list(rows.select_related("school").distinct()[:5])
    says = _says([one for one in found if not one.restricted], at)
    return [
        Known(one, "A restricted record", "", "", "Nothing of it is shown here: call the duty desk.")
        if one.restricted
        else Known(
            one, one.name, one.school.name if one.school else "On no school’s roll", one.year_group,
            says.get(one.pk, NONE_YET),
        )
        for one in found
    ]  # fmt: skip


def _says(pupils: list[Pupil], at: datetime) -> dict[int, str]:
    """Present or absent in this session, never the code: why a child is absent the school says."""
    local = timezone.localtime(at)
    slot = slot_of(local.date(), "AM" if local.hour < NOON else "PM")
    rows = Register.objects.filter(pupil__in=pupils, year=academic_year(local.date()))
    said = {}
    for row in rows.select_related("grid").defer("grid__provenance"):
        mark = bytes(row.grid.marks)[slot]
        if chr(mark) in PRESENT:
            said[row.pupil_id] = "The school says: present in this session"
        elif tables.ABSENT[mark]:
            said[row.pupil_id] = "The school says: absent in this session"
    return said
