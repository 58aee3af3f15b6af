"""How one document reached one person, with what can be recorded about it; returned mail."""

from collections.abc import Callable
from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing, with_query
from mainstay.service.directory.models import Pupil
from mainstay.service.documents import queries as shown
from mainstay.service.documents import service as serving
from mainstay.service.documents.forms import PostingForm, ProofForm, ReturnedForm
from mainstay.service.documents.models import Service
from mainstay.service.documents.states import state
from mainstay.service.record import access, frame

COLUMNS = (
    Column("title", "Document", sort="document__title"),
    Column("child", "Child"),
    Column("to", "To", sort="addressee_name"),
    Column("sent_on", "Sent", sort="sent_on", nowrap=True),
    Column("returned_on", "Came back", sort="returned_on", nowrap=True),
    Column("reason", "Why", sort="returned_reason"),
    Column("due", "Look into it by", nowrap=True),
)
MOST_ROWS = 1_000_000


@require_safe
@needs("record_service")
def returned_mail(request: SignedIn) -> HttpResponse:
    page = listing(shown.returned(request.user), request.GET, COLUMNS, default_sort="returned_on")
    exports = [
        {
            "text": text,
            "href": reverse("returned_mail_export", args=[kind]) + with_query(request.GET, page=None),
        }
        for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
        if request.user.may("export_lists")
    ]
    context = {"page": replace(page, rows=shown.returned_rows(page.rows)), "exports": exports}
    return render(request, "documents/returned.jinja", context)


@require_safe
@needs("export_lists")
def returned_export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows of the list, all pages; of nobody who may not see the list."""
    access.log_list(request, "returned mail export")
    found = shown.returned(request.user) if request.user.may("record_service") else Service.objects.none()
    page = listing(found, request.GET, COLUMNS, default_sort="returned_on", page_size=MOST_ROWS)
    return export_response(kind, "returned-mail", shown.RETURNED_HEADER, shown.returned_for_export(page.rows))


@require_safe
@needs("see_pupils")
def service_record(request: SignedIn, pk: int) -> HttpResponse:
    one, pupil = _found(request, pk)
    if pupil is not None and not access.may_open(request.user, pupil):
        return redirect(access.ask_reason_url(pupil, back=request.path))
    if pupil is not None:
        access.log_read(request, pupil, page="service of a document")
    return _page(request, one, pupil)


def _found(request: SignedIn, pk: int) -> tuple[Service, Pupil | None]:
    seen = Service.objects.visible_to(request.user).select_related(
        "document__made_by", "addressee", "run", "sent_by"
    )
    one = get_object_or_404(seen, pk=pk)
    pupil = Pupil.objects.filter(pk=one.pupil_id or 0).select_related("school").first()
    return one, pupil


def _forms(one: Service, bound: forms.Form | None = None) -> dict[str, forms.Form]:
    """The page's forms by name, one of them as it was typed."""
    fresh: dict[str, forms.Form] = {
        "posting": PostingForm(prefix="posting", initial={"method": one.method, "sent_on": one.sent_on}),
        "proof": ProofForm(prefix="proof"),
        "returned": ReturnedForm(prefix="returned"),
    }
    return fresh | ({str(bound.prefix): bound} if bound is not None else {})


def _page(
    request: SignedIn, one: Service, pupil: Pupil | None, bound: forms.Form | None = None
) -> HttpResponse:
    user = request.user
    context = {
        "service": one,
        "child": frame.identity(pupil, user) if pupil else None,
        "state": state(one),
        "address": shown.address_shown(one, user, pupil),
        "may_record": user.may("record_service"),
        "run": reverse("print_run", args=[one.run_id]) if one.run_id and user.may("record_service") else "",
        "reasons": one.answer if one.answer.get("reasons") else None,
        "form": bound,
        **_forms(one, bound),
    }
    return render(request, "documents/service.jinja", context, status=400 if bound is not None else 200)


def _record(
    request: SignedIn, pk: int, make: Callable[[Service], forms.Form], act: Callable[..., Service], said: str
) -> HttpResponse:
    """Do what a form says with one service record, or show it again with what is wrong."""
    one, pupil = _found(request, pk)
    if pupil is not None and not access.may_open(request.user, pupil):
        raise Http404
    form = make(one)
    if form.is_valid():
        try:
            act(service=one, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said, extra_tags=f"service-{pk}-{form.prefix}")
            return redirect("service_record", pk=pk)
    return _page(request, one, pupil, form)


@require_POST
@needs("record_service")
def posting(request: SignedIn, pk: int) -> HttpResponse:
    def make(one: Service) -> forms.Form:
        return PostingForm(request.POST, prefix="posting", initial={"method": one.method})

    return _record(request, pk, make, serving.correct_posting, "The day it was sent is recorded.")


@require_POST
@needs("record_service")
def proof(request: SignedIn, pk: int) -> HttpResponse:
    def make(one: Service) -> forms.Form:
        return ProofForm(request.POST, prefix="proof")

    return _record(
        request, pk, make, serving.prove, "The proof is recorded, and the days are counted from it."
    )


@require_POST
@needs("record_service")
def returned(request: SignedIn, pk: int) -> HttpResponse:
    def make(one: Service) -> forms.Form:
        return ReturnedForm(request.POST, prefix="returned")

    done = "It is recorded that this came back. A deadline was started to find out why."
    return _record(request, pk, make, serving.mark_returned, done)
