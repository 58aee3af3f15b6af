"""What the pages of a meeting begin with."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.common.steps import StepRefused

PLACES: Final = (
    ("Meetings", "targeting_meetings", "see_meetings"),
    ("Actions", "targeting_actions", "see_meetings"),
    ("Coverage", "targeting_coverage", "see_team"),
)


def tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """The lists of meetings as tabs above them."""
    return [
        {"text": text, "href": reverse(name), "current": name == current}
        for text, name, permission in PLACES
        if user.may(permission)
    ]


def meeting_of(request: SignedIn, pk: int) -> TargetingMeeting:
    """The meeting; 404 where it is out of view."""
    seen = TargetingMeeting.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("school", "calendar__organiser", "agreed_by"), pk=pk)


def take(request: SignedIn, act: Callable[[], Any], done: str, *, to: str, pk: int) -> HttpResponse:
    """Do a step that asks for nothing; what stands in the way is said on the meeting's own page."""
    try:
        act()
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("targeting_meeting", pk=pk)
    if done:
        messages.success(request, done)
    return redirect(to, pk=pk)
