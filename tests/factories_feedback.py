"""Surveys, answers and complaints for tests."""

from datetime import UTC, datetime
from typing import Any

from mainstay.service.feedback.actions import receiving, surveys
from mainstay.service.feedback.models import Complaint, Survey

#: a Monday, 9:30 in London
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
QUESTIONS = [
    {"text": "How was our help?", "kind": "scale", "choices": []},
    {"text": "Would you ask us again?", "kind": "yes_no", "choices": []},
    {"text": "Anything else?", "kind": "text", "choices": []},
]


def a_survey(by: Any, **given: Any) -> Survey:
    said = {
        "survey_id": None, "name": "How was it?", "who": "parent", "service": "", "active": True, "intro": "", "questions": QUESTIONS,
        "by": by, "at": AT,
    }  # fmt: skip
    return surveys.write(**{**said, **given})


def answers(
    survey: Survey,
    by: Any,
    number: int,
    rating: str = "Good",
    *,
    service: str = "case",
    comment: str = "",
    known: bool = False,
) -> None:
    """So many people answer alike, from one sheet."""
    asked = surveys.ask(survey=survey, service=service, how="sheet", most=number, school=None, by=by, at=AT)
    keys = [question["key"] for question in asked.version.questions]
    for _ in range(number):
        surveys.answer(ask_id=asked.pk, said={keys[0]: rating, keys[2]: comment}, known=known, name="", at=AT)


def a_complaint(**given: Any) -> Complaint:
    """By the public form, from a made-up parent."""
    said = {
        "kind": "complaint", "channel": "form", "who": "parent", "text": "Nobody called me back.", "name": "Pat Madeup",
        "email": "pat@example.org", "by": None, "at": AT,
    }  # fmt: skip
    return receiving.receive(**{**said, **given})
