"""What attendance orders give to the rest: the tabs above casework, first pages, the Cases tab, search by number, where one can be seen."""

import re
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.owning import held
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import WAITING, Counted, Heading, Listed
from mainstay.service.casework import places
from mainstay.service.casework import providers as cases
from mainstay.service.casework.models import Case
from mainstay.service.common import prepared, search
from mainstay.service.common.jobs.daily import daily
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
from mainstay.service.orders.queries.attendance import ANY, COLOURS, REVOCATION, filtered
from mainstay.service.record import providers
from mainstay.service.record.models import Deadline
from mainstay.service.record.providers import About, Found, Line

State = AttendanceOrder.State
#: how far ahead an officer sees checks with schools: our own choice, a week
AHEAD: Final = timedelta(days=7)
_NUMBER: Final = re.compile(r"\s*AO[\s-]*0*([0-9]{1,9})\s*", re.IGNORECASE)
_OF: Final = {
    model._meta.label_lower: model
    for model in (AttendanceOrderNotice, AttendanceRevocation, AttendanceSchoolPaper)
}


def about(pupil: Pupil, user: Any) -> list[About]:
    """On the child's Cases tab, newest first."""
    return [About(_orders, _order, note="ending", on="opened_at")]


def _orders(pupil: Pupil, user: Any) -> QuerySet[AttendanceOrder]:
    return AttendanceOrder.objects.visible_to(user).filter(pupil=pupil)


def _order(found: Found) -> Line:
    one = AttendanceOrder(pk=found.pk, ending=found.note, state=found.state)
    return Line(
        f"Attendance order {one.number}", reverse("attendance_order", args=[one.pk]), one.get_ending_display(),
        found.on, one.get_state_display(), COLOURS[one.state],
    )  # fmt: skip


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


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever decides: panels, and requests for revocation."""
    if user.is_school_user or not user.may("decide_order"):
        return []
    base = f"{reverse('attendance_orders')}?state="
    return [
        Counted(
            WAITING, "Attendance orders for the panel", "order", _for_the_panel, f"{base}{State.EXPEDIENCY}"
        ),
        Counted(
            WAITING, "Revocations of attendance orders asked for", "order", _asked, f"{base}{REVOCATION}"
        ),
    ]


def _for_the_panel(user: Any) -> QuerySet[AttendanceOrder]:
    return filtered(user, {**ANY, "state": State.EXPEDIENCY})


def _asked(user: Any) -> QuerySet[AttendanceOrder]:
    return filtered(user, {**ANY, "state": REVOCATION})


def listed(user: Any, today: date) -> list[Listed]:
    """An officer's follow-ups: orders to serve, and checks with schools that are due."""
    if user.is_school_user or not user.may("work_orders"):
        return []
    under = Heading("Attendance orders to follow up", "", 37, f"{reverse('attendance_orders')}?scope=mine")
    ready = (str(State.READY.label), COLOURS[State.READY])
    return [
        Listed(under, _to_check, "attendance_order", "pupil", "check_day", "ask the school"),
        Listed(under, _to_serve, "attendance_order", "pupil", "", "serve the order", *ready),
    ]


def _to_serve(user: Any) -> QuerySet[Any]:
    return AttendanceOrder.objects.visible_to(user).filter(owner=user, state=State.READY)


def _to_check(user: Any) -> QuerySet[Any]:
    """Served, not registered, with the day of the first check that is due."""
    due = Deadline.objects.open().filter(
        about_kind=AttendanceOrder._meta.label_lower,
        about_id=Cast(OuterRef("pk"), CharField()),
        rule__in=CHECKS,
    )
    mine = AttendanceOrder.objects.visible_to(user).filter(owner=user, state=State.SERVED, enrolled_on=None)
    found = mine.annotate(check_day=Subquery(due.order_by("last_day").values("last_day")[:1]))
    return found.filter(check_day__lte=prepared.today() + AHEAD)


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
    attendance.counted.register(counted)
    attendance.listed.register(listed)
    cases.open_matters.register(open_matters)
    providers.cases.register(about)
    providers.begin.register(begin)
    providers.addresses.register(address)
    search.numbers.register(by_number)
    service_changed.subscribe(watching.service_changed)
    calendar_changed.subscribe(watching.calendar_changed)
    pupils_merged.subscribe(watching.move)
    parents_merged.subscribe(watching.move_parent)
    left.subscribe(watching.left)
    held.register(watching.holds)
    orders.supervision_made.subscribe(attendance_ending.supervision_made)
    daily("orders.attendance")(watching.day)
