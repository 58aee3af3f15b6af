"""Conflicts of interest: one's own, and those a manager keeps for others."""

from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.registers import upn as upns
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory import conflicts
from mainstay.service.directory.forms import ConflictForm
from mainstay.service.directory.models import Conflict, Pupil
from mainstay.service.directory.views.schools import MOST_ROWS, exports, log_export

COLUMNS = (
    Column("who", "Who", sort="user__name"),
    Column("about", "About"),
    Column("reason", "Connection"),
    Column("declared", "Declared", sort="declared_at", nowrap=True),
    Column("by", "By", sort="declared_by__name"),
    Column("ended", "Ended", sort="ended_on", nowrap=True),
)


def _seen(request: SignedIn) -> QuerySet[Conflict]:
    standing_first = F("ended_on").asc(nulls_first=True)
    rows = Conflict.objects.select_related("user", "school", "declared_by").order_by(
        standing_first, "-declared_at", "pk"
    )
    return rows if request.user.may("declare_for_others") else rows.filter(user=request.user)


@require_safe
@needs(None)
def listed(request: SignedIn) -> HttpResponse:
    page = listing(_seen(request), request.GET, COLUMNS)
    manages = request.user.may("declare_for_others")
    shown = {
        "rows": [_row(row, request) for row in page.rows],
        "columns": page.columns,
        "sorting": page.sorting,
    }
    more = {"manages": manages, "exports": exports(request, "conflicts_export")}
    return render(request, "directory/conflicts.jinja", {"page": page, "shown": shown, **more})


def _row(row: Conflict, request: SignedIn) -> dict[str, Any]:
    others = row.user_id != request.user.pk
    return {
        "pk": row.pk,
        "who": row.user.name,
        # whose record it is stays out of the list: a number is enough to end it
        "about": row.school.name if row.school else f"Pupil record {row.pupil_id}",
        "reason": row.reason,
        "declared": row.declared_at,
        "by": row.declared_by.name,
        "ended": row.ended_on,
        "may_end": request.user.may("declare_for_others") and row.ended_on is None and others,
    }


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    page = listing(_seen(request), request.GET, COLUMNS, page_size=MOST_ROWS)
    log_export(request, "conflicts", "directory.conflict", page.total, kind)
    rows = (_row(row, request) for row in page.rows)
    cells = ([row[column.key] for column in COLUMNS] for row in rows)
    return export_response(kind, "conflicts", [column.text for column in COLUMNS], cells)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(None)
def declare(request: SignedIn) -> HttpResponse:
    form = ConflictForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        said = form.cleaned_data
        try:
            conflicts.declare(
                user=said.get("user") or request.user,
                by=request.user,
                at=timezone.now(),
                school=said["school"],
                pupil=_pupil(said["upn"]) if said["upn"] else None,
                reason=said["reason"],
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "The conflict is declared. What it is about is out of view from now on."
            )
            return redirect("conflicts")
    return render(request, "directory/conflict.jinja", {"form": form}, status=400 if form.is_bound else 200)


def _pupil(text: str) -> Pupil:
    """The one pupil of a UPN; StepRefused says nothing about who it might be."""
    found = list(Pupil.objects.filter(upn=upns.normalise(text), merged_into=None)[:2])
    if len(found) != 1:
        raise StepRefused("No single pupil has this UPN. Ask a manager to declare it for you.")
    return found[0]


@require_POST
@needs("declare_for_others")
def end(request: SignedIn, pk: int) -> HttpResponse:
    conflict = get_object_or_404(_seen(request), pk=pk)
    try:
        conflicts.end(conflict=conflict, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The conflict has ended.")
    return redirect("conflicts")
