"""The city page: totals, the weekly trend, and every school with its context beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from markupsafe import Markup

from mainstay.registers.grid import year_label
from mainstay.service.attendance import national
from mainstay.service.attendance.models import SchoolYear
from mainstay.service.attendance.queries.schools import _monday, chosen_year, city_weeks, share
from mainstay.service.attendance.summaries import SMALL, suppress
from mainstay.service.common.ui import charts
from mainstay.service.common.ui.filters import day_month, percent
from mainstay.service.directory.models import School


@dataclass(slots=True)
class ShownCity:
    """What ``attendance/city.jinja`` prints."""

    year: int
    label: str
    years: list[tuple[int, str]]
    phase: str
    phases: Sequence[tuple[str, str]]
    schools: list[dict[str, Any]]
    tiles: list[dict[str, Any]] = field(default_factory=list)
    trend: str = ""
    bands: str = ""
    small: int = SMALL
    no_national: str = ""  # why no national line is drawn


def of_city(user: Any, params: QueryDict) -> ShownCity:
    """Every school this person may see; totals and trend are of the whole city, without any child in them."""
    years = sorted(set(SchoolYear.objects.values_list("year", flat=True)), reverse=True)
    year = chosen_year(years, params)
    phase = params.get("phase", "") if params.get("phase", "") in School.Phase.values else ""
    summaries = (
        SchoolYear.objects.filter(year=year, possible__gt=0)
        .select_related("school")
        .defer("weeks", "codes", "open_mask")
    )
    if phase:
        summaries = summaries.filter(school__phase=phase)
    found = list(summaries)
    visible = set(School.objects.visible_to(user).values_list("pk", flat=True))
    shown = ShownCity(
        year, year_label(year), [(y, year_label(y)) for y in years], phase, School.Phase.choices,
        [_row(s) for s in found if s.school_id in visible],
    )  # fmt: skip
    if found:
        shown.tiles = _tiles(found)
        shown.trend = _trend(year, phase)
        shown.bands = _phases(found)
        shown.no_national = _no_national(phase)
    return shown


def _row(summary: SchoolYear) -> dict[str, Any]:
    groups = suppress(summary.groups)
    fsm = next((g for g in groups if g["group"] == "fsm" and g["value"] == "yes"), None)
    hidden = bool(fsm and fsm["hidden"])
    return {
        "url": reverse("school_attendance", args=[summary.school_id]) + f"?year={summary.year}",
        "name": summary.school.name,
        "phase": summary.school.get_phase_display(),
        "pupils": summary.pupils,
        "rate": share(summary.absent, summary.possible),
        "unauthorised_rate": share(summary.unauthorised, summary.possible),
        "persistent": summary.persistent,
        "severe": summary.severe,
        "met_threshold": summary.met_threshold,
        "fsm_share": share(fsm["pupils"], summary.pupils) if fsm and not hidden else None,
        "fsm_hidden": hidden,
        "last_mark_on": summary.last_mark_on,
    }


def _sum(found: Sequence[SchoolYear], name: str) -> int:
    return sum(getattr(s, name) for s in found)


def _tiles(found: Sequence[SchoolYear]) -> list[dict[str, Any]]:
    pupils, possible = _sum(found, "pupils"), _sum(found, "possible")
    return [
        {"value": percent(1 - _sum(found, "absent") / possible), "label": "attendance"},
        {"value": f"{pupils:,}", "label": "pupils with marks"},
        *(
            {
                "value": f"{_sum(found, name):,}",
                "label": label,
                "note": percent(share(_sum(found, name), pupils)),
            }
            for name, label in (
                ("persistent", "persistently absent"),
                ("severe", "severely absent"),
                ("met_threshold", "met the penalty threshold"),
            )
        ),
    ]


def _trend(year: int, phase: str) -> Markup:
    weeks = city_weeks(year, phase)
    series = [charts.Series("City", list(weeks.values()))]
    if phase and (rate := national.absence(phase)) is not None:
        series.append(charts.Series(national.LABEL, [rate] * len(weeks), "national"))
    labels = [day_month(_monday(week)) for week in weeks]
    return charts.line(
        "Absence week by week", "Share of possible sessions missed in the city's schools.", labels, series
    )


def _no_national(phase: str) -> str:
    """Why the trend has no national line beside it; "" where it has one."""
    if not phase:
        return f"{national.LABEL} is published by phase, not for all phases together: choose a phase to see its line."
    if national.absence(phase) is None:
        return f"No figure of {national.LABEL} is published for this phase."
    return ""


def _phases(found: Sequence[SchoolYear]) -> Markup:
    labels: list[str] = []
    values: list[float | None] = []
    for value, label in School.Phase.choices:
        of_phase = [s for s in found if s.school.phase == value]
        if of_phase:
            labels.append(f"{label}, city")
            values.append(share(_sum(of_phase, "absent"), _sum(of_phase, "possible")))
            if (rate := national.absence(value)) is not None:
                labels.append(f"{label}, {national.LABEL}")
                values.append(rate)
    return charts.bars(
        "Absence by phase", national.SOURCE, labels, values, unit="percent", value_heading="Absence"
    )
