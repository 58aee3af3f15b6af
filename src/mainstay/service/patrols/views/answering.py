"""The school's own pages: what patrols ask, and the answer."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.patrols.actions import following
from mainstay.service.patrols.forms import AnswerForm
from mainstay.service.patrols.models import Encounter, Patrol
from mainstay.service.patrols.views.filling import filled, typed
from mainstay.service.patrols.views.patrols import METHODS

OPEN = (Patrol.State.OUT, Patrol.State.BACK)


@require_safe
@needs("check_patrol")
def asked(request: SignedIn) -> HttpResponse:
    found = Encounter.objects.visible_to(request.user).filter(patrol__state__in=OPEN).select_related("school")
    rows = list(found.order_by("-asked_at")[:50])
    context = {
        "waiting": [one for one in rows if one.checked_at is None],
        "answered": [one for one in rows if one.checked_at is not None],
    }
    return render(request, "patrols/asked.jinja", context)


@require_http_methods(METHODS)
@needs("check_patrol")
def answer(request: SignedIn, pk: int) -> HttpResponse:
    found = Encounter.objects.visible_to(request.user).filter(patrol__state__in=OPEN).order_by().values("pk")
    rows = Encounter.objects.select_related("school")
    one = get_object_or_404(rows.filter(pk__in=found), pk=pk)
    form = AnswerForm(typed(request))

    def act() -> None:
        following.check(encounter_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    response = filled(request, form, act, "Thank you: the officers see your answer.", "patrol_asked")
    context = {"form": form, "one": one}
    return response or render(request, "patrols/answer.jinja", context, status=400 if form.is_bound else 200)
