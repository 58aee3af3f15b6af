"""Notices to approve, one after the other: the queue at the left, the notice at the right, one decision each."""

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import listing
from mainstay.service.penalties import facts, places
from mainstay.service.penalties.forms_notices import RefuseForm, SendBackForm
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import review as shown
from mainstay.service.record import access, frame

#: notices of the queue shown at once: each is checked anew, so that its light is today's
QUEUE: Final = 25
FORMS: Final = {"send_back": SendBackForm, "refuse": RefuseForm}


@require_safe
@needs("approve_notice")
def review(request: SignedIn) -> HttpResponse:
    return _page(request, params.number(request.GET.get("notice")), {})


def asked_from(request: SignedIn) -> bool:
    """Whether a decision was made in the queue."""
    return "queue" in request.POST


def next_address(request: SignedIn) -> str:
    """The next notice of the queue, as the page named it."""
    following = params.number(request.POST.get("next"))
    said = {"notice": following} if following is not None else {}
    return reverse("notice_review") + ("?" + urlencode(said) if said else "")


def again(request: SignedIn, notice: Notice, name: str, form: forms.Form) -> HttpResponse:
    """The queue with what was typed, and why the decision was not taken."""
    form.auto_id = f"{name}_%s"  # both forms of the page have a box of the same name
    return _page(request, notice.pk, {name: form})


def _page(request: SignedIn, wanted: int | None, bound: dict[str, forms.Form]) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    waiting = shown.waiting(user)
    listed = listing(waiting, request.GET, (), page_size=QUEUE)
    rows = list(listed.rows)
    if wanted is not None and wanted not in [row.pk for row in rows]:
        rows = [*waiting.filter(pk=wanted), *rows]  # further down the queue than this page
    found = facts.gather(rows, today)
    keys = [one.notice.pk for one in found]
    chosen = next((one for one in found if one.notice.pk == wanted), found[0] if found else None)
    context: dict[str, Any] = {
        "page": listed,
        "queue": shown.queue(found, user),
        "gone": wanted is not None and wanted not in keys,
        "chosen": chosen.notice.pk if chosen else None,
        "shut": "",
        "places": places.tabs(user, "notice_review"),
        "forms": {name: bound.get(name) or form(auto_id=f"{name}_%s") for name, form in FORMS.items()},
        "form": next(iter(bound.values()), None),
        "today": today,
    }
    if chosen is not None:
        context |= _chosen(request, chosen, today)
        context["next_pk"] = shown.after(keys, chosen.notice.pk)
    return render(request, "penalties/notice_review.jinja", context, status=400 if bound else 200)


def _chosen(request: SignedIn, found: facts.Facts, today: Any) -> dict[str, Any]:
    """The notice at the right, unless its record has to be opened first."""
    notice = found.notice
    pupil = notice.pupil
    if pupil.school_id == notice.school_id:
        pupil.school = notice.school  # the identity bar names it
    if not access.may_open(request.user, pupil):
        here = f"{reverse('notice_review')}?notice={notice.pk}"
        return {"shut": access.ask_reason_url(pupil, back=here)}
    access.log_read(request, pupil, page="notice review")
    return {"child": frame.identity(pupil, request.user), "one": shown.one(found, request.user, today)}
