"""Approved notices are issued: the list with its ticks, and the batch under way."""

from dataclasses import replace
from typing import Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.documents.models import PrintRun, Service
from mainstay.service.penalties import batch, code, letters, places
from mainstay.service.penalties.actions import issuing
from mainstay.service.penalties.queries import issuing as shown
from mainstay.service.penalties.queries import notices as register
from mainstay.service.record import access

COLUMNS: Final = (
    Column("child", "Child", sort="pupil__key"),
    Column("parent", "Parent", sort="parent__key"),
    Column("school", "School", sort="school__key"),
    Column("position", "Notice"),
    Column("cost", "To pay", nowrap=True),
    Column("light", "Today"),
)
ISSUED: Final = (
    Column("number", "Number", sort="number", nowrap=True),
    Column("child", "Child", sort="pupil__key"),
    Column("parent", "Parent", sort="parent__key"),
    Column("school", "School", sort="school__key"),
    Column("position", "Notice", sort="position"),
    Column("state", "State", sort="state"),
)
METHODS: Final = dict(code.METHODS)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("issue_notices")
def issue(request: SignedIn) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            job = batch.ask(notice_ids=_ticked(request), by=request.user, at=timezone.now())
        except StepRefused as refusal:
            error = str(refusal)
        else:
            return redirect("notices_issue_job", pk=job.pk)
    return _page(request, error)


def _ticked(request: SignedIn) -> list[int]:
    if request.POST.get("action") == "all":
        return list(issuing.waiting(request.user).values_list("pk", flat=True))
    found = (params.number(text) for text in request.POST.getlist("notice"))
    return [pk for pk in found if pk is not None]


def _page(request: SignedIn, error: str) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    waiting = issuing.waiting(user)
    if (only := params.number(request.GET.get("notice"))) is not None:
        waiting = waiting.filter(pk=only)
    listed = listing(waiting, request.GET, COLUMNS)
    page = replace(listed, rows=shown.rows(listed.rows, user, today))
    if page.rows:
        access.log_list(request, "notices to issue")
    of_code = code.in_force(today)
    context = {
        "page": page,
        "only": only is not None,
        "error": error,
        "today": today,
        "places": places.tabs(user, "notices_issue"),
        "method": METHODS[of_code["service_method"]],
        "by_notify": letters.channel(of_code) == Service.Channel.NOTIFY,
    }
    return render(request, "penalties/notices_issue.jinja", context, status=400 if error else 200)


@require_safe
@vary_on_headers("Accept")
@needs("issue_notices")
def issue_job(request: SignedIn, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk, kind=batch.ISSUE)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse(shown.progress(job))
    user, under_way = request.user, job.state in shown.UNDER_WAY
    context = {"job": job, "progress": shown.progress(job), "under_way": under_way}
    if not under_way:
        listed = listing(shown.issued(job, user), request.GET, ISSUED)
        run = PrintRun.objects.visible_to(user).filter(pk=job.payload.get("run")).first()
        context |= {
            "page": replace(listed, rows=register.rows(listed.rows, user, timezone.localdate())),
            "not_issued": shown.not_issued(job, user),
            "run": run,
        }
        access.log_list(request, "notices issued")
    return render(request, "penalties/notices_issue_job.jinja", context)
