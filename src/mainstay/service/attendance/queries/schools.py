"""One school's attendance page, mostly from what was worked out at its last import."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Cast, NullIf
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from mainstay.law.rules import CURRENT
from mainstay.registers.grid import academic_year, year_label
from mainstay.service.attendance import national
from mainstay.service.attendance.models import Register, SchoolYear
from mainstay.service.attendance.summaries import SMALL, suppress
from mainstay.service.common.ui import charts
from mainstay.service.common.ui.filters import day_month, percent, plural, short_date
from mainstay.service.common.ui.params import number
from mainstay.service.directory import ethnicity
from mainstay.service.directory.models import School
from mainstay.service.directory.school_page import tabs_of

HEADER: Final = ("Child", "UPN", "Year", "Attendance", "Possible", "Authorised", "Unauthorised", "Late", "No reason yet",
                 "Most in 10 weeks", "Persistent", "Severe")  # fmt: skip


@dataclass(slots=True)
class ShownSchool:
    """What ``attendance/school.jinja`` prints."""

    year: int
    label: str
    years: list[tuple[int, str]]
    pupils: QuerySet[Register]
    tabs: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    small: int = SMALL
    has_marks: bool = False
    tiles: list[dict[str, Any]] = field(default_factory=list)
    trend: str = ""
    bands: str = ""
    groups: Sequence[dict[str, Any]] = ()
    quality: list[dict[str, Any]] = field(default_factory=list)


def chosen_year(years: Sequence[int], params: QueryDict) -> int:
    """The year asked for if there is one, else the newest, else today's."""
    asked = number(params.get("year"))
    if asked is not None and asked in years:
        return asked
    return max(years, default=academic_year(timezone.localdate()))


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def of_school(school: School, user: Any, params: QueryDict) -> ShownSchool:
    """Everything the page shows; the pupils as a queryset that the listing sorts and cuts."""
    years = sorted(SchoolYear.objects.filter(school=school).values_list("year", flat=True), reverse=True)
    year = chosen_year(years, params)
    absent = F("authorised") + F("unauthorised")
    pupils = (
        Register.objects.visible_to(user)
        .filter(school=school, year=year, possible__gt=0)
        .select_related("pupil")
        .annotate(rate=1.0 - Cast(absent, FloatField()) / NullIf(Cast(F("possible"), FloatField()), 0.0))
    )
    shown = ShownSchool(
        year,
        year_label(year),
        [(y, year_label(y)) for y in years],
        pupils,
        tabs_of(school, user, "attendance"),
        _actions(school, user),
    )
    if (summary := SchoolYear.objects.filter(school=school, year=year).first()) and summary.possible:
        _fill(shown, school, summary)
    return shown


def _actions(school: School, user: Any) -> list[dict[str, Any]]:
    if not user.may("import_registers"):
        return []
    return [{"text": "Import a register file", "href": reverse("import_new"), "secondary": True}]


def _fill(shown: ShownSchool, school: School, summary: SchoolYear) -> None:
    shown.has_marks = True
    findings = reverse("findings")
    shown.tiles = [
        {"value": percent(1 - summary.absent / summary.possible), "label": "attendance",
         "note": f"{national.LABEL}: {percent(1 - rate)}" if (rate := national.absence(school.phase)) else ""},
        {"value": f"{summary.pupils:,}", "label": "pupils with marks"},
        {"value": summary.persistent, "label": "persistently absent", "note": percent(share(summary.persistent, summary.pupils)),
         "href": f"{findings}?school={school.pk}&kind=persistent"},
        {"value": summary.severe, "label": "severely absent", "note": percent(share(summary.severe, summary.pupils)),
         "href": f"{findings}?school={school.pk}&kind=severe"},
        {"value": summary.met_threshold, "label": "met the penalty threshold",
         "href": f"{findings}?school={school.pk}&kind=threshold"},
    ]  # fmt: skip
    city = city_weeks(summary.year, school.phase)
    shown.trend = trend(school, summary.weeks, city)
    shown.bands = bands(summary.pupils, summary.persistent, summary.severe)
    shown.groups = groups_of(summary)
    shown.quality = quality_of(summary)


def trend(school: School, weeks: Sequence[Mapping[str, Any]], city: Mapping[str, float | None]) -> Markup:
    """Absence week by week beside the city (as ``city_weeks`` gives it) and the country."""
    rate = national.absence(school.phase)
    series = [
        charts.Series(school.name, [share(w["absent"], w["possible"]) for w in weeks]),
        charts.Series("City, same phase", [city.get(w["week"]) for w in weeks], "city"),
    ]
    if rate is not None:
        series.append(charts.Series(national.LABEL, [rate] * len(weeks), "national"))
    labels = [day_month(_monday(w["week"])) for w in weeks]
    return charts.line(
        "Absence week by week",
        f"{school.name} beside the city and {national.LABEL} (whole year).",
        labels,
        series,
    )


def _monday(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def city_weeks(year: int, phase: str = "") -> dict[str, float | None]:
    """Week (Monday, ISO) -> absence of all schools (of a phase)."""
    found = SchoolYear.objects.filter(year=year)
    if phase:
        found = found.filter(school__phase=phase)
    sums: dict[str, list[int]] = {}
    for weeks in found.values_list("weeks", flat=True):
        for week in weeks:
            total = sums.setdefault(week["week"], [0, 0])
            total[0] += week["absent"]
            total[1] += week["possible"]
    return {week: share(*sums[week]) for week in sorted(sums)}


def bands(pupils: int, persistent: int, severe: int) -> Markup:
    """Pupils below the two bands, in the first and in the second; ``persistent`` holds the severe, too."""
    values = [pupils - persistent, persistent - severe, severe]
    from_persistent, from_severe = CURRENT.whole("persistent_percent"), CURRENT.whole("severe_percent")
    labels = [
        f"Missed less than {from_persistent}%",
        f"Persistently absent: missed {from_persistent}% to below {from_severe}%",
        f"Severely absent: missed {from_severe}% or more",
    ]
    return charts.bars(
        "Pupils by band", "Pupils with at least one possible session.", labels, values, unit="count"
    )


def groups_of(summary: SchoolYear) -> list[dict[str, Any]]:
    """The groups of a school's pupils as pages show them, small ones hidden."""
    return [_group(group) for group in suppress(summary.groups)]


def _label(group: dict[str, Any]) -> str:
    value = group["value"]
    if group["group"] == "ethnicity" and value:
        return f"Ethnicity: {ethnicity.in_words(value)}"
    if group["group"] == "year_group" and value:
        return "Reception" if value == "R" else f"Year {value}"
    return str(group["label"])


def _group(group: dict[str, Any]) -> dict[str, Any]:
    if group.get("hidden"):
        return {"label": _label(group), "hidden": True}
    return {
        "label": _label(group),
        "hidden": False,
        "pupils": group["pupils"],
        "rate": share(group["absent"], group["possible"]),
        "unauthorised_rate": share(group["unauthorised"], group["possible"]),
        "persistent_share": share(group["persistent"], group["pupils"]),
        "severe_share": share(group["severe"], group["pupils"]),
    }


def quality_of(summary: SchoolYear) -> list[dict[str, Any]]:
    """The code-quality watch in words."""
    quality = summary.quality
    swings = quality.get("swings", [])
    return [
        {"key": "Last marks", "value": short_date(summary.last_mark_on)},
        {"key": "School days without marks since", "value": quality.get("quiet_days", 0)},
        {"key": "Reason not yet established (N)", "value": plural(quality.get("unresolved", 0), "session")},
        {
            "key": "of these older than five school days",
            "value": plural(quality.get("unresolved_overdue", 0), "session"),
        },
        {
            "key": "No mark although the school was open",
            "value": plural(quality.get("missing", 0), "session"),
        },
        {
            "key": "Sudden swings in codes",
            "value": "; ".join(s["text"] for s in swings) or "None in the last weeks",
        },
    ]


def rows(registers: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows of the school's pupils."""
    return [
        {
            "pk": r.pk,
            "url": reverse("pupil_register", args=[r.pupil_id]) + f"?year={r.year}",
            "name": f"{r.pupil.initials} (restricted)" if r.pupil.restricted else r.pupil.name,
            "year_group": r.pupil.year_group,
            "rate": r.rate,
            "possible": r.possible,
            "authorised": r.authorised,
            "unauthorised": r.unauthorised,
            "late": r.late,
            "unresolved": r.unresolved,
            "best_count": r.best_count,
            "persistent": r.persistent,
            "severe": r.severe,
            "band": "",
        }
        for r in registers
    ]


def for_export(registers: Iterable[Any]) -> Iterable[tuple[Any, ...]]:
    for r in registers:
        name = r.pupil.initials if r.pupil.restricted else r.pupil.name
        upn = "" if r.pupil.restricted else r.pupil.upn
        yield (name, upn, r.pupil.year_group, percent(r.rate), r.possible, r.authorised, r.unauthorised, r.late,
               r.unresolved, r.best_count, r.persistent, r.severe)  # fmt: skip
