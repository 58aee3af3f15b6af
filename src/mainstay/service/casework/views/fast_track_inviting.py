"""The meeting is set, parents are asked what they need, looked at and sent their letters."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework import letters_fast_track, sending
from mainstay.service.casework.actions import fast_track_inviting as inviting
from mainstay.service.casework.forms_fast_track import BecauseForm, LeafletForm, MeetingForm, NeedsForm
from mainstay.service.casework.models import FastTrack, FastTrackInvitation
from mainstay.service.casework.queries.chairs import chairs
from mainstay.service.casework.views.fast_tracks import METHODS, opened
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents.homes import NOWHERE, homes
from mainstay.service.record import frame


def form_page(request: SignedIn, one: FastTrack, form: Any, **said: Any) -> HttpResponse:
    """One form about a Fast Track. said: heading, intro, button, back (text)."""
    context = {
        "child": frame.identity(one.case.pupil, request.user),
        "one": one,
        "form": form,
        "intro": "",
        **said,
    }
    return render(request, "casework/fast_track/form.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("invite_parents")
def meeting(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = MeetingForm(typed(request), chairs=chairs(timezone.localdate()), initial=_as_set(one))

    def act() -> None:
        said = form.cleaned_data
        inviting.set_meeting(
            fast_track_id=pk, when=form.when, chair=said["chair"], because=said["because"], by=request.user, at=timezone.now()
        )  # fmt: skip

    if (response := filled(request, form, act, "The meeting is set.", "fast_track", pk)) is not None:
        return response
    intro = "Calendars of the chair, the officer and the school get an invitation that names no child. Parents get a letter."
    try:
        first = inviting.earliest(timezone.localdate())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        first = None
    return form_page(
        request, one, form, heading="The meeting", intro=intro, button="Set the meeting", earliest=first
    )


def _as_set(one: FastTrack) -> dict[str, Any]:
    if one.meeting is None:
        return {"where": one.case.school.name}
    starts = timezone.localtime(one.meeting.starts)
    minutes = int((one.meeting.ends - one.meeting.starts).total_seconds() // 60)
    said = {
        "on": starts.date(),
        "starts": starts.strftime("%H:%M"),
        "minutes": minutes,
        "where": one.meeting.where,
    }
    return {**said, "chair": one.chair_id}


def invitation(one: FastTrack, parent: int) -> FastTrackInvitation:
    found = next((to for to in one.asked() if to.parent_id == parent), None)
    if found is None:
        raise Http404
    found.fast_track = one
    return found


@require_http_methods(METHODS)
@needs("invite_parents")
def parents_needs(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    one = opened(request, pk)
    to = invitation(one, parent)
    names = ("interpreter", "appropriate_adult", "reading_help", "adjustments", "leaflet_language")
    said = {name: getattr(to, name) for name in names}
    if to.asked_at is None and to.parent.interpreter:
        said |= {"interpreter": to.parent.language, "leaflet_language": to.parent.language}
    form = NeedsForm(typed(request), initial=said)

    def act() -> None:
        given = inviting.Needs(**form.cleaned_data)
        inviting.ask_needs(invitation_id=to.pk, needs=given, by=request.user, at=timezone.now())

    if (
        response := filled(request, form, act, "What this parent needs is kept.", "fast_track", pk)
    ) is not None:
        return response
    intro = "Arrange what is needed before the letter goes: it names what is arranged."
    if one.state in inviting.ASKED_AGAIN:
        intro = f"Asked again, before the review: needs change, and not everything was said the first time. {intro}"
    return form_page(
        request, one, form, heading=f"What {to.parent.name} needs", intro=intro, button="Keep it"
    )


@require_http_methods(METHODS)
@needs("invite_parents")
def leaflet(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    one = opened(request, pk)
    to = invitation(one, parent)
    initial = {"language": to.leaflet_language, "given_on": timezone.localdate()}
    form = LeafletForm(typed(request), initial=initial)

    def act() -> None:
        inviting.give_leaflet(invitation_id=to.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (
        response := filled(request, form, act, "The leaflet is recorded as given.", "fast_track", pk)
    ) is not None:
        return response
    return form_page(request, one, form, heading=f"Leaflet on rights to {to.parent.name}", button="Record it",
                     intro="It goes with the invitation by itself. Record here where it was given another way.")  # fmt: skip


@require_safe
@needs("invite_parents")
def preview(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    """The invitation to one parent as it would be posted today."""
    one, today = opened(request, pk), timezone.localdate()
    to = invitation(one, parent)
    if one.meeting is None or one.chair is None:
        messages.error(request, "There is no letter to look at yet: set the meeting first.")
        return redirect("fast_track", pk)
    home = homes([parent], one.case.pupil, today, request.user).get(parent, NOWHERE)
    return pdf(sending.render(letters_fast_track.invitation(to, home, today, request.user)), "preview")


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs("invite_parents")
def send(request: SignedIn, pk: int) -> HttpResponse:
    opened(request, pk)

    def act() -> None:
        inviting.send(fast_track_id=pk, by=request.user, at=timezone.now())

    done = "The invitations are made. Print them with the leaflet on rights, and post them today."
    return taken(request, act, done, "fast_track", pk)


@require_http_methods(METHODS)
@needs("invite_parents")
def rearrange(request: SignedIn, pk: int) -> HttpResponse:
    one, form = opened(request, pk), BecauseForm(typed(request))

    def act() -> None:
        inviting.rearrange(fast_track_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (
        response := filled(
            request, form, act, "Set another day, then send new letters.", "fast_track_meeting", pk
        )
    ) is not None:
        return response
    intro = "The day leaves everybody’s calendar. Each parent then gets a new letter with the new day."
    return form_page(
        request, one, form, heading="Arrange another day", intro=intro, button="Arrange another day"
    )
