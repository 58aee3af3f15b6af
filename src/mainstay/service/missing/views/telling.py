"""The public form for a child who may be missing education: no account, one thing a page, kept until it is sent.

The session holds the code of the draft and the time it was begun, no answer. Whoever is taken for a program is told
nothing of it.
"""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.limits import within_limit
from mainstay.service.accounts.open_pages import HOUR, open_page, trapped, within
from mainstay.service.common.steps import StepRefused
from mainstay.service.missing import drafts, telling, values

GET_POST: Final = ["GET", "HEAD", "POST"]
ELSEWHERE: Final = "https://www.bbc.co.uk/weather"
_SESSION: Final = "missing_tell"
#: from one address: forms begun, pages saved, codes tried, forms sent in an hour; our own choice, loose enough for a
#: clinic or a council behind one address
BEGUN, SAVED, TRIED, SENT = 60, 600, 20, 20
#: of everybody together, so that many addresses cannot flood the officers
SENT_BY_ALL: Final = 200


def _too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "missing/tell/too_many.jinja", _said(), status=429)


def _said() -> dict[str, Any]:
    """The council's own words on these pages."""
    said = values.in_force(timezone.localdate())
    return {"phones": said, "days": said["draft_days"]}


def _draft(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The code of the form that is filled in, and its answers."""
    code = request.session.get(_SESSION, {}).get("code", "")
    answers = drafts.open_(code, timezone.now()) if code else None
    return None if answers is None else (code, answers)


def _remember(request: HttpRequest, code: str) -> None:
    request.session[_SESSION] = {"code": code, "begun": int(timezone.now().timestamp())}


@open_page
@require_http_methods(GET_POST)
def start(request: HttpRequest) -> HttpResponse:
    """What the form is for; POST begins one."""
    if request.method == "POST":
        if not within(request, "missing-begun", BEGUN):
            return _too_many(request)
        code = drafts.new_code()
        drafts.save(code, {}, timezone.now())
        _remember(request, code)
        return redirect("missing_tell_page", "danger")
    return render(request, "missing/tell/start.jinja", {**_said(), "begun": _draft(request) is not None})


@open_page
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One thing asked; saved with each page."""
    draft = _draft(request)
    if draft is None or slug not in telling.PAGES:
        return render(request, "missing/tell/start.jinja", {**_said(), "begun": draft is not None})
    (code, answers), asked = draft, telling.PAGES[slug]
    posted = request.method == "POST"
    form = asked.form(request.POST if posted else None, initial=telling.initial(slug, answers))
    if posted and not within(request, "missing-saved", SAVED):
        return _too_many(request)
    if form.is_valid():
        answers[slug] = telling.kept(form)
        drafts.save(code, answers, timezone.now())
        return _onwards(request, slug, answers)
    context = {
        **_said(), "asked": asked, "form": form, "back": telling.before(slug), "checked": not telling.first_open(answers),
        "number": list(telling.PAGES).index(slug) + 1, "of": len(telling.PAGES),
    }  # fmt: skip
    return render(request, "missing/tell/page.jinja", context, status=400 if form.is_bound else 200)


def _onwards(request: HttpRequest, slug: str, answers: dict[str, Any]) -> HttpResponse:
    if "later" in request.POST:
        return redirect("missing_tell_saved")
    if slug == "danger" and answers[slug]["danger"] == "yes":
        return redirect("missing_tell_danger")
    if slug == "address" and telling.outside(answers, timezone.localdate()):
        return redirect("missing_tell_outside")
    following = telling.after(slug) if telling.first_open(answers) else None
    return redirect("missing_tell_page", following) if following else redirect("missing_tell_check")


@open_page
@require_safe
def danger(request: HttpRequest) -> HttpResponse:
    """In big letters: whom to call now. The form goes on from there."""
    return render(request, "missing/tell/danger.jinja", _said())


@open_page
@require_safe
def outside(request: HttpRequest) -> HttpResponse:
    """The child lives outside the area: where to go."""
    return render(request, "missing/tell/outside.jinja", _said())


@open_page
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """The code to come back with."""
    draft = _draft(request)
    if draft is None:
        return render(request, "missing/tell/start.jinja", {**_said(), "begun": False})
    return render(request, "missing/tell/saved.jinja", {**_said(), "code": drafts.shown(draft[0])})


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Your code", max_length=60, help_text="16 letters and numbers, such as ABCD-2345-EFGH-6799.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


@open_page
@sensitive_post_parameters("code")
@require_http_methods(GET_POST)
def come_back(request: HttpRequest) -> HttpResponse:
    """Go on with a form by its code; a wrong code and one that is over are answered alike."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not within(request, "missing-tried", TRIED):
            return _too_many(request)
        code = drafts.read(form.cleaned_data["code"])
        answers = drafts.open_(code, timezone.now())
        if answers is not None:
            request.session.cycle_key()
            _remember(request, code)
            slug = telling.first_open(answers)
            return redirect("missing_tell_page", slug) if slug else redirect("missing_tell_check")
        form.add_error("code", "No form is kept under this code. Check it, or begin again")
    context = {**_said(), "form": form}
    return render(request, "missing/tell/come_back.jinja", context, status=400 if form.errors else 200)


@open_page
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def check(request: HttpRequest) -> HttpResponse:
    """The answers, to look through and send."""
    draft = _draft(request)
    if draft is None:
        return render(request, "missing/tell/start.jinja", {**_said(), "begun": False})
    code, answers = draft
    missing, error = telling.first_open(answers), ""
    if request.method == "POST":
        if missing:
            return redirect("missing_tell_page", missing)
        response, error = _send(request, code, answers)
        if response is not None:
            return response
    context = {
        **_said(), "rows": telling.summary(answers), "missing": missing, "form": telling.CheckForm(), "error": error,
    }  # fmt: skip
    return render(request, "missing/tell/check.jinja", context, status=400 if error else 200)


def _send(request: HttpRequest, code: str, answers: dict[str, Any]) -> tuple[HttpResponse | None, str]:
    at = timezone.now()
    if trapped(request):  # a program: it is told what a person is, and nothing is kept
        drafts.drop(code)
        request.session.pop(_SESSION, None)
        return redirect("missing_tell_done"), ""
    needed = values.in_force(timezone.localdate())["least_seconds"]
    begun = request.session.get(_SESSION, {}).get("begun", 0)
    if at.timestamp() - begun < needed:
        return None, "That was very quick. Look through your answers, and send them in a moment."
    if not (
        within(request, "missing-sent", SENT)
        and within_limit("missing-sent", "all", most=SENT_BY_ALL, seconds=HOUR)
    ):
        return _too_many(request), ""
    try:
        one = telling.send(answers, at)
    except StepRefused as refusal:
        return None, str(refusal)
    drafts.drop(code)
    request.session[_SESSION] = {"sent": one.number, "danger": bool(one.risks)}
    return redirect("missing_tell_done"), ""


@open_page
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Thank you; what happens now."""
    said = request.session.get(_SESSION, {})
    context = {**_said(), "number": said.get("sent", ""), "danger": said.get("danger", False)}
    return render(request, "missing/tell/done.jinja", context)


@open_page
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Leave quickly: the browser forgets the code."""
    request.session.pop(_SESSION, None)
    return HttpResponseRedirect(ELSEWHERE)
