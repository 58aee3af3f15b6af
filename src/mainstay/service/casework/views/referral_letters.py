"""Letters about a referral: the school's to each parent before it, the service's afterwards; made, read, given."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework import papers_referrals, readiness
from mainstay.service.casework.actions import referral_letters
from mainstay.service.casework.forms_referrals import GivenForm
from mainstay.service.casework.models import Referral, ReferralLetter
from mainstay.service.casework.queries import referral_page as shown
from mainstay.service.casework.views.fast_track_inviting import pdf
from mainstay.service.casework.views.referral_page import opened, page
from mainstay.service.casework.views.referral_writing import step
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.store import file_response
from mainstay.service.directory.models import Parent
from mainstay.service.documents import rendering
from mainstay.service.documents.homes import BY_HAND, bears_hidden
from mainstay.service.record import access, frame

Kind = ReferralLetter.Kind


@require_safe
@needs("refer")
def letters(request: SignedIn, pk: int) -> HttpResponse:
    """The school's letters: who has one, who has none yet."""
    one = opened(request, pk)
    if not shown.writes(one, request.user):
        raise Http404
    return _page(request, one)


def _page(request: SignedIn, one: Referral, **bound: GivenForm) -> HttpResponse:
    made = shown.letters(one, request.user, Kind.TOLD)
    forms = {
        letter["pk"]: bound.get(f"letter-{letter['pk']}")
        or GivenForm(letter=letter["pk"], hand_only=letter["by_hand"])
        for letter in made
        if not letter["given"]
    }
    context: dict[str, Any] = {
        "referral": one,
        "child": frame.identity(one.pupil, request.user),
        "letters": made,
        "without": shown.open_letters(readiness.held(one).ties, made),
        "forms": forms,
        "wrong": list(bound.values()),
    }
    return render(request, "casework/referral_letters.jinja", context, status=400 if bound else 200)


@require_POST
@needs("refer")
def write(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    """Make the letter to one parent."""
    one = opened(request, pk)
    to = get_object_or_404(Parent.objects.filter(parenthoods__pupil=one.pupil_id), pk=parent)
    step(
        request,
        lambda: referral_letters.write_told(referral_id=pk, parent=to, by=request.user, at=timezone.now()),
        "The letter is made. Print it, and record below how it was given.",
    )
    return redirect("referral_letters", pk=pk)


@require_safe
@needs("see_cases")
def file(request: SignedIn, pk: int, letter: int) -> HttpResponseBase:
    """The letter as a PDF; its file name tells nothing about the child."""
    one = opened(request, pk)
    found = get_object_or_404(
        ReferralLetter.objects.select_related("document__file"), pk=letter, referral=one
    )
    if not shown.shows_content(request.user) or bears_hidden(found.document, found.parent_id, request.user):
        raise Http404
    access.log_read(request, one.pupil, page="referral letter")
    return file_response(found.document.file, f"{one.number}-letter-{found.pk}.pdf")


@require_safe
@needs("see_cases")
def round_paper(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """What the service told the school of one round, as a PDF: made anew each time and kept nowhere."""
    one = opened(request, pk)
    round_ = get_object_or_404(one.rounds.select_related("signed_by", "answered_by"), number=number)
    if not shown.shows_content(request.user) or not papers_referrals.has_paper(one, round_.answer):
        raise Http404
    values = papers_referrals.of_round(one, round_)
    return pdf(rendering.render(papers_referrals.TEMPLATE, values), f"{one.number}-round-{number}")


@require_POST
@needs("see_cases")
def given(request: SignedIn, pk: int, letter: int) -> HttpResponse:
    """How and when a letter was given; the action asks who may."""
    one = opened(request, pk)
    found = get_object_or_404(ReferralLetter.objects.select_related("document"), pk=letter, referral=one)
    hand_only = found.document.values["addressee"]["address"] == [BY_HAND]
    form = GivenForm(request.POST, letter=found.pk, hand_only=hand_only)
    if form.is_valid():
        try:
            referral_letters.given(
                letter_id=found.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is recorded how the letter was given.")
            return redirect("referral_letters" if found.kind == Kind.TOLD and shown.writes(one, request.user) else "referral", pk=pk)  # fmt: skip
    again = _page if found.kind == Kind.TOLD and shown.writes(one, request.user) else page
    return again(request, one, **{f"letter-{found.pk}": form})
