"""What an officer decides about a notice to improve: met, going on, followed by a request, or closed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.penalties import watching
from mainstay.service.penalties.actions import requests
from mainstay.service.penalties.actions.improving import improvement_of
from mainstay.service.penalties.improvement_registers import watch
from mainstay.service.penalties.models import Improvement, NoticeRequest
from mainstay.service.penalties.steps import IMPROVEMENT
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

State = Improvement.State


@transaction.atomic
def met(*, improvement_id: int, reasons: str, by: Any, at: datetime, **parts: str) -> Improvement:
    """The target was met: closed, the support goes on, and the earlier sessions stay on record."""
    improvement = improvement_of(improvement_id, by)
    return _decided(improvement, "met", reasons, by, at, parts)


@transaction.atomic
def close(*, improvement_id: int, reasons: str, by: Any, at: datetime, **parts: str) -> Improvement:
    """Closed for another reason: moved away, given in error, other steps are taken; nothing follows from it here."""
    improvement = improvement_of(improvement_id, by)
    return _decided(improvement, "close", reasons, by, at, parts)


@transaction.atomic
def go_on(*, improvement_id: int, reasons: str, by: Any, at: datetime, **parts: str) -> Improvement:
    """The time runs on though the target was exceeded: only sessions beyond those known now are flagged again."""
    improvement = improvement_of(improvement_id, by)
    IMPROVEMENT.check("go_on", improvement, by)
    improvement.decision = _decision(improvement, "go_on", reasons, by, at, parts)
    found = watch([improvement]).get(improvement.pk)
    improvement.tolerated = len(found.counted) if found else improvement.tolerated
    deadlines.stop(about=improvement, rule=watching.BREACH, by=by, at=at)
    watching.go_on(improvement, by=by, at=at)
    improvement.save()
    _tell(improvement, "Notice to improve: its time goes on", reasons, by, at)
    trail.record(by=by, at=at, action="improvement.go_on", on=improvement, tolerated=improvement.tolerated)
    return improvement


@transaction.atomic
def follow(*, improvement_id: int, reasons: str, by: Any, at: datetime, **parts: str) -> NoticeRequest:
    """Begin a request for a penalty notice because the target was exceeded; no fresh ten sessions are needed.

    Raises StepRefused as ``requests.start`` does.
    """
    improvement = improvement_of(improvement_id, by)
    _decided(improvement, "follow", reasons, by, at, parts)
    return requests.start(
        pupil=improvement.pupil, route=NoticeRequest.Route.IMPROVEMENT, improvement=improvement, by=by, at=at
    )


def _decided(
    improvement: Improvement, step: str, reasons: str, by: Any, at: datetime, parts: dict[str, str]
) -> Improvement:
    target = IMPROVEMENT.check(step, improvement, by)
    improvement.decision = _decision(improvement, step, reasons, by, at, parts)
    given, improvement.state = improvement.state != State.DRAFT, target
    improvement.save(update_fields=["state", "decision"])
    deadlines.stop(about=improvement, by=by, at=at)
    if given:
        _tell(improvement, f"Notice to improve: {improvement.get_state_display().lower()}", reasons, by, at)
    trail.record(
        by=by, at=at, action=f"improvement.{target}", on=improvement, decision=improvement.decision.pk
    )
    return improvement


def _decision(
    improvement: Improvement, step: str, reasons: str, by: Any, at: datetime, parts: dict[str, str]
) -> Any:
    return decide(
        by=by, at=at, kind="improvement", outcome=step, reasons=reasons, answer=improvement.answer, **parts
    )


def _tell(improvement: Improvement, title: str, reasons: str, by: Any, at: datetime) -> None:
    add_entry(
        pupil=improvement.pupil_id, by=by, at=at, kind="improvement", title=title, text=reasons.strip(),
        audience=Audience.SERVICE, about=improvement,
    )  # fmt: skip
