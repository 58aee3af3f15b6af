"""Lists from the bank: sent, read or refused whole, and the lines that wait for a person."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.uploads.store import FileRefused
from mainstay.service.penalties.actions import bank as actions
from mainstay.service.penalties.forms_payments import BankForm, LinesFilter, MatchForm, NotOursForm
from mainstay.service.penalties.models import BankFile, BankLine
from mainstay.service.penalties.queries import money as shown
from mainstay.service.penalties.views.payments import GET_POST

FILES: Final = (
    Column("filename", "File", sort="filename"),
    Column("sent_at", "Sent", sort="sent_at", nowrap=True),
    Column("sent_by", "By", sort="sent_by__name"),
    Column("lines", "New lines", numeric=True),
    Column("known", "Sent before", numeric=True),
    Column("out", "Money out", numeric=True),
    Column("state", "State"),
)
LINES: Final = (
    Column("reference", "Reference", sort="reference"),
    Column("on", "Day", sort="on", nowrap=True),
    Column("payer", "Payer", sort="payer"),
    Column("pence", "Sum", sort="pence", numeric=True),
    Column("state", "State", sort="state"),
    Column("reason", "Why"),
    Column("do", "What to do", hidden=True),
)


@require_http_methods(GET_POST)
@needs("record_payments")
def files(request: SignedIn) -> HttpResponse:
    """Send a list, and what became of those sent before."""
    posted = request.method == "POST"
    form = BankForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            came = actions.take(file=sent, filename=sent.name, by=request.user, at=timezone.now())
        except (FileRefused, StepRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("bank_file", pk=came.pk)
    page = listing(BankFile.objects.select_related("sent_by"), request.GET, FILES, default_sort="-sent_at")
    context = {
        "page": page,
        "form": form,
        "waiting": shown.lines("").count(),
        "tabs": shown.tabs(request.user, "bank_files"),
    }
    return render(request, "penalties/bank_files.jinja", context)


@require_safe
@needs("record_payments")
def file(request: SignedIn, pk: int) -> HttpResponse:
    came = get_object_or_404(BankFile.objects.select_related("sent_by"), pk=pk)
    lines = came.lines.select_related("payment")
    context = {
        "came": came,
        "page": listing(lines, request.GET, LINES, default_sort="on"),
        "colours": shown.LINE_COLOURS,
        "busy": lines.filter(settled_at=None).exists(),
    }
    return render(request, "penalties/bank_file.jinja", context)


@require_safe
@needs("record_payments")
def lines(request: SignedIn) -> HttpResponse:
    """Lines of every list; those to match, unless asked otherwise."""
    form = LinesFilter(request.GET)
    form.is_valid()
    context = {
        "page": listing(shown.lines(form.cleaned_data["state"]), request.GET, LINES, default_sort="on"),
        "filters": form,
        "colours": shown.LINE_COLOURS,
        "tabs": shown.tabs(request.user, "bank_files"),
    }
    return render(request, "penalties/bank_lines.jinja", context)


@require_http_methods(GET_POST)
@needs("record_payments")
def match(request: SignedIn, pk: int) -> HttpResponse:
    """Say which notice a line is for, or that it is for something else."""
    line = get_object_or_404(BankLine.objects.select_related("source", "payment"), pk=pk)
    posted = request.POST.get("action", "")
    form = MatchForm(request.POST if posted == "match" else None)
    other = NotOursForm(request.POST if posted == "not_ours" else None, auto_id="other_%s")
    by, at = request.user, timezone.now()
    try:
        if posted == "match" and form.is_valid():
            actions.match(line_id=line.pk, numbers=form.cleaned_data["numbers"], by=by, at=at)
            return _next(request, "Booked.")
        if posted == "not_ours" and other.is_valid():
            actions.not_ours(line_id=line.pk, reason=other.cleaned_data["reason"], by=by, at=at)
            return _next(request, "Set aside.")
    except StepRefused as refusal:
        (form if posted == "match" else other).add_error(None, str(refusal))
    waits = line.state == BankLine.State.UNMATCHED
    context = {
        "line": line,
        "form": form,
        "other": other,
        "waits": waits,
        "colour": shown.LINE_COLOURS[line.state],
        "suggested": shown.suggested(line, request.user) if waits else [],
    }
    return render(request, "penalties/bank_line.jinja", context)


def _next(request: SignedIn, words: str) -> HttpResponse:
    """On to the next line that waits."""
    messages.success(request, words)
    following = shown.lines("").order_by("on", "pk").first()
    return redirect("bank_line_match", pk=following.pk) if following else redirect("bank_lines")
