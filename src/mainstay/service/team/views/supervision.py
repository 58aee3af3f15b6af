"""Supervision records: one's own, their pages for the two alone, and whose is overdue."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access
from mainstay.service.team import places
from mainstay.service.team.actions import supervision as actions
from mainstay.service.team.forms_people import ActionForm, BeginForm, DiscussForm, TextsForm
from mainstay.service.team.models import Supervision
from mainstay.service.team.queries import supervision as shown
from mainstay.service.team.steps import SUPERVISION
from mainstay.service.team.views.answers import try_form, try_step

COLUMNS = (
    Column("held_on", "Held on", nowrap=True),
    Column("other", "With"),
    Column("state", "State"),
)
WATCHED = (
    Column("officer", "Officer"),
    Column("last", "Last held", nowrap=True),
    Column("state", "This month"),
    Column("open", "Not signed by both", numeric=True),
)


@require_safe
@needs("have_supervision")
def supervisions(request: SignedIn) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    watched = shown.watched(today) if user.may("supervise") else []
    late, only = [row for row in watched if row["overdue"]], request.GET.get("state") == "overdue"
    context = {
        "places": places.tabs(user, "supervisions"),
        "mine": {"rows": shown.rows(user), "columns": COLUMNS},
        "watched": {"rows": late if only else watched, "columns": WATCHED},
        "overdue": len(late),
        "only": only,
        "supervises": user.may("supervise"),
    }
    return render(request, "team/supervisions.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("supervise")
def new(request: SignedIn) -> HttpResponse:
    form = BeginForm(
        request.POST if request.method == "POST" else None, user=request.user,
        initial={"officer": params.number(request.GET.get("officer"))},
    )  # fmt: skip
    if form.is_valid():
        try:
            record = actions.begin(**form.cleaned_data, by=request.user, at=timezone.now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("supervision", pk=record.pk)
    return render(request, "team/supervision_new.jinja", {"form": form}, status=400 if form.is_bound else 200)


def _found(request: SignedIn, pk: int) -> Supervision:
    """One of this person's own; for everybody else it is not there."""
    seen = Supervision.objects.visible_to(request.user).select_related("officer", "supervisor")
    return get_object_or_404(seen, pk=pk)


@require_safe
@needs("have_supervision")
def supervision(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _page(request: SignedIn, record: Supervision, **bound: forms.Form) -> HttpResponse:
    user = request.user
    writes = record.supervisor_id == user.pk and record.open
    texts = {name: getattr(record, name) for name in actions.TEXTS}
    every = list(record.discussed.select_related("pupil"))
    in_view = set(
        Pupil.objects.visible_to(user)
        .filter(pk__in={row.pupil_id for row in every})
        .values_list("pk", flat=True)
    )
    discussed = [row for row in every if row.pupil_id in in_view]
    closed = {row.pupil_id for row in discussed if row.pupil.restricted}
    closed -= access.opened_by(user, closed) if closed else set()
    access.log_reads(request, {row.pupil_id for row in discussed} - closed, page="supervision")
    text, colour = shown.state(record, user)
    own = record.officer_signed_at if record.officer_id == user.pk else record.supervisor_signed_at
    steps = {step.name for step in SUPERVISION.open_to(user, record.state)}
    context = {
        "record": record,
        "writes": writes,
        "discussed": discussed,
        "closed": closed,
        "out_of_view": len(every) - len(discussed),
        "actions": list(record.actions.select_related("owner")),
        "state": text,
        "colour": colour,
        "may_sign": own is None and not steps.isdisjoint({"sign", "countersign"}),
        "may_unsign": "unsign" in steps,
        "texts": bound.get("texts") or (TextsForm(initial=texts) if writes else None),
        "discuss": bound.get("discuss") or (DiscussForm(user=user) if writes else None),
        "act": bound.get("act") or (ActionForm(record=record) if writes else None),
    }
    return render(request, "team/supervision.jinja", context, status=400 if bound else 200)


@require_POST
@needs("supervise")
def write(request: SignedIn, pk: int) -> HttpResponse:
    return _take(request, pk, "texts", lambda _: TextsForm(request.POST), actions.write, "Saved.")


@require_POST
@needs("supervise")
def discuss(request: SignedIn, pk: int) -> HttpResponse:
    done = "The case is added; what was decided stands in the child’s chronology."
    make = lambda _: DiscussForm(request.POST, user=request.user)  # noqa: E731
    return _take(request, pk, "discuss", make, actions.discuss, done)


@require_POST
@needs("supervise")
def act(request: SignedIn, pk: int) -> HttpResponse:
    make = lambda record: ActionForm(request.POST, record=record)  # noqa: E731
    return _take(request, pk, "act", make, actions.act, "The action is added, with a deadline.")


def _take(
    request: SignedIn,
    pk: int,
    name: str,
    make: Callable[[Supervision], forms.Form],
    action: Callable[..., Any],
    done: str,
) -> HttpResponse:
    record = _found(request, pk)
    form = make(record)
    if try_form(form, action, supervision_id=pk, by=request.user, at=timezone.now()):
        messages.success(request, done, extra_tags=f"supervision-{name}-{pk}")
        return redirect("supervision", pk=pk)
    return _page(request, record, **{name: form})


@require_POST
@needs("have_supervision")
def sign(request: SignedIn, pk: int) -> HttpResponse:
    """Sign, or take signatures back so that it can be changed."""
    _found(request, pk)
    said = {"supervision_id": pk, "by": request.user, "at": timezone.now()}
    if request.POST.get("step") == "unsign":
        try_step(request, actions.unsign, "The record can be changed again.", **said)
    elif request.POST.get("step") == "sign":
        try_step(request, actions.sign, "Signed.", **said)
    return redirect("supervision", pk=pk)
