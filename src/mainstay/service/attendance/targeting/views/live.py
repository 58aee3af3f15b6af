"""The live meeting: one child after the other, quick to type in."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.targeting.actions import holding
from mainstay.service.attendance.targeting.forms import FindForm, WholeForm, WriteForm
from mainstay.service.attendance.targeting.lines import NotUnderstood
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.attendance.targeting.queries import children as shown_children
from mainstay.service.attendance.targeting.queries import live as shown
from mainstay.service.attendance.targeting.queries import page as shown_page
from mainstay.service.attendance.targeting.queries.children import Child
from mainstay.service.attendance.targeting.standing import standing
from mainstay.service.attendance.targeting.steps import MEETING
from mainstay.service.attendance.targeting.views.found import meeting_of, take
from mainstay.service.common.meanwhile import Changed
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access, frame

State = TargetingMeeting.State


@require_POST
@needs("hold_meetings")
def begin(request: SignedIn, pk: int) -> HttpResponse:
    meeting_of(request, pk)

    def act() -> Any:
        return holding.begin(meeting_id=pk, by=request.user, at=timezone.now())

    return take(request, act, "", to="targeting_live", pk=pk)


@require_safe
@needs("hold_meetings")
def live(request: SignedIn, pk: int) -> HttpResponse:
    one = meeting_of(request, pk)
    if one.state != State.LIVE:
        return redirect("targeting_meeting", pk=pk)
    return _page(request, one, params.number(request.GET.get("pupil")), None)


def _page(
    request: SignedIn,
    one: TargetingMeeting,
    asked: int | None,
    form: WriteForm | None,
    whole: WholeForm | None = None,
    *,
    both: bool = False,
) -> HttpResponse:
    """The child asked for, or the next to be decided.

    form, whole: what was typed, where it could not be kept; both: because a colleague decided meanwhile.
    """
    user, pack = request.user, one.pack_made
    content = pack.content if pack else {}
    children = shown_children.of_meeting(one, content, user)
    now = shown.current(children, asked)
    if asked is not None and (now is None or now.pk != asked):
        now = _added(asked, user)
    before, after = shown.neighbours(children, now) if now else (None, None)
    stands = standing(one, user, timezone.now())
    context: dict[str, Any] = {
        "meeting": one,
        "children": children,
        "decided": sum(child.decision is not None for child in children),
        "now": now,
        "previous": before,
        "next": after,
        "school_actions": [each for each in shown_page.own_actions(one, user) if each.pupil_id is None],
        "form": form or (WriteForm(initial=_initial(now)) if now else None),
        "whole": whole or WholeForm(),
        "bound": form or whole,
        "both": both,
        "end": MEETING["end"],
        "stands": stands,
        "today": timezone.localdate(),
        **(_of_child(request, one, now, content) if now is not None and now.open else {"child": None}),
    }
    if now is not None and not now.open:
        context["open_href"] = access.ask_reason_url(now.pupil, back=f"{_address(one.pk, now.pk)}")
    status = 409 if both else 400 if form or whole else 200
    return render(request, "attendance/targeting/live.jinja", context, status=status)


def _of_child(
    request: SignedIn, one: TargetingMeeting, now: Child, content: dict[str, Any]
) -> dict[str, Any]:
    """What is in view beside the decision; that it was read is logged."""
    user, said = request.user, content.get("last_mark_on")
    until = date.fromisoformat(said) if said else timezone.localdate()
    access.log_read(request, now.pupil, page="targeting meeting")
    pupil = Pupil.objects.select_related("school").get(pk=now.pk)
    return {
        "child": frame.identity(pupil, user),
        "strip": shown.strip(now.pupil, one.school_id, content.get("year", one.year), until, user),
        "before": shown.before(one, now.pupil, user),
    }


def _added(asked: int, user: Any) -> Child:
    """A child who is not in the pack; whether they are on the school's roll is asked when it is written."""
    pupil = shown_children.known([asked], user).get(asked)
    if pupil is None:
        raise Http404
    opened = access.opened_by(user, [asked]) if pupil.restricted else set()
    return shown_children.child(pupil, user, {}, opened, None, [])


def _initial(now: Child) -> dict[str, Any]:
    decision = now.decision
    if decision is None:
        return {}
    plan = {True: "yes", False: "no"}.get(decision.has_plan) if decision.has_plan is not None else ""
    return {
        "choice": decision.choice, "note": decision.note, "has_plan": plan, "lead": decision.lead,
        "review_on": decision.review_on,
    }  # fmt: skip


@require_POST
@needs("hold_meetings")
def write(request: SignedIn, pk: int) -> HttpResponse:
    """Keep decision and action together; refused, all boxes keep what was typed."""
    one, form, both = meeting_of(request, pk), WriteForm(request.POST), False
    asked = params.number(request.POST.get("pupil"))
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            holding.write(
                meeting_id=pk, pupil_id=said.pop("pupil"), by=request.user, at=timezone.now(), **said
            )
        except StepRefused as refusal:
            form.add_error("line" if isinstance(refusal, NotUnderstood) else None, str(refusal))
            both = isinstance(refusal, Changed)
        else:
            messages.success(request, "Kept.", extra_tags=f"targeting-{pk}-{asked}")
            return redirect(_after(request, one, asked))
    return _again(request, one, asked, form, both=both)


@require_POST
@needs("hold_meetings")
def whole(request: SignedIn, pk: int) -> HttpResponse:
    """Keep an action about the school as a whole."""
    one, form = meeting_of(request, pk), WholeForm(request.POST)
    asked = params.number(request.POST.get("pupil"))
    if form.is_valid():
        try:
            holding.write(
                meeting_id=pk,
                pupil_id=None,
                by=request.user,
                at=timezone.now(),
                line=form.cleaned_data["whole"],
            )
        except StepRefused as refusal:
            form.add_error("whole" if isinstance(refusal, NotUnderstood) else None, str(refusal))
        else:
            messages.success(request, "Kept.", extra_tags=f"targeting-{pk}-0")
            return redirect(_address(pk, asked))
    return _again(request, one, asked, None, form)


def _again(
    request: SignedIn,
    one: TargetingMeeting,
    asked: int | None,
    form: WriteForm | None,
    whole: WholeForm | None = None,
    *,
    both: bool = False,
) -> HttpResponse:
    """The page with what could not be kept; elsewhere than in a live meeting there is no such page."""
    if one.state == State.LIVE:
        return _page(request, one, asked, form, whole, both=both)
    messages.error(request, "This meeting is not being held now: nothing was kept.")
    return redirect("targeting_meeting", pk=one.pk)


def _after(request: SignedIn, one: TargetingMeeting, pupil: int | None) -> str:
    following = params.number(request.POST.get("next"))
    if request.POST.get("and_next") and following:
        return _address(one.pk, following)
    return _address(one.pk, pupil)


def _address(meeting: int, pupil: int | None) -> str:
    href = reverse("targeting_live", args=[meeting])
    return f"{href}?pupil={pupil}" if pupil else href


@require_POST
@needs("hold_meetings")
def find(request: SignedIn, pk: int) -> HttpResponse:
    """To a child who is not in the pack, by name or UPN."""
    one = meeting_of(request, pk)
    form = FindForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    try:
        pupil = shown.find(one, words, request.user, timezone.localdate())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("targeting_live", pk=pk)
    return redirect(_address(pk, pupil))


@require_POST
@needs("hold_meetings")
def remove(request: SignedIn, pk: int) -> HttpResponse:
    meeting_of(request, pk)
    action = params.number(request.POST.get("action")) or 0
    try:
        holding.remove_action(action_id=action, meeting_id=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(_address(pk, params.number(request.POST.get("pupil"))))


@require_POST
@needs("hold_meetings")
def end(request: SignedIn, pk: int) -> HttpResponse:
    one = meeting_of(request, pk)
    try:
        holding.end(meeting_id=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("targeting_live" if one.state == State.LIVE else "targeting_meeting", pk=pk)
    return redirect("targeting_agree", pk=pk)
