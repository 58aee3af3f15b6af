"""What this room gives to the rooms below: tabs, cards, lines and addresses of the child's page; the menu."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from mainstay.registers.grid import academic_year, year_label
from mainstay.service.attendance.models import Finding, Register
from mainstay.service.attendance.queries.findings import COLOURS
from mainstay.service.common.ui.filters import percent
from mainstay.service.directory.models import Pupil
from mainstay.service.record.providers import Card, Line, Tab


def tabs(pupil: Pupil, user: Any) -> list[Tab]:
    if not user.may("see_registers"):
        return []
    return [Tab(20, "register", "Register", reverse("pupil_register", args=[pupil.pk]))]


def _rate(registers: list[Register]) -> tuple[float | None, int]:
    possible = sum(r.possible for r in registers)
    return ((possible - sum(r.absent for r in registers)) / possible if possible else None), possible


def cards(pupil: Pupil, user: Any) -> list[Card]:
    """Attendance this year and last: number, band and what it is made of."""
    if not user.may("see_registers"):
        return []
    year = academic_year(timezone.localdate())
    registers = Register.objects.visible_to(user).filter(pupil=pupil, year__in=(year, year - 1))
    found = list(registers.select_related("school").order_by("-year"))
    shown = []
    for order, of in ((10, year), (11, year - 1)):
        mine = [r for r in found if r.year == of]
        rate, possible = _rate(mine)
        body = render_to_string(
            "attendance/card.jinja",
            {"registers": mine, "rate": rate, "possible": possible, "label": year_label(of)},
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


def menu(user: Any) -> list[dict[str, str]]:
    entries = (
        ("Findings", "findings", "see_findings"),
        ("City", "city", "see_city"),
        ("Imports", "imports", "import_registers"),
    )
    return [
        {"text": text, "href": reverse(name)} for text, name, permission in entries if user.may(permission)
    ]
