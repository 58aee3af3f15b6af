"""Letters about leave: made, read, given; and a warning given in another way."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.store import file_response
from mainstay.service.directory.models import Parent
from mainstay.service.documents.homes import BY_HAND, bears_hidden
from mainstay.service.penalties.actions import leave as actions
from mainstay.service.penalties.actions import leave_letters
from mainstay.service.penalties.forms_leave import GivenForm, LeaveLetterForm, WarnedForm
from mainstay.service.penalties.letters_before import leave_reference
from mainstay.service.penalties.models import LeaveLetter
from mainstay.service.penalties.queries import leave as shown
from mainstay.service.penalties.views.leave import opened, page
from mainstay.service.record import access


@require_POST
@needs("ask_leave")
def write(request: SignedIn, pk: int) -> HttpResponse:
    """Make one letter to one parent."""
    one = opened(request, pk)
    form = LeaveLetterForm(request.POST, choices=shown.letter_choices(one, timezone.localdate()))
    if form.is_valid():
        kind, parent = form.cleaned_data["letter"].split(":")
        try:
            leave_letters.write(
                leave_id=pk, parent=get_object_or_404(Parent, pk=parent), kind=kind, by=request.user, at=timezone.now()
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The letter is made. Print it, and record below how it was given.")
            return redirect("leave", pk=pk)
    return page(request, one, letter=form)


@require_safe
@needs("see_notices")
def file(request: SignedIn, pk: int, letter: int) -> HttpResponseBase:
    """The letter as a PDF; its file name tells nothing about the child."""
    one = opened(request, pk)
    found = get_object_or_404(LeaveLetter.objects.select_related("document__file"), pk=letter, leave=one)
    if bears_hidden(found.document, found.parent_id, request.user):
        raise Http404
    access.log_read(request, one.pupil, page="leave letter")
    return file_response(found.document.file, f"{leave_reference(one)}-{found.pk}.pdf")


@require_POST
@needs("ask_leave")
def given(request: SignedIn, pk: int, letter: int) -> HttpResponse:
    """How and when a letter was given."""
    one = opened(request, pk)
    found = get_object_or_404(LeaveLetter.objects.select_related("document"), pk=letter, leave=one)
    hand_only = found.document.values["addressee"]["address"] == [BY_HAND]
    form = GivenForm(request.POST, letter=found.pk, hand_only=hand_only)
    if form.is_valid():
        said = form.cleaned_data
        try:
            leave_letters.given(
                letter_id=found.pk, method=said["method"], on=said["on"], by=request.user, at=timezone.now()
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is recorded how the letter was given.")
            return redirect("leave", pk=pk)
    return page(request, one, **{f"given-{found.pk}": form})


@require_POST
@needs("ask_leave")
def warned(request: SignedIn, pk: int) -> HttpResponse:
    """A warning given later, or in another way."""
    one = opened(request, pk)
    form = WarnedForm(request.POST)
    if form.is_valid():
        try:
            actions.warned(leave_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The warning is recorded.")
            return redirect("leave", pk=pk)
    return page(request, one, warned=form)
