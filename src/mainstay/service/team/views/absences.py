"""Leave and sickness, and the meetings that fall into them."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import and_list, plural
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.record.models import Meeting
from mainstay.service.team import places
from mainstay.service.team.actions import away as actions
from mainstay.service.team.actions import covering
from mainstay.service.team.forms import AbsenceForm, DeclineForm, EndForm, RearrangeForm
from mainstay.service.team.models import Absence, Cover
from mainstay.service.team.queries import away as shown
from mainstay.service.team.queries import free
from mainstay.service.team.steps import ABSENCE
from mainstay.service.team.times import instant
from mainstay.service.team.views.answers import try_form, try_step

COLUMNS = (
    Column("officer", "Who", sort="officer__name"),
    Column("when", "When", sort="starts"),
    Column("kind", "Why"),
    Column("stands_in", "Who answers instead"),
    Column("needed", "To cover"),
)
GET_POST = ["GET", "HEAD", "POST"]


@require_safe
@needs("plan_absence")
def absences(request: SignedIn) -> HttpResponse:
    user = request.user
    page = listing(shown.upcoming(timezone.now()), request.GET, COLUMNS, default_sort="when")
    context = {
        "places": places.tabs(user, "absences"),
        "page": page,
        "rows": shown.rows(page.rows, user),
        "asked": shown.asked_of(user),
        "child": shown.child,
        "may_arrange": user.may("arrange_cover"),
    }
    return render(request, "team/absences.jinja", context)


@require_http_methods(GET_POST)
@needs("plan_absence")
def new(request: SignedIn) -> HttpResponse:
    """One's own."""
    return _new(request, AbsenceForm(_data(request), of=request.user), {"officer": request.user})


@require_http_methods(GET_POST)
@needs("arrange_cover")
def new_for_colleague(request: SignedIn) -> HttpResponse:
    return _new(request, AbsenceForm(_data(request), of=None), {})


def _data(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


def _new(request: SignedIn, form: AbsenceForm, said: dict[str, Any]) -> HttpResponse:
    made: list[Absence] = []

    def act(**given: Any) -> None:
        made.append(actions.enter(**given, by=request.user, at=timezone.now()))

    if form.is_bound and try_form(form, act, **said):
        messages.success(request, "The absence is entered. Below are the meetings that need somebody.")
        return redirect("absence", pk=made[0].pk)
    context = {"form": form, "own": bool(said)}
    return render(request, "team/absence_new.jinja", context, status=400 if form.is_bound else 200)


def _found(pk: int) -> Absence:
    return get_object_or_404(Absence.objects.select_related("officer", "stands_in"), pk=pk)


@require_safe
@needs("plan_absence")
def absence(request: SignedIn, pk: int) -> HttpResponse:
    one = _found(pk)
    return _page(request, one, EndForm(initial={"last_on": one.last_on, "last_half": one.last_half}))


@require_POST
@needs("plan_absence")
def end(request: SignedIn, pk: int) -> HttpResponse:
    """Back sooner, or away longer."""
    form = EndForm(request.POST)
    if try_form(form, actions.move_end, absence_id=pk, by=request.user, at=timezone.now()):
        messages.success(
            request, "The absence ends on another day. Below are the meetings that need somebody."
        )
        return redirect("absence", pk=pk)
    return _page(request, _found(pk), form)


def _page(request: SignedIn, one: Absence, ends: EndForm) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    meetings, covers = shown.open_meetings(one, user), shown.covers(one, user)
    people, days = shown.colleagues(one, today), list(free.days_to_cover(one, today))
    asked = {each.meeting_id: each for each in covers if each.meeting_id and each.state == Cover.State.ASKED}
    context = {
        "absence": one,
        "words": shown.words(one),
        "kind": one.kind_for(user),
        "rows": shown.cover_rows(meetings, people, asked),
        "days": shown.day_rows(days, people, covers),
        "covers": covers,
        "colleagues": people,
        "may": bool(ABSENCE.open_to(user, one.state)) and actions.may_arrange(user, one.officer_id),
        "may_move": user.may("arrange_cover"),
        "own": user.pk == one.officer_id,
        "ends": ends,
    }
    return render(request, "team/absence.jinja", context, status=400 if ends.is_bound else 200)


@require_POST
@needs("plan_absence")
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    said = {"absence_id": pk, "by": request.user, "at": timezone.now()}
    try_step(
        request,
        actions.cancel,
        "The absence is cancelled. Colleagues who accepted keep the meetings.",
        **said,
    )
    return redirect("absences")


@require_POST
@needs("plan_absence")
def ask(request: SignedIn, pk: int) -> HttpResponse:
    """First what the colleague's calendar says to the ticked meetings and days, then the asking itself."""
    one = _found(pk)
    ids = [n for text in request.POST.getlist("meeting") if (n := params.number(text)) is not None]
    days = [day for text in request.POST.getlist("day") if (day := params.day(text)) is not None]
    wanted = params.number(request.POST.get("colleague"))
    colleague = next((u for u in shown.colleagues(one, timezone.localdate()) if u.pk == wanted), None)
    if colleague is None or not (ids or days):
        messages.error(request, "Tick the meetings and days, and choose a colleague.")
        return redirect("absence", pk=pk)
    if request.POST.get("action") == "ask":
        said = {
            "absence_id": pk,
            "meeting_ids": ids,
            "days": days,
            "colleague": colleague,
            "by": request.user,
        }
        done = f"{colleague.name} is asked. Until they accept, all stays as it is."
        try_step(request, covering.ask, done, **said, at=timezone.now())
        return redirect("absence", pk=pk)
    chosen = [meeting for meeting in shown.open_meetings(one, request.user) if meeting.pk in set(ids)]
    duty = [day.on for day in free.days_to_cover(one, timezone.localdate()) if day.on in days]
    found = [*free.preview(chosen, colleague), *free.preview_days(duty, colleague)]
    counted = ((len(chosen), "meeting"), (len(duty), "duty day"))
    what = and_list([plural(number, noun) for number, noun in counted if number])
    context = {
        "absence": one,
        "colleague": colleague,
        "found": found,
        "possible": [each for each in found if not each.problem],
        "heading": f"Ask {colleague.name} to take {what or 'nothing'}?",
    }
    return render(request, "team/cover_preview.jinja", context)


@require_http_methods(GET_POST)
@needs("arrange_cover")
def rearrange(request: SignedIn, pk: int, meeting: int) -> HttpResponse:
    one = _found(pk)
    seen = Meeting.objects.visible_to(request.user).order_by().values("pk")
    found = get_object_or_404(
        Meeting.objects.filter(pk__in=seen).select_related("school"), pk=meeting, organiser=one.officer_id
    )
    long = int((found.ends - found.starts).total_seconds() // 60)
    form = RearrangeForm(_data(request), initial={"minutes": long, "where": found.where})
    if form.is_valid():
        said = form.cleaned_data
        starts = instant(said["on"], said["at"])
        try:
            covering.rearrange(
                absence_id=pk, meeting_id=meeting, starts=starts, ends=starts + timedelta(minutes=said["minutes"]),
                where=said["where"], because=said["because"], by=request.user, at=timezone.now(),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The meeting is moved; calendars follow and the school is told.")
            return redirect("absence", pk=pk)
    by_letter = found.guests.filter(email="").count()
    context = {"absence": one, "meeting": found, "form": form, "by_letter": by_letter}
    return render(request, "team/cover_rearrange.jinja", context, status=400 if form.is_bound else 200)


@require_POST
@needs("hold_meetings")
def answer(request: SignedIn, pk: int) -> HttpResponse:
    """The colleague asked accepts or declines."""
    said = {"cover_id": pk, "by": request.user, "at": timezone.now()}
    if request.POST.get("step") == "decline":
        form = DeclineForm(request.POST)
        because = form.cleaned_data["because"] if form.is_valid() else ""
        try_step(request, covering.decline, "Declined: whoever asked is told.", because=because, **said)
    elif request.POST.get("step") == "accept":
        try_step(
            request, covering.accept, "It is yours. Calendars follow, and a meeting’s school is told.", **said
        )
    return redirect("absences")


@require_POST
@needs("hold_meetings")
def accept_all(request: SignedIn) -> HttpResponse:
    """Accept whatever one is asked for; what cannot be accepted is said, the rest is."""
    accepted = 0
    for cover in shown.asked_of(request.user):
        try:
            covering.accept(cover_id=cover.pk, by=request.user, at=timezone.now())
        except StepRefused as refusal:
            messages.error(request, f"{covering.what(cover)}: {refusal}")
        else:
            accepted += 1
    if accepted:
        done = f"{plural(accepted, 'request')} accepted. Calendars follow, and the schools are told."
        messages.success(request, done)
    return redirect("absences")


@require_POST
@needs("plan_absence")
def undo(request: SignedIn, pk: int) -> HttpResponse:
    said = {"cover_id": pk, "by": request.user, "at": timezone.now()}
    try_step(request, covering.undo, "Taken back.", **said)
    cover = Cover.objects.filter(pk=pk).first()
    return redirect("absence", pk=cover.absence_id) if cover else redirect("absences")
