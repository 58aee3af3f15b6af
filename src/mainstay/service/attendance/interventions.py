"""What an intervention is to the measure of what it did: rooms above tell theirs (``providers.interventions``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mainstay.service.attendance.providers import interventions


@dataclass(frozen=True, slots=True)
class Intervention:
    """One thing done about one child's attendance. about: as entries have it; label: its kind in words."""

    about_kind: str
    about_id: str
    label: str
    pupil_id: int
    school_id: int
    officer_id: int | None
    on: date


def known(pupils: Iterable[int] | None = None) -> list[Intervention]:
    """Every room's, of these pupils or of all."""
    asked = None if pupils is None else list(pupils)
    return [one for given in interventions.ask(asked) for one in given]
