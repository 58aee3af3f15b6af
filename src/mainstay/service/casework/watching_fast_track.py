"""Frameworks are watched against the register: too many sessions missed is flagged, and an officer decides.

A register amended so that it no longer shows the breach takes the flag away, as long as nobody has decided.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import in_words, working_day_after
from mainstay.service.casework import fast_track_register
from mainstay.service.casework.actions import cases
from mainstay.service.casework.actions.fast_track_locking import BREACH, MIDPOINT
from mainstay.service.casework.fast_track_values import in_force
from mainstay.service.casework.models import FastTrack
from mainstay.service.common.audit import trail
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience

State = FastTrack.State


def marks_changed(*, school_id: int, year: int, pupil_ids: list[int], by: Any, at: datetime) -> None:
    """Look again at the frameworks of these pupils; one query where there are none. Listens to
    ``attendance.announcements.marks_changed``."""
    running = FastTrack.objects.filter(state=State.FRAMEWORK, case__school=school_id)
    touched = set(pupil_ids)
    ids = [pk for pk, pupil in running.values_list("pk", "case__pupil_id") if pupil in touched]
    if ids:
        look(ids, by=by, at=at)


@transaction.atomic
def look(ids: Sequence[int], *, by: Any | None, at: datetime) -> None:
    """Ask the register about these frameworks, and follow what it says now."""
    rows = FastTrack.objects.select_for_update(of=("self",)).filter(pk__in=ids, state=State.FRAMEWORK)
    running = list(rows.select_related("case__owner", "case__pupil", "case__school").order_by("pk"))
    seen = fast_track_register.look(running)
    for one in running:
        if one.pk in seen and (seen[one.pk].breached_on is None) != (one.breached_on is None):
            _follow(one, seen[one.pk].breached_on, by, at)


def _follow(one: FastTrack, breached_on: date | None, by: Any | None, at: datetime) -> None:
    one.breached_on = breached_on
    one.noticed_at = at if breached_on else None
    one.save(update_fields=["breached_on", "noticed_at"])
    if breached_on is None:
        deadlines.stop(about=one, rule=BREACH, by=by, at=at)
        title = "with the register as it is now, no more sessions are missed than tolerated"
    else:
        _start(one, breached_on, by, at)
        title = f"more sessions missed than tolerated on {in_words(breached_on)}"
    cases.tell(one.case, f"Fast Track {one.number}: {title}", "", by=by, at=at, audience=Audience.SCHOOL)
    trail.record(by=by, at=at, action="fast_track.watched", on=one, breached_on=breached_on)


def _start(one: FastTrack, breached_on: date, by: Any | None, at: datetime) -> None:
    today = timezone.localdate(at)
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=BREACH, label=f"Fast Track {one.pk}: breach to decide on", by=by, at=at,
        owner=one.case.owner, trigger_on=breached_on, last_day=working_day_after(today, in_force(today)["breach"]),
    )  # fmt: skip


def fall_due(*, on: date, last: date | None) -> None:
    """Once a day: frameworks whose review has come are to be reviewed, each in a transaction of its own."""
    due = FastTrack.objects.filter(state=State.FRAMEWORK, review_on__lte=on).order_by("pk")
    for pk in list(due.values_list("pk", flat=True)):
        _over(pk, on, timezone.now())


@transaction.atomic
def _over(pk: int, on: date, at: datetime) -> None:
    one = FastTrack.objects.select_for_update(of=("self",)).select_related("case").get(pk=pk)
    if one.state != State.FRAMEWORK or one.review_on is None or one.review_on > on:
        return
    one.state, one.state_since = State.REVIEW, at
    one.save(update_fields=["state", "state_since"])
    deadlines.stop(about=one, rule=MIDPOINT, by=None, at=at)
    deadlines.stop(about=one, rule=BREACH, by=None, at=at)
    cases.tell(
        one.case,
        f"Fast Track {one.number}: the review has come",
        "",
        by=None,
        at=at,
        audience=Audience.SCHOOL,
    )
    trail.record(by=None, at=at, action="fast_track.review_due", on=one, review_on=one.review_on)
