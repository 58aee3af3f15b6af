"""The steps of a complaint, each on its page."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.uploads import store
from mainstay.service.feedback.actions import complaints as acting
from mainstay.service.feedback.forms import GiveForm, HoldForm, NoteForm, ResumeForm, StepForm
from mainstay.service.feedback.models import Complaint, ComplaintLetter
from mainstay.service.feedback.steps import COMPLAINT
from mainstay.service.feedback.views.complaints import METHODS
from mainstay.service.feedback.views.filling import filled, typed


def opened(request: SignedIn, pk: int) -> Complaint:
    """404 unless it is in view: for whom it is about there is none."""
    return get_object_or_404(Complaint.objects.visible_to(request.user).select_related("handler"), pk=pk)


def _page(
    request: SignedIn, one: Complaint, form: Any, heading: str, button: str, **more: Any
) -> HttpResponse:
    context = {
        "form": form, "heading": heading, "caption": one.number, "button": button, "back": ("complaint", "Back", (one.pk,)), **more,
    }  # fmt: skip
    return render(request, "feedback/form.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("handle_complaints")
def give(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = GiveForm(typed(request), of=one)

    def act() -> None:
        acting.give(complaint_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if filled(request, form, act, "It is changed.", "complaint", pk) is not None:
        seen = Complaint.objects.visible_to(request.user).filter(pk=pk).exists()
        return redirect("complaint", pk) if seen else redirect("complaints")
    notes = [f"Whoever complained named: {one.person}"] if one.person else []
    return _page(request, one, form, "What it is, and who handles it", "Save", notes=notes)


@require_http_methods(METHODS)
@needs("handle_complaints")
def step(request: SignedIn, pk: int, step: str) -> HttpResponse:
    one = opened(request, pk)
    if step not in COMPLAINT:
        raise Http404
    written = step in acting.WRITTEN
    form = StepForm(typed(request), of=one, step=step, written=written, deciding=step in acting.DECIDING, again=step == "answer_2" and request.user.pk in acting.answered_before(one))  # fmt: skip

    def act() -> None:
        acting.take(complaint_id=pk, step=step, by=request.user, at=timezone.now(), **form.cleaned_data)

    done = f"{COMPLAINT[step].label}: it is written down."
    if written:
        done = (
            "The letter is sent by e-mail." if one.email else "The letter is made: it stands under Letters."
        )
    response = filled(request, form, act, done, "complaint", pk)
    if one.email:
        sends = f"The letter goes to {one.email}."
    elif one.address.strip():
        sends = "The letter is made as a PDF: print and post it."
    else:
        sends = (
            "No address is known: the letter is made as a PDF; read it out on the telephone."
            if one.phone
            else ""
        )
    return response or _page(
        request,
        one,
        form,
        COMPLAINT[step].label,
        COMPLAINT[step].label,
        notes=[sends] if written and sends else [],
    )


@require_http_methods(METHODS)
@needs("handle_complaints")
def hold(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = HoldForm(typed(request))

    def act() -> None:
        acting.hold(complaint_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    response = filled(request, form, act, "It is held.", "complaint", pk)
    return response or _page(request, one, form, "Hold it while a court decides", "Hold it")


@require_http_methods(METHODS)
@needs("handle_complaints")
def resume(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = ResumeForm(typed(request))

    def act() -> None:
        acting.resume(complaint_id=pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now())

    response = filled(request, form, act, "It goes on.", "complaint", pk)
    return response or _page(request, one, form, "The court has decided", "Let it go on")


@require_http_methods(METHODS)
@needs("handle_complaints")
def note(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = NoteForm(typed(request), initial={"learning": one.learning, "remedy": one.remedy})

    def act() -> None:
        acting.write_down(complaint_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    response = filled(request, form, act, "Written down.", "complaint", pk)
    return response or _page(request, one, form, "Note, learning and remedy", "Write it down")


@require_safe
@needs("handle_complaints")
def letter(request: SignedIn, pk: int, letter: int) -> HttpResponseBase:
    one = opened(request, pk)
    kept = get_object_or_404(ComplaintLetter.objects.select_related("file"), complaint=one, pk=letter)
    return store.file_response(kept.file, f"{one.reference}-{kept.kind}.pdf")
