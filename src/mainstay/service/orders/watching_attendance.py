"""Attendance orders follow what changes elsewhere: a service, a school's calendar, a day gone by, joined records, a leaver."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import Held
from mainstay.service.common.audit import trail
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.documents.models import Service
from mainstay.service.orders.actions import attendance_ending, attendance_posting, attendance_writing
from mainstay.service.orders.models import (
    AttendanceAmendment,
    AttendanceOrder,
    AttendanceOrderNotice,
    AttendanceRevocation,
    AttendanceSchoolPaper,
)
from mainstay.service.orders.steps_attendance import Kind

State = AttendanceOrder.State


def service_changed(*, service: Service, before: dict[str, Any] | None, by: Any, at: datetime) -> None:
    """A paper counts as received another day, or does not any more: its time is counted anew."""
    if before is None or service.facts() == before:
        return
    rows = AttendanceOrderNotice.objects.filter(service=service).select_related("service", "parent")
    for notice in rows:
        notice.order = _locked(notice.order_id)
        attendance_posting.count(notice, by, at)
        if notice.kind in (Kind.ORDER, Kind.AMENDMENT):
            attendance_posting.count_order(notice.order, by, at)
    for paper in AttendanceSchoolPaper.objects.filter(service=service).select_related("service"):
        paper.order = _locked(paper.order_id)
        attendance_posting.count_school(paper, by, at)


def _locked(order_id: int) -> AttendanceOrder:
    rows = AttendanceOrder.objects.select_for_update(of=("self",)).select_related("pupil", "school", "owner")
    return rows.get(pk=order_id)


def calendar_changed(*, school_ids: list[int], years: list[int], by: Any, at: datetime) -> None:
    """The days to check with a school follow its terms."""
    served = AttendanceOrder.objects.filter(state=State.SERVED, enrolled_on=None, school__in=school_ids)
    for pk in list(served.order_by("pk").values_list("pk", flat=True)):
        attendance_posting.count_order(_locked(pk), by, at)


def day(*, on: date, last: date | None) -> None:
    """Once a day: over age, and times to choose that are over."""
    attendance_ending.over_age(on=on, at=timezone.now())
    attendance_writing.choice_over(on=on, at=timezone.now())


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Of two open roads the second record's stops; listens to ``pupils_merged``."""
    theirs = AttendanceOrder.objects.filter(pupil=other)
    if AttendanceOrder.objects.open().filter(pupil=kept).exists():
        for one in theirs.open().select_related("pupil"):
            attendance_ending.in_error(one, by, at)
    ids = sorted(theirs.order_by().values_list("pk", flat=True))
    theirs.update(pupil=kept)
    moved[AttendanceOrder._meta.label_lower] = ids


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Papers and requests follow to the kept record; listens to ``parents_merged``."""
    for one in AttendanceOrder.objects.filter(parents=other).order_by("pk"):
        one.parents.add(kept)
        one.parents.remove(other)
    for model in (AttendanceAmendment, AttendanceOrderNotice, AttendanceRevocation):
        rows = model._default_manager.filter(parent=other)
        moved[model._meta.label_lower] = sorted(rows.order_by().values_list("pk", flat=True))
        rows.update(parent=kept)


def left(*, user: User, at: datetime) -> None:
    """What a leaver worked on passes to nobody: a senior officer gives it to somebody."""
    theirs = AttendanceOrder.objects.open().filter(owner=user)
    if ids := sorted(theirs.order_by().values_list("pk", flat=True)):
        AttendanceOrder.objects.filter(pk__in=ids).update(owner=None)
        trail.record(by=None, at=at, action="attendance_orders.passed_on", on=user, orders=ids)


def holds(user: User) -> list[Held]:
    """The open attendance orders they work on."""
    rows, href = (
        AttendanceOrder.objects.open().filter(owner=user),
        f"{reverse('attendance_orders')}?scope=mine",
    )
    return [Held(rows, lambda n: plural(n, "attendance order"), href)]
