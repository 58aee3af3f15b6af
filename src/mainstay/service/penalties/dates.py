"""When a notice counts as received, and until when it can be paid: asked of the law, kept with the notice."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import notice_dates
from mainstay.service.common.audit import trail
from mainstay.service.documents.models import Service
from mainstay.service.penalties import code
from mainstay.service.penalties.models import Notice
from mainstay.service.record import deadlines
from mainstay.service.record.models import Deadline

FIELDS: Final = ("served_on", "reduced_until", "full_until", "decide_from", "dates_answer")
# the rules of a notice's own deadlines
TO_PAY: Final = "notice-payment"
DECIDE: Final = "notice-decision"
LIMIT: Final = "limitation"


def find(
    kind: str, position: str, method: str, sent_on: date | None, proved_on: date | None, of_code: code.Code
) -> notice_dates.NoticeDatesAnswer:
    """The law's dates, with the council's own days of service."""
    return notice_dates.find(
        kind,  # type: ignore[arg-type]
        position or None,  # type: ignore[arg-type]
        method if method in notice_dates.STARTS else "other",
        sent_on,
        proved_on,
        rules=of_code.rules,
    )


def put(notice: Notice, answer: notice_dates.NoticeDatesAnswer | None) -> None:
    """Write the dates into the notice; None: it does not count as received, and no time runs."""
    for name in FIELDS[:-1]:
        setattr(notice, name, getattr(answer, name) if answer else None)
    notice.dates_answer = answer.as_dict() if answer else None


def follow(*, service: Service, before: dict[str, Any] | None, by: Any, at: datetime) -> None:
    """The dates of a notice move with its posting, proof or return; listens to ``service_changed``."""
    if before is None:
        return
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(service=service).first()
        if notice is None or notice.state == Notice.State.WITHDRAWN:
            return
        old = {name: getattr(notice, name) for name in FIELDS[:-1]}
        put(notice, _asked(notice, service))
        new = {name: getattr(notice, name) for name in FIELDS[:-1]}
        if new == old:
            return
        _reopen(notice, at)
        notice.save()
        trail.record(by=by, at=at, action="notice.dates_moved", on=notice, old=old, new=new)
        _move_deadline(notice, by, at)


def _asked(notice: Notice, service: Service) -> notice_dates.NoticeDatesAnswer | None:
    if service.presumed_on is None:
        return None
    # counted as the service record counts: what it found wins over asking again with another offset
    return find(
        notice.kind, notice.position, "other", None, service.presumed_on, code.in_force(service.presumed_on)
    )


def _reopen(notice: Notice, at: datetime) -> None:
    """Dates that moved on make an unpaid notice payable again."""
    over = notice.decide_from is not None and notice.decide_from <= timezone.localdate(at)
    if notice.state == Notice.State.UNPAID and not over:
        notice.state = Notice.State.ISSUED


def _move_deadline(notice: Notice, by: Any, at: datetime) -> None:
    if notice.served_on is None or notice.full_until is None:
        deadlines.stop(about=notice, by=by, at=at, rule=TO_PAY)
        return
    said: dict[str, Any] = {
        "trigger_on": notice.served_on,
        "last_day": notice.full_until,
        "next_step_from": notice.decide_from,
    }
    moved = deadlines.recompute(about=notice, rule=TO_PAY, by=by, at=at, answer=notice.dates_answer, **said)
    if moved is None and notice.state == Notice.State.ISSUED:
        deadlines.start(
            pupil=notice.pupil_id, about=notice, rule=TO_PAY, label=label(notice), by=by, at=at,
            owner=notice.request.owner, answer=notice.dates_answer, **said,
        )  # fmt: skip


def label(notice: Notice) -> str:
    return f"{notice.number}: time to pay"


def start_many(notices: Iterable[Notice]) -> None:
    """The deadline of each notice just issued; the audit row of the batch names the notices."""
    Deadline.objects.bulk_create(
        Deadline(
            pupil_id=n.pupil_id, about_kind=n._meta.label_lower, about_id=str(n.pk), rule=TO_PAY, label=label(n),
            trigger_on=n.served_on, last_day=n.full_until, next_step_from=n.decide_from, owner=n.request.owner,
            answer=n.dates_answer,
        )
        for n in notices
        if n.served_on is not None and n.full_until is not None
    )  # fmt: skip
