"""The meeting itself: its part about help, nobody came, the allocation, the plan and its lines."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.casework.actions import fast_track_meeting as meeting
from mainstay.service.casework.actions.interviewing import before
from mainstay.service.casework.fast_track_values import in_force
from mainstay.service.casework.forms_cases import AllocateForm
from mainstay.service.casework.forms_fast_track import AbsentForm, HeldForm
from mainstay.service.casework.forms_fast_track_plan import DoneForm, LineForm, TermsForm
from mainstay.service.casework.models import FastTrack, Interview
from mainstay.service.casework.queries import fast_tracks as shown
from mainstay.service.casework.steps_fast_track import FAST_TRACK
from mainstay.service.casework.views.fast_tracks import METHODS, opened
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.directory.relations import link_officer
from mainstay.service.record import frame


def _page(request: SignedIn, one: FastTrack, name: str, form: Any, **said: Any) -> HttpResponse:
    bound = [each for each in (form, *said.get("forms", [])) if each is not None and each.is_bound]
    context = {
        "child": frame.identity(one.case.pupil, request.user),
        "one": one,
        "form": form,
        "wrong": bound,
        **said,
    }
    return render(request, f"casework/fast_track/{name}.jinja", context, status=400 if bound else 200)


def missing(one: FastTrack, step: str) -> list[str]:
    """What stands in the way of a step, its state among it."""
    of_table = FAST_TRACK[step]
    if one.state not in of_table.sources:
        return [f"This Fast Track is at “{one.get_state_display().lower()}”: this comes at another time."]
    return of_table.missing(one)


@require_http_methods(METHODS)
@needs("work_case")
def hold(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    guests = [(str(guest.pk), guest.name) for guest in one.meeting.guests.all()] if one.meeting else []
    form = HeldForm(typed(request), guests=guests)

    def act() -> None:
        said = dict(form.cleaned_data)
        came = [int(guest) for guest in said.pop("guests")]
        meeting.hold(
            fast_track_id=pk, held=meeting.Held(**said), guests=came, by=request.user, at=timezone.now()
        )  # fmt: skip

    done = "The meeting is recorded. Next: who works on the case, and the plan."
    if (
        response := filled(request, form, act, done, "fast_track_plan", pk, saved=f"fast-track-{pk}-hold")
    ) is not None:
        return response
    interviews = Interview.objects.visible_to(request.user).filter(fast_track=one)
    of_parent = {interview.parent_id: interview for interview in interviews.order_by("pk")}
    parents = [
        (to, of_parent.get(to.parent_id), before(one, to.parent_id, timezone.now())) for to in one.asked()
    ] if request.user.may("interview") else []  # fmt: skip
    return _page(request, one, "hold", form, missing=missing(one, "hold"), parents=parents)


@require_http_methods(METHODS)
@needs("work_case")
def absent(request: SignedIn, pk: int) -> HttpResponse:
    one, form = opened(request, pk), AbsentForm(typed(request))

    def act() -> None:
        meeting.not_attended(fast_track_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    done = "It is recorded that nobody came. Arrange another day, or go on with a plan."
    if (
        response := filled(request, form, act, done, "fast_track", pk, saved=f"fast-track-{pk}-absent")
    ) is not None:
        return response
    parents = shown.parents(one, request.user, timezone.localdate())
    return _page(request, one, "absent", form, missing=missing(one, "not_attended"), parents=parents)


@require_http_methods(METHODS)
@needs("work_case")
def plan(request: SignedIn, pk: int) -> HttpResponse:
    """Who works on the case, the lines of the plan, and its terms; each posted apart (``do``)."""
    one, do = opened(request, pk), request.POST.get("do", "")
    posted = request.POST if request.method == "POST" else None
    line = LineForm(posted if do == "line" else None)
    terms = TermsForm(
        posted if do == "begin" else None,
        initial={"target": one.target or 95, "tolerated": one.tolerated or _tolerated()},
    )
    allocate = _allocate_form(one, posted if do == "allocate" else None, request.user)
    by_do = {"line": (line, _line), "begin": (terms, _begin), "allocate": (allocate, _allocate)}
    if posted is not None and do in by_do:
        form, act = by_do[do]
        to = "fast_track" if do == "begin" else "fast_track_plan"
        if (
            response := filled(request, form, lambda: act(one, form, request.user), "Done.", to, pk)
        ) is not None:
            return response
    return _page(
        request, one, "plan", None, forms=[line, terms, allocate], line=line, terms=terms, allocate=allocate,
        actions=list(one.actions.all()), missing=missing(one, "begin"),
        link=link_officer(one.case.school_id, timezone.localdate()),
    )  # fmt: skip


def _tolerated() -> int:
    return int(in_force(timezone.localdate())["threshold"])


def _allocate_form(one: FastTrack, data: Any, user: Any) -> AllocateForm:
    """The link officer first."""
    officers = holding("work_case", timezone.localdate())
    link = link_officer(one.case.school_id, timezone.localdate())
    initial = {"owner": one.case.owner_id or (link.pk if link else None)}
    offered = officers if user.may("allocate") else officers.filter(pk=user.pk)
    return AllocateForm(data, officers=offered, initial=initial, auto_id="allocate_%s")


def _line(one: FastTrack, form: Any, by: Any) -> None:
    meeting.add_line(fast_track_id=one.pk, line=form.line, by=by, at=timezone.now())


def _begin(one: FastTrack, form: Any, by: Any) -> None:
    meeting.begin(fast_track_id=one.pk, terms=form.terms, by=by, at=timezone.now())


def _allocate(one: FastTrack, form: Any, by: Any) -> None:
    meeting.allocate(fast_track_id=one.pk, by=by, at=timezone.now(), **form.cleaned_data)


@require_POST
@needs("work_case")
def line_drop(request: SignedIn, pk: int, line: int) -> HttpResponse:
    _of(opened(request, pk), line)

    def act() -> None:
        meeting.drop_line(action_id=line, by=request.user, at=timezone.now())

    return taken(request, act, "The line is taken out.", "fast_track_plan", pk)


@require_http_methods(METHODS)
@needs("see_cases")
def line_done(request: SignedIn, pk: int, line: int) -> HttpResponse:
    one = opened(request, pk)
    action, form = _of(one, line), DoneForm(typed(request))

    def act() -> None:
        meeting.say_done(action_id=line, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "It is recorded.", "fast_track", pk)) is not None:
        return response
    return _page(request, one, "line", form, action=action)


def _of(one: FastTrack, line: int) -> Any:
    found = next((action for action in one.actions.all() if action.pk == line), None)
    if found is None:
        raise Http404
    return found
