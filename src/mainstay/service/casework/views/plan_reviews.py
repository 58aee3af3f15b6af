"""While a plan runs: what became of each promise, its reviews, the parents' copies; and the list of plans."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework import places
from mainstay.service.casework.actions import plan_reviews as actions
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.forms_plans import (
    KINDS,
    STATES,
    CopyForm,
    CopyGivenForm,
    PlanReviewForm,
    PlansFilter,
    ReportForm,
)
from mainstay.service.casework.leading import leads
from mainstay.service.casework.models import Plan, PlanCopy
from mainstay.service.casework.queries import plans as shown
from mainstay.service.casework.register_check import check
from mainstay.service.casework.views.opening import of_case
from mainstay.service.casework.views.plans import do, take
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.uploads.store import file_response
from mainstay.service.directory.models import School
from mainstay.service.record import access, frame

COLUMNS: Final = (
    Column("child", "Child", sort="pupil__key"),
    Column("school", "School", sort="school__key"),
    Column("kind", "Kind", sort="kind"),
    Column("state", "State", sort="state"),
    Column("review_on", "Review", sort="review_on", nowrap=True),
    Column("done", "Promises kept", sort="done"),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, PlansFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="review_on", page_size=page_size)


@require_safe
@needs("see_cases")
def plans(request: SignedIn) -> HttpResponse:
    form, found = PlansFilter(request.GET), _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(request.user, "plans"),
        "wanted": form.wanted,
        "states": STATES,
        "kinds": KINDS,
        "schools": list(School.objects.visible_to(request.user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "plans_export"),
        "filtered": any(form.wanted.values()),
        "today": timezone.localdate(),
    }
    return render(request, "casework/plans.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "plans export")
    return export_response(kind, "plans", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows))


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def report(request: SignedIn, one: Plan, line: int) -> HttpResponse:
    """What became of one promise; a school of its own alone."""
    of_plan = one.lines.filter(pk=line).first()
    if of_plan is None:
        messages.error(request, "There is no such promise.")
        return redirect("plan", pk=one.pk)
    form = ReportForm(request.POST, line=of_plan)
    return take(
        request,
        one,
        f"report-{line}",
        form,
        actions.report,
        "It is kept how the promise stands.",
        line_id=line,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("write_plans")
@of_case(shown.shown_with, "plan review")
def review(request: SignedIn, one: Plan) -> HttpResponse:
    """Everybody looks back together."""
    today = timezone.localdate()
    form = PlanReviewForm(request.POST if request.method == "POST" else None, lines=list(one.lines.all()))
    if form.is_valid():
        try:
            actions.review(plan_id=one.pk, by=request.user, at=timezone.now(), **form.values)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The review is recorded.", extra_tags=f"plan-review-{one.pk}")
            return redirect("plan", pk=one.pk)
    context = {
        "plan": one,
        "child": frame.identity(one.pupil, request.user),
        "form": form,
        "register": check(
            one.pupil_id,
            min(one.starts_on, today),
            today,
            None if request.user.sees_all_schools else one.school_id,
        ),
        "runs": one.state == Plan.State.RUNNING,
        "leads": leads(request.user, one),
    }
    return render(request, "casework/plan_review.jinja", context, status=400 if form.is_bound else 200)


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def copy(request: SignedIn, one: Plan) -> HttpResponse:
    """Make the copy of one parent."""
    form = CopyForm(request.POST, parents=parents_of(one.pupil_id, timezone.localdate()))
    if not form.is_valid():
        messages.error(request, "Choose for whom the copy is.")
        return redirect("plan", pk=one.pk)
    done = "The copy is made. Print it, and record how it was given."
    return do(request, one, actions.make_copy, done, plan_id=one.pk, parent=form.cleaned_data["parent"])


@require_safe
@needs("write_plans")
@of_case(shown.shown_with, "plan copy")
def copy_file(request: SignedIn, one: Plan, copy: int) -> HttpResponseBase:
    """The copy as a PDF; its file name tells nothing about the child. Not for a school the child has left."""
    found = get_object_or_404(PlanCopy.objects.select_related("document__file"), pk=copy, plan=one)
    if not frame.is_present(one.pupil, request.user):
        raise Http404
    return file_response(found.document.file, f"{one.number}-{found.pk}.pdf")


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def copy_given(request: SignedIn, one: Plan, copy: int) -> HttpResponse:
    """How and when a copy was given."""
    found = get_object_or_404(PlanCopy, pk=copy, plan=one)
    form = CopyGivenForm(request.POST, copy=found.pk)
    done = "It is recorded how the copy was given."
    return take(request, one, f"given-{copy}", form, actions.copy_given, done, copy_id=copy)
