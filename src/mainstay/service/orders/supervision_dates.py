"""The days of a supervision order: its end, the window of an extension, the last day to serve its papers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from mainstay.law import age, deadlines
from mainstay.law.clock import BeyondTable, in_words
from mainstay.law.deadlines import DeadlineAnswer
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil


@dataclass(frozen=True, slots=True)
class End:
    """The longest an order (or its extension) lasts, and the law's answer; by_age: compulsory school age ends it."""

    last_day: date
    by_age: bool
    answer: DeadlineAnswer


def of_age(pupil: Pupil) -> tuple[date, date] | None:
    """First and last day of the child's compulsory school age; None where the date of birth is not known."""
    return age.compulsory(pupil.date_of_birth) if pupil.date_of_birth is not None else None


def not_of_age(pupil: Pupil, on: date) -> str:
    """Why no order can be sought or made on that day for a child of this age; "" where it can."""
    span = of_age(pupil)
    if span is None:
        return "The child's date of birth is not known: compulsory school age cannot be counted without it."
    if not span[0] <= on <= span[1]:
        return f"The child is of compulsory school age from {in_words(span[0])} to {in_words(span[1])}: no order is made outside it."
    return ""


def end_of(pupil: Pupil, made_on: date) -> End:
    """The last day of an order made then. Raises StepRefused for a child who is not of compulsory school age."""
    if words := not_of_age(pupil, made_on):
        raise StepRefused(words)
    return _capped(pupil, deadlines.find("eso-expiry", made_on))


def end_extended(pupil: Pupil, ends_on: date) -> End:
    """The last day to which one extension of an order with that last day can lead."""
    return _capped(pupil, deadlines.find("eso-extension-longest", ends_on))


def window(ends_on: date) -> DeadlineAnswer:
    """When an extension of an order is applied for: from ``next_step_from`` to ``last_day``."""
    return deadlines.find("eso-extend-from", ends_on)


def serve_by(hearing_on: date) -> DeadlineAnswer:
    """The last day on which the application and the notice of the hearing are served in time."""
    return deadlines.find("eso-application-notice", hearing_on)


def counted(rule: str, day: date) -> dict[str, Any]:
    """What ``deadlines.start`` takes for a rule counted from that day. Raises StepRefused where it cannot be counted."""
    try:
        answer = deadlines.find(rule, day)
    except BeyondTable:
        raise StepRefused("The bank holidays of these weeks are not known: ask an administrator.") from None
    return {
        "trigger_on": day, "last_day": answer.last_day, "next_step_from": answer.next_step_from,
        "answer": answer.as_dict(),
    }  # fmt: skip


def _capped(pupil: Pupil, answer: DeadlineAnswer) -> End:
    span = of_age(pupil)
    last = answer.last_day if span is None else min(answer.last_day, span[1])
    return End(last, last < answer.last_day, answer)
