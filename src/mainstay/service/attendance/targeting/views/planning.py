"""Planning a meeting, moving and cancelling it, and making its pack."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.targeting.actions import planning
from mainstay.service.attendance.targeting.forms import AskForm, CancelForm, MoveForm, PlanForm, SchoolForm
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.attendance.targeting.queries import meetings as shown
from mainstay.service.attendance.targeting.views.found import meeting_of, take
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.directory.models import School
from mainstay.service.directory.relations import link_officer

State = TargetingMeeting.State


@require_http_methods(["GET", "HEAD", "POST"])
@needs("hold_meetings")
def new(request: SignedIn) -> HttpResponse:
    """First the school, then the rest."""
    schools = School.objects.visible_to(request.user).filter(closed_on=None).order_by("key")
    asked = params.number(request.GET.get("school"))
    school = schools.filter(pk=asked).first() if asked else None
    if school is None:
        return _choose(request, schools)
    people = shown.people_of(school)
    form = _plan_form(request, school, people)
    if form.is_bound and form.is_valid():
        chosen = [people[key][0] for key in form.cleaned_data.get("people", ())]
        try:
            meeting = planning.plan(
                school=school, organiser=form.cleaned_data["organiser"], by=request.user, at=timezone.now(),
                asked=[*chosen, *form.cleaned_data["others"]], **form.times(),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The meeting is planned, and the invitations are on their way.")
            return redirect("targeting_meeting", pk=meeting.pk)
    status = 400 if form.is_bound else 200
    return render(request, "attendance/targeting/new.jinja", {"school": school, "form": form}, status=status)


def _choose(request: SignedIn, schools: Any) -> HttpResponse:
    form = SchoolForm(request.POST if request.method == "POST" else None, schools=schools)
    if form.is_bound and form.is_valid():
        return redirect(f"{request.path}?school={form.cleaned_data['school'].pk}")
    status = 400 if form.is_bound else 200
    return render(request, "attendance/targeting/choose.jinja", {"form": form}, status=status)


def _plan_form(request: SignedIn, school: School, people: dict[str, Any]) -> PlanForm:
    officer = link_officer(school, timezone.localdate())
    labels = [(key, f"{asked.name}, {asked.email}") for key, (asked, _) in people.items()]
    return PlanForm(
        request.POST if request.method == "POST" else None,
        officers=shown.officers(),
        people=labels,
        initial={
            "organiser": officer or request.user,
            "people": [key for key, (_, usual) in people.items() if usual],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("hold_meetings")
def move(request: SignedIn, pk: int) -> HttpResponse:
    one = meeting_of(request, pk)
    calendar = one.calendar
    assert calendar is not None
    starts = timezone.localtime(calendar.starts)
    initial = {
        "day": starts.date(), "time": f"{starts:%H:%M}", "where": calendar.where,
        "minutes": round((calendar.ends - calendar.starts).total_seconds() / 60),
    }  # fmt: skip
    form = MoveForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(said: dict[str, Any]) -> TargetingMeeting:
        return planning.move(
            meeting_id=pk, because=said["because"], by=request.user, at=timezone.now(), **form.times()
        )

    return _asked(request, one, form, "move", act, "The meeting is moved, and everybody's calendar follows.")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("hold_meetings")
def ask(request: SignedIn, pk: int) -> HttpResponse:
    """More people are asked, also while the meeting is held or before its summary is agreed."""
    one = meeting_of(request, pk)
    assert one.calendar is not None
    there = {email.lower() for email in one.calendar.guests.values_list("email", flat=True)}
    people = {
        key: asked
        for key, (asked, _) in shown.people_of(one.school).items()
        if asked.email.lower() not in there
    }
    labels = [(key, f"{asked.name}, {asked.email}") for key, asked in people.items()]
    form = AskForm(request.POST if request.method == "POST" else None, people=labels)

    def act(said: dict[str, Any]) -> TargetingMeeting:
        asked = [*(people[key] for key in said.get("people", ())), *said["others"]]
        return planning.ask(meeting_id=pk, asked=asked, by=request.user, at=timezone.now())

    to = {State.LIVE: "targeting_live", State.ENDED: "targeting_agree"}.get(
        State(one.state), "targeting_meeting"
    )
    return _asked(request, one, form, "ask", act, "They are asked, and the invitations are on their way.", to)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("hold_meetings")
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    form = CancelForm(request.POST if request.method == "POST" else None)

    def act(said: dict[str, Any]) -> TargetingMeeting:
        return planning.cancel(meeting_id=pk, by=request.user, at=timezone.now(), **said)

    done = "The meeting is cancelled; it leaves everybody's calendar."
    return _asked(request, meeting_of(request, pk), form, "cancel", act, done)


def _asked(
    request: SignedIn,
    one: TargetingMeeting,
    form: forms.Form,
    what: str,
    act: Callable[..., Any],
    done: str,
    to: str = "targeting_meeting",
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(to, pk=one.pk)
    context = {"meeting": one, "form": form, "what": what, "back": to}
    return render(
        request, "attendance/targeting/arrange.jinja", context, status=400 if form.is_bound else 200
    )


@require_POST
@needs("hold_meetings")
def make_pack(request: SignedIn, pk: int) -> HttpResponse:
    meeting_of(request, pk)

    def act() -> Any:
        return planning.make_pack(meeting_id=pk, by=request.user, at=timezone.now())

    return take(
        request, act, "The pack is made from the register as it stands.", to="targeting_meeting", pk=pk
    )
