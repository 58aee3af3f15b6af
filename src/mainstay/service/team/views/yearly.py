"""The yearly review of the service: everything the agreement says is monitored; and a school's report for its governors."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.registers.grid import year_label
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.summaries import SMALL
from mainstay.service.common.audit import trail
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui import params
from mainstay.service.common.ui.charts import Series, pairs
from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.ui.lists import with_query
from mainstay.service.directory.models import School
from mainstay.service.documents import rendering
from mainstay.service.team import monitoring
from mainstay.service.team.providers import PARTS, Years

HEADER = ("Measure", "Figure", "Year", "Year before", "What is counted")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which part, year and school; what makes no sense falls back to the first."""

    part: str
    year: int
    school: int | None
    years: Years

    @property
    def names(self) -> tuple[str, str]:
        return year_label(self.year), year_label(self.year - 1)


def asked(query: QueryDict) -> Asked:
    today, found = timezone.localdate(), monitoring.parts()
    part = query.get("part", "")
    known = dict(monitoring.choices(today))
    year = params.number(query.get("year")) or 0
    year = year if year in known else next(iter(known))
    return Asked(
        part if part in found else next(iter(found)), year, params.number(query.get("school")),
        monitoring.years_of(year, today),
    )  # fmt: skip


def _shown(of: Asked) -> list[monitoring.Shown]:
    """The measures of the part; those that say nothing of one school are left out for one."""
    return [
        monitoring.shown(measure, of.years, of.school)
        for measure in monitoring.parts()[of.part]
        if of.school is None or measure.for_school
    ]


def _chart(one: monitoring.Shown, names: tuple[str, str]) -> Any:
    """The bars of both years; of a hidden figure they say that it is hidden."""
    labels = [line.label for line in one.lines]
    series = tuple(
        Series(name, [line.before if year else line.now for line in one.lines])
        for year, name in enumerate(names)
    )
    words = [(one.words(n, 0), one.words(n, 1)) for n in range(len(one.lines))]
    return pairs(
        one.measure.title, one.measure.says, labels, (series[0], series[1]), words, label_heading="Figure"
    )


@require_safe
@needs("see_dashboard")
def review(request: SignedIn) -> HttpResponse:
    """One part of the review, a chart and a table for each measure."""
    of = asked(request.GET)
    measures, today = _shown(of), timezone.localdate()
    schools = School.objects.visible_to(request.user).filter(closed_on=None).order_by("key")
    context = {
        "asked": of,
        "tabs": [
            {"text": PARTS[part], "href": with_query(request.GET, part=part), "current": part == of.part}
            for part in monitoring.parts()
        ],
        "heading": PARTS[of.part],
        "measures": [(one, None if one.empty else _chart(one, of.names)) for one in measures],
        "choices": monitoring.choices(today),
        "schools": list(schools.values_list("pk", "name")),
        "running": of.years[0][1] == today,
        "query": with_query(request.GET),
    }
    return render(request, "team/yearly.jinja", context)


@require_safe
@needs("see_dashboard")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """The figures of the part shown, hidden ones hidden."""
    of = asked(request.GET)
    rows = [
        (one.measure.title, line.label, one.words(n, 0), one.words(n, 1), one.measure.says)
        for one in _shown(of)
        for n, line in enumerate(one.lines)
    ]
    trail.record(
        by=request.user, at=timezone.now(), action="yearly_review.exported", on=("accounts.user", ""), part=of.part,
        year=of.year, rows=len(rows),
    )  # fmt: skip
    header = [HEADER[0], HEADER[1], *of.names, HEADER[4]]
    return export_response(kind, f"yearly-review-{of.part}", header, rows)


@require_safe
@needs("see_cases")
def governors(request: SignedIn) -> HttpResponse:
    """Schools in view, each with its report on paper: a school has its own."""
    today = timezone.localdate()
    schools = School.objects.visible_to(request.user).filter(closed_on=None).order_by("key")
    context = {
        "schools": list(schools.values("pk", "name")),
        "choices": monitoring.choices(today),
        "year": asked(request.GET).year,
    }
    return render(request, "team/governors.jinja", context)


@require_safe
@needs("see_cases")
def governors_report(request: SignedIn, pk: int, year: int) -> HttpResponse:
    """What the service did with a school in a year, for its governors: figures without names, small ones hidden."""
    today = timezone.localdate()
    if year not in dict(monitoring.choices(today)):
        raise Http404
    school = get_object_or_404(School.objects.visible_to(request.user), pk=pk)
    content = rendering.render("governors_report", report(school, year))
    trail.record(by=request.user, at=timezone.now(), action="governors_report.opened", on=school, year=year)
    name = f'attachment; filename="governors-report-{year_label(year)}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


def report(school: School, year: int) -> dict[str, Any]:
    """The values of the paper."""
    today = timezone.localdate()
    years = monitoring.years_of(year, today)
    parts, left_out = [], []
    for part, measures in monitoring.parts().items():
        left_out += [one.title for one in measures if not one.for_school]
        found = [monitoring.shown(one, years, school.pk) for one in measures if one.for_school]
        if found:
            parts.append({"title": PARTS[part], "measures": [_on_paper(one) for one in found]})
    return {
        "title": f"{school.name}: work of the education welfare service in {year_label(year)}",
        "facts": [
            ["School", school.name],
            ["From", long_date(years[0][0])],
            ["To", long_date(years[0][1])],
            ["Beside it", f"{long_date(years[1][0])} to {long_date(years[1][1])}"],
            ["Made on", long_date(today)],
            ["By", f"{settings.CONFIG.service_name}, {settings.CONFIG.council_name}"],
        ],
        "footer": f"{settings.CONFIG.council_name}, {settings.CONFIG.service_name}",
        "small": SMALL,
        "years": [year_label(year), year_label(year - 1)],
        "parts": parts,
        "left_out": left_out,
    }  # fmt: skip


def _on_paper(one: monitoring.Shown) -> dict[str, Any]:
    """A measure of which every figure is of few children is not told line by line: the lines would name what was done."""
    rows = [[line.label, one.words(n, 0), one.words(n, 1)] for n, line in enumerate(one.lines)]
    told = any(line.now or line.before for line in one.lines)
    return {
        "title": one.measure.title,
        "says": one.measure.says,
        "rows": rows if told else [],
        "nothing": "Nothing in either year." if one.empty else "Of too few children to be shown.",
    }
