"""Checking a request: questions answered, parents chosen one by one, sent back, refused, proposed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.directory.models import Parent
from mainstay.service.penalties import checks, facts
from mainstay.service.penalties.actions import checking, requests
from mainstay.service.penalties.actions.allocating import allocate
from mainstay.service.penalties.forms_checking import (
    AnswerForm,
    ChooseParentForm,
    ImprovementLinkForm,
    ProposeForm,
)
from mainstay.service.penalties.models import Improvement, Notice, NoticeRequest
from mainstay.service.penalties.queries import check_page
from mainstay.service.penalties.views.request_page import opened, owner_form, page, reason_forms
from mainstay.service.record import access, frame


def _saved(
    request: SignedIn,
    one: NoticeRequest,
    name: str,
    form: Any,
    save: Callable[[], Any],
    said: str,
    to: str = "",
) -> HttpResponse:
    """Back to the page, further down at ``to``; or the page with the form as it was typed."""
    if form.is_valid():
        try:
            save()
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said, extra_tags=f"request-{one.pk}-{name}")
            return redirect(reverse("notice_request", args=[one.pk]) + to)
    return page(request, one, **{name: form})


@require_POST
@needs("check_notice")
def answer(request: SignedIn, pk: int) -> HttpResponse:
    """One question; afterwards the next one without an answer is in view."""
    one = opened(request, pk)
    question = checks.BY_NAME.get(request.POST.get("name", ""))
    if question is None:
        return _nothing(request, pk, "Choose the question to answer.")
    form = AnswerForm(request.POST, question=question)
    return _saved(
        request,
        one,
        f"answer-{question.name}",
        form,
        lambda: checking.answer(
            request_id=pk, name=question.name, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
        f"Saved: {question.label.lower()}.",
        "#next-question",
    )


@require_POST
@needs("check_notice")
def choose(request: SignedIn, pk: int) -> HttpResponse:
    """One parent, with the reason for this one."""
    one = opened(request, pk)
    number = params.number(request.POST.get("parent"))
    parent = Parent.objects.filter(pk=number or 0, parenthoods__pupil=one.pupil_id).first()
    if parent is None:
        return _nothing(request, pk, "Choose one of this child's parents.")
    form = ChooseParentForm(request.POST, parent=parent.pk)
    return _saved(
        request,
        one,
        f"parent-{parent.pk}",
        form,
        lambda: checking.choose_parent(
            request_id=pk, parent=parent, why=form.cleaned_data["why"], by=request.user, at=timezone.now()
        ),
        "The parent is chosen: nothing is sent before it is proposed, approved and issued.",
        f"#parent-{parent.pk}",
    )


def _nothing(request: SignedIn, pk: int, said: str) -> HttpResponse:
    messages.error(request, said)
    return redirect("notice_request", pk=pk)


@require_POST
@needs("check_notice")
def improvement(request: SignedIn, pk: int) -> HttpResponse:
    """Which notice to improve came first."""
    one = opened(request, pk)
    form = ImprovementLinkForm(request.POST, choices=check_page.improvements(one))
    return _saved(
        request,
        one,
        "improvement",
        form,
        lambda: checking.link_improvement(
            request_id=pk,
            improvement=get_object_or_404(Improvement, pk=form.cleaned_data["improvement"]),
            by=request.user,
            at=timezone.now(),
        ),
        "The notice to improve is linked.",
    )


@require_POST
@needs("check_notice")
def owner(request: SignedIn, pk: int) -> HttpResponse:
    """Taken on, or given to somebody."""
    one = opened(request, pk)
    form = owner_form(request.user, request.POST)
    return _saved(
        request,
        one,
        "owner",
        form,
        lambda: allocate(request_id=pk, owner=form.cleaned_data["owner"], by=request.user, at=timezone.now()),
        "The request has its officer.",
    )


@require_POST
@needs("check_notice")
def give_back(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = reason_forms(request.POST)["return"]
    return _saved(
        request,
        one,
        "return",
        form,
        lambda: requests.give_back(
            request_id=pk, because=form.cleaned_data["reasons"], by=request.user, at=timezone.now()
        ),
        "The request is back with the school, which reads what is missing.",
    )


@require_POST
@needs("check_notice")
def refuse(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = reason_forms(request.POST)["refuse"]
    return _saved(
        request,
        one,
        "refuse",
        form,
        lambda: requests.refuse(
            request_id=pk, reasons=form.cleaned_data["reasons"], by=request.user, at=timezone.now()
        ),
        "The request is refused; your reasons are kept as a decision.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("check_notice")
def propose(request: SignedIn, pk: int) -> HttpResponse:
    """The officer's decision about one parent: with it the register is frozen, and a second person approves."""
    notice = get_object_or_404(facts.select(Notice.objects.visible_to(request.user)), pk=pk)
    if not access.may_open(request.user, notice.pupil):
        raise Http404
    access.log_read(request, notice.pupil, page="notice proposal")
    form = ProposeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            checking.propose(notice_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "The notice is proposed: somebody else approves it.", extra_tags=f"propose-{pk}"
            )
            return redirect("notice_request", pk=notice.request_id)
    now = facts.one(notice, timezone.localdate())
    return render(
        request,
        "penalties/propose.jinja",
        {
            "notice": notice,
            "child": frame.identity(notice.pupil, request.user),
            "items": checks.lines(now),
            "missing": checks.missing(now),
            "answer": now.answer.as_dict(),
            "sessions": len(now.relied_on),
            "form": form,
        },
        status=400 if form.is_bound else 200,
    )
