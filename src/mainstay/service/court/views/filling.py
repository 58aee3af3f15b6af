"""A form that takes a step of a prosecution: refused, it says why and keeps what was typed; done, it leads on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.kinds import FileRefused
from mainstay.service.court.models import Prosecution
from mainstay.service.record import frame


def typed(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


def done(
    request: SignedIn, form: forms.Form, act: Callable[[], Any], said: str, to: str, *args: Any
) -> HttpResponse | None:
    """Where the form is right, act and lead on; None: the page is shown (again)."""
    if not form.is_valid():
        return None
    try:
        act()
    except (StepRefused, FileRefused) as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, said, extra_tags=request.path)
    return redirect(to, *args)


def page(
    request: SignedIn, one: Prosecution, form: forms.Form, template: str = "form", **more: Any
) -> HttpResponse:
    """The page of a form about one prosecution."""
    said = {"one": one, "child": frame.identity(one.case.pupil, request.user), "form": form, **more}
    name = f"court/prosecution/{template}.jinja"
    return render(request, name, said, status=400 if form.is_bound else 200)
