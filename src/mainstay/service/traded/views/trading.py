"""Income against plan, and the end of the year."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import charts
from mainstay.service.common.ui.params import number
from mainstay.service.traded import places
from mainstay.service.traded.actions import prices as actions
from mainstay.service.traded.actions import years as ending
from mainstay.service.traded.forms_money import PlanForm
from mainstay.service.traded.models import YearEnd, YearWarning
from mainstay.service.traded.money import in_pounds
from mainstay.service.traded.queries import accounts, income
from mainstay.service.traded.views import filling
from mainstay.service.traded.views.accounts import year_asked
from mainstay.service.traded.views.filling import METHODS, filled, typed
from mainstay.service.traded.years import named, year_of


@require_safe
@needs("see_trading")
def income_page(request: SignedIn) -> HttpResponse:
    year, today = year_asked(request), timezone.localdate()
    of = income.income(year)
    months = income.months(year, of.plan, today)
    lines = [
        charts.Series("Invoiced so far", [row["so_far"] / 100 if row["come"] else None for row in months])
    ]
    if of.plan:
        lines.append(charts.Series("Plan", [row["plan"] / 100 for row in months], "national"))
    drawn = charts.line(
        f"Income of {named(year)} in pounds, month by month", "What was invoiced less what was credited, added up, beside "
        "the plan.", [row["short"] for row in months], lines, unit="count", label_heading="Month",
    )  # fmt: skip
    context = {
        "year": year,
        "years": [(one, named(one)) for one in accounts.years(today)],
        "of": of,
        "months": months,
        "chart": drawn,
        "schools": income.schools(year),
        "plans": income.plans(year),
        "may_plan": request.user.may("edit_prices"),
        "exports": [
            {"text": text, "href": f"{reverse('trade_income_export', args=[kind])}?year={year}"}
            for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
        ],
        "places": places.tabs(request.user, "trade_income"),
    }
    return render(request, "traded/income.jinja", context)


@require_safe
@needs("see_trading")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    year, today = year_asked(request), timezone.localdate()
    months = income.months(year, income.income(year).plan, today)
    rows = [
        (
            row["text"],
            None if row["plan"] is None else in_pounds(row["plan"]),
            in_pounds(row["net"]),
            in_pounds(row["so_far"]),
        )
        for row in months
    ]
    return export_response(kind, f"income-{named(year)}", income.HEADER, rows)


@require_http_methods(METHODS)
@needs("edit_prices")
def set_plan(request: SignedIn, year: int) -> HttpResponse:
    of = income.plans(year)
    form = PlanForm(typed(request), initial={"pence": of[0].pence} if of else None)

    def act() -> None:
        actions.set_plan(year=year, **form.cleaned_data, by=request.user, at=timezone.now())

    done = filled(request, form, act, "The plan is set.", "trade_income")
    return done or filling.shown(
        request, form, title=f"Plan of {named(year)}", caption="Income", button="Set it",
        back=reverse("trade_income"), back_words="Back to income",
    )  # fmt: skip


def _asked(request: SignedIn) -> int:
    """The year the address names; or the last that is over, and once that is ended the one that runs."""
    today = timezone.localdate()
    asked = number(request.GET.get("year") or request.POST.get("year"))
    if asked in accounts.years(today):
        return asked
    over = year_of(today) - 1
    return year_of(today) if accounts.ended(over) else over


@require_http_methods(METHODS)
@needs("end_year")
def year_end(request: SignedIn) -> HttpResponse:
    """Who has what left, and what stands in the way; sent, the worker ends the year."""
    year, today = _asked(request), timezone.localdate()
    refused = ""
    if request.method == "POST":
        try:
            job = ending.ask(year=year, by=request.user, at=timezone.now())
        except StepRefused as refusal:
            refused = str(refusal)
        else:
            return redirect("trade_year_end_job", job.pk)
    rows = [row for row in accounts.accounts(request.user, year) if row.balance.left > 0]
    warned: dict[int, list[Any]] = {}
    for one in YearWarning.objects.filter(year=year).order_by("-months"):
        warned.setdefault(one.school_id, []).append(one)
    context = {
        "year": year,
        "name": named(year),
        "years": [(one, named(one)) for one in accounts.years(today)],
        "rows": [
            {"name": row.name, "url": row.url, "left": row.balance.left, "booked": row.balance.booked,
             "warned": warned.get(row.school.pk, [])}
            for row in rows
        ],
        "together": accounts.together(rows),
        "missing": ending.why_not(year, today),
        "done": accounts.ended(year),
        "open_bookings": ending.open_bookings(year).count(),
        "refused": refused,
        "places": places.tabs(request.user, "trade_year_end"),
    }  # fmt: skip
    return render(request, "traded/year_end.jinja", context, status=400 if refused else 200)


@require_safe
@needs("end_year")
def year_end_job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; asked by the page itself, in figures."""
    job = get_object_or_404(Job.objects.select_related("made_by"), pk=pk, kind=ending.END)
    under_way = job.state in (Job.State.WAITING, Job.State.RUNNING)
    if "application/json" in request.headers.get("Accept", ""):
        said = {"done": job.progress, "total": 100, "finished": not under_way, "href": request.path}
        return JsonResponse(said)
    context = {
        "job": job,
        "under_way": under_way,
        "year": named(job.payload["year"]),
        "done": YearEnd.objects.filter(year=job.payload["year"]).select_related("by").first(),
        "accounts": f"{reverse('trade_accounts')}?year={job.payload['year']}",
    }
    return render(request, "traded/year_end_job.jinja", context)
