"""Imports as the pages list and preview them."""

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse

from mainstay.service.attendance.models import RegisterImport
from mainstay.service.common.ui.filters import number, short_date
from mainstay.service.common.uploads import store

COLOURS: Final = {"preview": "yellow", "taken": "green", "refused": "grey", "failed": "red"}
HEADER: Final = ("File", "School", "Sent", "By", "Way", "State", "New marks", "Changed marks", "Rows refused")
SHOWN_ERRORS: Final = 20
UNDER_WAY: Final = (RegisterImport.State.RECEIVED, RegisterImport.State.READING, RegisterImport.State.TAKING)
LAYOUTS: Final = {
    "long": "one mark a row", "day_rows": "one day a row", "weekly_grid": "register grid", "totals": "totals only",
    "ctf": "Common Transfer File", "wonde": "pages of JSON", "dfe": "daily attendance download",
}  # fmt: skip


def _school(one: RegisterImport) -> str:
    if one.school is not None:
        return one.school.name
    schools = (one.report or {}).get("schools", [])
    return f"{len(schools)} schools" if len(schools) > 1 else ", ".join(schools)


def rows(found: Iterable[RegisterImport]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("import", args=[one.pk]),
            "filename": one.filename,
            "school": _school(one),
            "sent_at": one.sent_at,
            "sender": one.sent_by.name if one.sent_by else "",
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
        yield (one["filename"], one["school"], one["sent_at"], one["sender"], "", one["state_label"], one["marks_new"],
               one["marks_changed"], one["refused"])  # fmt: skip


def progress(one: RegisterImport) -> dict[str, Any]:
    """How far the worker is, as the progress bar asks for it."""
    text = f"{one.progress} of 100" if one.state == RegisterImport.State.TAKING else one.get_state_display()
    return {"done": one.progress, "total": 100, "text": text, "finished": one.state not in UNDER_WAY}


def preview(one: RegisterImport) -> dict[str, Any]:
    """What a file holds, before (and after) anything of it is stored."""
    report = one.report or {}
    errors = _errors(one)
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
        ] if report else [],
        "warnings": report.get("warnings", []),
        "errors": errors[:SHOWN_ERRORS],
        "refused": report.get("rows_refused", 0),
        "sample": report.get("sample"),
        "acceptable": bool(report.get("acceptable")),
    }  # fmt: skip


def _span(report: dict[str, Any]) -> str:
    from datetime import date

    if not report.get("from"):
        return "–"
    return (
        f"{short_date(date.fromisoformat(report['from']))} to {short_date(date.fromisoformat(report['to']))}"
    )


def _errors(one: RegisterImport) -> list[dict[str, Any]]:
    """The first refusals, read back from the kept file."""
    if one.errors is None:
        return []
    text = store.read(one.errors).decode("utf-8-sig")
    reader = csv.reader(io.StringIO(text))
    next(reader, None)
    found: list[dict[str, Any]] = []
    for row in reader:
        if len(found) >= SHOWN_ERRORS:
            break
        line, column, value, problem = (*row, "", "", "", "")[:4]
        found.append({"line": line or None, "column": column, "value": value, "problem": problem})
    return found
