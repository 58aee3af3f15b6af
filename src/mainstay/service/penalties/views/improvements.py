"""Notices to improve: the list, one on its page, and writing a new one."""

from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Pupil, School
from mainstay.service.penalties import code, places, prefill
from mainstay.service.penalties.actions import improving
from mainstay.service.penalties.forms_improvement import (
    ImprovementDecisionForm,
    ImprovementForm,
    ImprovementParentForm,
    ImprovementsFilter,
)
from mainstay.service.penalties.improvement_registers import watch
from mainstay.service.penalties.models import Improvement, NoticeRequest
from mainstay.service.penalties.queries import improvements as shown
from mainstay.service.penalties.queries import names
from mainstay.service.penalties.queries import relied as on_register
from mainstay.service.penalties.steps import IMPROVEMENT
from mainstay.service.record import access, frame

State = Improvement.State
FIELDS: Final = ("pupil__school", "school", "finding", "made_by", "decision__by", "decision__approved_by")
COLUMNS: Final = (
    Column("child", "Child", sort="pupil__key"),
    Column("school", "School", sort="school__key"),
    Column("starts_on", "Begins", sort="starts_on", nowrap=True),
    Column("ends_on", "Last day", sort="ends_on", nowrap=True),
    Column("target", "Tolerated", sort="target", numeric=True),
    Column("breached_on", "Exceeded on", sort="breached_on", nowrap=True),
    Column("state", "State", sort="state"),
    Column("officer", "Officer", sort="made_by__name"),
)
WRITTEN: Final = (
    "starts_on", "school_weeks", "target", "attendance", "record_from", "record_to", "support_so_far", "support_refused",
    "support_offered", "sufficient", "early_grounds",
)  # fmt: skip


def _wanted(request: SignedIn) -> dict[str, Any]:
    form = ImprovementsFilter(request.GET)
    form.is_valid()
    return form.cleaned_data


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, _wanted(request)).select_related(*shown.SHOWN_WITH)
    return listing(found, request.GET, COLUMNS, default_sort="ends_on", page_size=page_size)


@require_safe
@needs("see_notices")
def improvements(request: SignedIn) -> HttpResponse:
    found, wanted, user = _found(request, 50), _wanted(request), request.user
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(user, "improvements"),
        "wanted": wanted,
        "sort": request.GET.get("sort", ""),
        "states": [("", "Open"), *State.choices, ("all", "All")],
        "scopes": []
        if user.is_school_user
        else [("", "All I may see"), ("mine", "Mine"), ("schools", "My schools")],
        "schools": School.objects.visible_to(user).values_list("pk", "name"),
        "exports": exports(request, "improvements_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "penalties/improvements.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "notices to improve export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows)
    return export_response(kind, "notices-to-improve", shown.HEADER, rows)


def opened(request: SignedIn, pk: int) -> Improvement:
    """The notice, for a page that changes it; 404 unless it is in view and its record stands open."""
    one = get_object_or_404(Improvement.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, one.pupil):
        raise Http404
    return one


@require_safe
@needs("see_notices")
def improvement(request: SignedIn, pk: int) -> HttpResponse:
    one = get_object_or_404(Improvement.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
    access.log_read(request, one.pupil, page="notice to improve")
    return page(request, one)


def page(request: SignedIn, one: Improvement, **bound: forms.BaseForm) -> HttpResponse:
    """The notice as this person may see it; bound: forms that were not right, as they were typed."""
    user, today = request.user, timezone.localdate()
    draft, works = one.state == State.DRAFT, user.may("check_notice")
    service = names.shows_considerations(user)
    end = shown.end(one, today) if draft else shown.End(one.ends_on, "")
    steps, stopped = shown.open_steps(one, user)
    present = service or frame.is_present(one.pupil, user)
    parents = shown.parents(one, user, today) if present else []
    now = None if draft else watch([one]).get(one.pk)
    give = next((step for step in IMPROVEMENT.open_to(user, one.state) if step.name == "give"), None)
    missing = [*give.missing(one), *filter(None, [end.problem])] if give else []
    context = {
        "improvement": one,
        "child": frame.identity(one.pupil, user),
        "colour": shown.COLOURS[one.state],
        "progress": shown.progress(one),
        "rows": shown.summary(one, end.day),
        "relied": on_register.relied(_like_request(one), user, today, with_used=draft),
        "end": end,
        "draft": draft,
        "works": works and draft,
        "service": service,
        "papers": names.shows_parents(user),
        "parents": parents,
        "choices": _choices(parents, bound) if works and draft else {},
        "give": give,
        "missing": missing,
        "register": shown.register(one, now, user),
        "decision_form": bound.get("decision") or (ImprovementDecisionForm(steps=steps) if steps else None),
        "stopped": stopped,
        "requests": list(NoticeRequest.objects.visible_to(user).filter(improvement=one)),
        "wrong": list(bound.values()),
    }
    return render(request, "penalties/improvement.jinja", context, status=400 if bound else 200)


def _like_request(one: Improvement) -> Any:
    """What is shown of the sessions of a request is read of the same fields."""
    return one


def _choices(parents: list[dict[str, Any]], bound: dict[str, forms.BaseForm]) -> dict[int, forms.BaseForm]:
    return {
        parent["pk"]: bound.get(f"parent-{parent['pk']}") or ImprovementParentForm(parent=parent["pk"])
        for parent in parents
        if not parent["chosen"]
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs("check_notice")
@access.opened("notice to improve")
def new(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """A notice to improve is written, from a finding (``?finding=7``) or about a child."""
    finding = _finding(request, pupil)
    begun = prefill.values(pupil, finding, timezone.localdate())
    draft = Improvement(pupil=pupil, sessions=_as_sessions(begun.pop("sessions")))
    return _write(request, draft, begun, finding)


def _finding(request: SignedIn, pupil: Pupil) -> Finding | None:
    pk = params.number(request.GET.get("finding"))
    return Finding.objects.visible_to(request.user).filter(pupil=pupil, pk=pk).first() if pk else None


def _as_sessions(keys: list[str]) -> list[dict[str, str]]:
    return [{"date": day, "half": half, "code": ""} for day, half in (key.split() for key in keys)]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("check_notice")
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """A draft is changed."""
    one = opened(request, pk)
    if one.state != State.DRAFT:
        messages.error(request, "It is given already: what the parents were told stays as it is.")
        return redirect("improvement", pk=pk)
    return _write(request, one, {name: getattr(one, name) for name in WRITTEN}, one.finding)


def _write(
    request: SignedIn, one: Improvement, initial: dict[str, Any], finding: Finding | None
) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    typed = request.POST if request.method == "POST" else None
    picked = typed.getlist("picked") if typed is not None else None
    relied = on_register.relied(_like_request(one), user, today, picked)
    form = ImprovementForm(typed, offered=relied.keys, initial=initial)
    if form.is_valid():
        try:
            kept = _keep(one, form, finding, user)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. Choose the parents to write to.", extra_tags=_autosave(one))
            return redirect("improvement", pk=kept.pk)
    context = {
        "child": frame.identity(one.pupil, user),
        "pupil": one.pupil,
        "improvement": one,
        "form": form,
        "sessions_form": form,
        "relied": relied,
        "finding": finding,
        "autosave": _autosave(one),
        "earliest": prefill.earliest_start(today, code.in_force(today)),
    }
    return render(request, "penalties/improvement_write.jinja", context, status=400 if form.is_bound else 200)


def _autosave(one: Improvement) -> str:
    return f"improvement-{one.pk}" if one.pk else f"improvement-new-{one.pupil_id}"


def _keep(one: Improvement, form: ImprovementForm, finding: Finding | None, by: Any) -> Improvement:
    if one.pk:
        return improving.write(improvement_id=one.pk, content=form.content, by=by, at=timezone.now())
    return improving.draft(pupil=one.pupil, content=form.content, by=by, at=timezone.now(), finding=finding)
