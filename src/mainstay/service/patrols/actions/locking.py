"""An encounter that somebody changes."""

from datetime import datetime
from typing import Any

from mainstay.service.common.steps import StepRefused
from mainstay.service.patrols.models import Encounter, Patrol


def locked(encounter_id: int, by: Any, at: datetime) -> Encounter:
    """The encounter, locked, while its patrol is open. Raises StepRefused otherwise."""
    rows = Encounter.objects.select_for_update(of=("self",)).select_related("patrol", "school", "pupil")
    one = rows.filter(pk=encounter_id).first()
    if one is None or not Encounter.objects.visible_to(by).filter(pk=encounter_id).exists():
        raise StepRefused("You cannot see this encounter.")
    if not by.may("log_patrol") and not by.may("check_patrol"):
        raise StepRefused("Your role cannot change it.")
    if one.forgotten_at is not None:
        raise StepRefused("Who this was is forgotten: nothing can be changed any more.")
    if one.patrol.state not in (Patrol.State.OUT, Patrol.State.BACK):
        raise StepRefused("This patrol is closed: nothing can be changed any more.")
    return one
