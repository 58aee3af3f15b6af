"""Imports as the pages list and preview them."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from mainstay.service.attendance import mappings, stops
from mainstay.service.attendance.actions.imports import taken_of
from mainstay.service.attendance.models import Arrival, RegisterImport
from mainstay.service.common.ui.filters import and_list, long_date, number, short_date
from mainstay.service.common.uploads import store
from mainstay.service.directory.models import School

COLOURS: Final = {"preview": "yellow", "taken": "green", "refused": "grey", "failed": "red"}
HEADER: Final = ("File", "School", "Sent", "By", "Way", "State", "New marks", "Changed marks", "Rows refused")
WAYS: Final = {"page": "this site", "inbox": "secure transfer", "api": "a school's system", "demo": "made up"}
SHOWN_ERRORS: Final = 20
UNDER_WAY: Final = (RegisterImport.State.RECEIVED, RegisterImport.State.READING, RegisterImport.State.TAKING)
LAYOUTS: Final = {
    "long": "one mark a row", "day_rows": "one day a row", "weekly_grid": "register grid", "totals": "totals only",
    "ctf": "Common Transfer File", "wonde": "pages of JSON", "dfe": "daily attendance download",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one file of several."""

    filename: str
    problem: str = ""
    one: RegisterImport | None = None

    @property
    def pk(self) -> int | None:
        return self.one.pk if self.one else None

    @property
    def words(self) -> str:
        if self.one is None:
            return "Not received"
        if self.one.state == RegisterImport.State.PREVIEW and self.one.stopped_because:
            return f"Received, waits: {self.one.stopped_because}"
        return (
            "Received, but it could not be read"
            if self.problem
            else f"Received: {self.one.get_state_display()}"
        )


def _school(one: RegisterImport) -> str:
    if one.school is not None:
        return one.school.name
    schools = (one.report or {}).get("schools", [])
    return f"{len(schools)} schools" if len(schools) > 1 else ", ".join(schools)


def visible(user: Any) -> QuerySet[RegisterImport]:
    """Imports about schools in view only: for officers all but conflicts, for a school those about it alone."""
    schools = School.objects.visible_to(user)
    hidden = School.objects.exclude(pk__in=schools.values("pk")).order_by().values("pk")
    found = RegisterImport.objects.exclude(school__in=hidden).exclude(arrivals__school__in=hidden)
    if user.sees_all_schools:
        return found
    of_one_school = Q(report__schools__1__isnull=True)
    about_us = found.filter(of_one_school, arrivals__school__in=schools.order_by().values("pk"))
    return found.filter(
        Q(sent_by=user) | Q(school__isnull=False) | Q(pk__in=about_us.order_by().values("pk"))
    )


def rows(found: Iterable[RegisterImport]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("import", args=[one.pk]),
            "filename": one.filename,
            "school": _school(one),
            "sent_at": one.sent_at,
            "sender": one.sent_by.name if one.sent_by else "",
            "way": WAYS.get(one.via, one.via),
            "state": one.state,
            "state_label": one.get_state_display(),
            "colour": COLOURS.get(one.state, "blue"),
            "marks_new": one.marks_new,
            "marks_changed": one.marks_changed,
            "refused": (one.report or {}).get("rows_refused", 0),
        }
        for one in found
    ]


def for_export(found: Iterable[RegisterImport]) -> Iterable[tuple[Any, ...]]:
    for one in rows(found):
        yield (one["filename"], one["school"], one["sent_at"], one["sender"], one["way"], one["state_label"],
               one["marks_new"], one["marks_changed"], one["refused"])  # fmt: skip


def progress(one: RegisterImport) -> dict[str, Any]:
    """How far the worker is, as the progress bar asks for it."""
    text = f"{one.progress} of 100" if one.state == RegisterImport.State.TAKING else one.get_state_display()
    return {"done": one.progress, "total": 100, "text": text, "finished": one.state not in UNDER_WAY}


def preview(one: RegisterImport, user: Any) -> dict[str, Any]:
    """What a file holds, before (and after) anything of it is stored."""
    report = one.report or {}
    acceptable, may = bool(report.get("acceptable")), user.may("accept_implausible")
    errors = refusals(one, SHOWN_ERRORS)
    return {
        "tiles": [
            {"value": number(report.get("pupils", 0)), "label": "pupils"},
            {"value": number(report.get("marks", 0)), "label": "marks"},
            {"value": number(report.get("rows_taken", 0)), "label": "rows that can be taken"},
            {"value": number(report.get("rows_refused", 0)), "label": "rows refused",
             "kind": "alert" if report.get("rows_refused") else ""},
        ] if report else [],
        "facts": [
            {"key": "Layout", "value": LAYOUTS.get(report.get("layout") or "", "not recognised")},
            {"key": "Schools", "value": ", ".join(report.get("schools", [])) or _school(one)},
            {"key": "First and last marks", "value": _span(report)},
            {"key": "Encoding", "value": report.get("encoding") or "–"},
            *_way(one, report),
        ] if report else [],
        "warnings": report.get("warnings", []),
        "errors": errors,
        "refused": report.get("rows_refused", 0),
        "sample": report.get("sample"),
        "acceptable": acceptable,
        "may_accept": acceptable and may,
        "remedy": stops.remedy(stops.code_of(report.get("stopped_because")), acceptable, may),
        "stored": stored(one),
        "in_part": bool(taken_of(one)),
        "sent_before": _sent_before(one, user),
    }  # fmt: skip


def stored(one: RegisterImport) -> str:
    """What of a file that was not taken as a whole is in the registers all the same."""
    schools = sorted(taken_of(one).values())
    if not schools:
        return "Nothing of it was stored."
    return f"It failed half way: its marks of {and_list(schools)} are in the registers and stay there."


def _way(one: RegisterImport, report: dict[str, Any]) -> list[dict[str, Any]]:
    """Columns, codes and dates as a person set them for this file, or as kept for the school."""
    typed = (one.options.get("mapping") or "").strip()
    saved_for = report.get("saved_for")
    school = School.objects.filter(pk=saved_for).first() if saved_for else None
    said = (
        [f"as kept for {school.name}: {'; '.join(mappings.lines(mappings.saved(school)))}"] if school else []
    )
    if typed:
        said = ["as set for this file"]
    if dates := one.options.get("dates"):
        said.append(f"dates are {mappings.ORDERS[dates]}")
    return [{"key": "Read", "value": "; ".join(said)}] if said else []


def _sent_before(one: RegisterImport, user: Any) -> dict[str, str]:
    """Where the very same file was taken before: in words, and its address for whoever may see it."""
    if one.file_id is None or one.state == RegisterImport.State.REFUSED:
        return {}
    same = RegisterImport.objects.filter(file=one.file_id, state=RegisterImport.State.TAKEN)
    if not any((one.report or {}).get("schools", [])):
        same = same.filter(school=one.school_id)
    if one.taken_at:
        same = same.filter(Q(taken_at__lt=one.taken_at) | Q(taken_at=one.taken_at, pk__lt=one.pk))
    first = same.exclude(pk=one.pk).order_by("taken_at", "pk").last()
    if first is None or first.taken_at is None:
        return {}
    words = f"This very file was taken on {long_date(first.taken_at)} as import {first.pk}"
    seen = visible(user).filter(pk=first.pk).exists()
    return {
        "text": words + (_again(first) if one.taken_at is None else "."),
        "href": reverse("import", args=[first.pk]) if seen else "",
    }


def _again(first: RegisterImport) -> str:
    """What taking it once more would do."""
    schools = [int(pk) for pk in (first.report or {}).get("of_school", {})]
    later = Arrival.objects.filter(school__in=schools, at__gt=first.taken_at).exclude(source=first)
    if not later.exists():
        return "; taking it again changes nothing."
    return ". Where a later file or correction changed a mark, taking it again puts back what this file says."


def _span(report: dict[str, Any]) -> str:
    from datetime import date

    if not report.get("from"):
        return "–"
    return (
        f"{short_date(date.fromisoformat(report['from']))} to {short_date(date.fromisoformat(report['to']))}"
    )


def refusals(one: RegisterImport, most: int) -> list[dict[str, Any]]:
    """The first refusals, read back from the kept file."""
    if one.errors is None:
        return []
    text = store.read(one.errors).decode("utf-8-sig")
    lines = csv.reader(io.StringIO(text))
    next(lines, None)
    found: list[dict[str, Any]] = []
    for row in islice(lines, most):
        line, column, value, problem = (*row, "", "", "", "")[:4]
        found.append({"line": line or None, "column": column, "value": value, "problem": problem})
    return found
