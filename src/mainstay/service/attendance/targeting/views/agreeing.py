"""The summary at the end of a meeting: looked through, agreed and sent, printed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.targeting.actions import holding
from mainstay.service.attendance.targeting.forms import AgreeForm
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.attendance.targeting.queries import children as shown_children
from mainstay.service.attendance.targeting.queries import page as shown_page
from mainstay.service.attendance.targeting.queries import summary as shown
from mainstay.service.attendance.targeting.views.found import meeting_of, take
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
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
    content = one.pack_made.content if one.pack_made else {}
    numbers = {pk for each in shown_children.ranked(content, user).values() for pk in each}
    children = shown_children.of_meeting(one, content, user, ())
    access.log_list(request, "targeting summary")
    context = {
        "meeting": one,
        "form": form,
        "discussed": children,
        "information": shown_children.information(children, user),
        "left": len(numbers - {child.pk for child in children if child.decision or not child.open}),
        "actions": shown_children.action_rows(shown_page.own_actions(one, user), user),
    }
    status = 400 if form.is_bound else 200
    return render(request, "attendance/targeting/agree.jinja", context, status=status)


@require_safe
@needs("see_meetings")
def summary(request: SignedIn, pk: int) -> HttpResponse:
    """The agreed summary to print, as far as this person may read it; made anew each time, so that it is kept nowhere."""
    one = meeting_of(request, pk)
    if one.state != TargetingMeeting.State.AGREED:
        raise Http404
    content = one.pack_made.content if one.pack_made else {}
    discussed = shown_children.of_meeting(one, content, request.user, ())
    access.log_list(request, "targeting summary")
    access.log_reads(request, [child.pk for child in discussed if child.open], page="targeting summary")
    values = shown.values(one, discussed, request.user, timezone.now())
    response = HttpResponse(rendering.render("targeting_summary", values), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="meeting-{one.pk}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs("hold_meetings")
def back(request: SignedIn, pk: int) -> HttpResponse:
    meeting_of(request, pk)

    def act() -> Any:
        return holding.go_back(meeting_id=pk, by=request.user, at=timezone.now())

    return take(request, act, "The meeting goes on.", to="targeting_live", pk=pk)
