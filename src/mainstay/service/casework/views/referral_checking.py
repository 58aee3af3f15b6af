"""The service's side: a referral is acknowledged, checked line by line, answered; a school appeals, a manager decides."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.actions import checking_referrals as checking
from mainstay.service.casework.actions import deciding_referrals as deciding
from mainstay.service.casework.actions import evidence
from mainstay.service.casework.forms_checking import (
    AppealDecisionForm,
    AppealForm,
    DivertForm,
    OverrideForm,
    PauseForm,
    RejectForm,
    ReturnForm,
    VerdictForm,
)
from mainstay.service.casework.models import Referral, ReferralPaper
from mainstay.service.casework.views.referral_page import opened, owner_form, page
from mainstay.service.casework.views.referral_writing import step
from mainstay.service.common.steps import StepRefused


def _plain(request: SignedIn, pk: int, act: Callable[..., Any], done: str) -> HttpResponse:
    opened(request, pk)
    step(request, lambda: act(referral_id=pk, by=request.user, at=timezone.now()), done)
    return redirect("referral", pk=pk)


def _with(
    request: SignedIn, pk: int, name: str, form: forms.Form, act: Callable[..., Any], done: str
) -> HttpResponse:
    """A step with words; refused, the page keeps what was typed and says why."""
    one = opened(request, pk)
    if form.is_valid():
        try:
            act(referral_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done, extra_tags=f"referral-{pk}-{name}")
            return redirect("referral", pk=pk)
    return page(request, one, **{name: form})


@require_POST
@needs("check_referral")
def acknowledge(request: SignedIn, pk: int) -> HttpResponse:
    return _plain(request, pk, checking.acknowledge, "The school is told that it arrived.")


@require_POST
@needs("check_referral")
def check(request: SignedIn, pk: int) -> HttpResponse:
    """Keep what was found of each line; lines without an answer stay open."""
    one = opened(request, pk)
    bound = {item.pk: VerdictForm(request.POST, item=item) for item in one.items.all()}
    if all(form.is_valid() for form in bound.values()):
        said = {item: form.cleaned_data for item, form in bound.items()}
        try:
            checking.check(
                referral_id=pk, verdicts={item: (of["verdict"], of["note"]) for item, of in said.items() if of["verdict"]},
                seen={item: form.seen_before for item, form in bound.items()}, by=request.user, at=timezone.now(),
            )  # fmt: skip
        except StepRefused as refusal:
            next(iter(bound.values())).add_error(None, str(refusal))
        else:
            messages.success(request, "What you found is kept.", extra_tags=f"referral-{pk}-check")
            return redirect("referral", pk=pk)
    return page(request, one, **{f"item-{item}": form for item, form in bound.items()})


@require_POST
@needs("check_referral")
def receive(request: SignedIn, pk: int, paper: int) -> HttpResponse:
    opened(request, pk)
    rows = ReferralPaper.objects.visible_to(request.user).filter(item__referral=pk)
    found = get_object_or_404(rows, pk=paper)
    step(request, lambda: evidence.receive(paper_id=found.pk, by=request.user, at=timezone.now()), "Receipt is confirmed.")  # fmt: skip
    return redirect("referral", pk=pk)


@require_POST
@needs("check_referral")
def pause(request: SignedIn, pk: int) -> HttpResponse:
    return _with(request, pk, "pause", PauseForm(request.POST), checking.pause, "The clock stands still.")


@require_POST
@needs("check_referral")
def resume(request: SignedIn, pk: int) -> HttpResponse:
    return _plain(request, pk, checking.resume, "The clock goes on.")


@require_POST
@needs("check_referral")
def owner(request: SignedIn, pk: int) -> HttpResponse:
    form = owner_form(request.user, request.POST)
    return _with(request, pk, "owner", form, checking.take_on, "The referral has its officer.")


@require_POST
@needs("check_referral")
def accept(request: SignedIn, pk: int) -> HttpResponse:
    return _plain(request, pk, deciding.accept, "The referral is accepted, and the case is open.")


@require_POST
@needs("decide_appeal")
def override(request: SignedIn, pk: int) -> HttpResponse:
    done = "The referral is accepted despite its gaps, and the case is open."
    return _with(request, pk, "override", OverrideForm(request.POST), deciding.override, done)


@require_POST
@needs("check_referral")
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    done = "It is sent back: the school reads what is missing."
    return _with(request, pk, "return", ReturnForm(request.POST), deciding.send_back, done)


@require_POST
@needs("check_referral")
def reject(request: SignedIn, pk: int) -> HttpResponse:
    done = "The referral is rejected: the school reads why, and may appeal."
    return _with(request, pk, "reject", RejectForm(request.POST), deciding.reject, done)


@require_POST
@needs("check_referral")
def divert(request: SignedIn, pk: int) -> HttpResponse:
    done = "The school reads which way is right for this child."
    return _with(request, pk, "divert", DivertForm(request.POST), deciding.divert, done)


@require_POST
@needs("refer")
def appeal(request: SignedIn, pk: int) -> HttpResponse:
    return _with(
        request, pk, "appeal", AppealForm(request.POST), deciding.appeal, "The manager looks at it again."
    )


@require_POST
@needs("decide_appeal")
def decide_appeal(request: SignedIn, pk: int) -> HttpResponse:
    def act(*, choice: str, **said: Any) -> Referral:
        return deciding.allow(**said) if choice == "allow" else deciding.uphold(**said)

    return _with(request, pk, "decide", AppealDecisionForm(request.POST), act, "Your decision is recorded.")
