"""The steps of a piece of work; blockers say in words what is missing. They look at rows loaded with the work."""

from typing import Any, Final

from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import plural
from mainstay.service.purchased import kinds
from mainstay.service.purchased.models import Work

S = Work.State


def _children(work: Work) -> str | None:
    kind = kinds.of(work)
    if kind.about == kinds.NOBODY or work.pupils.all():
        return None
    return "Choose the child." if kind.about == kinds.ONE else "Choose the children."


def _written(work: Work) -> str | None:
    return None if work.done.strip() else "Write down what was done."


def _outcome(work: Work) -> str | None:
    return None if work.outcome.strip() else "Write down what came of it."


def _details(work: Work) -> str | None:
    missing = [d.label for d in kinds.of(work).details if d.needed and work.details.get(d.name) in (None, "")]
    return f"Fill in: {', '.join(missing)}." if missing else None


def _sample(work: Work) -> str | None:
    rows = work.sample.all()
    if not rows:
        return "Draw a sample."
    left = sum(not row.finding for row in rows)
    return f"Check the rest of the sample: {plural(left, 'week')} left." if left else None


def _slots(work: Work) -> str | None:
    taken = [slot for slot in work.slots.all() if slot.pupil_id]
    if not taken:
        return "Give at least one family a slot."
    left = sum(not slot.came for slot in taken)
    return f"Say of each slot whether the family came: {left} left." if left else None


def _sessions(work: Work) -> str | None:
    rows = work.sessions.all()
    if not rows:
        return "Plan at least one session."
    left = sum(not row.taken for row in rows)
    return f"Say who was at each session: {plural(left, 'session')} left." if left else None


def _places(work: Work) -> str | None:
    left = sum(place.attended is None for place in work.places.all() if place.cancelled_at is None)
    return f"Say who was there: {plural(left, 'person', 'people')} left." if left else None


def _moving(work: Work) -> str | None:
    return None if work.moving.all() else "Say to which school at least one child moves."


def _in_details(name: str, words: str) -> Any:
    return lambda work: None if work.details.get(name) else words


#: part of the page -> what has to be there before the work is finished
OF_PARTS: Final[dict[str, Any]] = {
    "sample": _sample, "slots": _slots, "sessions": _sessions, "places": _places, "moving": _moving,
    "given": lambda work: None if work.given.all() else "Give the school at least one document.",
    "analysis": _in_details("analysis", "Work out the figures."),
    "impact": _in_details("impact", "Work out the figures."),
    "checks": _in_details("checks", "Go through the checklist."),
    "counts": _in_details("counts", "Enter the counts."),
    "case": lambda work: None if work.case_id else "Open the purchased case.",
    "plan": lambda work: None if work.plan_id else "Begin the plan with the family.",
}  # fmt: skip


def _parts(work: Work) -> str | None:
    said = [OF_PARTS[part](work) for part in kinds.of(work).parts if part in OF_PARTS]
    return " ".join(filter(None, said)) or None


WORK: Final = Steps(
    "purchased work",
    Step("share", "Share with the school", frozenset({S.DRAFT}), S.SHARED, "work_purchased", (_children,)),
    Step("take_back", "Take it back to write on", frozenset({S.SHARED}), S.DRAFT, "work_purchased"),
    Step("finish", "Finish", frozenset({S.SHARED}), S.DONE, "work_purchased",
         (_children, _written, _outcome, _details, _parts)),
    Step("reopen", "Open it again", frozenset({S.DONE}), S.SHARED, "work_purchased"),
)  # fmt: skip
