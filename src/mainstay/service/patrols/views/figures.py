"""Figures of a term, and files that name nobody."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.patrols import places, values
from mainstay.service.patrols.queries import figures as counted
from mainstay.service.record import access
from mainstay.service.team import terms


def _asked(request: SignedIn) -> tuple[Any, Any, int]:
    today = timezone.localdate()
    term = terms.of_key(request.GET.get("term"), today)
    return term, counted.of_term(request.user, term), values.of(values.SMALL, today)


@require_safe
@needs("follow_patrol")
def figures(request: SignedIn) -> HttpResponse:
    term, found, small = _asked(request)
    query = f"?term={term.key}"
    schools, outcomes = counted.by_school(found, small), counted.by_outcome(found, small)
    all_ = [counted.together(found, schools, small)] if schools else []
    single = bool(all_) and not counted.tells(all_, outcomes)
    files = [
        ("Schools as CSV", "patrol_figures_export", "csv"),
        ("Schools as Excel", "patrol_figures_export", "xlsx"),
    ]
    if single:
        files += [
            ("Each encounter without names as CSV", "patrol_lines_export", "csv"), ("as Excel", "patrol_lines_export", "xlsx"),
        ]  # fmt: skip
    context = {
        "places": places.tabs(request.user, "patrol_figures"),
        "term": term,
        "terms": terms.recent(timezone.localdate()),
        "small": small,
        "schools": [*all_, *schools],
        "outcomes": outcomes,
        "single": single,
        "groups": counted.by_ethnicity(term, small),
        "exports": [
            {"text": text, "href": reverse(name, args=[kind]) + query}
            for text, name, kind in files
        ],
    }  # fmt: skip
    return render(request, "patrols/figures.jinja", context)


@require_safe
@needs("follow_patrol")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    _, found, small = _asked(request)
    rows = (tuple(row.values()) for row in counted.by_school(found, small))
    return export_response(kind, "patrols-by-school", counted.HEADER, rows)


@require_safe
@needs("follow_patrol")
def lines_export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Each encounter, without who it was and the school, where it tells no hidden number."""
    term, found, small = _asked(request)
    schools = counted.by_school(found, small)
    if counted.tells([counted.together(found, schools, small)], counted.by_outcome(found, small)):
        messages.error(request, "No file of each encounter: it would tell numbers that are hidden here.")
        return redirect(f"{reverse('patrol_figures')}?term={term.key}")
    access.log_list(request, "patrol encounters export")
    return export_response(kind, "patrol-encounters", counted.LINES, counted.lines(found))
