"""The code of conduct: read by everybody who works with notices, changed value by value by a manager."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties import code as rules
from mainstay.service.penalties import places
from mainstay.service.penalties.forms_code import CodeValueForm
from mainstay.service.penalties.queries import code as shown

#: declared on a page of its own, with what is loaded beside it
DECLARED = "earlier_complete"


@require_safe
@needs("see_notice_code")
def code(request: SignedIn) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    context = {
        "places": places.tabs(user, "notice_code"),
        "groups": shown.groups(user, today),
        "links": _links(user),
        "version": rules.in_force(today).version if not user.is_school_user else "",
        "today": today,
    }
    return render(request, "penalties/code.jinja", context)


def _links(user: Any) -> dict[str, str]:
    """Name -> where this person changes it."""
    links = {}
    if user.may("edit_notice_code"):
        links = {name: reverse("notice_code_set", args=[name]) for name in rules.VALUES}
    links.pop(DECLARED, None)
    if user.may("declare_notices_complete"):
        links[DECLARED] = reverse("earlier_declare")
    return links


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_notice_code")
def set_value(request: SignedIn, name: str) -> HttpResponse:
    """One value: what holds, what is to come, what was, and the form for the next."""
    value = rules.VALUES.get(name)
    if value is None:
        raise Http404
    if name == DECLARED:
        return redirect("earlier_declare")
    now = rules.in_force(timezone.localdate())[name]
    form = CodeValueForm(request.POST if request.method == "POST" else None, of=value, now=now)
    if form.is_valid():
        said = form.cleaned_data
        try:
            rules.set_value(
                name=name, value=form.value, since=said["since"], reason=said["reason"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Set: {value.label[:1].lower()}{value.label[1:]}.")
            return redirect("notice_code")
    context = {"form": form, "one": shown.one(name, timezone.localdate())}
    return render(request, "penalties/code_set.jinja", context, status=400 if form.is_bound else 200)
