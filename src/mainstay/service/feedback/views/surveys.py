"""Surveys are written, and people asked: by a sheet with a code, or on a tablet."""

import io
from typing import Final

import segno
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.feedback import places, services
from mainstay.service.feedback.actions import surveys as acting
from mainstay.service.feedback.forms import AskForm, SurveyForm
from mainstay.service.feedback.models import Ask, Survey
from mainstay.service.feedback.views.filling import filled, typed

METHODS: Final = ["GET", "HEAD", "POST"]


@require_safe
@needs("edit_surveys")
def surveys(request: SignedIn) -> HttpResponse:
    found = Survey.objects.prefetch_related("versions")
    rows = [
        {
            "one": one,
            "version": next(iter(one.versions.all()), None),
            "service": services.name(one.service) if one.service else "Any work",
        }
        for one in found
    ]
    return render(
        request, "feedback/surveys.jinja", {"places": places.tabs(request.user, "surveys"), "rows": rows}
    )


def _edit(request: SignedIn, one: Survey | None) -> HttpResponse:
    version = one.versions.select_related("survey").first() if one else None
    form = SurveyForm(typed(request), of=version)

    def act() -> None:
        said = form.cleaned_data
        acting.write(
            survey_id=one.pk if one else None, name=said["name"], who=said["who"], service=said["service"], active=said["active"],
            intro=said["intro"], questions=form.questions, by=request.user, at=timezone.now(),
        )  # fmt: skip

    response = filled(request, form, act, "The survey is kept.", "surveys")
    context = {"form": form, "one": one, "version": version, "numbers": range(acting.MOST_QUESTIONS)}
    return response or render(
        request, "feedback/survey_edit.jinja", context, status=400 if form.is_bound else 200
    )


@require_http_methods(METHODS)
@needs("edit_surveys")
def new(request: SignedIn) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(METHODS)
@needs("edit_surveys")
def edit(request: SignedIn, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Survey, pk=pk))


@require_http_methods(METHODS)
@needs("ask_feedback")
def ask(request: SignedIn) -> HttpResponse:
    form = AskForm(typed(request))
    made: list[Ask] = []

    def act() -> None:
        said = form.cleaned_data
        most = 1 if said["how"] == Ask.How.TABLET else said["most"]
        made.append(
            acting.ask(
                survey=said["survey"], service=said["service"], how=said["how"], most=most, school=None, by=request.user,
                at=timezone.now(),
            )
        )  # fmt: skip

    if filled(request, form, act, "The survey is ready.", "survey_ask") is not None:
        return redirect("survey_sheet", made[0].pk)
    context = {"places": places.tabs(request.user, "survey_ask"), "form": form}
    return render(request, "feedback/ask.jinja", context, status=400 if form.is_bound else 200)


def laid_out(pk: int) -> Ask:
    """A sheet or a tablet; never the link that was sent to somebody, with which one could answer for them."""
    found = Ask.objects.exclude(how=Ask.How.EMAIL).select_related("version__survey")
    return get_object_or_404(found, pk=pk)


@require_safe
@needs("ask_feedback")
def sheet(request: SignedIn, pk: int) -> HttpResponse:
    """To print and lay out, or to hand the tablet over."""
    one = laid_out(pk)
    link = acting.link(one, request.build_absolute_uri("/").rstrip("/"))
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", scale=5, xmldecl=False, svgclass=None, lineclass=None)
    # of our own link, by the library: nothing typed is in it
    code = mark_safe(out.getvalue().decode())  # noqa: S308
    context = {"one": one, "link": link, "code": code, "service": services.name(one.service)}
    return render(request, "feedback/sheet.jinja", context)


@require_POST
@needs("ask_feedback")
def tablet(request: SignedIn, pk: int) -> HttpResponse:
    """Signs out first: whoever is handed the tablet gets the survey and nothing else."""
    token = acting.token(laid_out(pk))
    logout(request)
    return redirect("survey", token)
