"""Pages without a sign-in: a survey on one page, and the form for questions, concerns and complaints."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.open_pages import open_page, within
from mainstay.service.common.steps import StepRefused
from mainstay.service.feedback.actions import receiving, surveys
from mainstay.service.feedback.forms import AnswerForm, ComplainForm
from mainstay.service.feedback.models import Complaint

METHODS: Final = ["GET", "HEAD", "POST"]
#: from one address in an hour; a school's children may sit behind one
SURVEYS_AN_HOUR, COMPLAINTS_AN_HOUR = 200, 10
_SENT: Final = "complaint_reference"


def _message(request: HttpRequest, heading: str, text: str, status: int) -> HttpResponse:
    return render(request, "feedback/message.jinja", {"heading": heading, "text": text}, status=status)


@open_page
@sensitive_post_parameters()
@require_http_methods(METHODS)
def survey(request: HttpRequest, token: str) -> HttpResponse:
    one = surveys.of_token(token)
    if one is None:
        return _message(
            request, "This link is not right", "Check that you have all of it, or scan the code again.", 404
        )
    if words := surveys.over(one, timezone.localdate()):
        return _message(request, "Thank you", words, 410)
    form = AnswerForm(request.POST if request.method == "POST" else None, of=one.version)
    if form.is_valid():
        if not within(request, "survey", SURVEYS_AN_HOUR):
            return _message(request, "Too many at once", "Please try again in an hour.", 429)
        said = form.cleaned_data
        try:
            surveys.answer(
                ask_id=one.pk,
                said=form.said,
                known=said["known"] == "yes",
                name=said["name"],
                at=timezone.now(),
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("survey_done")
    context = {"form": form, "version": one.version}
    return render(request, "feedback/survey.jinja", context, status=400 if form.errors else 200)


@open_page
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    return _message(
        request, "Thank you", "Your answers are kept. They help us do better for children and families.", 200
    )


@open_page
@sensitive_post_parameters()
@require_http_methods(METHODS)
def complain(request: HttpRequest) -> HttpResponse:
    form = ComplainForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not within(request, "complaint", COMPLAINTS_AN_HOUR):
            return _message(request, "Too many at once", "Please try again in an hour, or call us.", 429)
        try:
            one = receiving.receive(
                channel=Complaint.Channel.FORM, by=None, at=timezone.now(), **form.cleaned_data
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[_SENT] = [one.reference, one.reached]
            return redirect("complain_sent")
    return render(request, "feedback/complain.jinja", {"form": form}, status=400 if form.errors else 200)


@open_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    kept = request.session.pop(_SENT, None)
    if kept is None:
        return redirect("complain")
    return render(request, "feedback/sent.jinja", {"reference": kept[0], "reached": kept[1]})
