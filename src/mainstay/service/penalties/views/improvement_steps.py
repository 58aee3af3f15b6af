"""Steps of a notice to improve: parents chosen one by one, a look at the letter, given, decided."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.directory.models import Parent
from mainstay.service.documents import rendering
from mainstay.service.documents.homes import NOWHERE, homes
from mainstay.service.penalties import code, letters_before
from mainstay.service.penalties.actions import improvement_ends, improvement_giving, improving
from mainstay.service.penalties.forms_improvement import ImprovementDecisionForm, ImprovementParentForm
from mainstay.service.penalties.queries import improvements as shown
from mainstay.service.penalties.views.improvements import opened, page
from mainstay.service.record import access

#: what is said once it is decided
DONE: Final = {
    "met": "It is recorded that the target was met.",
    "go_on": "The time to improve goes on.",
    "follow": "A request for a penalty notice is begun: look at its sessions, then send it.",
    "close": "The notice to improve is closed.",
}


@require_POST
@needs("check_notice")
def choose_parent(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    parent = Parent.objects.filter(pk=params.number(request.POST.get("parent")) or 0).first()
    if parent is None:
        messages.error(request, "Choose one of the child's parents.")
        return redirect("improvement", pk=pk)
    form = ImprovementParentForm(request.POST, parent=parent.pk)
    if form.is_valid():
        try:
            improving.choose_parent(
                improvement_id=pk,
                parent=parent,
                why=form.cleaned_data["why"],
                by=request.user,
                at=timezone.now(),
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "This parent is chosen.", extra_tags=f"improvement-{pk}-parent-{parent.pk}"
            )
            return redirect("improvement", pk=pk)
    return page(request, one, **{f"parent-{parent.pk}": form})


@require_POST
@needs("check_notice")
def drop_parent(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    opened(request, pk)
    try:
        improving.drop_parent(improvement_id=pk, parent_id=parent, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "No letter to this parent.")
    return redirect("improvement", pk=pk)


@require_safe
@needs("check_notice")
def preview(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    """The letter to one parent as it would be posted today."""
    one = opened(request, pk)
    to, today = get_object_or_404(Parent, pk=parent, parenthoods__pupil=one.pupil_id), timezone.localdate()
    of_code = code.in_force(today)
    try:
        one.ends_on = one.ends_on or improvement_giving.ends_on(one, today, of_code)
        home = homes([to.pk], one.pupil, today, request.user).get(to.pk, NOWHERE)
        letter = letters_before.notice_to_improve(one, to, home, of_code, today, request.user)
    except (StepRefused, ValueError) as problem:
        messages.error(request, f"There is no letter to look at yet. {problem}")
        return redirect("improvement", pk=pk)
    access.log_read(request, one.pupil, page="notice to improve preview")
    pdf = rendering.render(
        letter.template, letter.values, language=letter.language, large_print=letter.large_print
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="preview.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs("check_notice")
def give(request: SignedIn, pk: int) -> HttpResponse:
    opened(request, pk)
    try:
        improvement_giving.give(improvement_id=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The notice to improve is given. Print and post the letters today.")
    return redirect("improvement", pk=pk)


@require_POST
@needs("check_notice")
def decide(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    steps, _ = shown.open_steps(one, request.user)
    form = ImprovementDecisionForm(request.POST, steps=steps)
    if form.is_valid():
        said = dict(form.cleaned_data)
        choice = said.pop("choice")
        try:
            done: Any = getattr(improvement_ends, choice)(
                improvement_id=pk, by=request.user, at=timezone.now(), **said
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, DONE[choice], extra_tags=f"improvement-{pk}")
            return redirect("notice_request" if choice == "follow" else "improvement", pk=done.pk)
    return page(request, one, decision=form)
