"""Income and refunds of a financial year, and the batches that hand them to the council's accounts."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.ui.params import number
from mainstay.service.common.uploads.store import file_response
from mainstay.service.penalties.actions import finance as actions
from mainstay.service.penalties.models import FinanceBatch, Posting
from mainstay.service.penalties.queries import income as shown
from mainstay.service.penalties.queries.money import pounds, tabs
from mainstay.service.penalties.views.payments import exports

BATCHES: Final = (
    Column("name", "Batch", sort="number"),
    Column("day", "Day of the money", sort="day", nowrap=True),
    Column("postings", "Postings", sort="postings", numeric=True),
    Column("pence", "In less out", sort="pence", numeric=True),
    Column("made_at", "Made", sort="made_at", nowrap=True),
    Column("made_by", "By", sort="made_by__name"),
    Column("do", "File", hidden=True),
)
ENDINGS: Final = {"csv": "csv", "fixed": "txt"}


def _year(request: SignedIn) -> tuple[int, list[int]]:
    years = shown.years(timezone.localdate())
    asked = number(request.GET.get("year"))
    return (asked if asked in years else years[0]), years


@require_safe
@needs("see_income")
def income(request: SignedIn) -> HttpResponse:
    year, years = _year(request)
    months = shown.months(year)
    context = {
        "year": year,
        "label": shown.label(year),
        "years": [{"text": shown.label(one), "value": one} for one in years],
        "months": months,
        "ways": shown.ways(year),
        "schools": shown.schools(year),
        "total": shown.total(months),
        "owed": shown.still_owed(),
        "tabs": tabs(request.user, "income"),
        "exports": exports(request, "income_export"),
    }
    return render(request, "penalties/income.jinja", context)


@require_safe
@needs("see_income")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    year, _ = _year(request)
    parts: dict[str, list[dict[str, Any]]] = {
        "Month": shown.months(year),
        "Way": shown.ways(year),
        "School": shown.schools(year),
    }
    rows = [
        (part, row["text"], *(pounds(row[name]) for name in ("came", "went", "kept")))
        for part, found in parts.items()
        for row in [*found, shown.total(found)]
    ]
    header = ("By", shown.label(year), "Received", "Paid back", "Kept")
    return export_response(kind, "income", header, rows)


@require_safe
@needs("see_income")
def finance(request: SignedIn) -> HttpResponse:
    waiting = Posting.objects.filter(batch=None)
    context = {
        "page": listing(
            FinanceBatch.objects.select_related("made_by"), request.GET, BATCHES, default_sort="-name"
        ),
        "ready": waiting.filter(day__lt=timezone.localdate()).count(),
        "waiting": waiting.count(),
        "tabs": tabs(request.user, "finance"),
    }
    return render(request, "penalties/finance.jinja", context)


@require_POST
@needs("see_income")
def make(request: SignedIn) -> HttpResponse:
    try:
        made = actions.make_batches(by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{plural(len(made), 'batch', 'batches')} made.")
    return redirect("finance")


@require_safe
@needs("see_income")
def batch(request: SignedIn, pk: int) -> HttpResponseBase:
    """The file of a batch, the same bytes whenever it is asked for."""
    one = get_object_or_404(FinanceBatch.objects.select_related("file"), pk=pk)
    return file_response(one.file, f"{one.name}.{ENDINGS[one.layout]}")
