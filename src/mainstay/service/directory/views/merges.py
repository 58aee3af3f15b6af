"""The merge queue: two records side by side, and the decision with its reasons."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.audit import trail
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory import doubts, merging
from mainstay.service.directory.forms import MergeForm
from mainstay.service.directory.models import MergeCandidate, Pupil
from mainstay.service.directory.views.schools import MOST_ROWS, exports, log_export

COLUMNS = (
    Column("who", "Record", sort="kept__key"),
    Column("school", "School", sort="school__key"),
    Column("why", "Why it waits"),
    Column("found_at", "Found", sort="found_at", nowrap=True),
    Column("state", "State", sort="state"),
)
HEADER = ("Record", "School", "Why it waits", "Found", "State", "Decided by", "Decided")
COLOURS = {"open": "yellow", "same": "green", "different": "grey"}


def _seen(request: SignedIn) -> QuerySet[MergeCandidate]:
    """Doubts about records in view."""
    rows = MergeCandidate.objects.visible_to(request.user)
    return rows.select_related("kept__school", "other__school", "school", "decided_by")


def _listed(request: SignedIn) -> tuple[str, QuerySet[MergeCandidate]]:
    state, rows = request.GET.get("state", "open"), _seen(request)
    return state, rows.filter(state=state) if state in MergeCandidate.State.values else rows


@require_safe
@needs("merge_pupils")
def queue(request: SignedIn) -> HttpResponse:
    state, rows = _listed(request)
    page = listing(rows, request.GET, COLUMNS, default_sort="found_at")
    shown = {
        "rows": [
            {
                "who": row.kept.listed_name,
                "href": reverse("merge", args=[row.pk]),
                "school": row.school.name if row.school else "",
                "why": row.why,
                "found_at": row.found_at,
                "state": row.get_state_display(),
                "colour": COLOURS[row.state],
            }
            for row in page.rows
        ],
        "columns": page.columns,
        "sorting": page.sorting,
    }
    views = [
        {"text": text, "href": f"{reverse('merges')}?state={value}", "current": state == value}
        for value, text in (("open", "To decide"), ("same", "Joined"), ("different", "Kept apart"))
    ]
    more = {"exports": exports(request, "merges_export")}
    return render(request, "directory/merges.jinja", {"page": page, "shown": shown, "views": views, **more})


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """The queue as it is shown; empty for whoever may not decide it."""
    _, rows = _listed(request)
    page = listing(rows, request.GET, COLUMNS, default_sort="found_at", page_size=MOST_ROWS)
    log_export(request, "merges", "directory.mergecandidate", page.total, kind)
    cells = (
        (
            row.kept.listed_name,
            row.school.name if row.school else "",
            row.why,
            row.found_at,
            row.get_state_display(),
            row.decided_by.name if row.decided_by else "",
            row.decided_at,
        )
        for row in page.rows
    )
    return export_response(kind, "merge-queue", HEADER, cells)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("merge_pupils")
def one(request: SignedIn, pk: int) -> HttpResponse:
    candidate = get_object_or_404(_seen(request), pk=pk)
    is_open = candidate.state == MergeCandidate.State.OPEN
    form = MergeForm(request.POST if request.method == "POST" and is_open else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            pupil = merging.decide(
                candidate_id=candidate.pk,
                same=said["decision"] == "same",
                take_new=said["take_new"],
                reasons=said["reasons"],
                by=request.user,
                at=timezone.now(),
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            done = f"Decided. The record is number {pupil.pk}."
            messages.success(request, done, extra_tags=request.path)
            # a row of a file: its marks are still to be taken, and the page says how
            return redirect("merges") if candidate.other_id else redirect("merge", pk=pk)
    about = {"kept": candidate.kept_id, "other": candidate.other_id}
    trail.record(by=request.user, at=timezone.now(), action="merge.read", on=candidate, **about)
    return render(
        request,
        "directory/merge.jinja",
        {
            "candidate": candidate,
            "rows": side_by_side(candidate),
            "form": form if is_open else None,
            "state": candidate.get_state_display(),
            "colour": COLOURS[candidate.state],
            "next": doubts.send_again(candidate) if candidate.incoming and not is_open else None,
        },
        status=400 if form.is_bound else 200,
    )


def side_by_side(candidate: MergeCandidate) -> list[dict[str, Any]]:
    """Each thing known of both sides, and whether they differ."""
    left = _of_pupil(candidate.kept)
    right = _of_pupil(candidate.other) if candidate.other else _of_row(candidate.incoming or {})
    return [
        {
            "what": what,
            "left": left[what],
            "right": right.get(what, ""),
            "differs": bool(left[what] and right.get(what) and left[what] != right[what]),
        }
        for what in left
    ]


def _of_pupil(pupil: Pupil) -> dict[str, str]:
    born = f"{pupil.date_of_birth:%d/%m/%Y}" if pupil.date_of_birth else ""
    if pupil.restricted:
        return {"Name": pupil.initials, "Record": f"Number {pupil.pk}, restricted"}
    return {
        "Surname": pupil.surname,
        "Forename": pupil.forename,
        "Date of birth": born,
        "UPN": pupil.upn,
        "Sex": pupil.sex,
        "Year group": pupil.year_group,
        "School": pupil.school.name if pupil.school else "",
        "Record": f"Number {pupil.pk}",
    }


def _of_row(row: dict[str, str]) -> dict[str, str]:
    born = row.get("date_of_birth", "")
    return {
        "Surname": row.get("surname", ""),
        "Forename": row.get("forename", ""),
        "Date of birth": f"{date.fromisoformat(born):%d/%m/%Y}" if born else "",
        "UPN": row.get("upn", ""),
        "Sex": row.get("sex", ""),
        "Year group": row.get("year_group", ""),
        "Record": f"A row of {row['source']}" if row.get("source") else "A row of a file",
    }
