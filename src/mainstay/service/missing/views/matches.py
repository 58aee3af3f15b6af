"""Pupils on rolls who may be a missing child: the list, two records side by side, the search for one child."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Pupil
from mainstay.service.missing.actions import matches as actions
from mainstay.service.missing.forms_matches import DecideForm, SearchForm
from mainstay.service.missing.models import Candidate, MissingChild
from mainstay.service.missing.places import tabs
from mainstay.service.missing.queries import matches as shown
from mainstay.service.missing.queries import records
from mainstay.service.record import access
from mainstay.service.team.views.answers import try_form

COLUMNS = (
    Column("child", "Missing child"),
    Column("pupil", "Pupil on a roll"),
    Column("school", "School", sort="school__key"),
    Column("since", "On roll since", sort="entered_on", nowrap=True),
    Column("likely", "How likely", sort="score", nowrap=True),
    Column("reasons", "Because"),
    Column("state", "State", sort="state"),
)
#: where it stands before it is written down where the child was found
TO_FIND = (MissingChild.State.ENQUIRIES, MissingChild.State.NOT_FOUND)
#: pupils shown for one search
MOST = 20


def _listed(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, request.GET.get("view", ""))
    return listing(found, request.GET, COLUMNS, default_sort="-likely", page_size=page_size)


@require_safe
@needs("match_missing")
def matches(request: SignedIn) -> HttpResponse:
    found = _listed(request, 50)
    view = request.GET.get("view", "")
    context = {
        "places": tabs(request.user, "matches"),
        "page": replace(found, rows=shown.rows(found.rows)),
        "views": shown.VIEWS,
        "view": view if view in dict(shown.VIEWS) else "decide",
        "last": shown.last_comparison(),
        "exports": exports(request, "matches_export"),
    }
    return render(request, "missing/matches.jinja", context)


@require_safe
@needs("match_missing")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    if not request.user.may("export_lists"):
        raise Http404
    access.log_list(request, "matches export")
    return export_response(kind, "matches", shown.HEADER, shown.for_export(_listed(request, MOST_ROWS).rows))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("match_missing")
def match(request: SignedIn, pk: int) -> HttpResponse:
    """Two records side by side; POST decides. A restricted one asks for a reason first."""
    user = request.user
    seen = Candidate.objects.visible_to(user)
    one = get_object_or_404(
        seen.select_related("child__pupil", "pupil__school", "school", "decided_by"), pk=pk
    )
    opened = [one.pupil] + ([one.child.pupil] if one.child.pupil not in (None, one.pupil) else [])
    for pupil in opened:
        if pupil.restricted and not access.is_open(user, pupil):
            return redirect(access.ask_reason_url(pupil, back=request.path))
    access.log_reads(request, [pupil.pk for pupil in opened], page="match")
    form = DecideForm(request.POST if request.method == "POST" else None)
    if form.is_bound and try_form(form, actions.decide, candidate_id=pk, by=user, at=timezone.now()):
        messages.success(request, _decided(form), extra_tags=f"match-{pk}")
        return redirect("match", pk=pk)
    context = {
        "one": one,
        "form": form,
        "sides": shown.sides(one.child, one.pupil),
        "likely": shown.likely(one),
        "colour": shown.COLOURS[one.state],
        "open": one.state in ("new", "unsure"),
        "to_find": one.state == Candidate.State.SAME
        and user.may("work_missing")
        and one.child.state in TO_FIND,
        "others": [row for row in shown.of_child(one.child, user) if row["pk"] != one.pk],
    }
    return render(request, "missing/match.jinja", context, status=400 if form.is_bound else 200)


def _decided(form: DecideForm) -> str:
    same = form.cleaned_data["outcome"] == Candidate.State.SAME
    return f"Your decision is recorded.{' Record where the child was found next.' if same else ''}"


@require_POST
@needs("match_missing")
def compare(request: SignedIn, pk: int) -> HttpResponse:
    """One missing child with the rolls, at once; leads back to the child's candidates."""
    child = get_object_or_404(MissingChild.objects.visible_to(request.user), pk=pk)
    try:
        new = actions.compare_child(child_id=child.pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        words = (
            "Compared with every roll: nothing new."
            if not new
            else f"Compared with every roll: {new} new to decide."
        )
        messages.success(request, words)
    return redirect("match_of_child", pk=pk)


@require_safe
@needs("match_missing")
def of_child(request: SignedIn, pk: int) -> HttpResponse:
    """Every candidate of one missing child."""
    seen = MissingChild.objects.visible_to(request.user).select_related("pupil")
    child = get_object_or_404(seen, pk=pk)
    if child.pupil is not None:
        if not access.may_open(request.user, child.pupil):
            return redirect(access.ask_reason_url(child.pupil, back=request.path))
        access.log_read(request, child.pupil, page="candidates")
    page = listing(
        shown.of_child(child, request.user),
        request.GET,
        [column for column in COLUMNS if column.key != "child"],
    )
    return render(request, "missing/match_of_child.jinja", {"child": child, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("match_missing")
def search(request: SignedIn) -> HttpResponse:
    """Who on any roll may be the child somebody describes; nothing is kept but that it was asked."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    found: list[dict[str, Any]] | None = None
    if form.is_bound and form.is_valid():
        access.log_list(request, "search on every roll")
        person = form.person()
        pairs = records.near(person).find(person, at_least=0.001)[:MOST]
        seen = Pupil.objects.visible_to(request.user).select_related("school")
        pupils = seen.in_bulk([pupil.key for pupil, _ in pairs])
        found = [
            {
                "pupil": shown.listed(pupils[other.key]), "url": reverse("pupil", args=[other.key]),
                "school": shown.school_of(pupils[other.key]),
                "born": None if pupils[other.key].restricted else pupils[other.key].date_of_birth,
                "reasons": ", ".join(likeness.reasons) or "–", "against": ", ".join(likeness.against) or "–",
            }
            for other, likeness in pairs if other.key in pupils
        ]  # fmt: skip
    context = {"places": tabs(request.user, "match_search"), "form": form, "found": found, "most": MOST}
    return render(
        request, "missing/match_search.jinja", context, status=400 if form.is_bound and found is None else 200
    )
