"""The duty rota of a month, filled by turns, and days swapped."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import plural
from mainstay.service.team import places
from mainstay.service.team.actions import duty as actions
from mainstay.service.team.forms_duty import FillForm, SwapForm
from mainstay.service.team.models import DutyDay
from mainstay.service.team.queries import duty as shown
from mainstay.service.team.terms import term_of
from mainstay.service.team.values import in_force
from mainstay.service.team.views.answers import try_form, try_step


def _month(text: str | None, today: date) -> date:
    """ "2026-11" as a day; this month for anything else."""
    return params.day(f"{text}-01") or today.replace(day=1)


@require_safe
@needs("see_duty_log")
def rota(request: SignedIn) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    first = _month(request.GET.get("month"), today)
    rows = shown.month(first, in_force(today)["closed_days"])
    before, after = shown.months(first)
    context = {
        "places": places.tabs(user, "duty_rota"),
        "rows": [row for row in rows if row["on"] >= today or row["day"]],
        "gaps": shown.gaps(rows, today),
        "month": first,
        "before": before,
        "after": after,
        "today": today,
        "may_edit": user.may("edit_rota"),
        "people": list(holding("take_calls", today).order_by("name", "pk")) if user.may("edit_rota") else [],
        "swaps": shown.swaps_of(user),
        "may_swap": user.may("take_calls"),
    }
    return render(request, "team/rota.jinja", context)


@require_POST
@needs("edit_rota")
def set_days(request: SignedIn) -> HttpResponse:
    """The days of the month as they stand in the form; those that are over are not in it."""
    today = timezone.localdate()
    people = {user.pk: user for user in holding("take_calls", today)}
    officers: dict[date, Any] = {}
    for name, value in request.POST.items():
        day = params.day(name.removeprefix("day-")) if name.startswith("day-") else None
        if day is not None:
            officers[day] = people.get(params.number(str(value)) or 0)
    said = {"officers": officers, "by": request.user, "at": timezone.now()}
    try_step(request, actions.set_days, "The rota is saved.", **said)
    month = _month(request.POST.get("month"), today)
    return redirect(f"{reverse('duty_rota')}?month={month:%Y-%m}")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_rota")
def fill(request: SignedIn) -> HttpResponse:
    today = timezone.localdate()
    turns = list(holding("work_case", today).values_list("pk", flat=True))
    initial = {"first": today, "last": term_of(today).last, "officers": turns}
    form = FillForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = {**form.cleaned_data, "officers": list(form.cleaned_data["officers"])}
        try:
            number = actions.fill(**said, by=request.user, at=timezone.now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{plural(number, 'day')} filled.")
            return redirect("duty_rota")
    return render(request, "team/rota_fill.jinja", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("take_calls")
def ask_swap(request: SignedIn, pk: int) -> HttpResponse:
    day = get_object_or_404(DutyDay.objects.select_related("officer"), pk=pk)
    form = SwapForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and try_form(form, actions.ask_swap, day_id=pk, by=request.user, at=timezone.now()):
        messages.success(request, "Your colleague is asked. Until they accept, the day is yours.")
        return redirect("duty_rota")
    context = {"form": form, "day": day, "own": day.officer_id == request.user.pk}
    return render(request, "team/swap.jinja", context, status=400 if form.is_bound else 200)


@require_POST
@needs("take_calls")
def answer_swap(request: SignedIn, pk: int) -> HttpResponse:
    said = {"swap_id": pk, "step": request.POST.get("step", ""), "by": request.user, "at": timezone.now()}
    try_step(request, actions.answer_swap, "Done: the rota says so.", **said)
    return redirect("duty_rota")
