"""Supervision orders: the list, its file, one on its page, its papers; and the consideration that comes first."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework import places
from mainstay.service.casework.views import cases
from mainstay.service.casework.views.fast_track_inviting import pdf
from mainstay.service.casework.views.filling import filled, typed
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.documents import rendering
from mainstay.service.orders import papers_supervision as papers
from mainstay.service.orders import providers
from mainstay.service.orders.actions import considering
from mainstay.service.orders.forms_supervision import SCOPES, STATES, ConsiderForm, OrdersFilter
from mainstay.service.orders.models import Consideration, SupervisionOrder
from mainstay.service.orders.queries import supervision as shown
from mainstay.service.orders.steps_supervision import SUPERVISION
from mainstay.service.orders.supervision_dates import serve_by, window
from mainstay.service.orders.views.supervision_opening import opened, seen
from mainstay.service.orders.views.supervision_steps import AT
from mainstay.service.record import access, frame
from mainstay.service.record.models import Deadline

State = SupervisionOrder.State
COLUMNS: Final = (
    Column("number", "Order", sort="pk", nowrap=True),
    Column("child", "Child", sort="case__pupil__key"),
    Column("school", "School", sort="case__school__key"),
    Column("state", "State", sort="state"),
    Column("supervisor", "Supervising officer", sort="supervisor__name"),
    Column("hearing_on", "Hearing", sort="hearing_on", nowrap=True),
    Column("ends_on", "Ends", sort="ends_on", nowrap=True),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, OrdersFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="-number", page_size=page_size)


@require_safe
@needs("see_orders")
def orders(request: SignedIn) -> HttpResponse:
    user, wanted = request.user, OrdersFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(user, "supervision_orders"),
        "wanted": wanted,
        "states": STATES,
        "scopes": SCOPES,
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "supervision_orders_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "orders/supervision/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "supervision orders export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows)
    return export_response(kind, "supervision-orders", shown.HEADER, rows)


@require_safe
@needs("see_orders")
def order(request: SignedIn, pk: int) -> HttpResponse:
    one = seen(request, pk)
    if not access.may_open(request.user, one.case.pupil):
        return redirect(access.ask_reason_url(one.case.pupil, back=request.get_full_path()))
    access.log_read(request, one.case.pupil, page="supervision order")
    return render(request, "orders/supervision/page.jinja", _context(one, request.user))


def _context(one: SupervisionOrder, user: Any) -> dict[str, Any]:
    today = timezone.localdate()
    about = (
        Deadline.objects.visible_to(user)
        .open()
        .filter(about_kind=one._meta.label_lower, about_id=str(one.pk))
    )
    done = {"authorise"} if one.authorised_id else set()
    steps = [step for step in SUPERVISION.open_to(user, one.state) if step.name in AT.keys() - done]
    steps.sort(key=lambda step: step.name == "supervisor" and one.supervisor_id is not None)
    in_force = one.state == State.IN_FORCE and one.ends_on is not None
    return {
        "one": one,
        "child": frame.identity(one.case.pupil, user),
        "colour": shown.COLOURS[one.state],
        "progress": shown.progress(one),
        "steps": [(step, AT[step.name].name, step.missing(one)) for step in steps],
        "deadlines": list(about.order_by("last_day", "pk")),
        "consultations": shown.consultations(one),
        "directions": shown.directions(one),
        "counts": shown.counts(one),
        "window": window(one.ends_on) if in_force and one.ends_on else None,
        "serve_by": serve_by(one.hearing_on).last_day
        if one.hearing_on and one.state == State.APPLIED
        else None,
        "next": _next(one, user),
        "prosecutions": [each for answer in providers.prosecuted.ask(one, user) for each in answer],
        "limits": shown.limits(one),
        "reads": user.may("read_orders"),
        "works": user.may("work_orders"),
        "applies": user.may("apply_order"),
        "today": today,
    }


def _next(one: SupervisionOrder, user: Any) -> list[dict[str, str]]:
    """What can follow from a parent's persistent failure: rooms above say."""
    judged = any(failure.parent_id for failure in one.failures.all())
    return [each for answer in providers.next_steps.ask(one, user) for each in answer] if judged else []


@require_safe
@needs("read_orders")
def plan_pdf(request: SignedIn, pk: int) -> HttpResponse:
    """The plan, draft directions and report as they are now; authorised, the document that was issued."""
    one = opened(request, pk)
    if one.plan_document_id is not None:
        return redirect("document", one.plan_document_id)
    return pdf(rendering.render(papers.PAPER, papers.of_plan(one, draft=True)), f"{one.number}-plan")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("consider_order")
def consider(request: SignedIn, pk: int) -> HttpResponse:
    """The consideration, for a case."""
    case = cases.opened(request, pk)
    if request.method != "POST":
        access.log_read(request, case.pupil, page="consideration of an order")
    form = ConsiderForm(typed(request))

    def act() -> None:
        considering.consider(case_id=pk, by=request.user, at=timezone.now(), **form.said)

    done = "The consideration is signed, and kept as a document."
    if (response := filled(request, form, act, done, "case", pk)) is not None:
        return response
    context = {"child": frame.identity(case.pupil, request.user), "case": case, "form": form}
    return render(request, "orders/supervision/consider.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("read_orders")
def consideration(request: SignedIn, pk: int) -> HttpResponse:
    visible = Consideration.objects.visible_to(request.user).order_by().values("pk")
    rows = Consideration.objects.select_related(
        "case__pupil__school", "case__school", "decision__by", "decision__approved_by"
    )
    one = get_object_or_404(rows.filter(pk__in=visible), pk=pk)
    if not access.may_open(request.user, one.case.pupil):
        return redirect(access.ask_reason_url(one.case.pupil, back=request.get_full_path()))
    access.log_read(request, one.case.pupil, page="consideration of an order")
    context = {"child": frame.identity(one.case.pupil, request.user), "one": one}
    return render(request, "orders/supervision/consideration.jinja", context)
