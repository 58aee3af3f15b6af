"""Names that left a register without a ground: the list, and one with its steps."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.missing.actions import off_rolling as actions
from mainstay.service.missing.forms_notifications import EscalateForm, RaiseForm, SettleForm
from mainstay.service.missing.models import OffRolling
from mainstay.service.missing.places import tabs
from mainstay.service.missing.queries import notifications as shown
from mainstay.service.missing.steps_notifications import OFF_ROLLING
from mainstay.service.record import access
from mainstay.service.team.views.answers import try_form

COLUMNS = (
    Column("number", "Number", sort="pk", nowrap=True),
    Column("school", "School", sort="school__key"),
    Column("child", "Child"),
    Column("left_on", "Left", sort="left_on", nowrap=True),
    Column("why", "Why it is here"),
    Column("answer_by", "Answer by", sort="answer_by", nowrap=True),
    Column("state", "State", sort="state"),
)
VIEWS = (("open", "Not settled"), ("settled", "Settled"), ("all", "All"))
#: step -> its form, its action, what is said afterwards
STEPS: Final[dict[str, tuple[type[forms.Form], Callable[..., Any], str]]] = {
    "raise": (RaiseForm, actions.raise_with_school, "The school is asked."),
    "escalate": (EscalateForm, actions.escalate, "It is escalated."),
    "settle": (SettleForm, actions.settle, "It is settled."),
}


def _listed(request: SignedIn, page_size: int) -> Any:
    found = shown.off_rolling(request.user, request.GET.get("view", "open"))
    return listing(found, request.GET, COLUMNS, default_sort="-number", page_size=page_size)


@require_safe
@needs("see_notifications")
def off_rolling_list(request: SignedIn) -> HttpResponse:
    found, view = _listed(request, 50), request.GET.get("view", "open")
    context = {
        "places": tabs(request.user, "off_rolling_list"),
        "page": replace(found, rows=shown.off_rows(found.rows, "off_rolling")),
        "views": VIEWS,
        "view": view,
        "exports": exports(request, "off_rolling_export"),
    }
    return render(request, "missing/off_rolling_list.jinja", context)


@require_safe
@needs("see_notifications")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    if not request.user.may("export_lists"):
        raise Http404
    access.log_list(request, "off rolling export")
    return export_response(
        kind, "names-without-a-ground", shown.OFF_HEADER, shown.off_export(_listed(request, MOST_ROWS).rows)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_notifications")
def off_rolling(request: SignedIn, pk: int) -> HttpResponse:
    """One name; POST takes the step that ``do`` names."""
    user = request.user
    seen = OffRolling.objects.visible_to(user).select_related("school", "pupil", "notification")
    one = get_object_or_404(seen, pk=pk)
    if one.pupil.restricted and not access.is_open(user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.path))
    access.log_read(request, one.pupil, page="off rolling")
    do = request.POST.get("do", "") if request.method == "POST" else ""
    made = {
        name: form(request.POST if name == do else None, prefix=name) for name, (form, _, _) in STEPS.items()
    }
    if do in STEPS:
        _, act, words = STEPS[do]
        if try_form(made[do], act, off_rolling_id=pk, by=user, at=timezone.now()):
            messages.success(request, words, extra_tags=f"{request.path}{do}")
            return redirect("off_rolling", pk=pk)
    steps = [
        {"step": step, "form": made[step.name], "missing": step.missing(one)}
        for step in OFF_ROLLING.open_to(user, one.state) if step.name in STEPS
    ]  # fmt: skip
    context = {
        "one": one, "child": shown.child(one.pupil), "colour": shown.OFF_COLOURS[one.state], "steps": steps,
        "forms": list(made.values()),
    }  # fmt: skip
    return render(
        request, "missing/off_rolling.jinja", context, status=400 if request.method == "POST" else 200
    )
