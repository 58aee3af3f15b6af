"""After the meeting: the plan, the review and its outcome go to each parent; the day of the review is set."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework import letters_fast_track_review, sending
from mainstay.service.casework.actions import fast_track_letters as writing
from mainstay.service.casework.actions import fast_track_review_day
from mainstay.service.casework.actions.fast_track_posting import Make
from mainstay.service.casework.forms_fast_track import TimeForm, words
from mainstay.service.casework.models import FastTrack
from mainstay.service.casework.views.fast_track_inviting import form_page, invitation, pdf
from mainstay.service.casework.views.fast_tracks import METHODS, opened
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.documents.homes import NOWHERE, homes


class DayForm(TimeForm):
    """The day of a review, and why it is that one."""

    because = words("Why that day", "", 2, max_length=600)


@require_POST
@needs("invite_parents")
def send_plan(request: SignedIn, pk: int) -> HttpResponse:
    return _sent(request, pk, writing.send_plan, "The copies are made. Print and post them today.")


@require_POST
@needs("invite_parents")
def send_review(request: SignedIn, pk: int) -> HttpResponse:
    done = "The invitations to the review are made. Print and post them today."
    return _sent(request, pk, writing.invite_to_review, done)


@require_POST
@needs("invite_parents")
def send_outcome(request: SignedIn, pk: int) -> HttpResponse:
    done = "The letters about the outcome are made. Print and post them today."
    return _sent(request, pk, writing.send_outcome, done)


def _sent(request: SignedIn, pk: int, action: Callable[..., FastTrack], done: str) -> HttpResponse:
    opened(request, pk)

    def act() -> None:
        action(fast_track_id=pk, by=request.user, at=timezone.now())

    return taken(request, act, done, "fast_track", pk)


@require_safe
@needs("invite_parents")
def preview_review(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    """The invitation to the review as one parent would get it today."""
    one = opened(request, pk)
    ready = one.review is not None and one.review_on is not None and one.target is not None
    return _preview(request, one, parent, letters_fast_track_review.asked_to_review, ready)


@require_safe
@needs("invite_parents")
def preview_outcome(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    one = opened(request, pk)
    ready = bool(letters_fast_track_review.outcome_of(one))
    return _preview(request, one, parent, letters_fast_track_review.outcome, ready)


def _preview(request: SignedIn, one: FastTrack, parent: int, make: Make, ready: bool) -> HttpResponse:
    to, today = invitation(one, parent), timezone.localdate()
    if not ready:
        messages.error(request, "There is no letter to look at yet.")
        return redirect("fast_track", one.pk)
    home = homes([parent], one.case.pupil, today, request.user).get(parent, NOWHERE)
    return pdf(sending.render(make(to, home, today, request.user)), "preview")


@require_http_methods(METHODS)
@needs("invite_parents")
def review_day(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = DayForm(typed(request), initial=_as_set(one))

    def act() -> None:
        starts, ends = form.span()
        said = form.cleaned_data
        fast_track_review_day.set_day(
            fast_track_id=pk, starts=starts, ends=ends, where=said["where"], because=said["because"], by=request.user,
            at=timezone.now(),
        )  # fmt: skip

    done = "The day of the review is set. Next: a letter to each parent."
    if (response := filled(request, form, act, done, "fast_track", pk)) is not None:
        return response
    intro = "Calendars follow. Each parent then gets a letter with this day."
    return form_page(request, one, form, heading="The day of the review", intro=intro, button="Set the day")


def _as_set(one: FastTrack) -> dict[str, Any]:
    if one.review is None:
        return {"where": one.case.school.name}
    starts = timezone.localtime(one.review.starts)
    minutes = int((one.review.ends - one.review.starts).total_seconds() // 60)
    return {
        "on": starts.date(),
        "starts": starts.strftime("%H:%M"),
        "minutes": minutes,
        "where": one.review.where,
    }
