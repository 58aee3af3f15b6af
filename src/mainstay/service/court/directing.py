"""A court directed the authority to apply for a supervision order (Education Act 1996 s.447(2))."""

from datetime import date, datetime
from typing import Any

from mainstay.law import deadlines as law
from mainstay.service.casework.models import Case
from mainstay.service.record import deadlines

RULE = "eso-direction-report"


def directed_by_court(case: Case, directed_on: date, by: Any, at: datetime) -> None:
    """The clock of the reasons for the court; the room of orders takes it from here."""
    deadlines.start(
        pupil=case.pupil_id, about=case, rule=RULE, label=f"Case {case.number}: the court directed an application for an order",
        trigger_on=directed_on, by=by, at=at, owner=case.owner, **deadlines.counted(law.find(RULE, directed_on)),
    )  # fmt: skip
