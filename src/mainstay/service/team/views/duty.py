"""The duty desk: one field open for the next call, the log, and what it is asked about."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.record import access
from mainstay.service.team import places, providers
from mainstay.service.team.actions import calls as actions
from mainstay.service.team.forms import CallsFilter
from mainstay.service.team.forms_duty import AnswerForm, CallForm
from mainstay.service.team.models import Call
from mainstay.service.team.queries import contacts
from mainstay.service.team.queries import duty as shown
from mainstay.service.team.times import bounds
from mainstay.service.team.values import in_force
from mainstay.service.team.views.answers import try_form

COLUMNS = (
    Column("question", "Asked"),
    Column("asked", "When", sort="asked_at", nowrap=True),
    Column("who", "Who"),
    Column("school", "School", sort="school__key"),
    Column("child", "Child"),
    Column("theme", "Theme", sort="theme"),
    Column("minutes", "Answered", nowrap=True),
)
SAID = "duty-call"  # the key under which the browser keeps what was typed


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_duty_log")
def desk(request: SignedIn) -> HttpResponse:
    """Today's desk. What is posted is the next call; whoever only reads the log is refused by the action."""
    user, today = request.user, timezone.localdate()
    values = in_force(today)
    form = CallForm(request.POST if request.method == "POST" else None, user=user, themes=values["themes"])
    if form.is_bound and form.is_valid():
        try:
            kept = actions.take(by=user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The call is in the log.", extra_tags=SAID)
            return redirect(f"{reverse('duty')}?kept={kept.pk}" if kept.pupil_id else "duty")
    starts, ends = bounds(today)
    todays = Call.objects.visible_to(user).filter(asked_at__gte=starts, asked_at__lt=ends)
    waiting = Call.objects.visible_to(user).filter(answered_at=None).order_by("asked_at", "pk")
    context = {
        "places": places.tabs(user, "duty"),
        "form": form,
        "next": _next(request),
        "may_take": user.may("take_calls"),
        "today": today,
        "officer": contacts.duty_officer(today),
        "calls": shown.rows(todays.select_related("school", "pupil", "taken_by")[:50]),
        "waiting": shown.rows(waiting.select_related("school", "pupil", "taken_by")[:20]),
        "columns": COLUMNS,
    }
    return render(request, "team/duty.jinja", context, status=400 if form.is_bound else 200)


def _next(request: SignedIn) -> dict[str, Any] | None:
    """After a call about a child was kept: what can follow, without a word about whom."""
    pk = params.number(request.GET.get("kept"))
    if pk is None:
        return None
    seen = Call.objects.visible_to(request.user).filter(taken_by=request.user, pupil__isnull=False)
    call = seen.select_related("school", "pupil").filter(pk=pk).first()
    if call is None or call.pupil is None or not access.may_open(request.user, call.pupil):
        return None
    steps = providers.following(call, request.user)
    return {"call": call, "steps": steps} if steps else None


def _listed(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, CallsFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="-asked", page_size=page_size)


@require_safe
@needs("see_duty_log")
def calls(request: SignedIn) -> HttpResponse:
    user, today, form = request.user, timezone.localdate(), CallsFilter(request.GET)
    found, themes = _listed(request, 50), shown.themes(user, today)
    known = dict.fromkeys([*in_force(today)["themes"], *(row["theme"] for row in themes)])
    context = {
        "places": places.tabs(user, "duty"),
        "page": replace(found, rows=shown.rows(found.rows)),
        "wanted": form.wanted,
        "themes_known": [(theme, theme) for theme in known],
        "askers": Call.Asker.choices,
        "states": form.fields["state"].choices,  # type: ignore[attr-defined]
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "exports": exports(request, "duty_calls_export"),
        "filtered": any(form.wanted.values()),
        "themes": themes,
        "terms": shown.two_terms(today),
    }
    return render(request, "team/calls.jinja", context)


@require_safe
@needs("see_duty_log")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    if not request.user.may("export_lists"):
        raise Http404
    access.log_list(request, "duty log export")
    return export_response(kind, "duty-log", shown.HEADER, shown.for_export(_listed(request, MOST_ROWS).rows))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_duty_log")
def call(request: SignedIn, pk: int) -> HttpResponse:
    """One call; POST answers one that waits."""
    user = request.user
    seen = Call.objects.visible_to(user).select_related("school", "pupil", "taken_by")
    one = get_object_or_404(seen, pk=pk)
    if one.pupil is not None:
        if not access.may_open(user, one.pupil):
            return redirect(access.ask_reason_url(one.pupil, back=request.path))
        access.log_read(request, one.pupil, page="duty call")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and try_form(form, actions.answer, call_id=pk, by=user, at=timezone.now()):
        messages.success(request, "The answer is in the log.", extra_tags=f"{SAID}-{pk}")
        return redirect("duty_call", pk=pk)
    context = {
        "call": one,
        "form": form,
        "may_answer": one.answered_at is None and user.may("take_calls"),
        "follow_up": shown.follow_up(one),
        "next": providers.following(one, user),
        "child_href": one.pupil is not None and user.may("see_pupils"),
        "child": shown.child(one),
        "today": timezone.localdate(),
    }
    return render(request, "team/call.jinja", context, status=400 if form.is_bound else 200)
