"""Which schools had the meetings of a term, for a manager; how often a school has one."""

from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.targeting import terms
from mainstay.service.attendance.targeting.actions import planning
from mainstay.service.attendance.targeting.forms import COVERED, CoverageFilter, FrequencyForm
from mainstay.service.attendance.targeting.queries import coverage as shown
from mainstay.service.attendance.targeting.views.found import tabs
from mainstay.service.attendance.views.links import MOST_ROWS
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing, with_query
from mainstay.service.directory.models import School

COLUMNS: Final = (
    Column("school", "School", sort="key"),
    Column("phase", "Phase", sort="phase"),
    Column("officer", "Link officer", sort="officer"),
    Column("needed", "Should have", sort="needed", numeric=True),
    Column("held", "Held", sort="held", numeric=True),
    Column("planned", "Planned", sort="planned", numeric=True),
    Column("next_at", "Next", sort="next_at", nowrap=True),
    Column("state", "State", sort="state"),
    Column("change", "Frequency", hidden=True),
)


def _asked(request: SignedIn) -> tuple[dict[str, Any], terms.When]:
    wanted = CoverageFilter(request.GET).wanted
    return wanted, wanted["term"] or terms.of_day(timezone.localdate())


@require_safe
@needs("see_team")
def coverage(request: SignedIn) -> HttpResponse:
    wanted, when = _asked(request)
    found = list(shown.schools(request.user, when, timezone.localdate()))
    listed = shown.rows(found, only=wanted["state"])
    counts = shown.counts(found)
    query = with_query(request.GET, state=None, page=None)
    context = {
        "page": listing(listed, request.GET, COLUMNS, default_sort="school"),
        "places": tabs(request.user, "targeting_coverage"),
        "wanted": wanted,
        "label": terms.label(*when),
        "term": terms.key(*when),
        "terms": terms.recent(),
        "states": COVERED,
        "tiles": [
            {"value": counts[name], "label": words, "note": f"of {len(found)} schools", "href": with_query(query, state=name),
             "kind": "alert" if name == "without" and counts[name] else ""}
            for name, words in (("held", "held"), ("planned", "planned"), ("without", "without"))
        ],
        "words": shown.WORDS,
        "colours": shown.COLOURS,
        "exports": [
            {"text": text, "href": request.path + f"export.{kind}" + with_query(request.GET, page=None)}
            for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
        ],
        "may_set": request.user.may("allocate"),
    }  # fmt: skip
    return render(request, "attendance/targeting/coverage.jinja", context)


@require_safe
@needs("see_team")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the page shows, all pages; no child stands in them."""
    wanted, when = _asked(request)
    listed = shown.rows(shown.schools(request.user, when, timezone.localdate()), only=wanted["state"])
    page = listing(listed, request.GET, COLUMNS, default_sort="school", page_size=MOST_ROWS)
    return export_response(kind, "meeting-coverage", shown.HEADER, shown.for_export(page.rows))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("allocate")
def frequency(request: SignedIn, pk: int) -> HttpResponse:
    """How often one school has its meeting, and how it came to that."""
    school = get_object_or_404(School.objects.visible_to(request.user), pk=pk)
    today = timezone.localdate()
    form = FrequencyForm(request.POST if request.method == "POST" else None, initial=_now(school, today))
    if form.is_bound and form.is_valid():
        try:
            planning.set_frequency(school=school, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Set.")
            return redirect("targeting_coverage")
    history = list(school.targeting_frequencies.select_related("set_by"))
    context = {"school": school, "form": form, "history": history, "once": shown.ONCE}
    status = 400 if form.is_bound else 200
    return render(request, "attendance/targeting/frequency.jinja", context, status=status)


def _now(school: School, today: date) -> dict[str, Any]:
    held = shown.frequency(school, today)
    return {"per_term": held.per_term if held else shown.ONCE, "since": today}
