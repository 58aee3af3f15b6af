"""Print runs: the file, its letters, and the day they were posted."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.uploads.store import file_response
from mainstay.service.documents import queries as shown
from mainstay.service.documents import runs
from mainstay.service.documents.forms import PostedForm
from mainstay.service.documents.models import PrintRun, Service
from mainstay.service.documents.service import post_run
from mainstay.service.record import access

COLUMNS = (
    Column("name", "Run", sort="pk"),
    Column("made_at", "Made", sort="made_at", nowrap=True),
    Column("made_by", "By", sort="made_by__name"),
    Column("letters", "Letters", sort="letters", numeric=True),
    Column("posted_on", "Posted on", sort="posted_on", nowrap=True),
    Column("back", "Came back", sort="back", numeric=True),
)
LETTERS = (
    Column("title", "Document", sort="document__title"),
    Column("child", "Child"),
    Column("to", "To", sort="addressee_name"),
    Column("state", "State", sort="sent_on"),
)


WAITING = (
    Column("title", "Document", sort="document__title"),
    Column("child", "Child"),
    Column("to", "To", sort="addressee_name"),
    Column("made_at", "Made", sort="made_at", nowrap=True),
)


@require_safe
@needs("record_service")
def letters_to_post(request: SignedIn) -> HttpResponse:
    """Letters that wait to be printed, the oldest first."""
    waiting = runs.to_print(Service.objects.visible_to(request.user)).select_related("document")
    page = listing(waiting, request.GET, WAITING, default_sort="made_at")
    access.log_list(request, "letters to post")
    return render(
        request, "documents/to_post.jinja", {"page": replace(page, rows=shown.letter_rows(page.rows))}
    )


@require_POST
@needs("record_service")
def print_run_make(request: SignedIn) -> HttpResponse:
    """The ticked letters become one run, made at once: they are few."""
    ids = [pk for text in request.POST.getlist("letters") if (pk := params.number(text)) is not None]
    at = timezone.now()
    try:
        run = runs.gather(service_ids=ids, by=request.user, at=at)
        runs.put_together(run=run, by=request.user, at=at)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("letters_to_post")
    return redirect("print_run", pk=run.pk)


@require_safe
@needs("record_service")
def print_runs(request: SignedIn) -> HttpResponse:
    page = listing(shown.runs(request.user), request.GET, COLUMNS, default_sort="-made_at")
    return render(request, "documents/runs.jinja", {"page": replace(page, rows=shown.run_rows(page.rows))})


def _one(request: SignedIn, pk: int) -> PrintRun:
    seen = PrintRun.objects.visible_to(request.user).select_related("made_by", "file")
    return get_object_or_404(seen, pk=pk)


@require_safe
@needs("record_service")
def print_run(request: SignedIn, pk: int) -> HttpResponse:
    run = _one(request, pk)
    return _page(request, run, PostedForm(initial={"sent_on": run.posted_on or timezone.localdate()}))


def _page(request: SignedIn, run: PrintRun, form: PostedForm) -> HttpResponse:
    services = run.services.select_related("document")
    page = listing(services, request.GET, LETTERS, default_sort="title")
    access.log_list(request, "print run")
    context: dict[str, Any] = {
        "run": run,
        "page": replace(page, rows=shown.letter_rows(page.rows)),
        "form": form,
    }
    return render(request, "documents/run.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("record_service")
def print_run_file(request: SignedIn, pk: int) -> HttpResponseBase:
    """The letters as one PDF; who took them is in the audit."""
    run = _one(request, pk)
    if run.file is None:
        raise Http404
    access.log_list(request, "print run file")
    trail.record(by=request.user, at=timezone.now(), action="print_run.downloaded", on=run)
    return file_response(run.file, f"print-run-{run.pk}.pdf")


@require_POST
@needs("record_service")
def posted(request: SignedIn, pk: int) -> HttpResponse:
    run = _one(request, pk)
    form = PostedForm(request.POST)
    if form.is_valid():
        try:
            post_run(run=run, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            day = long_date(form.cleaned_data["sent_on"])
            messages.success(request, f"The letters of this run were posted on {day}.")
            return redirect("print_run", pk=pk)
    return _page(request, run, form)
