"""The initial investigation of a case on one page: written, checked, finished, agreed to, reviewed."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.actions import investigations as actions
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.forms_investigations import (
    AgencyForm,
    FinishForm,
    InvestigationForm,
    LearntForm,
    PeriodForm,
    ReviewForm,
    this_year,
)
from mainstay.service.casework.forms_passages import Box
from mainstay.service.casework.forms_visits import WordsForm
from mainstay.service.casework.models import Case, Investigation
from mainstay.service.casework.queries import passages
from mainstay.service.casework.steps_visits import INVESTIGATION
from mainstay.service.casework.views.opening import NONE, of_case
from mainstay.service.common import meanwhile
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import frame

State = Investigation.State
COLOURS: Final = {State.OPEN: "blue", State.FINISHED: "yellow", State.SEEN: "green"}


def _in_view(user: Any) -> QuerySet[Investigation]:
    return Investigation.objects.visible_to(user).select_related(
        "case__pupil__school",
        "case__school",
        "case__owner",
        "decision__by",
        "decision__approved_by",
        "checked_by",
    )


@require_safe
@needs("work_case")
@of_case(_in_view, "investigation")
def investigation(request: SignedIn, one: Investigation) -> HttpResponse:
    return page(request, one)


def page(
    request: SignedIn, one: Investigation, bound: Mapping[str, forms.Form] = NONE, *, status: int = 200
) -> HttpResponse:
    """The investigation as this person may change it; bound: forms that were not right, as they were typed."""
    user, is_open = request.user, one.state == State.OPEN
    steps = {step.name: step for step in INVESTIGATION.open_to(user, one.state)}
    finish = steps.get("finish")
    checks, seen = list(one.checks.select_related("by")), meanwhile.mark({"no_agencies": one.no_agencies})
    form = bound.get("form") or InvestigationForm(
        initial={"no_agencies": one.no_agencies}, boxes=_boxes(one, user)
    )
    context = {
        "one": one,
        "child": frame.identity(one.case.pupil, user),
        "colour": COLOURS[State(one.state)],
        "is_open": is_open,
        "form": form,
        "seen": seen,
        "theirs": [(form["no_agencies"].label, one.no_agencies or "Nothing")] if form.is_bound and request.POST.get("seen") != seen else [],
        "checks": checks,
        "learnt_forms": {} if one.case.closed_at else {
            check.pk: bound.get(f"learnt-{check.pk}") or LearntForm(check=check.pk) for check in checks
        },
        "reviews": list(one.reviews.select_related("by")),
        "missing": finish.missing(one) if finish else [],
        "period_form": bound.get("period") or PeriodForm(initial=this_year()),
        "agency_form": bound.get("agency") or AgencyForm(initial={"asked_on": timezone.localdate()}),
        "finish_form": bound.get("finish") or FinishForm(),
        "back_form": bound.get("back") or (_back_form() if "send_back" in steps else None),
        "may_agree": "agree" in steps and one.needs_agreement,
        "own": one.decision is not None and one.decision.by_id == user.pk,
        "review_form": bound.get("review") or (None if is_open or one.case.closed_at else ReviewForm()),
        "may_monitor": one.settled and one.recommendation == "monitor" and one.case.state == Case.State.INVESTIGATION,
        "both": status == 409,
        "wrong": list(bound.values()),
    }  # fmt: skip
    return render(request, "casework/investigation.jinja", context, status=400 if bound else status)


def _boxes(one: Investigation, user: Any) -> list[Box]:
    parents = parents_of(one.case.pupil_id, timezone.localdate())
    analysis = Box(
        "analysis",
        "Your analysis",
        "What keeps the child from school, what helps, what was tried, and what that tells.",
    )
    return passages.filled([*passages.views_of(parents), analysis], one, user)


def _back_form(data: Any = None) -> WordsForm:
    return WordsForm(
        data, label="What is still to be looked at", missing="Say what is still to be looked at", name="back"
    )


@require_POST
@needs("work_case")
@of_case(_in_view, "investigation")
def save(request: SignedIn, one: Investigation) -> HttpResponse:
    """Save the texts; where somebody wrote the same one meanwhile, the page shows both."""
    form = InvestigationForm(request.POST, boxes=_boxes(one, request.user))
    if not form.is_valid():
        return page(request, one, {"form": form})
    try:
        beside = actions.save(
            investigation_id=one.pk, no_agencies=form.cleaned_data["no_agencies"], typed=form.typed,
            seen=request.POST.get("seen", ""), by=request.user, at=timezone.now(),
        )  # fmt: skip
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return page(request, one, {"form": form})
    if beside:
        return page(request, _in_view(request.user).get(pk=one.pk), status=409)
    messages.success(request, "What you wrote is saved.", extra_tags=f"investigation-{one.pk}")
    return redirect("investigation", pk=one.pk)


def _take(
    request: SignedIn, one: Investigation, name: str, form: forms.Form, act: Callable[..., Any], done: str
) -> HttpResponse:
    """The step, from its form; refused, the page keeps what was typed and says why."""
    if form.is_valid():
        try:
            act(investigation_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done, extra_tags=f"investigation-{one.pk}-{name}")
            return redirect("investigation", pk=one.pk)
    return page(request, one, {name: form})


@require_POST
@needs("work_case")
@of_case(_in_view, "investigation")
def register(request: SignedIn, one: Investigation) -> HttpResponse:
    form = PeriodForm(request.POST)
    return _take(request, one, "period", form, actions.check_register, "The registers are checked.")


@require_POST
@needs("work_case")
@of_case(_in_view, "investigation")
def agency(request: SignedIn, one: Investigation) -> HttpResponse:
    return _take(
        request, one, "agency", AgencyForm(request.POST), actions.ask_agency, "The check is recorded."
    )


@require_POST
@needs("work_case")
@of_case(_in_view, "investigation")
def learnt(request: SignedIn, one: Investigation, check: int) -> HttpResponse:
    """What an agency answered later."""
    found = get_object_or_404(one.checks, pk=check)
    act = partial(actions.add_learnt, check_id=found.pk)
    return _take(
        request, one, f"learnt-{found.pk}", LearntForm(request.POST, check=found.pk), act, "What you learnt is added."
    )  # fmt: skip


@require_POST
@needs("work_case")
@of_case(_in_view, "investigation")
def finish(request: SignedIn, one: Investigation) -> HttpResponse:
    done = "The investigation is finished. The day of the review is among your deadlines."
    return _take(request, one, "finish", FinishForm(request.POST), actions.finish, done)


@require_POST
@needs("decide_fast_track")
@of_case(_in_view, "investigation")
def agree(request: SignedIn, one: Investigation) -> HttpResponse:
    return _do(request, one, lambda said: actions.agree(**said), "You agreed to the recommendation.")


@require_POST
@needs("decide_fast_track")
@of_case(_in_view, "investigation")
def send_back(request: SignedIn, one: Investigation) -> HttpResponse:
    form = _back_form(request.POST)
    if not form.is_valid():
        return page(request, one, {"back": form})
    because = form.cleaned_data["words"]
    return _do(
        request, one, lambda said: actions.send_back(because=because, **said), "It is sent back.", "back"
    )


@require_POST
@needs("work_case")
@of_case(_in_view, "investigation")
def review(request: SignedIn, one: Investigation) -> HttpResponse:
    return _take(request, one, "review", ReviewForm(request.POST), actions.review, "The review is recorded.")


@require_POST
@needs("work_case")
@of_case(_in_view, "investigation")
def monitor(request: SignedIn, one: Investigation) -> HttpResponse:
    """Where monitoring is recommended the case goes on to it."""
    return _do(request, one, lambda said: actions.monitor(**said), "The case is monitored now.")


def _do(
    request: SignedIn, one: Investigation, act: Callable[[dict[str, Any]], Any], done: str, name: str = ""
) -> HttpResponse:
    try:
        act({"investigation_id": one.pk, "by": request.user, "at": timezone.now()})
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done, extra_tags=f"investigation-{one.pk}-{name}" if name else "")
    return redirect("investigation", pk=one.pk)
