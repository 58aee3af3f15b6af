"""What this room gives to the rooms below: tabs, cards, lines and addresses of the child's page; the menu."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from mainstay.registers.grid import academic_year, year_label
from mainstay.service.attendance import grids, interventions
from mainstay.service.attendance.models import Finding, Register
from mainstay.service.attendance.queries import changes
from mainstay.service.attendance.queries.figures import week_rates
from mainstay.service.attendance.queries.findings import COLOURS
from mainstay.service.common.ui import charts
from mainstay.service.common.ui.filters import percent
from mainstay.service.directory.models import Pupil, School
from mainstay.service.documents.leaflets import Occasion
from mainstay.service.record.providers import Card, Line, Tab


def occasions(pupil: Pupil, user: Any) -> list[Occasion]:
    """What was done about the child's attendance, as far as this person may see it: a leaflet may go with it.

    For the service: a school is not told here which visits or notices there were.
    """
    if not user.sees_all_schools:
        return []
    done = interventions.known([pupil.pk])
    seen = set(
        School.objects.visible_to(user)
        .filter(pk__in={one.school_id for one in done})
        .values_list("pk", flat=True)
    )
    return [
        Occasion(one.about_kind, one.about_id, one.label, one.on) for one in done if one.school_id in seen
    ]  # fmt: skip


def tabs(pupil: Pupil, user: Any) -> list[Tab]:
    if not user.may("see_registers"):
        return []
    return [Tab(20, "register", "Register", reverse("pupil_register", args=[pupil.pk]))]


def _rate(registers: list[Register]) -> tuple[float | None, int]:
    possible = sum(r.possible for r in registers)
    return ((possible - sum(r.absent for r in registers)) / possible if possible else None), possible


def _trend(registers: list[Register], opened: dict[int, bytes]) -> str:
    """A small line of the attendance of each week, all schools together."""
    weeks = week_rates([grids.in_session(bytes(r.grid.marks), opened[r.pk]) for r in registers])
    return charts.spark("Attendance week by week", weeks) if len(weeks) > 1 else ""


def cards(pupil: Pupil, user: Any) -> list[Card]:
    """Attendance this year and last: number, band and what it is made of."""
    if not user.may("see_registers"):
        return []
    year = academic_year(timezone.localdate())
    registers = Register.objects.visible_to(user).filter(pupil=pupil, year__in=(year, year - 1))
    found = list(registers.select_related("school", "grid").order_by("-year"))
    opened = grids.sessions_of(found)
    shown = []
    for order, of in ((10, year), (11, year - 1)):
        mine = [r for r in found if r.year == of]
        rate, _ = _rate(mine)
        body = render_to_string(
            "attendance/card.jinja",
            {"registers": mine, "rate": rate, "trend": _trend(mine, opened), "label": year_label(of)},
        )
        href = reverse("pupil_register", args=[pupil.pk]) + f"?year={of}"
        shown.append(Card(order, f"Attendance {year_label(of)}", mark_safe(body), href))  # noqa: S308 (our template)
    return shown


def findings(pupil: Pupil, user: Any) -> list[Line]:
    found = Finding.objects.visible_to(user).filter(pupil=pupil).order_by("-state", "-reached_on")
    return [
        Line(
            f.get_kind_display(),
            reverse("finding", args=[f.pk]),
            f.strength,
            f.reached_on,
            f.get_state_display(),
            COLOURS[Finding.Kind(f.kind)] if f.state == Finding.State.OPEN else "grey",
        )
        for f in found[:10]
    ]


def glances(pupil_ids: Iterable[int], user: Any) -> dict[int, str]:
    """Pupil -> "87.5% this year"."""
    year = academic_year(timezone.localdate())
    by_pupil: dict[int, list[Register]] = {}
    for register in Register.objects.visible_to(user).filter(pupil__in=list(pupil_ids), year=year):
        by_pupil.setdefault(register.pupil_id, []).append(register)
    return {pupil: f"{percent(_rate(registers)[0])} this year" for pupil, registers in by_pupil.items()}


def address(kind: str, key: str) -> str | None:
    """Where a finding or an import that an entry is about can be seen."""
    names = {"attendance.finding": "finding", "attendance.registerimport": "import"}
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None


def menu(user: Any) -> list[dict[str, Any]]:
    """The first page, then what this person works with; who sees no findings works with imports."""
    entries = (
        (0, "Today", "home", None),
        (10, "Findings", "findings", "see_findings"),
        (60, "City", "city", "see_city"),  # the last: the list of schools leads there, too
        (50 if user.may("see_findings") else 15, "Imports", "imports", "import_registers"),
    )
    return [
        {"text": text, "href": reverse(name), "order": order}
        for order, text, name, permission in entries
        if permission is None or user.may(permission)
    ]


def changed(user: Any) -> dict[str, Any] | None:
    """How much changed since this person last looked; None for whoever sees no findings."""
    if not user.may("see_findings"):
        return None
    return {"count": changes.count(user), "href": reverse("changes")}


def beside_schools(user: Any) -> list[dict[str, str]]:
    """From the list of schools to all of them together."""
    return [{"text": "The city as a whole", "href": reverse("city")}] if user.may("see_city") else []


def school_tabs(school: School, user: Any) -> list[dict[str, Any]]:
    """This room's tabs of a school's page."""
    found = []
    if user.may("see_registers"):
        href = reverse("school_attendance", args=[school.pk])
        found.append({"order": 20, "key": "attendance", "text": "Attendance", "href": href})
    if user.may("see_findings"):
        href = f"{reverse('findings')}?school={school.pk}"
        found.append({"order": 40, "key": "findings", "text": "Findings", "href": href})
    return found
