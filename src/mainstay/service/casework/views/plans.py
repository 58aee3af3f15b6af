"""One plan: begun, written, offered, agreed or not, started, ended."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework import information
from mainstay.service.casework.actions import plan_writing
from mainstay.service.casework.actions import plans as actions
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.forms_passages import Box
from mainstay.service.casework.forms_plans import (
    BeginForm,
    ConsentForm,
    CopyForm,
    CopyGivenForm,
    EndForm,
    PlanForm,
    PlanTextForm,
    PromiseForm,
    ReportForm,
    SignForm,
)
from mainstay.service.casework.forms_visits import WordsForm
from mainstay.service.casework.leading import by_school, leads, officer_of, speaks_for
from mainstay.service.casework.models import Case, Consultation, Plan, Referral
from mainstay.service.casework.papers_visits import SITUATION, VOLUNTARY, words_of
from mainstay.service.casework.queries import passages
from mainstay.service.casework.queries import plans as shown
from mainstay.service.casework.register_check import shown_to
from mainstay.service.casework.views.opening import NONE, cases, of_case
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.record import access, frame

State = Plan.State
#: steps without words of their own
PLAIN: Final[dict[str, tuple[Callable[..., Plan], str]]] = {
    "offer": (actions.offer, "The plan is offered: its words stand now."),
    "start": (actions.start, "The plan runs. Each parent is due a copy within a week."),
    "not_agreed": (actions.not_agreed, "It is kept that the plan was not agreed."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("work_case")
@of_case(cases, "plan new")
def new(request: SignedIn, case: Case) -> HttpResponse:
    form = PlanForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = plan_writing.begin(
                case_id=case.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The plan is begun. Write down what each side promises.")
            return redirect("plan", pk=made.pk)
    context = {"case": case, "child": frame.identity(case.pupil, request.user), "form": form}
    return render(request, "casework/plan_new.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("write_plans")
@access.opened("plan begin")
def begin(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """Before a case; ``?consultation=`` or ``?referral=`` says what it follows from."""
    user = request.user
    follows = _follows(request, pupil)
    bought = follows["consultation"] and follows["consultation"].outcome == Consultation.Outcome.PURCHASED
    form = BeginForm(
        request.POST if request.method == "POST" else None, of_school=user.is_school_user, initial={"purchased": bought}
    )  # fmt: skip
    if form.is_valid():
        try:
            made = plan_writing.begin_before(
                pupil=pupil, by=user, at=timezone.now(), **follows, **form.cleaned_data
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The plan is begun. Write down what each side promises.")
            return redirect("plan", pk=made.pk)
    context = {"pupil": pupil, "child": frame.identity(pupil, user), "form": form}
    return render(request, "casework/plan_new.jinja", context, status=400 if form.is_bound else 200)


def _follows(request: SignedIn, pupil: Pupil) -> dict[str, Any]:
    """What of this child the address names and this person may see."""
    asked = {name: params.number(request.GET.get(name)) or 0 for name in ("consultation", "referral")}
    return {
        "consultation": Consultation.objects.visible_to(request.user).filter(pupil=pupil, pk=asked["consultation"]).first(),
        "referral": Referral.objects.visible_to(request.user).filter(pupil=pupil, pk=asked["referral"]).first(),
    }  # fmt: skip


@require_safe
@needs("see_cases")
@of_case(shown.shown_with, "plan")
def plan(request: SignedIn, one: Plan) -> HttpResponse:
    return page(request, one)


def page(
    request: SignedIn, one: Plan, bound: Mapping[str, forms.Form] = NONE, *, status: int = 200
) -> HttpResponse:
    """The plan as this person may change it; bound: forms that were not right, as they were typed."""
    user = request.user
    works, steps = leads(user, one), shown.steps(one, user)
    lines, parents = (
        list(one.lines.select_related("changed_by")),
        _parents(one, user) if works else [],
    )
    copies = list(one.copies.select_related("parent", "service")) if works else []
    writes = works and one.state == State.DRAFT
    context: dict[str, Any] = {
        "plan": one,
        "child": frame.identity(one.pupil, user),
        "colour": shown.COLOURS[one.state],
        "voluntary": VOLUNTARY.get(Plan.Kind(one.kind), ""),
        "steps": steps,
        "blocked": [(step, missing) for step, missing in steps.values() if missing],
        "lines": lines,
        "line_colours": shown.LINE_COLOURS,
        "reports": _reports(one, lines, user, bound),
        "led_by": _led_by(one, user),
        "words": [] if writes else words_of(one),
        "consents": list(one.consents.select_related("parent")),
        "consent_form": bound.get("consent") or (ConsentForm(parents=parents) if works and one.kind == Plan.Kind.EARLY_HELP and one.state in actions.OPEN else None),
        "information": information.beside(one, one.pupil, user) if one.state != State.DROPPED else None,
        "text_form": bound.get("text") or (PlanTextForm(plan=one, boxes=_boxes(one, user)) if writes else None),
        "promise_form": bound.get("promise") or (PromiseForm(initial={"due_on": one.review_on}) if writes else None),
        "drop_form": bound.get("drop") or (WordsForm(label="Why it is not offered") if writes else None),
        "signatures": list(one.signatures.all()),
        "sign_form": bound.get("sign") or (SignForm(parents=parents) if works and one.state == State.OFFERED else None),
        "end_form": bound.get("end") or (EndForm() if "end" in steps else None),
        "reviews": [
            (row, shown_to(user, row.register)) for row in one.reviews.select_related("by").prefetch_related("ticks__line")
        ],
        "copies": copies,
        "given_forms": {c.pk: bound.get(f"given-{c.pk}") or CopyGivenForm(copy=c.pk) for c in copies if not c.service_id},
        "copy_form": CopyForm(parents=parents) if parents and one.state in (State.OFFERED, State.RUNNING) else None,
        "works": works,
        "both": status == 409,
        "wrong": list(bound.values()),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "casework/plan.jinja", context, status=400 if bound else status)


def _parents(one: Plan, user: Any) -> list[Parent]:
    """Today's parents of the child; none for a school the child has left."""
    return parents_of(one.pupil_id, timezone.localdate()) if frame.is_present(one.pupil, user) else []


def _reports(
    one: Plan, lines: list[Any], user: Any, bound: Mapping[str, forms.Form]
) -> dict[int, forms.Form]:
    """A form for each promise this person may say something about."""
    if one.state != State.RUNNING:
        return {}
    sides = speaks_for(user, one)
    return {
        line.pk: bound.get(f"report-{line.pk}") or ReportForm(line=line)
        for line in lines
        if line.owner in sides
    }


def _led_by(one: Plan, user: Any) -> str:
    """Who leads it, in words."""
    if by_school(one):
        return f"{one.school.name}, until a case is opened"
    officer = officer_of(one, timezone.localdate())
    return officer.name if officer and user.sees_all_schools else "The education welfare service"


def _boxes(one: Plan, user: Any) -> list[Box]:
    hint = "What goes well, what is hard, what the child and each parent want. The family reads this, and so does the school."
    areas = [Box(area["key"], area["text"], area["hint"]) for area in one.areas]
    return passages.filled(areas or [Box(SITUATION, "Where we start from", hint)], one, user)


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def write(request: SignedIn, one: Plan) -> HttpResponse:
    """Save words and days; where somebody wrote the same text meanwhile, the page shows both."""
    form = PlanTextForm(request.POST, plan=one, boxes=_boxes(one, request.user))
    if not form.is_valid():
        return page(request, one, {"text": form})
    try:
        beside = plan_writing.write(plan_id=one.pk, by=request.user, at=timezone.now(), **form.values)
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return page(request, one, {"text": form})
    if beside:
        return page(request, shown.shown_with(request.user).get(pk=one.pk), status=409)
    messages.success(request, "What you wrote is saved.", extra_tags=f"plan-{one.pk}")
    return redirect("plan", pk=one.pk)


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def promise(request: SignedIn, one: Plan) -> HttpResponse:
    return take(
        request,
        one,
        "promise",
        PromiseForm(request.POST),
        plan_writing.promise,
        "The promise is written down.",
    )


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def promise_out(request: SignedIn, one: Plan, line: int) -> HttpResponse:
    return do(request, one, plan_writing.take_out, "The promise is taken out.", line_id=line)


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def step(request: SignedIn, one: Plan) -> HttpResponse:
    """A step without words of its own: ``step`` says which."""
    act, done = PLAIN.get(request.POST.get("step", ""), (None, ""))
    if act is None:
        messages.error(request, "Choose what to do with the plan.")
        return redirect("plan", pk=one.pk)
    return do(request, one, act, done, plan_id=one.pk)


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def drop(request: SignedIn, one: Plan) -> HttpResponse:
    form = WordsForm(request.POST, label="Why it is not offered")
    if not form.is_valid():
        return page(request, one, {"drop": form})
    return do(request, one, actions.drop, "It is kept that the plan is not offered.", plan_id=one.pk,
              because=form.cleaned_data["words"])  # fmt: skip


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def sign(request: SignedIn, one: Plan) -> HttpResponse:
    form = SignForm(request.POST, parents=_parents(one, request.user))
    return take(request, one, "sign", form, actions.sign, "It is kept what they said.")


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def consent(request: SignedIn, one: Plan) -> HttpResponse:
    """Somebody agreed to an assessment."""
    form = ConsentForm(request.POST, parents=_parents(one, request.user))
    return take(request, one, "consent", form, actions.agree_to_share, "It is kept who agreed.")


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def consent_end(request: SignedIn, one: Plan, consent: int) -> HttpResponse:
    done = "It is kept that they no longer agree. Nothing more is shared on their word."
    return do(request, one, actions.take_back, done, plan_id=one.pk, consent_id=consent)


@require_POST
@needs("write_plans")
@of_case(shown.shown_with, "plan")
def end(request: SignedIn, one: Plan) -> HttpResponse:
    return take(request, one, "end", EndForm(request.POST), actions.end, "The plan is ended.")


def take(
    request: SignedIn, one: Plan, name: str, form: forms.Form, act: Callable[..., Any], done: str, **keys: Any
) -> HttpResponse:
    """The step, from its form; refused, the page keeps what was typed and says why. keys: what it is done to."""
    if form.is_valid():
        said = getattr(form, "values", form.cleaned_data)
        try:
            act(by=request.user, at=timezone.now(), **(keys or {"plan_id": one.pk}), **said)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done, extra_tags=f"plan-{one.pk}-{name}")
            return redirect("plan", pk=one.pk)
    return page(request, one, {name: form})


def do(request: SignedIn, one: Plan, act: Callable[..., Any], done: str, **said: Any) -> HttpResponse:
    """The step without a form."""
    try:
        act(by=request.user, at=timezone.now(), **said)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("plan", pk=one.pk)
