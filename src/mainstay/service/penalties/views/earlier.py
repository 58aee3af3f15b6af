"""Earlier notices: the list, one of them, and the declaration that all of them are loaded."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import pupils_in_view
from mainstay.service.penalties import code, places
from mainstay.service.penalties.actions import earlier as actions
from mainstay.service.penalties.forms_code import DeclareForm
from mainstay.service.penalties.forms_earlier import OUTCOMES, EarlierFilter, OutcomeForm
from mainstay.service.penalties.models import EarlierNotice
from mainstay.service.penalties.models.requests import Kind
from mainstay.service.penalties.queries import code as of_code
from mainstay.service.penalties.queries import earlier as shown
from mainstay.service.record import access, frame

COLUMNS: Final = (
    Column("child", "Child", sort="pupil__key"),
    Column("parent", "Parent", sort="parent__key"),
    Column("issued_on", "Issued", sort="issued_on", nowrap=True),
    Column("kind", "For", sort="kind"),
    Column("outcome", "Outcome", sort="outcome"),
    Column("issuer", "Issued by", sort="issuer"),
    Column("reference", "Number", sort="reference"),
)


def _wanted(request: SignedIn) -> dict[str, Any]:
    form = EarlierFilter(request.GET)
    form.is_valid()
    return form.cleaned_data


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, _wanted(request)).select_related(*shown.SHOWN_WITH)
    return listing(found, request.GET, COLUMNS, default_sort="-issued_on", page_size=page_size)


@require_safe
@needs("import_notices")
def earlier_notices(request: SignedIn) -> HttpResponse:
    found, wanted, user = _found(request, 50), _wanted(request), request.user
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(user, "earlier_notices"),
        "wanted": wanted,
        "sort": request.GET.get("sort", ""),
        "outcomes": [("", "Any"), *OUTCOMES],
        "kinds": [("", "Any"), *Kind.choices],
        "exports": exports(request, "earlier_notices_export"),
        "filtered": any(wanted.values()),
        "complete": code.in_force(timezone.localdate())["earlier_complete"],
        "may_declare": user.may("declare_notices_complete"),
    }
    return render(request, "penalties/earlier_notices.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "earlier notices export")
    return export_response(
        kind, "earlier-notices", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import_notices")
def earlier_notice(request: SignedIn, pk: int) -> HttpResponse:
    """One earlier notice, and what became of it as it is known now."""
    rows = EarlierNotice.objects.filter(pupils_in_view(request.user), pupil__merged_into=None)
    one = get_object_or_404(
        rows.select_related("pupil__school", "parent", "source", "enquiry", "added_by"), pk=pk
    )
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.path))
    access.log_read(request, one.pupil, page="earlier notice")
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial={"outcome": one.outcome})
    if form.is_valid():
        try:
            actions.set_outcome(notice_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is recorded what became of it.")
            return redirect("earlier_notice", pk=pk)
    context = {
        "one": one,
        "child": frame.identity(one.pupil, request.user),
        "colour": shown.COLOURS[one.outcome],
        "form": form,
    }
    return render(request, "penalties/earlier_notice.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("declare_notices_complete")
def declare(request: SignedIn) -> HttpResponse:
    """A manager says that earlier notices are all loaded, or that they were found not to be."""
    today = timezone.localdate()
    complete = code.in_force(today)["earlier_complete"]
    form = DeclareForm(request.POST if request.method == "POST" else None, withdraws=complete)
    if form.is_valid():
        try:
            code.set_value(
                name="earlier_complete", value=not complete, since=today, reason=form.cleaned_data["reason"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = (
                "No notice can be issued until they are."
                if complete
                else "Notices can be issued from today on."
            )
            messages.success(request, said)
            return redirect("earlier_notices")
    context = {
        "form": form,
        "complete": complete,
        "loaded": shown.loaded(),
        "history": of_code.one("earlier_complete", today).history,
    }
    return render(request, "penalties/earlier_declare.jinja", context, status=400 if form.is_bound else 200)
