"""A step of the table taken: checked, kept, told, recorded."""

from datetime import datetime
from typing import Any

from mainstay.service.common.audit import trail
from mainstay.service.court.actions.prosecutions import tell
from mainstay.service.court.models import Prosecution
from mainstay.service.court.steps import PROSECUTION


def take(
    one: Prosecution,
    step: str,
    title: str,
    text: str,
    *,
    by: Any,
    at: datetime,
    audience: str = "",
    **facts: Any,
) -> None:
    """Raises StepRefused where the table does not let it. ``one`` is locked, and saved whole here."""
    before = one.state
    one.state, one.state_since = PROSECUTION.check(step, one, by), at
    one.save()
    more = {"audience": audience} if audience else {}
    tell(one, f"Prosecution {one.number}: {title}", text, by=by, at=at, **more)
    trail.record(by=by, at=at, action=f"prosecution.{step}", on=one, before=before, now=one.state, **facts)
