"""Complaints for whoever handles them: the list, its file, the report, writing one down, and one on its page."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing, with_query
from mainstay.service.feedback import places
from mainstay.service.feedback.actions import receiving
from mainstay.service.feedback.forms import ComplaintsFilter, NewForm
from mainstay.service.feedback.models import Clock, Complaint
from mainstay.service.feedback.queries import complaints as shown
from mainstay.service.feedback.steps import COMPLAINT
from mainstay.service.feedback.views.filling import filled, typed
from mainstay.service.team import terms

METHODS: Final = ["GET", "HEAD", "POST"]
#: the steps that are the page's first button
MAIN: Final = frozenset({"acknowledge", "settle", "answer", "acknowledge_2", "answer_2", "close"})
COLUMNS: Final = (
    Column("number", "Complaint", sort="pk", nowrap=True),
    Column("kind", "Kind", sort="kind"),
    Column("received_on", "Received", sort="received_on", nowrap=True),
    Column("who", "From", sort="who"),
    Column("state", "State", sort="state"),
    Column("due", "Next day", sort="due", nowrap=True),
    Column("handler", "Handled by", sort="handler__name"),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, ComplaintsFilter(request.GET).wanted, timezone.localdate())
    return listing(found, request.GET, COLUMNS, default_sort="-number", page_size=page_size)


@require_safe
@needs("handle_complaints")
def complaints(request: SignedIn) -> HttpResponse:
    wanted = ComplaintsFilter(request.GET).wanted
    found = _found(request, 50)
    query = with_query(request.GET, page=None)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(request.user, "complaints"),
        "wanted": wanted,
        "states": shown.STATES,
        "kinds": [("", "All"), *Complaint.Kind.choices],
        "sort": request.GET.get("sort", ""),
        "exports": [
            {"text": text, "href": reverse("complaints_export", args=[kind]) + query}
            for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
        ],
        "filtered": any(wanted.values()),
        "today": timezone.localdate(),
    }
    return render(request, "feedback/complaints.jinja", context)


@require_safe
@needs("handle_complaints")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    return export_response(
        kind, "complaints", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows)
    )


@require_safe
@needs("handle_complaints")
def report(request: SignedIn) -> HttpResponse:
    today = timezone.localdate()
    term = terms.of_key(request.GET.get("term"), today)
    context = {
        "places": places.tabs(request.user, "complaint_report"),
        "term": term,
        "terms": terms.recent(today),
        **shown.report(request.user, term, today),
    }
    return render(request, "feedback/report.jinja", context)


@require_http_methods(METHODS)
@needs("handle_complaints")
def new(request: SignedIn) -> HttpResponse:
    form = NewForm(typed(request))
    made: list[Complaint] = []

    def act() -> None:
        made.append(receiving.receive(by=request.user, at=timezone.now(), **form.cleaned_data))

    if filled(request, form, act, "It is written down.", "complaints") is not None:
        if Complaint.objects.visible_to(request.user).filter(pk=made[0].pk).exists():
            return redirect("complaint", made[0].pk)
        return redirect("complaints")
    context = {
        "form": form, "heading": "Write down a complaint, concern or question", "button": "Write it down",
        "back": ("complaints", "Back to complaints", ()),
    }  # fmt: skip
    return render(request, "feedback/form.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("handle_complaints")
def complaint(request: SignedIn, pk: int) -> HttpResponse:
    user = request.user
    found = Complaint.objects.visible_to(user).select_related("handler", "logged_by")
    one = get_object_or_404(found.prefetch_related("officers", "clocks", "letters__by", "notes__by"), pk=pk)
    steps = [(step, step.missing(one)) for step in COMPLAINT.open_to(user, one.state)]
    light = one.kind != Complaint.Kind.COMPLAINT
    steps = [row for row in steps if row[0].name not in (("acknowledge",) if light else ("settle",))]
    context = {
        "one": one,
        "colour": shown.COLOURS[one.state],
        "state": "To answer" if light and one.state == Complaint.State.RECEIVED else one.get_state_display(),
        "steps": steps,
        "main": MAIN,
        "clocks": [row for row in one.clocks.all() if row.state in (Clock.State.OPEN, Clock.State.PAUSED)],
        "over": [row for row in one.clocks.all() if row.state in (Clock.State.MET, Clock.State.MISSED)],
        "open": one.state != Complaint.State.CLOSED,
        "today": timezone.localdate(),
    }
    return render(request, "feedback/complaint.jinja", context)
