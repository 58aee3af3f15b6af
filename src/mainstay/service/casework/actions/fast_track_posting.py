"""Letters of a Fast Track are posted: each parent's own to their own home, and kept with their invitation."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from mainstay.service.casework import sending
from mainstay.service.casework.models import FastTrack, FastTrackInvitation
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents.homes import Home, homes

Make = Callable[[FastTrackInvitation, Home, date, Any], sending.ToParent]


def posted(
    one: FastTrack, asked: Sequence[FastTrackInvitation], make: Make, which: str, by: Any, at: datetime
) -> None:
    """Post a letter to each of those asked; which: "plan_", "review_", "outcome_", or "" for the invitation.

    Raises StepRefused where a letter cannot be posted.
    """
    today = timezone.localdate(at)
    letters = [make(to, home, today, by) for to, home in _at_home(one, asked, today, by)]
    sent = sending.send(letters, about=one, pupil_id=one.case.pupil_id, by=by, at=at)
    for to, (document, service) in zip(asked, sent, strict=True):
        setattr(to, f"{which}document", document)
        setattr(to, f"{which}service", service)
        to.save(update_fields=[f"{which}document", f"{which}service"])


def _at_home(
    one: FastTrack, asked: Sequence[FastTrackInvitation], today: date, by: Any
) -> list[tuple[FastTrackInvitation, Home]]:
    """Each of those asked with their home."""
    found = homes([to.parent_id for to in asked], one.case.pupil, today, by)
    for to in asked:
        to.fast_track = one
        home = found.get(to.parent_id)
        if home is None or not home.usable:
            raise StepRefused("A parent has no full address with postcode that you may use: see to it first.")
    return [(to, found[to.parent_id]) for to in asked]
