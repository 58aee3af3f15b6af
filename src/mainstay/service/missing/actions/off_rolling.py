"""Names that left a register without a legal ground: found, raised with the school, answered, escalated, settled."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.missing import clocks_notifications as clocks
from mainstay.service.missing.models import Notification, OffRolling
from mainstay.service.missing.steps_notifications import OFF_ROLLING
from mainstay.service.record.actions import add_entry
from mainstay.service.team.telling import school_addresses


@transaction.atomic
def find(
    *, school_id: int, pupil_id: int, left_on: date, why: str, at: datetime, by: Any | None = None,
    enrolment_id: int | None = None, notification: Notification | None = None,
) -> OffRolling | None:  # fmt: skip
    """Keep that a name left without a ground, once; None where it is kept already."""
    one, made = OffRolling.objects.get_or_create(
        school_id=school_id, pupil_id=pupil_id, left_on=left_on,
        defaults={
            "why": why, "state": OffRolling.State.FOUND, "state_since": at, "found_at": at,
            "enrolment_id": enrolment_id, "notification": notification,
        },
    )  # fmt: skip
    if not made:
        return None
    trail.record(by=by, at=at, action="off_rolling.found", on=one, school=school_id, pupil=pupil_id)
    _enter(one, "Left a register without a known ground", why, by, at)
    return one


@transaction.atomic
def raise_with_school(*, off_rolling_id: int, asked: str, by: Any, at: datetime) -> OffRolling:
    """Ask the school for the ground or to put the name back; its people are told that something waits."""
    one = _locked(off_rolling_id)
    state = OFF_ROLLING.check("raise", one, by)
    if not asked.strip():
        raise StepRefused("Say what the school is asked.")
    today = timezone.localdate(at)
    one.asked, one.answer_by = (
        asked.strip(),
        today + timedelta(days=clocks.own("off_rolling_answer_days", today)),
    )
    _to(one, state, by, at, "off_rolling.raised")
    _enter(one, "Raised with the school: a name left without a ground", one.asked, by, at)
    for address in school_addresses(one.school_id, at):
        post.queue(
            to=address, subject="A name left your admission register: please answer", at=at, about=one,
            body=f"{one.number}: please answer by {one.answer_by:%d %B %Y}.\n\nNobody is named here: sign in to see it.",
        )  # fmt: skip
    return one


@transaction.atomic
def answer(*, off_rolling_id: int, answered: str, by: Any, at: datetime) -> OffRolling:
    """What the school says. Raises StepRefused."""
    one = _locked(off_rolling_id)
    state = OFF_ROLLING.check("answer", one, by)
    if not answered.strip():
        raise StepRefused("Answer what you are asked.")
    one.answered = answered.strip()
    _to(one, state, by, at, "off_rolling.answered")
    _enter(one, "The school answered about a name that left", one.answered, by, at)
    return one


@transaction.atomic
def escalate(*, off_rolling_id: int, to: str, because: str, by: Any, at: datetime) -> OffRolling:
    """Beyond the school's own staff: governors, trust, the council's lead. Raises StepRefused."""
    one = _locked(off_rolling_id)
    state = OFF_ROLLING.check("escalate", one, by)
    if not to.strip() or not because.strip():
        raise StepRefused("Say to whom, and why.")
    one.escalated_to, one.escalated_because = to.strip()[:160], because.strip()
    _to(one, state, by, at, "off_rolling.escalated")
    _enter(
        one, f"Escalated to {one.escalated_to}: a name left without a ground", one.escalated_because, by, at
    )
    return one


@transaction.atomic
def settle(*, off_rolling_id: int, outcome: str, because: str, by: Any, at: datetime) -> OffRolling:
    """What came of it. Raises StepRefused."""
    one = _locked(off_rolling_id)
    state = OFF_ROLLING.check("settle", one, by)
    if outcome not in OffRolling.Outcome.values or not because.strip():
        raise StepRefused("Say what came of it, and why.")
    one.outcome, one.settled_because = outcome, because.strip()
    _to(one, state, by, at, "off_rolling.settled")
    _enter(one, f"Settled: {one.get_outcome_display().lower()}", one.settled_because, by, at)
    return one


def _locked(pk: int) -> OffRolling:
    return OffRolling.objects.select_for_update(of=("self",)).select_related("school", "pupil").get(pk=pk)


def _to(one: OffRolling, state: str, by: Any, at: datetime, action: str) -> None:
    one.state, one.state_since = state, at
    one.save()
    trail.record(by=by, at=at, action=action, on=one)


def _enter(one: OffRolling, title: str, text: str, by: Any | None, at: datetime) -> None:
    add_entry(pupil=one.pupil_id, by=by, at=at, kind="off_rolling", title=title, text=text, about=one)
