"""The page of a guest without an account: what is theirs to do, ticked with a word. No child is named on it."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.middleware import public
from mainstay.service.attendance.targeting import guests
from mainstay.service.attendance.targeting.actions import following, telling
from mainstay.service.attendance.targeting.forms import DoneForm
from mainstay.service.attendance.targeting.queries.children import titled
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params

_IN_SESSION: Final = "targeting_guest"
_TAKEN: Final = "mine"  # stands in the address once the link's secret is in the session


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """The link's secret goes into the session, so that no page shows it."""
    now = timezone.now()
    if token != _TAKEN:
        if guests.of_token(token, now) is None:
            return render(request, "attendance/targeting/guest_over.jinja", status=410)
        request.session[_IN_SESSION] = token
        return redirect("targeting_guest", token=_TAKEN)
    found = guests.of_token(request.session.get(_IN_SESSION, ""), now)
    if found is None:
        return render(request, "attendance/targeting/guest_over.jinja", status=410)
    who, actions = found
    form = DoneForm(request.POST if request.method == "POST" else None)
    asked = params.number(request.POST.get("action"))
    if form.is_bound and form.is_valid():
        try:
            following.finish_as_guest(action_id=asked or 0, guest=who, at=now, **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("targeting_guest", token=_TAKEN)
    names = telling.child_names(actions[0].meeting, now)
    context: dict[str, Any] = {
        "meeting": actions[0].meeting,
        "actions": [
            {"pk": one.pk, "due": one.due, "done": one.done_at, "text": titled(one.text) if telling.sayable(one, names) else "",
             "form": form if form.is_bound and one.pk == asked else DoneForm(auto_id=f"id_{one.pk}_%s")}
            for one in actions
        ],
        "bound": form if form.is_bound else None,
    }  # fmt: skip
    return render(request, "attendance/targeting/guest.jinja", context, status=400 if form.is_bound else 200)


guest = public(guest)
