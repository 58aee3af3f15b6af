"""A page that is one form taking one step: refused, it says why and keeps what was typed; done, it leads on."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from mainstay.service.common.steps import StepRefused

METHODS: Final = ["GET", "HEAD", "POST"]


def typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def filled(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    done: str | Callable[[], str],
    to: str,
    *args: Any,
) -> HttpResponse | None:
    """Where the form is right, act and lead to the page ``to``; None: the page is shown (again).

    done: what is said then; asked afterwards where it depends on what was done.
    """
    if not form.is_valid():
        return None
    try:
        act()
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, done if isinstance(done, str) else done(), extra_tags=request.path)
    return redirect(to, *args)


def taken(request: HttpRequest, act: Callable[[], Any], done: str, to: str, *args: Any) -> HttpResponse:
    """A button without a form: what is refused is said on the page it leads back to."""
    try:
        act()
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(to, *args)


def shown(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    """The page of a form: title, button, back (address and words); caption, intro, missing, rows as they are needed."""
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "traded/form.jinja", {"form": form, **context}, status=status)
