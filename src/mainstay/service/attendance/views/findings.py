"""The findings worklist, one finding with its Answer, and the recorded consideration."""

from dataclasses import replace
from datetime import timedelta
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.models import User
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.attendance.actions.consider import consider as record_consideration
from mainstay.service.attendance.findings.steps import STEPS
from mainstay.service.attendance.forms import ConsiderationForm, FindingsFilter, SavedViewForm
from mainstay.service.attendance.models import Finding, SavedView
from mainstay.service.attendance.providers import next_steps
from mainstay.service.attendance.queries import findings as shown
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing, order_of, with_query
from mainstay.service.directory.models import School
from mainstay.service.record import access, frame

#: strongest first, and of equals the one that lasts longest
STRONGEST = "weight,-since"
COLUMNS = (
    Column("name", "Child", sort="pupil__key"),
    Column("year_group", "Year", sort="pupil__year_group"),
    Column("school_name", "School", sort="school__key"),
    Column("kind", "What was found", sort="kind"),
    Column("strength", "How strong", sort=STRONGEST),
    Column("since", "Since", sort="since", nowrap=True),
    Column("reached_on", "Met on", sort="reached_on", nowrap=True),
    Column("found_at", "Found", sort="found_at", nowrap=True),
    Column("last_choice", "What was tried"),
)


def filtered(user: Any, wanted: dict[str, Any]) -> QuerySet[Finding]:
    """The findings this person may see that fit the filters."""
    found = Finding.objects.visible_to(user)
    if wanted["state"] != "all":
        found = found.filter(state=wanted["state"] or Finding.State.OPEN)
    if wanted["kind"]:
        found = found.filter(kind__in=wanted["kind"])
    if wanted["scope"] == "mine":
        found = found.filter(shown.mine(user))
    elif wanted["scope"] == "alerts":
        found = found.filter(alerted_at__isnull=False)
    if wanted["owner"]:
        found = found.filter(owner=None if wanted["owner"] == shown.NOBODY else wanted["owner"])
    if wanted["school"]:
        found = found.filter(school_id=wanted["school"])
    if wanted["year_group"]:
        found = found.filter(pupil__year_group=wanted["year_group"])
    if wanted["age"]:
        found = found.filter(found_at__lt=timezone.now() - timedelta(days=wanted["age"]))
    return found


def _wanted(request: SignedIn) -> dict[str, Any]:
    form = FindingsFilter(request.GET)
    form.is_valid()
    return form.cleaned_data


def _scopes(user: Any) -> list[tuple[str, str]]:
    """A school user's schools are all there is to see."""
    choices = [("", "All I may see"), ("mine", "My schools"), ("alerts", "With an alert")]
    return [c for c in choices if c[0] != "mine" or not user.is_school_user]


def _owners(user: Any, wanted: str) -> list[tuple[str, str]]:
    """Officers to filter by, and whoever is filtered by now though they are none any more; none for a school."""
    if not shown.shows_considerations(user):
        return []
    officers = holding("consider_finding", timezone.localdate())
    if wanted.isdecimal():
        officers = officers | User.objects.filter(pk=wanted).order_by("name")
    people = [(str(pk), name) for pk, name in officers.values_list("pk", "name")]
    return [("", "Anybody"), (shown.NOBODY, "Nobody"), *people]


@require_safe
@needs("see_findings")
def findings(request: SignedIn) -> HttpResponse:
    wanted = _wanted(request)
    found = shown.with_last_choice(
        filtered(request.user, wanted).select_related("pupil", "school"), request.user
    )
    columns = COLUMNS if shown.shows_considerations(request.user) else COLUMNS[:-1]
    page = listing(found, request.GET, columns, default_sort="-strength")
    page = replace(page, rows=shown.rows(page.rows, request.GET.urlencode()))
    schools = School.objects.visible_to(request.user).values_list("pk", "name")
    here = with_query(request.GET, page=None)
    return render(
        request,
        "attendance/findings.jinja",
        {
            "page": page,
            "wanted": wanted,
            "scopes": _scopes(request.user),
            "owners": _owners(request.user, wanted["owner"]),
            "sort": request.GET.get("sort", ""),
            "kinds": Finding.Kind.choices,
            "counts": shown.open_by_kind(request.user),
            "exports": exports(request, "findings_export"),
            "schools": schools,
            "views": [
                {
                    "pk": v.pk,
                    "text": v.name,
                    "href": reverse("findings") + v.query,
                    "current": v.query == here,
                }
                for v in SavedView.objects.filter(user=request.user, page="findings").order_by("name")
            ],
            "view_query": here,
        },
    )


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the worklist shows, all pages."""
    user = request.user
    access.log_list(request, "findings export")
    found = shown.with_last_choice(filtered(user, _wanted(request)).select_related("pupil", "school"), user)
    page = listing(found, request.GET, COLUMNS, default_sort="-strength", page_size=MOST_ROWS)
    return export_response(kind, "findings", shown.header(user), shown.for_export(page.rows, user))


def _finding(request: SignedIn, pk: int) -> Finding:
    found = Finding.objects.visible_to(request.user).select_related("pupil__school", "school", "owner")
    return get_object_or_404(found, pk=pk)


def _following(request: SignedIn, finding: Finding) -> QuerySet[Finding]:
    """What comes after it on the worklist it was opened from, as filtered and sorted there."""
    order = order_of(request.GET, COLUMNS, "-strength")
    after, same = Q(), Q()
    for field in order:
        name = field.removeprefix("-")
        value = attrgetter(name.replace("__", "."))(finding)
        after |= same & Q(**{f"{name}__{'lt' if name != field else 'gt'}": value})
        same &= Q(**{name: value})
    return filtered(request.user, _wanted(request)).filter(after).order_by(*order)


def _page(request: SignedIn, finding: Finding, form: ConsiderationForm | None) -> HttpResponse:
    following = _following(request, finding)
    considerations = shown.considerations_of(finding, request.user)
    return render(
        request,
        "attendance/finding.jinja",
        {
            "finding": finding,
            "child": frame.identity(finding.pupil, request.user),
            "answer": shown.answer_of(finding, request.user),
            "grids": shown.grids_of(finding, request.user),
            "shows_considerations": shown.shows_considerations(request.user),
            "considerations": considerations,
            "considerations_shown": shown.timeline_of(considerations),
            "others": shown.others_of(finding, request.user),
            "form": form,
            "next_steps": [step for given in next_steps.ask(finding, request.user) for step in given],
            "next_pk": following.values_list("pk", flat=True).first(),
            "query": request.GET.urlencode(),
        },
        status=400 if form is not None and form.is_bound else 200,
    )


@require_safe
@needs("see_findings")
def finding(request: SignedIn, pk: int) -> HttpResponse:
    one = _finding(request, pk)
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
    access.log_read(request, one.pupil, page="finding")
    steps = STEPS.open_to(request.user, one.state)
    return _page(request, one, ConsiderationForm(steps=steps) if steps else None)


@require_POST
@needs("consider_finding")
def consider(request: SignedIn, pk: int) -> HttpResponse:
    one = _finding(request, pk)
    if not access.may_open(request.user, one.pupil):
        raise Http404
    form = ConsiderationForm(request.POST, steps=STEPS.values())
    if form.is_valid():
        try:
            record_consideration(finding_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _after(request, one)
    return _page(request, one, form)


def _after(request: SignedIn, done: Finding) -> HttpResponse:
    """On to the next finding of the same worklist, or back to it."""
    from django.contrib import messages

    messages.success(
        request,
        f"Your consideration is recorded: {done.get_kind_display().lower()}.",
        extra_tags=f"finding-{done.pk}",
    )
    following = params.number(request.POST.get("next"))
    query = "?" + request.GET.urlencode() if request.GET else ""
    if request.POST.get("and_next") and following:
        return redirect(f"/findings/{following}/{query}")
    return redirect(f"/findings/{query}")


@require_POST
@needs("see_findings")
def add_view(request: SignedIn) -> HttpResponse:
    form = SavedViewForm(request.POST)
    query = request.POST.get("query", "")[:500]
    if form.is_valid():
        SavedView.objects.update_or_create(
            user=request.user, page="findings", name=form.cleaned_data["name"], defaults={"query": query}
        )
    return redirect("/findings/" + (query if query.startswith("?") else ""))


@require_POST
@needs("see_findings")
def remove_view(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(SavedView, pk=pk, user=request.user).delete()
    return redirect("findings")
