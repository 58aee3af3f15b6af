"""Surveys with their answers, and complaints on every part of their road, in the made-up city."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.feedback.actions import complaints, receiving, surveys
from mainstay.service.feedback.models import Complaint, Survey

Progress = Callable[[float, str], None]
HELP: Final = {"text": "How was our help?", "kind": "scale", "choices": []}
AGAIN: Final = {"text": "Would you ask us again?", "kind": "yes_no", "choices": []}
ELSE: Final = {"text": "What should we do differently?", "kind": "text", "choices": []}
SURVEYS: Final = (
    ("After our work with your family", "parent", "", [HELP, {"text": "Did we listen to you?", "kind": "yes_no", "choices": []}, ELSE]),
    ("After our work with your school", "school", "", [HELP, AGAIN, ELSE]),
    ("Assemblies: what pupils say", "pupil", "training",
     [{"text": "How was the assembly?", "kind": "scale", "choices": []},
      {"text": "Do you know whom to ask for help?", "kind": "yes_no", "choices": []}]),
    ("After training", "professional", "training", [HELP, AGAIN, ELSE]),
)  # fmt: skip
#: survey, service, answers: (number, choices of its questions in their order)
ANSWERS: Final = (
    (0, "case", ((7, ("Very good", "Yes", "")), (5, ("Good", "Yes", "Call back sooner.")), (1, ("Poor", "No", "Nobody explained the letter.")))),
    (1, "case", ((6, ("Good", "Yes", "")), (5, ("Very good", "Yes", "Clear advice, thank you.")))),
    (1, "targeting", ((3, ("Good", "Yes", "")),)),
    (2, "training", ((24, ("Very good", "Yes")), (11, ("Good", "Not sure")))),
    (3, "training", ((8, ("Good", "Yes", "")),)),
)  # fmt: skip


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Made by the actions a person would have taken at the time."""
    manager = loaded.users["manager"]
    made = [
        surveys.write(
            survey_id=None,
            name=name,
            who=who,
            service=service,
            active=True,
            intro="",
            questions=questions,
            by=manager,
            at=at,
        )
        for name, who, service, questions in SURVEYS
    ]
    for number, service, rows in ANSWERS:
        _answers(made[number], service, rows, manager, at)
    progress(0.5, "surveys are in")
    _complaints(loaded.users, at)
    progress(1.0, "feedback is in")


def _answers(survey: Survey, service: str, rows: Any, manager: Any, at: datetime) -> None:
    total = sum(number for number, _ in rows)
    asked = surveys.ask(
        survey=survey, service=service, how="sheet", most=total, school=None, by=manager, at=at
    )
    keys = [question["key"] for question in asked.version.questions]
    for number, said in rows:
        for _ in range(number):
            surveys.answer(
                ask_id=asked.pk, said=dict(zip(keys, said, strict=True)), known=False, name="", at=at
            )


def _complaints(users: Any, at: datetime) -> None:
    manager = users["manager"]
    said: dict[str, Any] = {"channel": "form", "who": "parent", "by": None}
    receiving.receive(
        kind="query",
        text="Whom do I ask about a leaflet in another language?",
        name="P. Madeup",
        email="parent1@example.org",
        at=at,
        **said,
    )
    receiving.receive(
        kind="concern",
        text="The gate is locked before the bus comes.",
        name="R. Madeup",
        email="parent2@example.org",
        at=at - timedelta(days=2),
        **said,
    )
    receiving.receive(kind="complaint", text="The letter went to my old address, and I only heard of the meeting afterwards.",
                      wish="A new meeting, and my address put right.", name="T. Madeup", email="parent3@example.org", at=at - timedelta(days=1), **said)  # fmt: skip
    receiving.receive(kind="complaint", text="The manager did not answer my three messages.", person=manager.name, name="S. Madeup",
                      email="parent4@example.org", at=at - timedelta(days=1), **said)  # fmt: skip
    steps = ("acknowledge", "answer", "escalate", "acknowledge_2", "answer_2", "close")
    for n, text in enumerate((
        "Nobody called me back for two weeks.", "The visit came without an announcement.", "The notice was wrong, and nobody listened.",
        "My child was upset by the meeting.", "Two officers told me two things.", "The interpreter did not come.",
    )):  # fmt: skip
        _one(users, text, steps[: n + 1], at - timedelta(days=10 + 12 * n))
    held = _one(
        users,
        "The absence was authorised, and the officer was rude.",
        ("acknowledge",),
        at - timedelta(days=6),
    )
    complaints.hold(
        complaint_id=held.pk, part="Whether the absence was authorised", rest=True, by=manager, at=at
    )


def _one(users: Any, text: str, steps: tuple[str, ...], at: datetime) -> Complaint:
    manager = users["manager"]
    one = receiving.receive(
        kind="complaint", channel="phone", who="parent", text=text, name="A. Madeup", address="9 Invented Road\nMadeup Town",
        received_on=timezone.localdate(at), by=manager, at=at,
    )  # fmt: skip
    officers = [users["officer"]] if "officer" in text else []
    complaints.give(
        complaint_id=one.pk,
        kind="complaint",
        route="corporate",
        officers=officers,
        handler=manager,
        by=manager,
        at=at,
    )
    for n, step in enumerate(steps):
        complaints.take(
            complaint_id=one.pk, step=step, outcome="partly", text="We are sorry. This is what we found, and what we do now.",
            learning="Messages are passed on the same day." if step == "close" else "",
            again="The service has one manager now." if step == "answer_2" else "", by=manager, at=at + timedelta(days=n * 2 + 1),
        )  # fmt: skip
    return one
