"""A designated place, a direction, a patrol that is out, and a child it met, for the addresses of patrols."""

from typing import Any, Final

from tests.factories_patrols import a_direction, a_patrol, a_place, meets

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.patrols.actions import following, planning

#: addresses about one child that a service manager opens
OF_A_CHILD: Final[tuple[str, ...]] = (
    "patrol_encounter", "patrol_identify", "patrol_look_up", "patrol_recognise", "patrol_ask", "patrol_check",
    "patrol_list", "patrol_conclude", "patrol_follow", "patrol_answer",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    direction, place = a_direction(by), a_place(by)
    one = a_patrol(by, direction=direction, place=place)
    planning.take(patrol_id=one.pk, step="start", by=by, at=direction.starts)
    met = meets(one, by, school=pupil.school, at=direction.starts)
    met.pupil = pupil
    met.save()
    following.ask_school(encounter_id=met.pk, by=by, at=direction.starts)
    ids = {
        "patrol": one.pk, "patrol_place_told": place.pk, "patrol_place_end": place.pk,
        "patrol_direction_withdraw": direction.pk, **dict.fromkeys(OF_A_CHILD, met.pk),
    }  # fmt: skip
    return ids, {"patrol_go": {"step": "back"}, "patrol_recognise": {"pupil": pupil.pk}}
