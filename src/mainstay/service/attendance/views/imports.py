"""Register files: drop, look before anything is stored, take, refusals to download."""

from dataclasses import replace
from typing import Any

import structlog
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance import schools as schools_of
from mainstay.service.attendance.actions import imports as actions
from mainstay.service.attendance.forms import ReadingForm, UploadForm
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.attendance.queries import imports as shown
from mainstay.service.attendance.queries.imports import visible
from mainstay.service.attendance.views.links import exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.uploads.store import FileRefused, file_response
from mainstay.service.directory.models import School
from mainstay.service.record import access

log = structlog.get_logger("mainstay.imports")

COLUMNS = (
    Column("filename", "File", sort="filename"),
    Column("school", "School"),
    Column("sent_at", "Sent", sort="sent_at"),
    Column("sender", "By"),
    Column("state", "State", sort="state"),
    Column("marks_new", "New marks", sort="marks_new", numeric=True),
    Column("marks_changed", "Changed", sort="marks_changed", numeric=True),
    Column("refused", "Rows refused", numeric=True),
)


def _one(request: SignedIn, pk: int) -> RegisterImport:
    """The import; 404 outside the view, where a file not taken yet names a school outside it, too."""
    seen = visible(request.user).select_related("school", "sent_by", "accepted_by")
    found = get_object_or_404(seen, pk=pk)
    named = schools_of.named((found.report or {}).get("schools", []))
    mine = School.objects.visible_to(request.user)
    if mine.filter(pk__in=[school.pk for school in named.values()]).count() < len({*named.values()}):
        raise Http404
    return found


def _listed(request: SignedIn) -> QuerySet[RegisterImport]:
    rows = visible(request.user).select_related("school", "sent_by")
    if (state := request.GET.get("state", "")) in RegisterImport.State.values:
        rows = rows.filter(state=state)
    return rows


@require_safe
@needs("import_registers")
def imports(request: SignedIn) -> HttpResponse:
    page = listing(_listed(request), request.GET, COLUMNS, default_sort="-sent_at")
    page = replace(page, rows=shown.rows(page.rows))
    return render(
        request, "attendance/imports.jinja", {"page": page, "states": RegisterImport.State.choices, "state": request.GET.get("state", ""), "exports": exports(request, "imports_export")}
    )  # fmt: skip


@require_safe
@needs("import_registers")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    access.log_list(request, "imports export")
    return export_response(kind, "imports", shown.HEADER, shown.for_export(_listed(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import_registers")
def new(request: SignedIn) -> HttpResponse:
    schools = School.objects.visible_to(request.user)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*data, schools=schools)
    became: list[shown.Became] = []
    if request.method == "POST" and form.is_valid():
        school = form.cleaned_data["school"]
        became = [_receive(file, school, request) for file in form.cleaned_data["files"]]
        for each in became:
            if each.problem:
                form.add_error("files", f"{each.filename}: {each.problem}")
        if not form.errors:
            return redirect("import", pk=became[0].pk) if len(became) == 1 else redirect("imports")
    return render(
        request,
        "attendance/import_new.jinja",
        {"form": form, "became": became if len(became) > 1 else []},
        status=400 if form.errors else 200,
    )


def _receive(file: Any, school: School | None, request: SignedIn) -> shown.Became:
    """One file of several: what goes wrong with it stops none of the others."""
    try:
        one = actions.receive(file=file, school=school, by=request.user, at=timezone.now())
    except (FileRefused, StepRefused) as refusal:
        return shown.Became(file.name, str(refusal))
    except Exception:
        log.exception("file_not_received")
        return shown.Became(file.name, "Something went wrong and it was not kept. Send it again.")
    failed = one.state == RegisterImport.State.FAILED
    return shown.Became(file.name, one.stopped_because if failed else "", one)


@require_safe
@vary_on_headers("Accept")
@needs("import_registers")
def one(request: SignedIn, pk: int) -> HttpResponse:
    found = _one(request, pk)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse(shown.progress(found) | {"href": reverse("import", args=[found.pk])})
    schools = School.objects.visible_to(request.user)
    preview = shown.preview(found, request.user)
    if preview["sample"] or preview["errors"]:
        access.log_list(request, f"import {found.pk}")
    options = {
        "dates": found.options.get("dates", ""),
        "mapping": found.options.get("mapping", ""),
        "school": found.school_id,
    }
    return render(
        request,
        "attendance/import.jinja",
        {
            "one": found,
            "preview": preview,
            "form": ReadingForm(initial=options, schools=schools),
        },
    )


@require_POST
@needs("import_registers")
def options(request: SignedIn, pk: int) -> HttpResponse:
    """Read the file again with another order of dates, school or mapping."""
    found = _one(request, pk)
    form = ReadingForm(request.POST, schools=School.objects.visible_to(request.user))
    if form.is_valid():
        try:
            actions.reread(import_id=found.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            messages.error(request, str(refusal))
    return redirect("import", pk=found.pk)


@require_POST
@needs("import_registers")
def take(request: SignedIn, pk: int) -> HttpResponse:
    found = _one(request, pk)
    try:
        actions.take(
            import_id=found.pk,
            by=request.user,
            at=timezone.now(),
            accepted_because=request.POST.get("because", "").strip(),
        )
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("import", pk=found.pk)


@require_POST
@needs("import_registers")
def discard(request: SignedIn, pk: int) -> HttpResponse:
    """Refuse the file; it is kept, nothing more of it is stored."""
    found = _one(request, pk)
    try:
        actions.discard(import_id=found.pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The file is set aside. {shown.stored(found)}")
    return redirect("imports")


@require_safe
@needs("import_registers")
def refusals(request: SignedIn, pk: int) -> HttpResponseBase:
    """Every refusal with its line, column and what to do, for the school."""
    found = _one(request, pk)
    if found.errors is None:
        return redirect("import", pk=found.pk)
    access.log_list(request, f"refusals of import {found.pk}")
    return file_response(found.errors, f"refusals-{found.pk}.csv")
