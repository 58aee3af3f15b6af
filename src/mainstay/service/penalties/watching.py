"""Notices to improve are watched against the register: a target exceeded is flagged once, and an officer decides.

A register amended so that it no longer shows the target exceeded takes the flag away, as long as nobody has decided.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import in_words, working_day_after
from mainstay.service.attendance.grids import end_of
from mainstay.service.common.audit import trail
from mainstay.service.penalties.improvement_registers import Watched, watch
from mainstay.service.penalties.models import Improvement
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

log = structlog.get_logger("mainstay.penalties")
State = Improvement.State
#: rules of its deadlines
END: Final = "improvement-end"
BREACH: Final = "improvement-breach"
DECIDE: Final = "improvement-decision"
#: working days to decide once the target is exceeded, and once the period is over: our own choice, so that a family
#: is not kept waiting, with time for the last week's marks to come in
BREACH_WITHIN: Final = 5
DECIDE_WITHIN: Final = 10


def marks_changed(*, school_id: int, year: int, pupil_ids: list[int], by: Any, at: datetime) -> None:
    """Look again at the notices to improve of these pupils; one query where there are none. Listens to
    ``attendance.announcements.marks_changed``."""
    waiting = Improvement.objects.undecided().filter(school=school_id).values_list("pk", "pupil_id")
    touched = set(pupil_ids)
    look([pk for pk, pupil in waiting if pupil in touched], by=by, at=at)


def calendar_changed(*, school_ids: list[int], years: list[int], by: Any, at: datetime) -> None:
    """School weeks came or went: periods end on another day. Listens to ``directory.announcements.calendar_changed``."""
    waiting = Improvement.objects.undecided().filter(school__in=school_ids)
    look(list(waiting.values_list("pk", flat=True)), by=by, at=at)


def look(ids: Sequence[int], *, by: Any | None, at: datetime) -> None:
    """Ask the law about these notices to improve, and follow what it says now."""
    if ids:
        _look(ids, by, at)


@transaction.atomic
def _look(wanted: Sequence[int], by: Any | None, at: datetime) -> None:
    rows = Improvement.objects.undecided().select_for_update(of=("self",)).filter(pk__in=wanted)
    listed = list(rows.select_related("made_by").order_by("pk"))
    found = watch(listed)
    for one in listed:
        if one.pk in found:
            _follow(one, found[one.pk], by, at)


def _follow(one: Improvement, now: Watched, by: Any | None, at: datetime) -> None:
    answer = now.answer.as_dict()
    if one.answer == answer and one.ends_on == now.answer.ends_on:
        return
    was = {"ends_on": one.ends_on, "breached_on": one.breached_on, "state": one.state}
    one.answer = answer
    assert now.answer.ends_on is not None
    if one.ends_on != now.answer.ends_on:
        _move_end(one, now.answer.ends_on, by, at)
    if one.breached_on is None and now.answer.breached_on is not None:
        _breach(one, now.answer.breached_on, by, at)
    elif one.breached_on is not None and now.answer.breached_on is None and not _let_go_on(one):
        _undo(one, by, at)
    elif now.answer.breached_on is not None:
        one.breached_on = now.answer.breached_on
        if one.state == State.RUNNING:  # it went on after an earlier breach, and was exceeded again
            _breach(one, now.answer.breached_on, by, at)
    one.save()
    new = {"ends_on": one.ends_on, "breached_on": one.breached_on, "state": one.state}
    if new != was:
        trail.record(by=by, at=at, action="improvement.watched", on=one, old=was, new=new)


def _let_go_on(one: Improvement) -> bool:
    """Whether an officer let it go on after a breach, which stays on record."""
    return one.state == State.RUNNING and one.tolerated > one.target


def _breach(one: Improvement, on: date, by: Any | None, at: datetime) -> None:
    one.breached_on, one.noticed_at = on, at
    if one.state == State.RUNNING:
        one.state = State.BREACHED
        deadlines.stop(about=one, rule=END, by=by, at=at)
        _start_breach(one, by, at)
    _tell(one, f"Notice to improve: the target was exceeded on {in_words(on)}", by, at)


def _start_breach(one: Improvement, by: Any | None, at: datetime) -> None:
    today = timezone.localdate(at)
    deadlines.start(
        pupil=one.pupil_id, about=one, rule=BREACH, label=f"Notice to improve {one.pk}: target exceeded", by=by, at=at,
        owner=one.made_by, trigger_on=one.breached_on or today, last_day=working_day_after(today, BREACH_WITHIN),
    )  # fmt: skip


def _undo(one: Improvement, by: Any | None, at: datetime) -> None:
    """The register was amended: back to where it was without the breach."""
    one.breached_on = one.noticed_at = None
    deadlines.stop(about=one, rule=BREACH, by=by, at=at)
    _tell(one, "Notice to improve: with the register as it is now, the target is not exceeded", by, at)
    if one.state == State.BREACHED:
        go_on(one, by=by, at=at)


def go_on(one: Improvement, *, by: Any | None, at: datetime) -> None:
    """A locked one that was exceeded runs on; over, where its last day is past."""
    assert one.ends_on is not None
    one.state = State.RUNNING
    today = timezone.localdate(at)
    if one.ends_on < today:
        _end(one, today, at)
    else:
        start_end(one, by=by, at=at)


def _move_end(one: Improvement, ends_on: date, by: Any | None, at: datetime) -> None:
    """The school's calendar was changed after the parents were told the last day."""
    one.ends_on = ends_on
    moved = deadlines.recompute(
        about=one, rule=END, trigger_on=one.starts_on, last_day=ends_on, by=by, at=at, answer=one.answer
    )
    if one.state == State.ENDED and ends_on >= timezone.localdate(at):
        deadlines.stop(about=one, rule=DECIDE, by=by, at=at)
        go_on(one, by=by, at=at)
    elif moved is None and one.state == State.RUNNING:
        start_end(one, by=by, at=at)
    told = one.letters.exclude(document=None).values_list("document__values__ends_on", flat=True).first()
    text = f"The school's calendar was changed. The parents were told {told}: write to them."
    _tell(one, f"Notice to improve: its time now ends on {in_words(ends_on)}", by, at, text)


def start_end(one: Improvement, *, by: Any | None, at: datetime) -> None:
    """The deadline of the last day of the period."""
    assert one.ends_on is not None
    deadlines.start(
        pupil=one.pupil_id, about=one, rule=END, label=f"Notice to improve {one.pk}: its time ends", by=by, at=at,
        owner=one.made_by, trigger_on=one.starts_on, last_day=one.ends_on, answer=one.answer,
    )  # fmt: skip


def fall_due(*, on: date, last: date | None) -> None:
    """Once a day: periods that are over go to the decision, each in a transaction of its own."""
    ended = Improvement.objects.filter(state=State.RUNNING, ends_on__lt=on).values_list("pk", flat=True)
    for pk in list(ended):
        over(pk=pk, on=on, at=timezone.now())


@transaction.atomic
def over(*, pk: int, on: date, at: datetime) -> None:
    """The period of one is over: an officer decides."""
    found = Improvement.objects.select_for_update(of=("self",)).select_related("made_by")
    one = found.get(pk=pk)
    if one.state == State.RUNNING and one.ends_on is not None and one.ends_on < on:
        _end(one, on, at)
        one.save(update_fields=["state"])
        trail.record(by=None, at=at, action="improvement.ended", on=one, ends_on=one.ends_on)


def _end(one: Improvement, today: date, at: datetime) -> None:
    assert one.ends_on is not None
    one.state = State.ENDED
    closed = min(at, end_of(one.ends_on) - timedelta(seconds=1))  # it ended in time, whenever we noticed
    deadlines.stop(about=one, rule=END, by=None, at=closed)
    deadlines.start(
        pupil=one.pupil_id, about=one, rule=DECIDE, label=f"Notice to improve {one.pk}: decide", by=None, at=at,
        owner=one.made_by, trigger_on=one.ends_on,
        last_day=working_day_after(today, DECIDE_WITHIN),
    )  # fmt: skip
    _tell(one, "Notice to improve: its time is over", None, at)


def _tell(one: Improvement, title: str, by: Any | None, at: datetime, text: str = "") -> None:
    add_entry(
        pupil=one.pupil_id, by=by, at=at, kind="improvement", title=title, text=text, audience=Audience.SCHOOL, about=one
    )  # fmt: skip
