"""The times of a complaint: started, stopped, paused while a court decides; reminded of once a day."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.ui.filters import long_date
from mainstay.service.feedback import values
from mainstay.service.feedback.models import Clock, Complaint

LABELS: Final = {
    "ack": "Acknowledge", "answer": "Answer at stage 1", "ack_2": "Acknowledge stage 2", "answer_2": "Answer at stage 2",
    "light": "Answer", "held": "Answer to what was held",
}  # fmt: skip
#: days ahead on which whoever handles it is reminded
AHEAD: Final = timedelta(days=2)


def start(one: Complaint, rule: str, on: date, at: datetime) -> Clock:
    """Start the clock of a rule, by the council's value for the route of this complaint."""
    name = {"answer": f"complaint_answer_{one.route}", "answer_2": f"complaint_answer_2_{one.route}",
            "held": f"complaint_answer_{one.route}"}.get(rule, f"complaint_{rule}")  # fmt: skip
    last = values.last_day(name, on, timezone.localdate(at))
    row, _ = Clock.objects.update_or_create(
        complaint=one, rule=rule,
        defaults={"label": LABELS[rule], "starts_on": on, "last_day": last, "state": Clock.State.OPEN, "closed_on": None,
                  "reminded_on": None},
    )  # fmt: skip
    trail.record(by=None, at=at, action="complaint.clock_started", on=one, rule=rule, last_day=last)
    return row


def again(one: Complaint, at: datetime) -> None:
    """Count the running times that depend on the route anew, from the days they began on."""
    for row in one.clocks.filter(state=Clock.State.OPEN, rule__in=("answer", "answer_2", "held")):
        start(one, row.rule, row.starts_on, at)


def stop(one: Complaint, at: datetime, *rules: str, dropped: bool = False) -> None:
    """Stop running clocks: kept, missed, or no longer needed; all of them where no rule is named."""
    today = timezone.localdate(at)
    rows = Clock.objects.filter(complaint=one, state__in=(Clock.State.OPEN, Clock.State.PAUSED))
    for row in rows.filter(rule__in=rules) if rules else rows:
        late = today > row.last_day and row.state == Clock.State.OPEN
        row.state = Clock.State.DROPPED if dropped else Clock.State.MISSED if late else Clock.State.MET
        row.closed_on = today
        row.save(update_fields=["state", "closed_on"])


def pause(one: Complaint) -> None:
    Clock.objects.filter(complaint=one, state=Clock.State.OPEN).update(state=Clock.State.PAUSED)


def go_on(one: Complaint, at: datetime) -> None:
    """What stood still begins anew: the whole time from today, as nothing says otherwise."""
    for row in list(Clock.objects.filter(complaint=one, state=Clock.State.PAUSED)):
        start(one, row.rule, timezone.localdate(at), at)


def told_of(one: Complaint) -> list[User]:
    """Whom a reminder goes to: who handles it, or everybody who does; nobody it is about."""
    if one.handler is not None and one.handler.is_active:
        people = [one.handler]
    else:
        people = list(holding("handle_complaints", timezone.localdate()))
    return [user for user in people if Complaint.objects.visible_to(user).filter(pk=one.pk).exists()]


def daily(*, on: date, last: date | None) -> None:
    """Remind of what is due in two days, and every day of what is late; numbers only."""
    rows = Clock.objects.filter(state=Clock.State.OPEN, last_day__lte=on + AHEAD).exclude(reminded_on=on)
    for row in list(rows.select_related("complaint__handler")):
        if row.reminded_on is None or row.last_day < on:
            _remind(row, on)


@transaction.atomic
def _remind(row: Clock, on: date) -> None:
    one, at = row.complaint, timezone.now()
    where = (
        f"{settings.CONFIG.address}{reverse('complaint', args=[one.pk])}" if settings.CONFIG.address else ""
    )
    for user in told_of(one):
        post.queue(
            to=user.email, subject=f"{one.number}: {row.label.lower()} by {long_date(row.last_day)}", at=at, about=one,
            body=f"{one.number}: {row.label.lower()} by {long_date(row.last_day)}.\n\n{where}\n",
        )  # fmt: skip
    row.reminded_on = on
    row.save(update_fields=["reminded_on"])


def note(one: Complaint, title: str, text: str, by: Any | None, at: datetime) -> None:
    """A line in its own log."""
    one.notes.create(at=at, by=by, title=title[:160], text=text.strip())
