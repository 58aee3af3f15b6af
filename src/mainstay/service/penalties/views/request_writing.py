"""Writing a request: sessions, reason and evidence are kept together, and it is sent."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.kinds import KINDS, FileRefused
from mainstay.service.common.uploads.store import file_response
from mainstay.service.penalties import code
from mainstay.service.penalties import evidence as lists
from mainstay.service.penalties.actions import requests, writing
from mainstay.service.penalties.forms_requests import EvidenceForm, ExclusionForm, SessionsForm, Sightings
from mainstay.service.penalties.models import NoticeRequest, RequestEvidence
from mainstay.service.penalties.queries.relied import relied
from mainstay.service.penalties.views.request_page import Bound, opened, page, papers_form
from mainstay.service.record import access

#: what a form of the page may hold; each part is named by a hidden field, so that one button keeps them together
SESSIONS, EXCLUSION, EVIDENCE = "sessions", "exclusion", "evidence"


@require_POST
@needs("request_notice")
def sessions(request: SignedIn, pk: int) -> HttpResponse:
    """Keep what was written; the evidence too, where it is in the same form."""
    one = opened(request, pk)
    if bound := _keep(request, one):
        return page(request, one, **bound)
    messages.success(request, "Saved.", extra_tags=f"request-{pk}")
    return redirect("notice_request", pk=pk)


@require_POST
@needs("request_notice")
def evidence(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    if bound := _keep(request, one):
        return page(request, one, **bound)
    messages.success(request, "The evidence is saved.", extra_tags=f"request-{pk}-evidence")
    return redirect("notice_request", pk=pk)


@require_POST
@needs("request_notice")
def ask(request: SignedIn, pk: int) -> HttpResponse:
    """Keep what was written, then send it; what is missing is said, and nothing that was typed is lost."""
    one = opened(request, pk)
    if bound := _keep(request, one):
        return page(request, one, **bound)
    return _taken(
        request,
        pk,
        lambda: requests.ask(request_id=pk, by=request.user, at=timezone.now()),
        "The request is sent: the service checks it now.",
    )


@require_POST
@needs("request_notice")
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    opened(request, pk)
    return _taken(
        request,
        pk,
        lambda: requests.take_back(request_id=pk, by=request.user, at=timezone.now()),
        "The request is taken back.",
    )


@require_POST
@needs("request_notice")
def evidence_remove(request: SignedIn, pk: int, paper: int) -> HttpResponse:
    """Keep what was written beside it, then take the paper out."""
    one = opened(request, pk)
    get_object_or_404(RequestEvidence.objects.visible_to(request.user), pk=paper, request=pk)
    if bound := _keep(request, one):
        return page(request, one, **bound)
    return _taken(
        request,
        pk,
        lambda: writing.remove_evidence(evidence_id=paper, by=request.user, at=timezone.now()),
        "It is taken out.",
    )


@require_safe
@needs("see_notices")
def evidence_file(request: SignedIn, pk: int, paper: int) -> HttpResponseBase:
    """The paper itself; its file name tells nothing about the child."""
    one = opened(request, pk)
    papers = RequestEvidence.objects.visible_to(request.user).filter(request=one, file__isnull=False)
    found = get_object_or_404(papers.select_related("file"), pk=paper)
    access.log_read(request, one.pupil, page="notice request evidence")
    assert found.file is not None
    ending = next(
        (kind.endings[0] for kind in KINDS.values() if kind.media_type == found.file.media_type), ""
    )
    return file_response(found.file, f"evidence-{found.pk}{ending}")


def _taken(request: SignedIn, pk: int, step: Callable[[], Any], said: str) -> HttpResponse:
    """One step without a form of its own: done, or refused in words on the page it came from."""
    try:
        step()
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said, extra_tags=f"request-{pk}")
    return redirect("notice_request", pk=pk)


def _keep(request: SignedIn, one: NoticeRequest) -> Bound:
    """Keep the parts that were sent, all or none; the forms as typed where something is wrong."""
    parts, bound = request.POST.getlist("part"), Bound()
    if SESSIONS in parts:
        offered = relied(one, request.user, timezone.localdate()).keys
        bound["sessions"] = SessionsForm(request.POST, offered=offered)
    if EXCLUSION in parts:
        bound["exclusion"] = ExclusionForm(request.POST)
        bound["sightings"] = Sightings(request.POST, prefix="seen")
    if EVIDENCE in parts:
        listed = lists.asked(code.in_force(timezone.localdate()))
        bound["papers"] = papers_form(listed, request.POST, request.FILES)
    if not all(form.is_valid() for form in bound.values()):
        return bound
    try:
        with transaction.atomic():
            _write(request, one, bound)
    except StepRefused as refusal:
        _first(bound).add_error(None, str(refusal))
        return bound
    except FileRefused:
        return bound
    return {}


def _first(bound: Bound) -> Any:
    form = next(form for name, form in bound.items() if name != "sightings")
    return form.forms[0] if hasattr(form, "forms") else form


def _write(request: SignedIn, one: NoticeRequest, bound: Bound) -> None:
    by, at = request.user, timezone.now()
    if form := bound.get("sessions"):
        said = form.cleaned_data
        writing.write(request_id=one.pk, picked=said["picked"], because=said["because"], by=by, at=at)
    if form := bound.get("exclusion"):
        seen = [row for each in bound["sightings"].forms if (row := each.row)]
        writing.write_exclusion(request_id=one.pk, seen=seen, by=by, at=at, **form.cleaned_data)
    for paper in bound["papers"].forms if "papers" in bound else ():
        if paper.says_something:
            _add(one, paper, by, at)


def _add(one: NoticeRequest, paper: EvidenceForm, by: Any, at: Any) -> None:
    try:
        writing.add_evidence(request_id=one.pk, by=by, at=at, **paper.values)
    except FileRefused as refusal:
        paper.add_error("file", f"The paper was not kept: {refusal}")
        raise
