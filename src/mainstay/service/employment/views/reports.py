"""Reports of illegal employment, and visits about anything of this room."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.uploads import store
from mainstay.service.directory.models import Pupil
from mainstay.service.employment import values
from mainstay.service.employment.actions import applying, reporting
from mainstay.service.employment.forms.pages import ReportConcernForm, ReportPlaceForm
from mainstay.service.employment.forms.steps import CloseForm, ToldForm, TriageForm, VisitForm
from mainstay.service.employment.models import Inspection, Report
from mainstay.service.employment.models.base import Source
from mainstay.service.employment.queries import pages
from mainstay.service.employment.steps import REPORT
from mainstay.service.employment.views.answers import (
    METHODS,
    child_of,
    done,
    every,
    form_page,
    kept_file,
    opened,
    rows_of,
    took,
    typed,
)
from mainstay.service.record import access, frame

#: page of each step
PAGES = {"triage": "employment_report_triage", "visit": "employment_report_visit", "close": "employment_report_close", "tell": "employment_report_told"}  # fmt: skip


@require_safe
@needs("see_employment")
def page(request: SignedIn, pk: int) -> HttpResponse:
    user = request.user
    visible = Report.objects.visible_to(user).order_by().values("pk")
    one = get_object_or_404(rows_of("report").filter(pk__in=visible), pk=pk)
    if one.pupil is not None:
        if not access.may_open(user, one.pupil):
            return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
        access.log_read(request, one.pupil, page="employment report")
    steps = REPORT.open_to(user, one.state)
    limits = reporting.limits(one) if one.offence_from and one.outcome == Report.Outcome.PROSECUTION else None
    context = {
        "one": one,
        "child": child_of(one, user),
        "colour": {"received": "blue", "triaged": "yellow", "visited": "orange"}.get(one.state, "grey"),
        "sections": pages.report_facts(one),
        "steps": [(step, PAGES[step.name], step.missing(one)) for step in steps],
        "limits": limits,
        "deadlines": pages.clocks(one),
        "works": user.may("work_employment"),
        "today": timezone.localdate(),
    }
    return render(request, "employment/report.jinja", context)


@require_http_methods(METHODS)
@needs("report_employment")
def new(request: SignedIn) -> HttpResponse:
    """A school or officer reports a child at work whom they may not know."""
    return _new(request, None)


@require_http_methods(METHODS)
@needs("report_employment")
@access.opened("illegal employment")
def new_of(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """As ``new``, of a child of the directory."""
    return _new(request, pupil)


def _new(request: SignedIn, pupil: Pupil | None) -> HttpResponse:
    forms_: list[Any] = [form(typed(request)) for form in (ReportPlaceForm, ReportConcernForm)]
    if pupil is not None:
        del forms_[1].fields["child"]
    made: list[Report] = []

    def act() -> None:
        said = forms_[0].said() | forms_[1].said()
        source = Source.SCHOOL if request.user.is_school_user else Source.OFFICER
        made.append(
            applying.report(said=said, source=source, by=request.user, at=timezone.now(), pupil=pupil)
        )

    if every(*forms_) and took(forms_[0], act):
        if request.user.may("see_employment"):
            return done(request, f"Reported: {made[0].number}.", "employment_report", made[0].pk)
        words = f"Reported: {made[0].number}. The child employment officer tells you what came of it."
        return done(request, words, *(("pupil_cases", pupil.pk) if pupil else ("employment_views",)))
    back = (
        ("pupil_cases", pupil.pk)
        if pupil
        else ("employment_reports" if request.user.may("see_employment") else "employment_views", None)
    )
    context = {
        "forms": forms_, "form": forms_[0], "pupil": pupil, "back": back,
        "child": frame.identity(pupil, request.user) if pupil else None,
    }  # fmt: skip
    return render(request, "employment/report_new.jinja", context, status=400 if forms_[0].is_bound else 200)


@require_http_methods(METHODS)
@needs("work_employment")
def triage(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, "report", pk)
    form = TriageForm(typed(request))

    def act() -> None:
        reporting.triage(pk=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if took(form, act):
        return done(request, "Kept. A visit is next.", "employment_report", pk)
    return form_page(
        request, one, form, "employment_report", heading="Triage the report", button="Save",
        notes=[f"What worries them: {one.concern}"],
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("work_employment")
def visit(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Write down a visit to a workplace, a performance or premises."""
    one = opened(request, key, pk)
    lines = values.in_force(timezone.localdate())[
        "permit_checks" if key in ("permit", "report") else "licence_checks"
    ]
    where = getattr(one, "workplace", "") or getattr(one, "venue", "") or getattr(one, "premises", "")
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = VisitForm(
        data, files, lines=lines, chaperones=key in ("licence", "approval"), initial={"where": where}
    )

    def act() -> None:
        photo = kept_file(form, "photo", request)
        reporting.visit(kind=key, pk=pk, by=request.user, at=timezone.now(), photo=photo, **form.said)

    if took(form, act):
        return done(request, "The visit is written down.", f"employment_{key}", pk)
    return form_page(
        request,
        one,
        form,
        f"employment_{key}",
        heading="Write down a visit",
        button="Keep the visit",
        upload=True,
    )


@require_http_methods(METHODS)
@needs("decide_employment")
def close(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, "report", pk)
    form = CloseForm(typed(request), initial={"offence_from": one.seen_on, "offence_to": one.seen_on})

    def act() -> None:
        reporting.close(pk=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if took(form, act):
        return done(request, "Decided. Tell whoever reported it, and the school.", "employment_report", pk)
    return form_page(
        request, one, form, "employment_report", heading="Decide the outcome", button="Save",
        notes=pages.limit_notes(one),
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("work_employment")
def told(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, "report", pk)
    form = ToldForm(typed(request), initial={"on": timezone.localdate()})

    def act() -> None:
        reporting.told(pk=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if took(form, act):
        return done(request, "Kept.", "employment_report", pk)
    intro = "Say what came of it, without more about the family or the employer than they need to know."
    return form_page(
        request, one, form, "employment_report", heading="Note who was told", intro=intro, button="Save"
    )


def _inspection(request: SignedIn, pk: int) -> Inspection | HttpResponse:
    rows = Inspection.objects.visible_to(request.user).select_related(
        "permit__pupil__school", "licence__pupil__school", "approval", "report__pupil__school", "by", "photo"
    )
    one = get_object_or_404(rows, pk=pk)
    if one.pupil is not None:
        if not access.may_open(request.user, one.pupil):
            return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
        access.log_read(request, one.pupil, page="employment visit")
    return one


@require_safe
@needs("see_employment")
def inspection(request: SignedIn, pk: int) -> HttpResponse:
    one = _inspection(request, pk)
    if isinstance(one, HttpResponse):
        return one
    about = one.about._meta.model_name
    context = {"one": one, "child": child_of(one, request.user), "about": f"employment_{about}"}
    return render(request, "employment/inspection.jinja", context)


@require_safe
@needs("see_employment")
def photo(request: SignedIn, pk: int) -> HttpResponseBase:
    one = _inspection(request, pk)
    if isinstance(one, HttpResponse):
        return one
    if one.photo is None:
        raise Http404
    return store.file_response(one.photo, f"{one.number}.{one.photo.media_type.rpartition('/')[2]}")
