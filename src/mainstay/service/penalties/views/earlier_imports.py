"""Files of earlier notices: sent, looked at row by row, taken or discarded."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.uploads.kinds import FileRefused
from mainstay.service.penalties import earlier_matching as matching
from mainstay.service.penalties import places
from mainstay.service.penalties.actions import earlier as actions
from mainstay.service.penalties.forms_earlier import EarlierFileForm
from mainstay.service.penalties.models import EarlierImport
from mainstay.service.penalties.queries import earlier as shown
from mainstay.service.record import access

State = EarlierImport.State
FILES: Final = (
    Column("filename", "File", sort="filename"),
    Column("sent_at", "Sent", sort="sent_at", nowrap=True),
    Column("by", "By", sort="sent_by__name"),
    Column("rows", "Rows", numeric=True),
    Column("state", "State", sort="state"),
)
ROWS: Final = (
    Column("line", "Line", numeric=True),
    Column("child", "Child"),
    Column("parent", "Parent in the file"),
    Column("issued_on", "Issued", nowrap=True),
    Column("outcome", "Outcome"),
    Column("issuer", "Issued by"),
    Column("state", "What becomes of it"),
)
COLOURS: Final = {State.PREVIEW: "blue", State.TAKEN: "green", State.REFUSED: "red", State.DISCARDED: "grey"}
#: what needs somebody first
ORDER: Final = (
    matching.NO_PARENT,
    matching.NO_CHILD,
    matching.CHANGED,
    matching.READY,
    matching.TWICE,
    matching.KNOWN,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import_notices")
def imports(request: SignedIn) -> HttpResponse:
    """Files sent so far, and the next one."""
    form = EarlierFileForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.receive(file=file, name=file.name, by=request.user, at=timezone.now())
        except FileRefused as refusal:
            form.add_error("file", f"The file was not kept: {refusal}")
        else:
            return redirect("earlier_import_show", pk=made.pk)
    found = listing(
        EarlierImport.objects.select_related("sent_by"), request.GET, FILES, default_sort="-sent_at"
    )
    context = {
        "form": form,
        "page": found,
        "rows": [
            {
                "url": one.pk,
                "pk": one.pk,
                "filename": one.filename,
                "sent_at": one.sent_at,
                "by": one.sent_by.name,
                "rows": len(one.report["rows"]),
                "state": one.get_state_display(),
                "colour": COLOURS[State(one.state)],
            }
            for one in found.rows
        ],
        "places": places.tabs(request.user, "earlier_notices"),
    }
    return render(request, "penalties/earlier_import.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("import_notices")
def show(request: SignedIn, pk: int) -> HttpResponse:
    """What was understood of a file, and what becomes of each row."""
    one = get_object_or_404(EarlierImport.objects.select_related("sent_by", "taken_by"), pk=pk)
    access.log_list(request, "earlier notices file")
    wanted = request.GET.get("state", "")
    rows = [row for row in one.report["rows"] if wanted in ("", row["state"])]
    rows.sort(key=lambda row: (ORDER.index(row["state"]), row["line"]))
    page = listing(rows, request.GET, ROWS)
    counts = actions.counts(one.report)
    context = {
        "one": one,
        "colour": COLOURS[State(one.state)],
        "page": page,
        "rows": shown.import_rows(page.rows, request.user),
        "views": _views(counts, wanted),
        "ready": counts.get(matching.READY, 0) + counts.get(matching.CHANGED, 0),
        "left": counts.get(matching.NO_PARENT, 0) + counts.get(matching.NO_CHILD, 0) + counts["problem"],
        "problems": one.report["problems"][:100],
        "problem_count": len(one.report["problems"]),
        "exports": exports(request, "earlier_import_problems", pk),
        "waits": one.state == State.PREVIEW,
    }
    return render(request, "penalties/earlier_import_show.jinja", context)


def _views(counts: dict[str, int], wanted: str) -> list[dict[str, Any]]:
    total = sum(counts.get(state, 0) for state in ORDER)
    found = [{"text": f"All rows ({total:,})", "href": "?", "current": not wanted}]
    return found + [
        {
            "text": f"{shown.STATES[state][0]} ({number:,})",
            "href": f"?state={state}",
            "current": wanted == state,
        }
        for state in ORDER
        if (number := counts.get(state, 0))
    ]


@require_safe
@needs("import_notices")
def problems(request: SignedIn, pk: int, kind: str) -> HttpResponseBase:
    """Every problem of a file by line and column, and the rows that found no child or parent."""
    one = get_object_or_404(EarlierImport, pk=pk)
    access.log_list(request, "earlier notices problems")
    return export_response(kind, "earlier-notices-problems", ("Line", "Column", "Problem"), _problems(one))


def _problems(one: EarlierImport) -> Iterator[tuple[Any, ...]]:
    yield from (tuple(problem) for problem in one.report["problems"])
    for row in one.report["rows"]:
        if row["state"] in (matching.NO_CHILD, matching.NO_PARENT):
            yield row["line"], "Child" if row["state"] == matching.NO_CHILD else "Parent", row["problem"]


@require_POST
@needs("import_notices")
def settle(request: SignedIn, pk: int) -> HttpResponse:
    """Which of the child's parents a row is about."""
    get_object_or_404(EarlierImport, pk=pk)
    line, parent = params.number(request.POST.get("line")), params.number(request.POST.get("parent"))
    try:
        if line is None or parent is None:
            raise StepRefused("Choose the parent.")
        actions.settle(import_id=pk, line=line, parent_id=parent, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Line {line} is settled.")
    return redirect("earlier_import_show", pk=pk)


@require_POST
@needs("import_notices")
def take(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(EarlierImport, pk=pk)
    try:
        done = actions.take(import_id=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        taken = done.report["taken"]
        changed = f", {plural(taken['changed'], 'outcome')} changed" if taken["changed"] else ""
        messages.success(request, f"{plural(taken['new'], 'earlier notice')} taken{changed}.")
    return redirect("earlier_import_show", pk=pk)


@require_POST
@needs("import_notices")
def discard(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(EarlierImport, pk=pk)
    try:
        actions.discard(import_id=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Nothing of this file is taken.")
    return redirect("earlier_import")
