"""A form that takes a step: refused, it says why and keeps what was typed; done, it leads on."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.common.steps import StepRefused
from mainstay.service.missing.actions.closing import DayDoubted, Lacking
from mainstay.service.missing.forms import SureForm
from mainstay.service.missing.models import MissingChild
from mainstay.service.missing.queries import children as shown
from mainstay.service.record import access, frame

METHODS: Final = ["GET", "HEAD", "POST"]
PAGE: Final = "missing_child"


def typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def filled(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], done: str, to: str = PAGE, *args: Any
) -> HttpResponse | None:
    """Where the form is right, act and lead to the page ``to``; None: the page is shown (again)."""
    if not form.is_valid():
        return None
    try:
        act()
    except StepRefused as refusal:
        if isinstance(refusal, DayDoubted) and isinstance(form, SureForm):
            form.doubt()
        where = "attended_on" if isinstance(refusal, DayDoubted) else None
        parts = refusal.parts if isinstance(refusal, Lacking) else [(where, str(refusal))]
        for name, words in parts:
            form.add_error(name if name in form.fields else None, words)
        return None
    messages.success(request, done, extra_tags=request.path)
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


def opened(request: SignedIn, pk: int) -> MissingChild:
    """The child, for a page that changes it; 404 unless it is in view and its record stands open."""
    seen = MissingChild.objects.visible_to(request.user)
    rows = seen.select_related("pupil__school", "school", "last_school", "owner")
    one: MissingChild = get_object_or_404(rows, pk=pk)
    if one.pupil is not None and not access.may_open(request.user, one.pupil):
        raise Http404
    if request.method != "POST":
        log(request, one)
    return one


def visible(request: SignedIn, pk: int) -> MissingChild:
    seen = MissingChild.objects.visible_to(request.user).order_by().values("pk")
    found: MissingChild = get_object_or_404(shown.found_rows().filter(pk__in=seen), pk=pk)
    return found


def log(request: SignedIn, one: MissingChild) -> None:
    """A child without a record of their own is logged by the number of the search."""
    page = "missing education" if one.pupil_id else f"missing education {one.number}"
    access.log_read(request, one.pupil_id or 0, page=page)


def identity(one: MissingChild, user: Any) -> dict[str, Any]:
    """The identity bar, also of a child on no record."""
    if one.pupil is not None:
        return frame.identity(one.pupil, user)
    return {
        "name": one.name,
        "school": one.school_told,
        "flags": [{"text": "Known by what was told", "kind": "plain"}],
    }


def form_page(request: SignedIn, one: MissingChild, form: Any, **said: Any) -> HttpResponse:
    """One form about a child. said: heading, intro, button, notes (texts above the form), file."""
    context = {
        "child": identity(one, request.user), "one": one, "form": form, "intro": "", "notes": [], "warnings": [],
        "answer": None, "file": False, **said,
    }  # fmt: skip
    return render(request, "missing/form.jinja", context, status=400 if form.is_bound else 200)
