"""Figures of groups and codes, impact of casework, counts at the gate, a policy line by line."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.registers.grid import academic_year
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.views.filling import typed
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.filters import percent
from mainstay.service.purchased import forms, values
from mainstay.service.purchased.actions import figures
from mainstay.service.purchased.models import Work
from mainstay.service.purchased.views.opening import METHODS, form_page, of_work

GROUPS: tuple[str, ...] = (
    "By",
    "Group",
    "Pupils",
    "Possible sessions",
    "Absent",
    "Unauthorised",
    "Late",
    "Attendance",
)


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased analysis", "analysis")
def analyse(request: SignedIn, one: Work) -> HttpResponse:
    form = forms.DaysForm(typed(request), initial=_year())

    def act() -> None:
        figures.analyse(work_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    small = values.in_force(timezone.localdate())["small"]
    intro = (
        f"Attendance of each group the directory knows, and of each code. Groups of fewer than {small} pupils are hidden before "
        "anything is kept, and the next smallest where one could be worked out."
    )
    return form_page(
        request, one, form, act, "The figures are worked out.", heading="Work out the figures", button="Work them out", intro=intro
    )  # fmt: skip


def _year() -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "first": today.replace(year=academic_year(today), month=9, day=1),
        "last": today - timedelta(days=1),
    }


@require_safe
@needs("see_purchased")
@of_work("purchased analysis export", "analysis")
def analysis_export(request: SignedIn, one: Work, kind: str) -> HttpResponseBase:
    """What the page shows, hidden groups without figures."""
    found = one.details.get("analysis")
    if not found:
        raise Http404
    rows: list[tuple[Any, ...]] = []
    for group in found["groups"]:
        for row in group["rows"]:
            if row["hidden"]:
                rows.append((group["heading"], row["label"], *["hidden: small number"] * 6))
            else:
                rows.append((group["heading"], row["label"], row["pupils"], row["possible"], row["absent"], row["unauthorised"],
                             row["late"], percent(row["attendance"])))  # fmt: skip
    for row in found["codes"]:
        if row["hidden"]:
            rows.append(("Code", row["code"], *["hidden: few pupils"] * 6))
        else:
            rows.append(
                (
                    "Code",
                    row["code"],
                    row["pupils"],
                    row["sessions"],
                    None,
                    None,
                    None,
                    percent(row["share"], 2),
                )
            )
    return export_response(kind, "groups-and-codes", GROUPS, rows)


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased evaluation", "impact")
def evaluate(request: SignedIn, one: Work) -> HttpResponse:
    form = forms.DaysForm(typed(request), initial=_year())

    def act() -> None:
        figures.evaluate(work_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    intro = (
        "Everything done for this school’s pupils between two days, by kind, with attendance in the six school weeks before and "
        "after. It is measured each night."
    )
    return form_page(
        request, one, form, act, "The figures are worked out.", heading="Before and after", button="Work them out", intro=intro
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased gate", "counts")
def count(request: SignedIn, one: Work) -> HttpResponse:
    """One box for each ten minutes and year group; other times and years by ``?first=…&last=…&years=…``."""
    now = one.details.get("counts") or []
    asked = forms.TimesForm(request.GET if request.GET else None, initial={"first": "8:40", "last": "9:30"})
    if asked.is_bound and asked.is_valid():
        times, years = asked.times, asked.cleaned_data["years"]
    elif now:
        times = sorted({row["at"] for row in now})
        years = [year for year in forms.YEARS if year in {row["year"] for row in now}]
    else:
        times = ["08:40", "08:50", "09:00", "09:10", "09:20"]
        here = set(one.school.pupils.order_by().values_list("year_group", flat=True).distinct())
        years = [year for year in forms.YEARS if year in here] or ["7"]
    form = forms.CountForm(typed(request), times=times, years=years, now=now)

    def act() -> None:
        figures.count(work_id=one.pk, counts=form.counts, by=request.user, at=timezone.now())

    return form_page(
        request, one, form, act, "The counts are kept.", heading="Count pupils at the gate", button="Keep the counts",
        intro="How many came in each ten minutes, by year group. Leave a box empty where nobody came.",
        template="purchased/count.jinja", asked=asked, years=years,
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased policy", "checks")
def policy(request: SignedIn, one: Work) -> HttpResponse:
    lines = figures.checklist_of(one)
    form = forms.PolicyForm(typed(request), lines=lines, now=one.details.get("checks") or [])

    def act() -> None:
        figures.review_policy(work_id=one.pk, answers=form.answers, by=request.user, at=timezone.now())

    intro = "The checklist that was in force on the day of the review. The school reads your advice, with its day."
    return form_page(
        request,
        one,
        form,
        act,
        "The advice is kept.",
        heading="Go through the policy",
        button="Keep it",
        intro=intro,
    )
