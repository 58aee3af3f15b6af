"""Changes of a family stand in the chronology of the children concerned."""

from datetime import datetime
from typing import Any

from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience


def family_changed(
    *, pupil_ids: list[int], title: str, text: str, for_school: bool, by: Any, at: datetime
) -> None:
    """One entry a child; listens to ``family_changed``."""
    audience = Audience.SCHOOL if for_school else Audience.SERVICE
    for pupil in pupil_ids:
        add_entry(pupil=pupil, by=by, at=at, kind="family", title=title, text=text, audience=audience)
