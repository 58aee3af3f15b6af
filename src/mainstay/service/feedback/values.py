"""What the council sets for surveys and complaints. No law fixes the times of a complaint: confirm with the complaints team."""

from datetime import date
from typing import Any, Final

from mainstay.law import clock
from mainstay.service.team import values
from mainstay.service.team.values import Value

AFTER: Final = "survey_after"
EVERY: Final = "survey_every_days"
OPEN_FOR: Final = "survey_open_days"
SMALL: Final = "survey_small_number"
OMBUDSMAN: Final = "complaint_ombudsman"
_OLD: Final = "From the council’s older complaints page."
ASSUMED: Final = "Assumed: confirm with your complaints team."
_NEW: Final = "From the council’s newer complaints page."
DAYS: Final = "Complaints, in working days"
OWN: Final = (
    Value(AFTER, "Surveys", "Work after which people are asked by themselves, one key a line", "lines",
          ["case", "fast_track", "purchased", "training"],
          "Keys: case, fast_track, targeting, purchased, training, missing."),
    Value(EVERY, "Surveys", "Days before the same parent is asked again", "whole", 90, "Our own choice.", 400, 1),
    Value(OPEN_FOR, "Surveys", "Days for which a survey can be answered", "whole", 30, "Our own choice.", 365, 1),
    Value(SMALL, "Surveys", "Fewer answers than this are not shown", "whole", 5,
          "So that nobody can be recognised. Our own choice.", 50, 2),
    Value("complaint_ack", DAYS, "To acknowledge a complaint", "whole", 3, _OLD, 30, 1),
    Value("complaint_answer_corporate", DAYS, "To answer at stage 1", "whole", 20,
          f"{_OLD} The Ombudsman’s code asks for 10. {ASSUMED}", 90, 1),
    Value("complaint_answer_children", DAYS, "To answer at stage 1, children’s services", "whole", 10, _OLD, 90, 1),
    Value("complaint_ack_2", DAYS, "To acknowledge stage 2", "whole", 5, _NEW, 30, 1),
    Value("complaint_answer_2_corporate", DAYS, "To answer at stage 2", "whole", 20, _NEW, 90, 1),
    Value("complaint_answer_2_children", DAYS, "To answer at stage 2, children’s services", "whole", 25, _OLD, 90, 1),
    Value("complaint_light", DAYS, "To answer a question or a concern", "whole", 5, "Our own choice.", 60, 1),
    Value(OMBUDSMAN, DAYS, "Where somebody can go after stage 2, and by when", "text",
          "the Local Government and Social Care Ombudsman, www.lgo.org.uk. It is free, and usually has to be done within 12 months",
          ASSUMED),
)  # fmt: skip


def of(name: str, on: date) -> Any:
    return values.in_force(on)[name]


def last_day(name: str, start: date, on: date) -> date:
    """So many working days after ``start``; days on which the service is closed do not count."""
    now = values.in_force(on)
    closed = {date.fromisoformat(day) for day in now["closed_days"]}
    return clock.working_day_after(start, now[name], closed)
