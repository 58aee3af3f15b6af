"""The list of referrals, its export, and the page on which a school begins one."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework import checklist, places
from mainstay.service.casework.actions import referring
from mainstay.service.casework.forms_referrals import SCOPES, STATES, ReferralsFilter
from mainstay.service.casework.models import Consultation, Referral
from mainstay.service.casework.queries import referrals as shown
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record import access, frame

COLUMNS: Final = (
    Column("child", "Child", sort="pupil__key"),
    Column("number", "Referral", sort="pk", nowrap=True),
    Column("school", "School", sort="school__key"),
    Column("state", "State", sort="state"),
    Column("sent", "Sent", sort="submitted_at", nowrap=True),
    Column("next_day", "Answer by", sort="next_day", nowrap=True),
    Column("owner", "Officer", sort="owner__name"),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, ReferralsFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="sent", page_size=page_size)


@require_safe
@needs("see_cases")
def referrals(request: SignedIn) -> HttpResponse:
    """For a school: its referrals, and what is asked of it first."""
    user, wanted = request.user, ReferralsFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows, user)),
        "places": places.tabs(user, "referrals"),
        "asked": shown.asked_of_school(user) if user.may("refer") else [],
        "ours": user.is_school_user,
        "wanted": wanted,
        "states": STATES,
        "scopes": SCOPES if user.sees_all_schools else [("", "All of our school"), ("mine", "Begun by me")],
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "referrals_export"),
        "filtered": any(wanted.values()),
        "today": timezone.localdate(),
    }
    return render(request, "casework/referrals.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "referrals export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows, request.user)
    return export_response(kind, "referrals", shown.HEADER, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("refer")
@access.opened("referral")
def new(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """What a referral asks for, before one is begun; an open one is gone on with."""
    user = request.user
    refused = ""
    if request.method == "POST":
        try:
            made = referring.start(pupil=pupil, by=user, at=timezone.now())
        except StepRefused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, "The referral is begun. You can leave it and come back at any time.")
            return redirect("referral", pk=made.pk)
    open_one = Referral.objects.visible_to(user).open().filter(pupil=pupil).first()
    context = {
        "child": frame.identity(pupil, user),
        "pupil": pupil,
        "refused": refused,
        "open": open_one,
        "version": checklist.in_force(timezone.localdate()),
        "consultations": list(Consultation.objects.visible_to(user).filter(pupil=pupil).select_related("officer")[:5]),
        "consult": f"{reverse('consultation_new')}?pupil={pupil.pk}",
    }  # fmt: skip
    return render(request, "casework/referral_new.jinja", context, status=400 if refused else 200)
