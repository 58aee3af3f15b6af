"""The summary at the end of a meeting: looked through, agreed and sent."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.targeting.actions import holding
from mainstay.service.attendance.targeting.forms import AgreeForm
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.attendance.targeting.queries import children as shown_children
from mainstay.service.attendance.targeting.queries import page as shown_page
from mainstay.service.attendance.targeting.views.found import meeting_of, take
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import access


@require_http_methods(["GET", "HEAD", "POST"])
@needs("hold_meetings")
def agree(request: SignedIn, pk: int) -> HttpResponse:
    one = meeting_of(request, pk)
    if one.state != TargetingMeeting.State.ENDED:
        return redirect("targeting_meeting", pk=pk)
    assert one.calendar is not None
    guests = list(one.calendar.guests.values_list("pk", "name"))
    form = AgreeForm(request.POST if request.method == "POST" else None, guests=guests)
    if form.is_bound and form.is_valid():
        try:
            holding.agree(meeting_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "Agreed. Everybody who attended is told by e-mail."
            messages.success(request, said, extra_tags=f"targeting-agree-{pk}")
            return redirect("targeting_meeting", pk=pk)
    return _page(request, one, form)


def _page(request: SignedIn, one: TargetingMeeting, form: AgreeForm) -> HttpResponse:
    user = request.user
    pack = shown_page.pack_of(one)
    children = shown_children.of_meeting(one, pack.content if pack else {}, user)
    access.log_list(request, "targeting summary")
    context = {
        "meeting": one,
        "form": form,
        "discussed": [child for child in children if child.decision or child.actions],
        "left": sum(child.decision is None for child in children),
        "actions": shown_children.action_rows(shown_page.own_actions(one, user), user),
    }
    status = 400 if form.is_bound else 200
    return render(request, "attendance/targeting/agree.jinja", context, status=status)


@require_POST
@needs("hold_meetings")
def back(request: SignedIn, pk: int) -> HttpResponse:
    meeting_of(request, pk)

    def act() -> Any:
        return holding.go_back(meeting_id=pk, by=request.user, at=timezone.now())

    return take(request, act, "The meeting goes on.", to="targeting_live", pk=pk)
