"""What was agreed, time spent, the case and the plan that hang on a piece of work, and the way to a referral."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.models import Referral
from mainstay.service.casework.views.filling import taken, typed
from mainstay.service.purchased import forms
from mainstay.service.purchased.actions import agreeing, casework
from mainstay.service.purchased.models import Work
from mainstay.service.purchased.views.opening import METHODS, form_page, of_work


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased work agreed", "agreed")
def agree(request: SignedIn, one: Work) -> HttpResponse:
    form = forms.AgreeForm(typed(request))

    def act() -> None:
        agreeing.agree(work_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    intro = "One thing at a time: what, who, and until when."
    return form_page(
        request, one, form, act, "It is agreed.", heading="Add what was agreed", button="Add it", intro=intro
    )


@require_http_methods(METHODS)
@needs("see_purchased")
@of_work("purchased work agreed", "agreed")
def tick(request: SignedIn, one: Work, line: int) -> HttpResponse:
    row = next((each for each in one.agreed.all() if each.pk == line), None)
    form = forms.TickForm(typed(request))

    def act() -> None:
        words = form.cleaned_data["words"]
        agreeing.tick(work_id=one.pk, line_id=line, words=words, by=request.user, at=timezone.now())

    notes = [row.text] if row else []
    return form_page(
        request,
        one,
        form,
        act,
        "It is done.",
        heading="Say that it is done",
        button="It is done",
        notes=notes,
    )


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased work time", "spent")
def spend(request: SignedIn, one: Work) -> HttpResponse:
    form = forms.SpendForm(typed(request), initial={"on": timezone.localdate()})

    def act() -> None:
        agreeing.spend(work_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    return form_page(request, one, form, act, "The time is kept.", heading="Add time spent", button="Add it")


@require_POST
@needs("work_purchased")
def open_case(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(Work.objects.visible_to(request.user), pk=pk)
    done = "The purchased case is open: visits and plans hang on it."
    return taken(
        request,
        lambda: casework.open_case(work_id=pk, by=request.user, at=timezone.now()),
        done,
        "purchased_work",
        pk,
    )


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased work plan", "plan")
def begin_plan(request: SignedIn, one: Work) -> HttpResponse:
    form = forms.PlanForm(typed(request))

    def act() -> None:
        casework.begin_plan(work_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    intro = "Its words, consent and signatures are written on its own page, with the family. Nobody has to agree to it."
    heading = (
        "Begin the early help assessment" if one.service == "early_help" else "Begin the attendance contract"
    )
    return form_page(request, one, form, act, "It is begun.", heading=heading, button="Begin it", intro=intro)


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased work referral", "referral")
def advise(request: SignedIn, one: Work) -> HttpResponse:
    initial = {"concern": one.details.get("concern"), "on": timezone.localdate()}
    form = forms.AdviseForm(typed(request), initial=initial)

    def act() -> None:
        casework.advise_referral(work_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    intro = (
        "It is kept as a consultation. The school then begins the referral from this work; what was tried and agreed stands in "
        "it already."
    )
    return form_page(
        request, one, form, act, "The school can begin the referral now.", heading="Advise a referral", button="Advise it", intro=intro
    )  # fmt: skip


@require_POST
@needs("refer")
def refer(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(Work.objects.visible_to(request.user), pk=pk)
    made: list[Referral] = []

    def act() -> None:
        made.append(casework.refer(work_id=pk, by=request.user, at=timezone.now()))

    response = taken(
        request, act, "The referral is begun with what was tried. Go through it, and change what you need.", "purchased_work", pk
    )  # fmt: skip
    return redirect("referral", made[0].pk) if made else response
