"""What pages share: a form that takes a step, a button without one, the row a page is about."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.kinds import EVIDENCE, FileRefused
from mainstay.service.employment.kinds import KINDS
from mainstay.service.employment.models import Report
from mainstay.service.record import access, frame

METHODS: Final = ["GET", "HEAD", "POST"]


def typed(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


def took(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether the form is right and the action went through; a refusal stands at the top of the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def every(*forms_: forms.Form) -> bool:
    """Whether all of them are right; each is asked, so that every error is shown."""
    right = [form.is_valid() for form in forms_]
    return all(right)


def done(request: SignedIn, words: str, to: str, *args: Any) -> HttpResponse:
    messages.success(request, words, extra_tags=request.path)
    return redirect(to, *args)


def rows_of(key: str) -> Any:
    """The rows of a kind of application, or of reports, with what their pages look at."""
    if key == "report":
        return Report.objects.select_related(
            "pupil__school", "school", "owner", "reported_by", "permit", "triage__by", "triage__approved_by", "closing__by",
            "closing__approved_by",
        ).prefetch_related("inspections__by")  # fmt: skip
    if key not in KINDS:
        raise Http404
    return KINDS[key].rows()


def opened(request: SignedIn, key: str, pk: int) -> Any:
    """The row, for a page that changes it; 404 unless it is in view and its child's record stands open."""
    rows = rows_of(key)
    visible = rows.model.objects.visible_to(request.user).order_by().values("pk")
    one = get_object_or_404(rows.filter(pk__in=visible), pk=pk)
    pupil = getattr(one, "pupil", None)
    if pupil is not None and not access.may_open(request.user, pupil):
        raise Http404
    if pupil is not None and request.method != "POST":
        access.log_read(request, pupil, page=f"employment {key}")
    return one


def child_of(one: Any, user: Any) -> dict[str, Any] | None:
    pupil = getattr(one, "pupil", None)
    return frame.identity(pupil, user) if pupil is not None else None


def form_page(request: SignedIn, one: Any, form: Any, to: str, **said: Any) -> HttpResponse:
    """One form about a row. said: heading, intro, button, notes, kind (of the button), upload."""
    context = {
        "child": child_of(one, request.user), "one": one, "form": form, "to": to, "intro": "", "notes": [], "kind": None,
        "upload": False, **said,
    }  # fmt: skip
    return render(request, "employment/form.jinja", context, status=400 if form.is_bound else 200)


def kept_file(form: forms.Form, name: str, request: SignedIn) -> Any:
    """The file of a box, kept; None without one. Raises StepRefused for one that cannot be kept."""
    file = form.cleaned_data.get(name)
    if not file:
        return None
    try:
        return store.keep(file, allowed=EVIDENCE, by=request.user, at=timezone.now())
    except FileRefused as refusal:
        raise StepRefused(f"The file cannot be kept: {refusal}") from refusal
