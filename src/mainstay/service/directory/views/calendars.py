"""When a school is open: terms, exceptions, and the same terms for many schools at once."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.law import clock
from mainstay.registers.grid import academic_year, year_label
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory import calendar_actions
from mainstay.service.directory.calendar_actions import Term
from mainstay.service.directory.calendars import days_of, mask_of, open_mask, year_bounds
from mainstay.service.directory.forms import (
    BulkCalendarForm,
    BulkDayForm,
    ExceptionForm,
    term_rows,
    terms_of,
    year_choices,
)
from mainstay.service.directory.models import CalendarException, School, TermDates
from mainstay.service.directory.school_page import measuring, tabs_of
from mainstay.service.directory.views.school import found


def _year(request: SignedIn) -> int:
    asked = request.GET.get("year", "")
    known = [year for year, _ in year_choices()]
    return int(asked) if asked in known else academic_year(timezone.localdate())


@require_safe
@needs("see_schools")
def calendar(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, found(request, pk), _year(request))


def _page(request: SignedIn, school: School, year: int, **more: Any) -> HttpResponse:
    begins, ends = year_bounds(year)
    terms = [
        Term(t.name, t.first_day, t.last_day) for t in TermDates.objects.filter(school=school, year=year)
    ]
    mask = open_mask(school, year)
    may_edit = request.user.may("edit_calendar")
    forms = {
        "rows": more.get("rows") or term_rows(terms=terms),
        "day_form": more.get("day_form") or ExceptionForm(),
    }
    refused = more.get("refused") or any(form.is_bound for form in forms.values())
    return render(
        request,
        "directory/calendar.jinja",
        {
            "school": school,
            "tabs": tabs_of(school, request.user, "calendar"),
            "year": year,
            "years": year_choices(),
            "label": year_label(year),
            "terms": [{"term": t, "days": _days(terms=[t], year=year)} for t in terms],
            "tiles": [
                {"value": len(days_of(mask, year)), "label": "school days"},
                {"value": int(mask.sum()), "label": "sessions"},
                {"value": len(clock.school_weeks(days_of(mask, year))), "label": "school weeks"},
            ],
            "exceptions": [
                {
                    "pk": e.pk,
                    "on": e.on,
                    "kind": e.get_kind_display(),
                    "sessions": _sessions(e),
                    "reason": e.reason,
                }
                for e in CalendarException.objects.filter(school=school, on__range=(begins, ends))
            ],
            "holidays": [
                {"on": day, "name": name}
                for day, name in clock.bank_holidays().items()
                if begins <= day <= ends
            ],
            "may_edit": may_edit,
            "preview": more.get("preview"),
            "problem": more.get("problem", ""),
            **forms,
        },
        status=400 if refused and not more.get("preview") else 200,
    )


def _days(*, terms: list[Term], year: int) -> int:
    return len(days_of(mask_of(year, [(t.first, t.last) for t in terms]), year))


def _sessions(e: CalendarException) -> str:
    words = {
        (True, True): "Open all day",
        (True, False): "Open in the morning only",
        (False, True): "Open in the afternoon only",
    }
    return words.get((e.am_open, e.pm_open), "Closed all day")


def _back(school: School, year: int) -> HttpResponse:
    return redirect(f"{reverse('school_calendar', args=[school.pk])}?year={year}")


@require_POST
@needs("edit_calendar")
def terms(request: SignedIn, pk: int) -> HttpResponse:
    """Preview or store a school's terms of one year."""
    school, year, rows = found(request, pk), _year(request), term_rows(request.POST)
    if not rows.is_valid():
        return _page(request, school, year, rows=rows, problem="Some dates cannot be read.")
    try:
        wanted = calendar_actions.check_terms(year, terms_of(rows))
        if request.POST.get("action") == "preview":
            return _page(request, school, year, rows=rows, preview=_preview(school, wanted, year))
        calendar_actions.set_terms(
            schools=[school], year=year, terms=wanted, by=request.user, at=timezone.now()
        )
    except StepRefused as refusal:
        return _page(request, school, year, rows=rows, problem=str(refusal), refused=True)
    messages.success(request, f"The terms of {year_label(year)} are set; registers are measured again.")
    return _back(school, year)


def _preview(school: School, terms: list[Term], year: int) -> dict[str, Any]:
    """How many school days the typed terms give, with the school's own exceptions."""
    begins, ends = year_bounds(year)
    own = CalendarException.objects.filter(school=school, on__range=(begins, ends))
    spans = [(t.first, t.last) for t in terms]
    mask = mask_of(year, spans, own.values_list("on", "am_open", "pm_open"))
    each = [{"name": t.name, "days": _days(terms=[t], year=year)} for t in terms]
    return {"days": len(days_of(mask, year)), "sessions": int(mask.sum()), "terms": each}


@require_POST
@needs("edit_calendar")
def add_exception(request: SignedIn, pk: int) -> HttpResponse:
    school, form = found(request, pk), ExceptionForm(request.POST)
    if form.is_valid():
        am, pm = form.open_sessions
        on: date = form.cleaned_data["on"]
        try:
            calendar_actions.set_exception(
                school=school,
                on=on,
                kind=form.cleaned_data["kind"],
                am_open=am,
                pm_open=pm,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except StepRefused as refusal:
            form.add_error("sessions", str(refusal))
        else:
            messages.success(request, "The day is set; registers are measured again.")
            return _back(school, academic_year(on))
    return _page(request, school, _year(request), day_form=form)


@require_POST
@needs("edit_calendar")
def remove_exception(request: SignedIn, pk: int) -> HttpResponse:
    school, wanted = found(request, pk), params.number(request.POST.get("day"))
    day = get_object_or_404(
        CalendarException.objects.select_related("school"),
        school=school,
        pk=wanted,
    )
    year = academic_year(day.on)
    calendar_actions.remove_exception(exception=day, by=request.user, at=timezone.now())
    messages.success(request, "The day follows the terms again.")
    return _back(school, year)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_calendar")
def bulk(request: SignedIn) -> HttpResponse:
    """The same terms for many schools, some left out; what would change is shown first."""
    data = request.POST if request.method == "POST" else None
    form, rows = BulkCalendarForm(data, user=request.user), term_rows(data)
    shown: dict[str, Any] = {
        "form": form,
        "rows": rows,
        "preview": None,
        "problem": "",
        "measuring": _measuring(),
    }
    if data is not None and form.is_valid() and rows.is_valid():
        year, schools = int(form.cleaned_data["year"]), form.schools()
        try:
            wanted = calendar_actions.check_terms(year, terms_of(rows))
            if not schools:
                raise StepRefused("No school is left: tick another phase or leave fewer out.")
            if request.POST.get("action") == "save":
                calendar_actions.set_terms(
                    schools=schools,
                    year=year,
                    terms=wanted,
                    inset=form.inset(),
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(
                    request, f"The terms of {year_label(year)} are set for {len(schools)} schools."
                )
                return redirect("calendars_set")
            shown["preview"] = _bulk_preview(schools, wanted, year, form.inset())
        except StepRefused as refusal:
            shown["problem"] = str(refusal)
    elif data is not None:
        shown["problem"] = "" if form.errors else "Some dates cannot be read."
    bad = data is not None and shown["preview"] is None
    return render(request, "directory/calendars.jinja", shown, status=400 if bad else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_calendar")
def bulk_day(request: SignedIn) -> HttpResponse:
    """One day that differs for many schools, such as snow; how many it concerns is shown first."""
    data = request.POST if request.method == "POST" else None
    form = BulkDayForm(data, user=request.user)
    preview = None
    if form.is_valid():
        said, schools = form.cleaned_data, form.schools()
        am, pm = form.open_sessions
        if data and data.get("action") == "save":
            try:
                count = calendar_actions.set_day(
                    schools=schools,
                    on=said["on"],
                    kind=said["kind"],
                    am_open=am,
                    pm_open=pm,
                    reason=said["reason"],
                    by=request.user,
                    at=timezone.now(),
                )
            except StepRefused as refusal:
                form.add_error("sessions", str(refusal))
            else:
                messages.success(request, f"The day is set for {plural(count, 'school', 'schools')}.")
                return redirect("calendars_day")
        else:
            closed = CalendarException.objects.filter(
                on=said["on"], school__in=schools, am_open=False, pm_open=False
            )
            preview = {"schools": len(schools), "closed": closed.count(), "on": said["on"]}
    bad = data is not None and preview is None
    shown = {"form": form, "preview": preview, "measuring": _measuring()}
    return render(request, "directory/calendars_day.jinja", shown, status=400 if bad else 200)


def _measuring() -> dict[str, int] | None:
    return next(filter(None, measuring.ask()), None)


def _bulk_preview(schools: list[School], terms: list[Term], year: int, inset: list[date]) -> dict[str, Any]:
    spans, closed = [(t.first, t.last) for t in terms], [(day, False, False) for day in inset]
    set_before = TermDates.objects.filter(school__in=schools, year=year).values("school").distinct().count()
    return {
        "schools": len(schools),
        "replaced": set_before,
        "days": len(days_of(mask_of(year, spans, closed), year)),
        "terms": [{"name": t.name, "days": _days(terms=[t], year=year)} for t in terms],
    }
