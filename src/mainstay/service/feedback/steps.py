"""The steps of a complaint; blockers say in words what is missing."""

from typing import Any, Final

from mainstay.service.common.steps import Step, Steps
from mainstay.service.feedback.models import Complaint

S, Kind = Complaint.State, Complaint.Kind


def _is_complaint(one: Any) -> str | None:
    return (
        None if one.kind == Kind.COMPLAINT else "A question or a concern is answered at once, without stages."
    )


def _is_light(one: Any) -> str | None:
    return "A complaint goes through its stages." if one.kind == Kind.COMPLAINT else None


def _handler(one: Any) -> str | None:
    return None if one.handler_id else "Say who handles it: nobody it is about."


def _reached(one: Any) -> str | None:
    if one.reached:
        return None
    return (
        "No way to reach them is known: add one under “What it is, and who handles it”, or record that no "
        "answer is possible."
    )


def _nobody_reached(one: Any) -> str | None:
    return "There is a way to reach them: answer it." if one.reached else None


def _not_held(one: Any) -> str | None:
    if one.held_part and not one.held_rest:
        return "It is held while a court decides about the same: answer it afterwards, or answer the rest."
    return None


def _no_part(one: Any) -> str | None:
    return "A part is still held while a court decides about it: answer it first." if one.held_part else None


def _learned(one: Any) -> str | None:
    return None if one.learning.strip() else "Write down what was learned from it, or that nothing was."


COMPLAINT: Final = Steps(
    "complaint",
    Step("acknowledge", "Acknowledge", frozenset({S.RECEIVED}), S.STAGE_1, "handle_complaints", (_is_complaint, _handler, _reached)),
    Step("settle", "Answer and close", frozenset({S.RECEIVED}), S.CLOSED, "handle_complaints", (_is_light, _handler, _reached)),
    Step("answer", "Answer at stage 1", frozenset({S.STAGE_1}), S.ANSWERED_1, "handle_complaints", (_handler, _not_held, _reached)),
    Step("escalate", "Take to stage 2", frozenset({S.ANSWERED_1}), S.ASKED_2, "handle_complaints"),
    Step("acknowledge_2", "Acknowledge stage 2", frozenset({S.ASKED_2}), S.STAGE_2, "handle_complaints", (_handler, _reached)),
    Step("answer_2", "Answer at stage 2", frozenset({S.STAGE_2}), S.ANSWERED_2, "handle_complaints", (_handler, _not_held, _reached)),
    Step("ombudsman", "The Ombudsman has it", frozenset({S.ANSWERED_1, S.ANSWERED_2}), S.OMBUDSMAN, "handle_complaints"),
    Step(
        "close", "Close", frozenset({S.ANSWERED_1, S.ANSWERED_2, S.OMBUDSMAN}), S.CLOSED, "handle_complaints",
        (_no_part, _learned),
    ),
    Step(
        "unanswered", "No answer is possible", frozenset({S.RECEIVED, S.STAGE_1, S.ASKED_2, S.STAGE_2}), S.CLOSED, "handle_complaints",
        (_nobody_reached, _no_part),
    ),
    Step("withdraw", "It is withdrawn", frozenset(set(S) - {S.CLOSED, S.OMBUDSMAN}), S.CLOSED, "handle_complaints"),
)  # fmt: skip
