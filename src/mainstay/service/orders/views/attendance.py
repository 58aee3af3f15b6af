"""Attendance orders: the list, its file, one on its page, and the road that begins."""

from dataclasses import replace
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.law import limitation
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework import places
from mainstay.service.casework.views.filling import filled, typed
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Dated, Parenthood, Pupil, School
from mainstay.service.orders import providers
from mainstay.service.orders.actions import attendance_beginning as beginning
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.actions.attendance_following import not_complied
from mainstay.service.orders.forms_attendance import REGISTERED, SCOPES, STATES, BeginForm, OrdersFilter
from mainstay.service.orders.models import AttendanceOrder
from mainstay.service.orders.queries import attendance as shown
from mainstay.service.orders.steps_attendance import ORDER
from mainstay.service.record import access, frame

METHODS: Final = ["GET", "HEAD", "POST"]
COLUMNS: Final = (
    Column("number", "Order", sort="pk", nowrap=True),
    Column("child", "Child", sort="pupil__key"),
    Column("state", "State", sort="state"),
    Column("since", "Since", sort="state_since", nowrap=True),
    Column("school", "School named", sort="school__key"),
    Column("served_on", "Served", sort="served_on", nowrap=True),
    Column("owner", "Officer", sort="owner__name"),
)
#: steps with a page of their own; the others go by their button, or with a paper
PAGES: Final = {
    "expedient": "attendance_order_panel", "choose": "attendance_order_school", "choice": "attendance_order_choice",
    "check": "attendance_order_check", "amend": "attendance_order_amend",
    "ask_revocation": "attendance_order_revocation", "end": "attendance_order_end", "stands": "attendance_order_stands",
}  # fmt: skip
BUTTONS: Final = {"to_panel", "plan_names", "again", "time_over"}
#: where its own way on is, one of these is the page's first button
MAIN: Final = {"expedient", "choose", "check", "to_panel", "plan_names", "time_over"}


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, OrdersFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="-number", page_size=page_size)


@require_safe
@needs("see_orders")
def orders(request: SignedIn) -> HttpResponse:
    wanted = OrdersFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(request.user, "attendance_orders"),
        "wanted": wanted,
        "states": STATES,
        "scopes": SCOPES,
        "registered": REGISTERED,
        "schools": list(School.objects.visible_to(request.user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "attendance_orders_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "orders/attendance/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "attendance orders export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows)
    return export_response(kind, "attendance-orders", shown.HEADER, rows)


def ties(pupil: Pupil) -> list[tuple[str, str]]:
    """The child's parents today, as choices."""
    found = Parenthood.objects.filter(Dated.on(timezone.localdate()), pupil=pupil, parent__merged_into=None)
    rows = found.select_related("parent").order_by("priority", "pk")
    return list({str(t.parent_id): f"{t.parent.name}, {t.get_basis_display().lower()}" for t in rows}.items())


@require_http_methods(METHODS)
@needs("work_orders")
@access.opened("attendance order")
def begin(request: SignedIn, pupil: Pupil) -> HttpResponse:
    form = BeginForm(typed(request), parents=ties(pupil))
    made: list[AttendanceOrder] = []

    def act() -> None:
        said = form.cleaned_data
        made.append(
            beginning.begin(
                pupil=pupil, because=said["because"], received_on=said["received_on"], regime=said["regime"],
                parents=[int(pk) for pk in said["parents"]], by=request.user, at=timezone.now(),
            )
        )  # fmt: skip

    response = filled(request, form, act, "The enquiries are begun.", "attendance_orders")
    if response is not None:
        return redirect("attendance_order", made[0].pk)
    context = {
        "child": frame.identity(pupil, request.user),
        "pupil": pupil,
        "form": form,
        "refused": beginning.refused(pupil, timezone.localdate()),
    }
    return render(request, "orders/attendance/begin.jinja", context, status=400 if form.is_bound else 200)


def opened(request: SignedIn, pk: int) -> AttendanceOrder:
    """The order, for a page that changes it; 404 unless it is in view and its record stands open."""
    visible = AttendanceOrder.objects.visible_to(request.user).order_by().values("pk")
    one: AttendanceOrder = get_object_or_404(shown.found_rows().filter(pk__in=visible), pk=pk)
    if not access.may_open(request.user, one.pupil):
        raise Http404
    if request.method != "POST":
        access.log_read(request, one.pupil, page="attendance order")
    return one


@require_safe
@needs("see_orders")
def order(request: SignedIn, pk: int) -> HttpResponse:
    user = request.user
    visible = AttendanceOrder.objects.visible_to(user).order_by().values("pk")
    one = get_object_or_404(shown.found_rows().filter(pk__in=visible), pk=pk)
    if not access.may_open(user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
    access.log_read(request, one.pupil, page="attendance order")
    return render(request, "orders/attendance/page.jinja", _context(one, user))


def _context(one: AttendanceOrder, user: Any) -> dict[str, Any]:
    today = timezone.localdate()
    steps = ORDER.open_to(user, one.state)
    works = user.may("work_orders")
    papers = shown.to_send(one) if works else []
    days = posting.check_days(one) if one.state == AttendanceOrder.State.SERVED else {}
    failed = not_complied(one, days)
    return {
        "one": one,
        "child": frame.identity(one.pupil, user),
        "colour": shown.COLOURS[one.state],
        "progress": shown.progress(one),
        "facts": shown.facts(one),
        "warnings": shown.warnings(one, today, days),
        "papers": papers,
        "tell": next((step.missing(one) for step in steps if step.name == "tell_school"), None),
        "pages": [(s, PAGES[s.name], s.missing(one)) for s in steps if s.name in PAGES],
        "buttons": [
            (s, s.missing(one)) for s in steps if s.name in BUTTONS and not _not_its_way(one, s.name)
        ],
        "main": MAIN,
        "parents": shown.of_parents(one),
        "schools": shown.of_schools(one),
        "checks_due": shown.checks_due(one, days),
        "failed": failed,
        "next_steps": [step for found in providers.next_steps.ask(one, user) for step in found]
        if failed
        else [],
        "prosecutions": [each for found in providers.prosecuted.ask(one, user) for each in found],
        "limits": limitation.find(failed.first, failed.last) if failed else None,
        "deadlines": shown.clocks(one, user),
        "works": works,
        "reads": user.may("see_service_entries"),
        "decides": user.may("decide_order"),
        "open": one.state != AttendanceOrder.State.ENDED,
        "today": today,
    }


def _not_its_way(one: AttendanceOrder, step: str) -> bool:
    return step == "plan_names" and not one.by_plan
