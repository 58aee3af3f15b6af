"""Leave in term time: a parent asks in advance, the head decides on that request alone; kept as evidence.

Leave is granted only to a parent the child normally lives with, who asked before the first day, and never for days
that are past. Who asks otherwise is written down all the same, and told so.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.calendars import school_days
from mainstay.service.directory.models import Dated, Parent, Parenthood, Pupil, School
from mainstay.service.penalties.models import LeaveRequest
from mainstay.service.penalties.steps import LEAVE
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

State = LeaveRequest.State
#: a request is about days of one school year at most
LONGEST: Final = timedelta(days=366)


@transaction.atomic
def ask(
    *,
    pupil: Pupil,
    parent: Parent,
    lives_with: bool,
    asked_on: date,
    first_day: date,
    last_day: date,
    reason: str,
    by: Any,
    at: datetime,
) -> LeaveRequest:
    """Write down a parent's request. lives_with: whether the child normally lives with this parent.

    Raises StepRefused: not in view, no school, no parent of this child, days that cannot be, written down already.
    """
    if not by.may("ask_leave"):
        raise StepRefused("Your role cannot write down a request for leave.")
    if not Pupil.objects.present_to(by).filter(pk=pupil.pk).exists() or not access.may_open(by, pupil):
        raise StepRefused("You cannot see this child's record.")
    if pupil.school is None:
        raise StepRefused("This child is on no roll: no head teacher can decide about leave.")
    today = timezone.localdate(at)
    ties = Parenthood.objects.select_for_update().filter(Dated.on(today), parent=parent, pupil=pupil)
    if ties.first() is None:
        raise StepRefused("This person is not recorded as a parent of this child.")
    if not reason.strip():
        raise StepRefused("Write down the reason the parent gives.")
    _check_days(pupil.school, asked_on, first_day, last_day, today)
    same = LeaveRequest.objects.filter(pupil=pupil, parent=parent, first_day=first_day, last_day=last_day)
    if same.exclude(state=State.TAKEN_BACK).exists():
        raise StepRefused("This request is written down already.")
    leave = LeaveRequest.objects.create(
        pupil=pupil, school=pupil.school, parent=parent, lives_with=lives_with, asked_on=asked_on,
        first_day=first_day, last_day=last_day, reason=reason.strip(), written_by=by, written_at=at,
    )  # fmt: skip
    _tell(leave, "Leave in term time asked for", reason, by, at)
    trail.record(
        by=by, at=at, action="leave.asked", on=leave, parent=parent.pk, lives_with=lives_with, asked_on=asked_on,
        first_day=first_day, last_day=last_day,
    )  # fmt: skip
    return leave


def _check_days(school: School, asked_on: date, first: date, last: date, today: date) -> None:
    if asked_on > today:
        raise StepRefused("The day of the request cannot be in the future.")
    if last < first:
        raise StepRefused("The last day is before the first.")
    if last - first > LONGEST:
        raise StepRefused("A request is about days of one school year.")
    years = range(academic_year(first), academic_year(last) + 1)
    calendars = {year: school_days(school, year) for year in years}
    if all(calendars.values()) and not any(
        first <= day <= last for days in calendars.values() for day in days
    ):
        raise StepRefused("The school is closed on all of these days: no leave is needed.")


@transaction.atomic
def grant(*, leave_id: int, reasons: str, by: Any, at: datetime) -> LeaveRequest:
    """Grant the leave whole. Raises StepRefused where it was not asked for in advance, or has begun."""
    leave = leave_of(leave_id, by)
    target = LEAVE.check("grant", leave, by)
    if leave.first_day < timezone.localdate(at):
        raise StepRefused("The leave has begun: days that are past cannot be authorised afterwards.")
    leave.granted_from, leave.granted_to = leave.first_day, leave.last_day
    return _decided(leave, target, reasons, by, at)


@transaction.atomic
def grant_part(
    *,
    leave_id: int,
    granted_from: date,
    granted_to: date,
    reasons: str,
    by: Any,
    at: datetime,
    warned_on: date | None = None,
    warning: str = "",
) -> LeaveRequest:
    """Grant some of the days; warned_on, warning: when and how the parent was told what may follow for the rest.

    Raises StepRefused for days outside the request, all of them, or days that are past.
    """
    leave = leave_of(leave_id, by)
    target = LEAVE.check("part", leave, by)
    if not leave.first_day <= granted_from <= granted_to <= leave.last_day:
        raise StepRefused("The days granted must lie within those asked for.")
    if (granted_from, granted_to) == (leave.first_day, leave.last_day):
        raise StepRefused("These are all of the days: grant the leave instead.")
    if granted_from < timezone.localdate(at):
        raise StepRefused("Days that are past cannot be authorised afterwards.")
    leave.granted_from, leave.granted_to = granted_from, granted_to
    _warn(leave, warned_on, warning, at)
    return _decided(leave, target, reasons, by, at)


@transaction.atomic
def refuse(
    *,
    leave_id: int,
    reasons: str,
    by: Any,
    at: datetime,
    warned_on: date | None = None,
    warning: str = "",
) -> LeaveRequest:
    """Refuse the leave; warned_on, warning: as for ``grant_part``."""
    leave = leave_of(leave_id, by)
    target = LEAVE.check("refuse", leave, by)
    _warn(leave, warned_on, warning, at)
    return _decided(leave, target, reasons, by, at)


@transaction.atomic
def take_back(*, leave_id: int, by: Any, at: datetime) -> LeaveRequest:
    """The parent takes the request back before it is decided."""
    leave = leave_of(leave_id, by)
    leave.state = LEAVE.check("take_back", leave, by)
    leave.save(update_fields=["state"])
    _tell(leave, "The request for leave was taken back", "", by, at)
    trail.record(by=by, at=at, action="leave.taken_back", on=leave)
    return leave


@transaction.atomic
def warned(*, leave_id: int, warned_on: date, warning: str, by: Any, at: datetime) -> LeaveRequest:
    """Keep, after the decision, when and how the parents were warned that a penalty notice may follow."""
    leave = leave_of(leave_id, by)
    if not (by.may("decide_leave") or by.may("ask_leave")):
        raise StepRefused("Your role cannot record a warning.")
    if leave.state not in (State.REFUSED, State.PART):
        raise StepRefused("A warning belongs to leave that was refused, whole or in part.")
    _warn(leave, warned_on, warning, at)
    leave.save(update_fields=["warned_on", "warning"])
    trail.record(by=by, at=at, action="leave.warned", on=leave, warned_on=warned_on, warning=leave.warning)
    return leave


def leave_of(leave_id: int, by: Any) -> LeaveRequest:
    """The request, locked. Raises StepRefused where it is not in view or its record is not open to this person."""
    found = LeaveRequest.objects.select_for_update(of=("self",)).select_related(
        "pupil", "school", "parent", "decided_by"
    )
    leave = found.filter(pk=leave_id).first()
    if leave is None or not LeaveRequest.objects.visible_to(by).filter(pk=leave_id).exists():
        raise StepRefused("You cannot see this request.")
    if not access.may_open(by, leave.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    return leave


def _warn(leave: LeaveRequest, on: date | None, words: str, at: datetime) -> None:
    if on is None:
        return
    if on > timezone.localdate(at):
        raise StepRefused("The day of the warning cannot be in the future.")
    if on < leave.asked_on:
        raise StepRefused("The warning cannot have been given before leave was asked for.")
    if not words.strip():
        raise StepRefused("Say how the parents were warned, and in which words.")
    leave.warned_on, leave.warning = on, words.strip()[:300]


def _decided(leave: LeaveRequest, target: str, reasons: str, by: Any, at: datetime) -> LeaveRequest:
    if not reasons.strip():
        raise StepRefused("Give the reasons for this request: each one is judged on its own.")
    leave.state, leave.decision, leave.decided_by, leave.decided_at = target, reasons.strip(), by, at
    leave.save()
    _tell(leave, f"Leave in term time: {leave.get_state_display().lower()}", reasons, by, at)
    trail.record(
        by=by, at=at, action=f"leave.{target}", on=leave, granted_from=leave.granted_from, granted_to=leave.granted_to,
        warned_on=leave.warned_on, reasons=leave.decision,
    )  # fmt: skip
    return leave


def _tell(leave: LeaveRequest, title: str, text: str, by: Any, at: datetime) -> None:
    add_entry(
        pupil=leave.pupil_id, by=by, at=at, kind="leave", title=title, text=text.strip(), audience=Audience.SCHOOL,
        about=leave,
    )  # fmt: skip


def overlapping(leave: LeaveRequest) -> list[LeaveRequest]:
    """Other requests about this child for some of the same days, by either parent."""
    same = Q(first_day__lte=leave.last_day, last_day__gte=leave.first_day)
    found = LeaveRequest.objects.filter(same, pupil=leave.pupil_id).exclude(pk=leave.pk)
    return list(found.exclude(state=State.TAKEN_BACK).select_related("parent"))
