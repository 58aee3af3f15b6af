"""Consultations: the list and its export, one of them, and the page on which one is written down."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework import papers_referrals, places
from mainstay.service.casework.actions import consulting
from mainstay.service.casework.forms_consultations import OUTCOMES, ConsultationForm, ConsultationsFilter
from mainstay.service.casework.leading import may_begin
from mainstay.service.casework.models import Consultation
from mainstay.service.casework.queries import consultations as shown
from mainstay.service.casework.views.fast_track_inviting import pdf
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Pupil, School
from mainstay.service.directory.relations import link_officer
from mainstay.service.documents import rendering
from mainstay.service.record import access, frame
from mainstay.service.team.models import Call

_HOW: Final = {
    Call.Way.PHONE: Consultation.How.PHONE, Call.Way.TEAMS: Consultation.How.ONLINE,
    Call.Way.EMAIL: Consultation.How.EMAIL, Call.Way.VISIT: Consultation.How.MEETING,
}  # fmt: skip

COLUMNS: Final = (
    Column("child", "Child", sort="pupil__key"),
    Column("school", "School", sort="school__key"),
    Column("on", "Day", sort="on", nowrap=True),
    Column("officer", "Officer", sort="officer__name"),
    Column("outcome", "What came of it", sort="outcome"),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, ConsultationsFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="-on", page_size=page_size)


@require_safe
@needs("consult")
def consultations(request: SignedIn) -> HttpResponse:
    user, wanted = request.user, ConsultationsFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(user, "consultations"),
        "wanted": wanted,
        "outcomes": OUTCOMES,
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "consultations_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "casework/consultations.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "consultations export")
    return export_response(
        kind, "consultations", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows)
    )


@require_safe
@needs("consult")
def consultation(request: SignedIn, pk: int) -> HttpResponse:
    fields = ("pupil__school", "school", "officer", "made_by")
    one = get_object_or_404(Consultation.objects.visible_to(request.user).select_related(*fields), pk=pk)
    if one.pupil is not None:
        if not access.may_open(request.user, one.pupil):
            return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
        access.log_read(request, one.pupil, page="consultation")
    context = {
        "one": one,
        "child": frame.identity(one.pupil, request.user) if one.pupil else None,
        "colour": shown.COLOURS[one.outcome],
        "asks": shown.may_ask(one, request.user),
        "asked": shown.refer_asked(one),
        "begins": one.pupil is not None and may_begin(request.user, one.pupil),
    }
    return render(request, "casework/consultation.jinja", context)


@require_safe
@needs("consult")
def paper(request: SignedIn, pk: int) -> HttpResponse:
    """The consultation as a PDF, made anew each time and kept nowhere."""
    fields = ("pupil", "school", "officer", "made_by")
    one = get_object_or_404(Consultation.objects.visible_to(request.user).select_related(*fields), pk=pk)
    if one.pupil is not None:
        if not access.may_open(request.user, one.pupil):
            raise Http404
        access.log_read(request, one.pupil, page="consultation paper")
    return pdf(
        rendering.render(papers_referrals.TEMPLATE, papers_referrals.of_consultation(one)),
        f"consultation-{pk}",
    )


@require_POST
@needs("check_referral")
def ask(request: SignedIn, pk: int) -> HttpResponse:
    """Ask the school to refer the child of this consultation."""
    one = get_object_or_404(Consultation.objects.visible_to(request.user).select_related("pupil"), pk=pk)
    if one.pupil is not None and not access.may_open(request.user, one.pupil):
        raise Http404
    try:
        consulting.ask_to_refer(consultation_id=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, "The school is asked: its attendance lead gets an e-mail that names no child."
        )
    return redirect("consultation", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("consult")
def new(request: SignedIn) -> HttpResponse:
    """About the child of ``?pupil=``, or a school (``?school=``) and, by UPN, a child of its roll."""
    user, pupil = request.user, _pupil(request)
    if pupil is not None and not access.may_open(user, pupil):
        return redirect(access.ask_reason_url(pupil, back=request.get_full_path()))
    form = _form(request, pupil)
    if form.is_valid():
        said = dict(form.cleaned_data)
        school = pupil.school if pupil else get_object_or_404(School, pk=said.pop("school"))
        try:
            about = pupil or _by_upn(said.pop("upn", ""), user)
            made = consulting.log(pupil=about, school=school, by=user, at=timezone.now(), **said)  # type: ignore[arg-type]
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The consultation is written down.", extra_tags="consultation")
            return redirect("consultation", pk=made.pk)
    context = {
        "form": form, "pupil": pupil, "child": frame.identity(pupil, user) if pupil else None,
    }  # fmt: skip
    return render(request, "casework/consultation_new.jinja", context, status=400 if form.is_bound else 200)


def _pupil(request: SignedIn) -> Pupil | None:
    """The child of the address, on a roll; 404 where they are not in view."""
    pk = params.number(request.GET.get("pupil"))
    if pk is None:
        return None
    found = Pupil.objects.present_to(request.user).select_related("school").filter(pk=pk).first()
    if found is None or found.school is None:
        raise Http404
    return found


def _form(request: SignedIn, pupil: Pupil | None) -> ConsultationForm:
    user, today = request.user, timezone.localdate()
    schools = None
    chosen = pupil.school_id if pupil else params.number(request.GET.get("school"))
    if pupil is None:
        schools = list(School.objects.visible_to(user).order_by("key").values_list("pk", "name"))
        chosen = schools[0][0] if len(schools) == 1 else chosen
    officer = user if user.may("check_referral") else link_officer(chosen, today) if chosen else None
    initial = {
        "officer": officer, "on": today, "school": chosen, "spoke_with": user.name if user.is_school_user else "",
    }  # fmt: skip
    if (call := params.number(request.GET.get("call"))) is not None:
        initial |= _of_call(call, user)
    data = request.POST if request.method == "POST" else None
    return ConsultationForm(data, officers=holding("check_referral", today), schools=schools, initial=initial)


def _of_call(number: int, user: Any) -> dict[str, Any]:
    """What the duty desk wrote down is not typed again."""
    call = Call.objects.visible_to(user).filter(pk=number).first()
    if call is None:
        return {}
    return {
        "officer": call.taken_by, "on": timezone.localdate(call.asked_at), "spoke_with": call.who[:120],
        "concern": call.question, "advice": call.advice, "how": _HOW[Call.Way(call.way)],
    }  # fmt: skip


def _by_upn(upn: str, user: Any) -> Pupil | None:
    """The child with that UPN, None for none given. Raises StepRefused where nobody in view has it."""
    if not upn.strip():
        return None
    found = Pupil.objects.present_to(user).filter(upn=upn.strip().upper()).first()
    if found is None:
        raise StepRefused("No child with this UPN is in view: look at the letters and figures again.")
    return found
