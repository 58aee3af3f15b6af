"""The end before a decision of the court: stopped before the charge, discontinued after it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.models import Decision
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.court import clocks
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.taking import take
from mainstay.service.court.models import Prosecution
from mainstay.service.court.steps import BEFORE
from mainstay.service.penalties.models import Notice

Reason = Prosecution.StopReason
#: why a person stops one before the charge; the others come of themselves
BEFORE_CHARGE = (Reason.IMPROVED, Reason.ORDER, Reason.PAID, Reason.OTHER)


@transaction.atomic
def stop(*, prosecution_id: int, because: str, reasons: str, by: Any, at: datetime) -> Prosecution:
    """Stop one before the charge, or discontinue it after; with a decision record. Raises StepRefused."""
    one = locked(prosecution_id, by, at)
    if one.state in BEFORE:
        if because not in BEFORE_CHARGE:
            raise StepRefused("Choose why it is stopped.")
        end(one, "stop", because, reasons, by=by, at=at)
    else:
        end(one, "discontinue", Reason.DISCONTINUED, reasons, by=by, at=at)
    return one


def end(
    one: Prosecution,
    step: str,
    because: str,
    reasons: str,
    *,
    by: Any,
    at: datetime,
    decision: Decision | None = None,
) -> None:
    """A locked one is over, by a step that stops it; its clocks stand still."""
    because = Reason(because)
    one.stopping = decision or decide(
        by=by, at=at, kind="prosecution.stopping", outcome=because, reasons=reasons
    )
    one.stopped_because, one.closed_at = because, at
    take(one, step, f"stopped: {because.label.lower()}", reasons, by=by, at=at, because=str(because))
    clocks.stop_all(one, by=by, at=at)


def notice_over(*, notice: Notice, by: Any, at: datetime) -> None:
    """The notice was paid or withdrawn: no charge follows. Listens to ``penalties.providers``.

    One that is charged already is not undone by it: legal is told, and decides.
    """
    for one in Prosecution.objects.open().select_for_update(of=("self",)).filter(notice=notice):
        if one.state in BEFORE:
            words = f"Penalty notice {notice.number}: {notice.get_state_display().lower()}."
            _end_by_itself(one, words, by, at)


def _end_by_itself(one: Prosecution, words: str, by: Any, at: datetime) -> None:
    was = one.state
    one.state, one.state_since, one.closed_at = Prosecution.State.STOPPED, at, at
    one.stopped_because = Reason.PAID
    one.save(update_fields=["state", "state_since", "closed_at", "stopped_because"])
    clocks.stop_all(one, by=by, at=at)
    tell(one, f"Prosecution {one.number}: stopped", words, by=by, at=at)
    trail.record(by=by, at=at, action="prosecution.notice_over", on=one, before=was)
