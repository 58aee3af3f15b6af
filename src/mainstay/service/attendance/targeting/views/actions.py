"""Actions agreed in meetings: listed, and ticked done with a word."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.targeting.actions import following
from mainstay.service.attendance.targeting.forms import ACTION_STATES, ActionsFilter, DoneForm
from mainstay.service.attendance.targeting.models import TargetingAction, TargetingMeeting
from mainstay.service.attendance.targeting.queries import children as shown
from mainstay.service.attendance.targeting.views.found import tabs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.record import access

State = TargetingMeeting.State
COLUMNS: Final = (
    Column("text", "What", sort="text"),
    Column("child", "Child", sort="pupil__key"),
    Column("school", "School", sort="meeting__school__key"),
    Column("owner", "Who", sort="owner_name"),
    Column("due", "By", sort="due", nowrap=True),
    Column("done_at", "Done", sort="done_at", nowrap=True),
)
HEADER: Final = ("What", "Child", "School", "Who", "By", "Done", "What was done")


def _filtered(user: Any, wanted: dict[str, Any]) -> QuerySet[Any]:
    found = TargetingAction.objects.visible_to(user).filter(meeting__state=State.AGREED)
    if wanted["state"] == "done":
        found = found.exclude(done_at=None)
    elif wanted["state"] != "all":
        found = found.filter(done_at=None)
    if wanted["state"] == "late":
        found = found.filter(due__lt=timezone.localdate())
    if wanted["scope"] == "mine":
        found = found.filter(owner=user)
    if wanted["school"]:
        found = found.filter(meeting__school=wanted["school"])
    return found.select_related("meeting__school", "pupil")


def _found(request: SignedIn, page_size: int) -> Any:
    found = _filtered(request.user, ActionsFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="due", page_size=page_size)


@require_safe
@needs("see_meetings")
def actions(request: SignedIn) -> HttpResponse:
    user, wanted = request.user, ActionsFilter(request.GET).wanted
    found = _found(request, 50)
    access.log_list(request, "targeting actions")
    context = {
        "page": replace(found, rows=shown.action_rows(found.rows, user)),
        "places": tabs(user, "targeting_actions"),
        "wanted": wanted,
        "states": ACTION_STATES,
        "scopes": [("", "All I may see"), ("mine", "Mine")],
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "targeting_actions_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "attendance/targeting/actions.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "targeting actions export")
    rows = shown.action_rows(_found(request, MOST_ROWS).rows, request.user)
    names = ("text", "child", "school", "owner", "due", "done_at", "done_words")
    return export_response(
        kind, "meeting-actions", HEADER, (tuple(row[name] for name in names) for row in rows)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_meetings")
def done(request: SignedIn, pk: int) -> HttpResponse:
    """One action; whoever it belongs to, or an officer, ticks it."""
    user = request.user
    seen = TargetingAction.objects.visible_to(user).filter(meeting__state=State.AGREED)
    one = get_object_or_404(seen.select_related("meeting__school", "pupil", "done_by", "owner"), pk=pk)
    if one.pupil is not None and not access.may_open(user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.path))
    form = DoneForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            following.finish(action_id=pk, by=user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The action is done.")
            return redirect("targeting_actions")
    if one.pupil is not None:
        access.log_read(request, one.pupil, page="targeting action")
    context = {
        "action": one,
        "title": shown.titled(one.text),
        "child": shown.shown_name(one.pupil) if one.pupil is not None else "",
        "form": form if one.done_at is None and following.may_finish(user, one) else None,
        "today": timezone.localdate(),
    }
    status = 400 if form.is_bound else 200
    return render(request, "attendance/targeting/action.jinja", context, status=status)
