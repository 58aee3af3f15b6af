"""The joint decision on a roll, and handing a child to an officer."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
from mainstay.service.missing import forms, papers, plain
from mainstay.service.missing.actions import handing, rolls
from mainstay.service.missing.models import HandOver, RollDecision
from mainstay.service.missing.views.filling import METHODS, PAGE, filled, form_page, opened, typed


@require_http_methods(METHODS)
@needs("refer_missing")
def roll(request: SignedIn, pk: int) -> HttpResponse:
    """Propose that the name is deleted."""
    one = opened(request, pk)
    form = forms.RollForm(typed(request))

    def act() -> None:
        rolls.propose(child_id=pk, case=form.case, by=request.user, at=timezone.now())

    if (
        response := filled(request, form, act, "Proposed: the head teacher and the council sign.", PAGE, pk)
    ) is not None:
        return response
    notes: list[str] = []
    answer = None
    today = timezone.localdate()
    school = rolls.on_roll(one, today)
    if one.pupil is None or school is None:
        notes = ["The child is on no roll that is kept here: there is nothing to delete."]
    else:
        try:
            answer = rolls.shows(one.pupil, school, "I", today)
        except StepRefused as refusal:
            notes = [str(refusal)]
    warning = rolls.disagrees(one, today)
    intro = "Ground H or I is decided by the school and the council together, and never backdated."
    return form_page(
        request, one, form, heading="Propose to delete the name", intro=intro, button="Propose it", notes=notes,
        answer=plain.once(answer), answer_heading="Ground I, by the register today",
        warnings=[warning] if warning else [],
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("agree_deletion")
def decision(request: SignedIn, pk: int) -> HttpResponse:
    """Sign a proposed deletion, or keep the name on the roll."""
    row = get_object_or_404(RollDecision.objects.select_related("pupil", "school"), pk=pk)
    one = opened(request, row.child_id)
    if row.outcome and request.method != "POST":
        return redirect(PAGE, one.pk)
    form = forms.SignForm(typed(request))

    def act() -> None:
        said = form.cleaned_data
        if said["outcome"] == "sign":
            rolls.sign(decision_id=pk, by=request.user, at=timezone.now())
        else:
            rolls.keep(decision_id=pk, because=said["because"], by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "Your decision is kept.", PAGE, one.pk)) is not None:
        return response
    notes = [
        f"{row.get_ground_display()}, {row.school.name}.",
        f"Done together to find the child: {row.efforts}",
        f"Why sickness or an unavoidable cause is not the reason: {row.not_sick_because}",
        *([f"Why no return is to be expected: {row.no_return_because}"] if row.no_return_because else []),
    ]
    warning = rolls.disagrees(one, timezone.localdate())
    intro = "With both signatures the name is to be deleted, from the day of the second one and not before."
    return form_page(
        request, one, form, heading="Decide about the roll", intro=intro, button="Save my decision", notes=notes,
        answer=plain.once(row.marks), answer_heading="What the register shows", warnings=[warning] if warning else [],
    )  # fmt: skip


@require_safe
@needs("see_missing")
def decision_paper(request: SignedIn, pk: int) -> HttpResponse:
    """The joint form, as it stands, as PDF."""
    rows = RollDecision.objects.select_related("pupil", "school", "head_signed_by", "council_signed_by")
    row = get_object_or_404(rows, pk=pk)
    one = opened(request, row.child_id)
    pdf = rendering.render(papers.TEMPLATE, papers.of_roll(one, row))
    name = f'inline; filename="{one.number}-roll.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


@require_http_methods(METHODS)
@needs("work_missing")
def hand_over(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    officers = holding("take_over_missing", timezone.localdate())
    form = forms.HandOverForm(typed(request), officers=officers)

    def act() -> None:
        handing.hand_over(child_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "Handed over: the officer answers.", PAGE, pk)) is not None:
        return response
    intro = "A direct referral to an education welfare officer, who accepts it or returns it. The search stays with you."
    return form_page(request, one, form, heading="Hand over to an officer", intro=intro, button="Hand over")


@require_http_methods(METHODS)
@needs("take_over_missing")
def answer(request: SignedIn, pk: int) -> HttpResponse:
    """An officer answers a hand-over."""
    row = get_object_or_404(HandOver.objects.select_related("by"), pk=pk)
    one = opened(request, row.child_id)
    form = forms.HandOverAnswerForm(typed(request))

    def act() -> None:
        said = form.cleaned_data
        take = handing.accept if said["outcome"] == "accept" else handing.send_back
        take(handover_id=pk, answer=said["answer"], by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "Your answer is kept.", PAGE, one.pk)) is not None:
        return response
    notes = [f"{row.by.name} asks: {row.asked}"]
    return form_page(
        request, one, form, heading="Answer the hand-over", button="Send the answer", notes=notes
    )
