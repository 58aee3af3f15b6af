"""Legal advice: the privileged conversation of a case, who is instructed in it, and the list without its content."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Final

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework.models import Case
from mainstay.service.casework.views.filling import filled, typed
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.uploads.kinds import KINDS
from mainstay.service.common.uploads.store import file_response
from mainstay.service.court import charging, places, reading
from mainstay.service.court.actions import advice as actions
from mainstay.service.court.actions.testing import FACTORS
from mainstay.service.court.forms_advice import (
    SHOWN,
    AdviceFilter,
    AnswerForm,
    InstructForm,
    OpinionForm,
    SayForm,
)
from mainstay.service.court.models import Advice, Instruction, Prosecution
from mainstay.service.court.models.advice import cases_with_advice, instructed_in
from mainstay.service.court.opening import of_prosecution
from mainstay.service.court.queries import advice as shown
from mainstay.service.record import access, frame

View = Callable[..., HttpResponseBase]
METHODS: Final = ["GET", "HEAD", "POST"]
COLUMNS: Final = (
    Column("case", "Case", sort="case__pk", nowrap=True),
    Column("child", "Child", sort="case__pupil__key"),
    Column("at", "When", sort="at", nowrap=True),
    Column("what", "What"),
    Column("by", "By", sort="by__name"),
    Column("of", "Asked of", sort="asks_of"),
    Column("state", "Answer"),
)


def of_conversation(
    page: str, find: Callable[[int], Any], case_of: Callable[[Any], int]
) -> Callable[[View], View]:
    """Beneath ``needs``: the view gets the case and what the key names.

    404 for whoever takes no part in the conversation; a restricted record asks the service for a reason first.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: SignedIn, pk: int) -> HttpResponseBase:
            thing = find(pk)
            seen = cases_with_advice(request.user).select_related("pupil__school", "school", "owner")
            case = get_object_or_404(seen, pk=case_of(thing))
            reads = request.method in ("GET", "HEAD")
            if not reading.may_open(request.user, case.pupil):
                if not reads:
                    raise Http404
                return redirect(access.ask_reason_url(case.pupil, back=request.get_full_path()))
            if reads:
                reading.log_read(request, case.pupil, page=page)
            return view(request, case, thing)

        return opened

    return decorate


def _message(pk: int) -> Advice:
    return get_object_or_404(Advice.objects.select_related("by", "file"), pk=pk)


def _instruction(pk: int) -> Instruction:
    return get_object_or_404(Instruction.objects.select_related("solicitor", "by"), pk=pk)


@require_http_methods(METHODS)
@needs("ask_advice")
@of_conversation("legal advice", lambda pk: pk, lambda pk: pk)
def advice(request: SignedIn, case: Case, _: int) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    form = SayForm(typed(request), request.FILES or None, sides=actions.may_be_asked(case, user))

    def act() -> None:
        actions.say(case_id=case.pk, **form.cleaned_data, by=user, at=timezone.now())

    if (response := filled(request, form, act, "It is sent.", "advice", case.pk)) is not None:
        return response
    context = {
        "case": case,
        "child": frame.identity(case.pupil, user),
        "messages_of_case": shown.conversation(case),
        "instructions": shown.instructions(case),
        "limits": shown.limits(case, user, today),
        "hearing": shown.next_hearings(user, today).get(case.pk) if user.may("see_prosecutions") else None,
        "gives_opinion": instructed_in(user).filter(case=case).exists(),
        "form": form,
        "today": today,
    }
    return render(request, "court/advice/conversation.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("ask_advice")
@of_conversation("legal advice", _message, lambda one: one.case_id)
def answer(request: SignedIn, case: Case, question: Advice) -> HttpResponse:
    if not question.asks_of:
        raise Http404
    form = AnswerForm(typed(request), request.FILES or None)

    def act() -> None:
        actions.answer(question_id=question.pk, **form.cleaned_data, by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "It is answered.", "advice", case.pk)) is not None:
        return response
    return _form(request, case, form, "Answer a question", "Send the answer", question=question)


@require_safe
@needs("ask_advice")
@of_conversation("legal advice file", _message, lambda one: one.case_id)
def file(request: SignedIn, case: Case, one: Advice) -> HttpResponseBase:
    """The paper itself; its name tells nothing about the child."""
    if one.file is None:
        raise Http404
    media_type = one.file.media_type
    ending = next((kind.endings[0] for kind in KINDS.values() if kind.media_type == media_type), "")
    return file_response(one.file, f"advice-{case.number}-{one.pk}{ending}")


@require_http_methods(METHODS)
@needs("instruct")
@of_conversation("legal advice", lambda pk: pk, lambda pk: pk)
def instruct(request: SignedIn, case: Case, _: int) -> HttpResponse:
    form = InstructForm(typed(request), offered=actions.solicitors(timezone.localdate()))

    def act() -> None:
        about = form.cleaned_data["about"]
        actions.instruct(
            case_id=case.pk, solicitor=form.chosen, about=about, by=request.user, at=timezone.now()
        )

    if (
        response := filled(request, form, act, "The solicitor is instructed.", "advice", case.pk)
    ) is not None:
        return response
    intro = "From then on they see this case’s prosecutions, bundles, hearings and results, and this conversation, and nothing else."
    return _form(request, case, form, "Instruct a solicitor", "Instruct them", intro=intro)


@require_http_methods(METHODS)
@needs("instruct")
@of_conversation("legal advice", _instruction, lambda one: one.case_id)
def end(request: SignedIn, case: Case, one: Instruction) -> HttpResponse:
    form = forms.Form(typed(request))

    def act() -> None:
        actions.end(instruction_id=one.pk, by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "The instruction has ended.", "advice", case.pk)) is not None:
        return response
    intro = f"{one.solicitor.name} sees nothing of this case from then on. What they wrote stays."
    return _form(request, case, form, "End the instruction", "End it", intro=intro)


@require_http_methods(METHODS)
@needs("ask_advice")
@of_prosecution("legal advice")
def opinion(request: SignedIn, one: Prosecution) -> HttpResponse:
    if not instructed_in(request.user).filter(case=one.case_id).exists():
        raise Http404
    form = OpinionForm(typed(request))

    def act() -> None:
        actions.opine(prosecution_id=one.pk, **form.cleaned_data, by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "Your opinion is sent.", "advice", one.case_id)) is not None:
        return response
    intro = (
        "As advice: the legal co-ordinator reviews the test and a service manager authorises the prosecution."
    )
    more = {"test": charging.facts_of(one).code_test, "factors": FACTORS, "prosecution": one, "intro": intro}
    return _form(request, one.case, form, "Opinion on the full code test", "Send the opinion", **more)


def _form(
    request: SignedIn, case: Case, form: forms.Form, heading: str, button: str, **more: Any
) -> HttpResponse:
    context = {
        "case": case,
        "child": frame.identity(case.pupil, request.user),
        "form": form,
        "heading": heading,
        "button": button,
        **more,
    }
    return render(request, "court/advice/form.jinja", context, status=400 if form.is_bound else 200)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, AdviceFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="-at", page_size=page_size)


@require_safe
@needs("ask_advice")
def advice_list(request: SignedIn) -> HttpResponse:
    """Who wrote when about which case, without a word of it."""
    user, wanted, today = request.user, AdviceFilter(request.GET).wanted, timezone.localdate()
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows, today)),
        "places": places.tabs(user, "advice_list"),
        "wanted": wanted,
        "shows": SHOWN,
        "solicitors": [("", "Any"), *((one.pk, one.name) for one in actions.solicitors(today))]
        if user.may("instruct")
        else [],
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "advice_export"),
        "filtered": any(wanted.values()),
        "clear": reverse("advice_list"),
    }
    return render(request, "court/advice/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """The rows the list shows, all pages; without content."""
    access.log_list(request, "advice export")
    return export_response(kind, "advice", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows))
