"""Leaflets: what there is in which language, new versions, and giving one to a family."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column
from mainstay.service.common.ui.params import number
from mainstay.service.common.uploads.store import FileRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.documents import leaflets as room
from mainstay.service.documents.forms_leaflets import GiveForm, LeafletForm
from mainstay.service.documents.models import Leaflet
from mainstay.service.record import access, frame, providers

COLUMNS = (
    Column("title", "Leaflet"), Column("language", "Language"), Column("state", "Words"), Column("since", "In force from"),
)  # fmt: skip


@require_safe
@needs("see_pupils")
def leaflets(request: SignedIn) -> HttpResponse:
    """Every leaflet in force, in every language."""
    found = Leaflet.objects.in_force(timezone.localdate()).order_by("subject", "language")
    rows = [
        {
            "pk": one.pk,
            "leaflet": one,
            "language": room.language_name(one.language),
            "sure": room.confirmed(one),
        }
        for one in found
    ]
    context = {
        "table": {"rows": rows, "columns": COLUMNS},
        "subjects": room.SUBJECTS,
        "may_edit": request.user.may("edit_wording"),
    }
    return render(request, "documents/leaflets.jinja", context)


@require_safe
@needs("see_pupils")
def leaflet(request: SignedIn, pk: int) -> HttpResponse:
    """One version: its words, and the other versions."""
    found = get_object_or_404(Leaflet.objects.select_related("by"), pk=pk)
    same = Leaflet.objects.filter(subject=found.subject, language=found.language).select_related("by")
    context = {
        "leaflet": found,
        "language": room.language_name(found.language),
        "sure": room.confirmed(found),
        "versions": list(same.order_by("-version")),
        "may_edit": request.user.may("edit_wording"),
    }
    return render(request, "documents/leaflet.jinja", context)


@require_safe
@needs("see_pupils")
def leaflet_pdf(request: SignedIn, pk: int) -> HttpResponse:
    """For printing and handing over."""
    found = get_object_or_404(Leaflet.objects.select_related("file"), pk=pk)
    response = HttpResponse(room.pdf(found), content_type="application/pdf")
    name = f"leaflet-{found.subject}-{found.language}-{found.version}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_wording")
def leaflet_new(request: SignedIn) -> HttpResponse:
    """A new version, begun from the one in ``?leaflet=``."""
    initial = {}
    if before := Leaflet.objects.filter(pk=number(request.GET.get("leaflet")) or 0).first():
        initial = {name: getattr(before, name) for name in ("subject", "language", "title", "text")}
    posted = request.method == "POST"
    form = LeafletForm(request.POST if posted else None, request.FILES if posted else None, initial=initial)
    if form.is_valid():
        try:
            made = room.change(by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, "The leaflet has a new version.", extra_tags="leaflet")
            return redirect("leaflet", pk=made.pk)
    return render(
        request, "documents/leaflet_new.jinja", {"form": form}, status=400 if form.is_bound else 200
    )


@access.opened("leaflet")
def _give(request: SignedIn, pupil: Pupil) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    initial = {"given_on": timezone.localdate(), "about": request.GET.get("with", "")}
    form = GiveForm(data, pupil=pupil, occasions=room.occasions_of(pupil, request.user), initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        try:
            room.give_leaflet(
                leaflet=said["leaflet"], pupil=pupil, to=form.parent, how=said["how"], given_on=said["given_on"],
                by=request.user, at=timezone.now(), about=form.thing,
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is recorded that the leaflet was given.")
            return redirect(_back(form, request.user) or reverse("pupil_documents", args=[pupil.pk]))
    context = {**frame.page(pupil, request.user, "documents"), "form": form}
    return render(request, "documents/leaflet_give.jinja", context, status=400 if form.is_bound else 200)


def _back(form: GiveForm, user: Any) -> str:
    """To what the leaflet went with, where this person may see its page."""
    kind, _, key = form.cleaned_data["about"].partition(":")
    return providers.href_of(kind, key, user)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("give_leaflets")
def leaflet_give(request: SignedIn, pk: int) -> HttpResponse:
    """Record that a parent or the child was given a leaflet."""
    return _give(request, pk)
