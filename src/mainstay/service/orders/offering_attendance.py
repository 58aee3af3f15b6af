"""What attendance orders give to the rest: the tabs above casework, first pages, the Cases tab, search by number, where one can be seen."""

import re
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse

from mainstay.service.accounts.announcements import left, owned
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.casework import places
from mainstay.service.casework import providers as cases
from mainstay.service.casework.models import Case
from mainstay.service.common import search
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.ui.filters import day_month
from mainstay.service.directory.announcements import calendar_changed, parents_merged, pupils_merged
from mainstay.service.directory.models import Enrolment, Pupil
from mainstay.service.documents.announcements import service_changed
from mainstay.service.orders import providers as orders
from mainstay.service.orders import watching_attendance as watching
from mainstay.service.orders.actions import attendance_ending
from mainstay.service.orders.actions.attendance_posting import CHECKS
from mainstay.service.orders.models import (
    AttendanceOrder,
    AttendanceOrderNotice,
    AttendanceRevocation,
    AttendanceSchoolPaper,
)
from mainstay.service.orders.queries.attendance import COLOURS, child
from mainstay.service.record import providers
from mainstay.service.record.models import Deadline
from mainstay.service.record.providers import Line

State = AttendanceOrder.State
LINES: Final = 10
#: how far ahead an officer sees checks with schools: our own choice, a week
AHEAD: Final = 7
_NUMBER: Final = re.compile(r"\s*AO[\s-]*0*([0-9]{1,9})\s*", re.IGNORECASE)
_OF: Final = {
    model._meta.label_lower: model
    for model in (AttendanceOrderNotice, AttendanceRevocation, AttendanceSchoolPaper)
}


def lines(pupil: Pupil, user: Any) -> list[Line]:
    """On the child's Cases tab, newest first."""
    found = AttendanceOrder.objects.visible_to(user).filter(pupil=pupil)
    return [
        Line(
            f"Attendance order {one.number}", reverse("attendance_order", args=[one.pk]), one.get_ending_display(),
            one.opened_at, one.get_state_display(), COLOURS[one.state],
        )
        for one in found[:LINES]
    ]  # fmt: skip


def open_matters(case: Case) -> list[str]:
    """An order in force for the child of a statutory case."""
    if case.kind != Case.Kind.STATUTORY:
        return []
    found = AttendanceOrder.objects.filter(pupil=case.pupil_id, state=State.SERVED)
    return [
        f"School attendance order AO-{pk:06} is in force: it ends first."
        for pk in found.values_list("pk", flat=True)
    ]


def begin(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """For a child on no roll, who has none open."""
    if not user.may("work_orders") or Enrolment.objects.current().filter(pupil=pupil).exists():
        return []
    if AttendanceOrder.objects.open().filter(pupil=pupil).exists():
        return []
    return [{"text": "Begin an attendance order", "href": reverse("attendance_order_begin", args=[pupil.pk])}]


def first_page(user: Any, today: date) -> list[Block]:
    """For whoever decides: panels and requests for revocation."""
    if user.is_school_user or not user.may("decide_order"):
        return []
    waiting = Q(state=State.EXPEDIENCY) | Q(
        state=State.SERVED, revocations__revoked=None, revocations__isnull=False
    )
    found = AttendanceOrder.objects.visible_to(user).filter(waiting).distinct().select_related("pupil")
    listed = list(found.order_by("state_since", "pk")[: SHOWN + 1])
    rows = [
        _row(one, "panel" if one.state == State.EXPEDIENCY else "revocation asked for")
        for one in listed[:SHOWN]
    ]
    more = "All of them" if len(listed) > SHOWN else ""
    href = f"{reverse('attendance_orders')}?state={State.EXPEDIENCY}"
    return [Block("Attendance orders to decide", rows, "", href, more, order=45)] if rows else []


def own_work(user: Any, today: date) -> list[Block]:
    """An officer's follow-ups: checks with schools that are due, and orders to serve."""
    if user.is_school_user or not user.may("work_orders"):
        return []
    mine = AttendanceOrder.objects.visible_to(user).filter(owner=user)
    ids = [
        str(pk)
        for pk in mine.filter(state=State.SERVED, enrolled_on=None).order_by().values_list("pk", flat=True)
    ]
    due = (
        Deadline.objects.open()
        .filter(about_kind=AttendanceOrder._meta.label_lower, about_id__in=ids, rule__in=CHECKS)
        .order_by("last_day")
    )
    first: dict[int, date] = {}
    for about, day in due.values_list("about_id", "last_day"):
        first.setdefault(int(about), day)
    soon = [pk for pk, day in first.items() if (day - today).days <= AHEAD]
    found = mine.filter(Q(pk__in=soon) | Q(state=State.READY)).select_related("pupil")
    rows = [
        _row(one, f"ask the school by {day_month(first[one.pk])}" if one.pk in first else "serve the order")
        for one in found.order_by("pk")[:SHOWN]
    ]
    late = any(first[pk] < today for pk in soon)
    href = f"{reverse('attendance_orders')}?scope=mine"
    kind = "urgent" if late else ""
    return [Block("Attendance orders to follow up", rows, "", href, "", kind, order=37)] if rows else []


def _row(one: AttendanceOrder, note: str) -> Row:
    return Row(
        child(one),
        reverse("attendance_order", args=[one.pk]),
        note,
        one.get_state_display(),
        COLOURS[one.state],
    )


def address(kind: str, key: str) -> str | None:
    """Where an order is seen that a deadline or entry is about, also one about a paper or a request of it."""
    if not key.isdecimal():
        return None
    if kind == AttendanceOrder._meta.label_lower:
        return reverse("attendance_order", args=[int(key)])
    if kind not in _OF:
        return None
    rows: Any = _OF[kind]._default_manager.filter(pk=int(key))
    order = rows.values_list("order_id", flat=True).first()
    return reverse("attendance_order", args=[order]) if order else None


def by_number(user: Any, text: str) -> list[search.Hit]:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return []
    found = AttendanceOrder.objects.visible_to(user).filter(pk=int(match[1])).select_related("pupil")
    return [
        search.Hit(
            "attendance_order", "Attendance order", one.pk, f"Attendance order {one.number}", one.pupil.listed_name,
            one.pupil.restricted, reverse("attendance_order", args=[one.pk]),
        )
        for one in found
    ]  # fmt: skip


def register() -> None:
    """From ``apps.py``."""
    places.offer(places.Place(60, "Attendance orders", "attendance_orders", "see_orders"))
    attendance.first_page.register(first_page)
    attendance.own_work.register(own_work)
    cases.open_matters.register(open_matters)
    providers.cases.register(lines)
    providers.begin.register(begin)
    providers.addresses.register(address)
    search.numbers.register(by_number)
    service_changed.subscribe(watching.service_changed)
    calendar_changed.subscribe(watching.calendar_changed)
    pupils_merged.subscribe(watching.move)
    parents_merged.subscribe(watching.move_parent)
    left.subscribe(watching.left)
    owned.register(watching.owned)
    orders.supervision_made.subscribe(attendance_ending.supervision_made)
    daily("orders.attendance")(watching.day)
