"""A pupil's register: the grid, corrections of marks, the certificate draft, export."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.registers.grid import academic_year, year_label
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.actions.certificates import draft_certificate
from mainstay.service.attendance.actions.correct import correct_mark
from mainstay.service.attendance.forms import MarkForm
from mainstay.service.attendance.models import Register
from mainstay.service.attendance.queries import registers as shown
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, with_query
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access, frame

AMENDMENTS = (
    Column("on", "Session", nowrap=True),
    Column("old", "Was"),
    Column("new", "Is"),
    Column("at", "Changed", nowrap=True),
    Column("by", "By"),
    Column("reason", "Reason or file"),
)


def _pupil(request: SignedIn, pk: int) -> Pupil:
    return get_object_or_404(Pupil.objects.visible_to(request.user).select_related("school"), pk=pk)


def _asked(request: SignedIn, pupil: Pupil) -> tuple[list[tuple[int, str]], int, date | None]:
    """The years this pupil has registers for (newest first), the one asked for, and "as known on"."""
    years = shown.years_of(pupil, request.user)
    asked = params.number(request.GET.get("year"))
    year = asked if asked in years else (years or [academic_year(timezone.localdate())])[0]
    return [(y, year_label(y)) for y in years], year, params.day(request.GET.get("known"))


@access.child_page("register", "see_registers")
def register(request: SignedIn, pupil: Pupil) -> HttpResponse:
    years, year, known = _asked(request, pupil)
    user = request.user
    actions = []
    if years:
        query = with_query(request.GET)
        address = reverse("pupil_register_export", args=[pupil.pk, "csv"])
        actions.append({"text": "Download the marks", "href": address + query, "secondary": True})
    return render(
        request,
        "attendance/register.jinja",
        frame.page(pupil, user, "register")
        | {
            "years": years,
            "year": year,
            "known": known,
            "registers": shown.of_pupil(pupil, year, user, known=known),
            "amendment_columns": AMENDMENTS,
            "actions": actions,
            "may_correct": user.may("correct_marks") and known is None,
            "may_certify": user.may("print_certificate"),
            "may_import": user.may("import_registers"),
        },
    )


@require_safe
@needs("see_registers")
def export(request: SignedIn, pk: int, kind: str) -> HttpResponseBase:
    """Every session of the year as shown: date, half, code, meaning, school, when first known."""
    pupil = _pupil(request, pk)
    if not access.may_open(request.user, pupil):
        raise Http404
    access.log_read(request, pupil, page="register export")
    _, year, known = _asked(request, pupil)
    rows = shown.rows(pupil, year, request.user, known=known)
    return export_response(kind, "register", shown.HEADER, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("correct_marks")
def mark(request: SignedIn, pk: int) -> HttpResponse:
    """Correct one session's mark; the old one stays visible as an amendment."""
    pupil = _pupil(request, pk)
    if not access.may_open(request.user, pupil):
        raise Http404
    registers = Register.objects.visible_to(request.user).filter(pupil=pupil).select_related("school")
    choices = {str(r.pk): r for r in registers.order_by("-year", "school__key", "pk")}
    if not choices:
        raise Http404
    access.log_read(request, pupil, page="correct a mark")
    form = MarkForm(
        request.POST if request.method == "POST" else None,
        registers=[(pk, f"{r.school.name}, {year_label(r.year)}") for pk, r in choices.items()],
        initial=_initial(request.GET, choices),
    )
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        chosen = choices[said.pop("register")]
        try:
            correct_mark(register_id=chosen.pk, by=request.user, at=timezone.now(), **said)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            said_so = "The mark is corrected; what it was stays in the amendments."
            messages.success(request, said_so, extra_tags=f"mark-{pupil.pk}")
            return redirect(reverse("pupil_register", args=[pupil.pk]) + f"?year={chosen.year}")
    return render(
        request,
        "attendance/mark.jinja",
        frame.page(pupil, request.user, "register") | {"form": form},
        status=400 if form.errors else 200,
    )


def _initial(asked: QueryDict, choices: Collection[str]) -> dict[str, Any]:
    """The register, day and half that a link names; the newest register where it names none."""
    register = asked.get("register", "")
    return {
        "register": register if register in choices else next(iter(choices)),
        "on": params.day(asked.get("on")),
        "half": asked.get("half", "AM"),
    }


@require_POST
@needs("print_certificate")
def certificate(request: SignedIn, pk: int) -> HttpResponse:
    """Freeze the register as it stands into a draft certificate (PDF)."""
    pupil = _pupil(request, pk)
    if not access.may_open(request.user, pupil):
        raise Http404
    access.log_read(request, pupil, page="certificate")
    asked = params.number(request.POST.get("register"))
    chosen = get_object_or_404(Register.objects.visible_to(request.user), pk=asked, pupil=pupil)
    document = draft_certificate(register_id=chosen.pk, by=request.user, at=timezone.now())
    return redirect("document", pk=document.pk)
