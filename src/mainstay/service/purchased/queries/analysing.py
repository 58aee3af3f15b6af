"""Attendance of a school's groups and its codes between two days, and before and after what was done; small numbers hidden."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
from django.db.models import Count, Sum
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.registers import tables
from mainstay.registers.grid import academic_year, session_of, slot_of
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Impact, SchoolYear
from mainstay.service.common.among import among
from mainstay.service.directory import ethnicity
from mainstay.service.directory.models import Pupil
from mainstay.service.purchased.suppressing import suppressed

_SEN: Final = {"": "No special educational needs", "K": "SEN support", "E": "EHC plan"}
_SEX: Final = {"F": "Girls", "M": "Boys"}


def _either(yes: str, no: str) -> Callable[[Any], str]:
    return lambda value: yes if value else no


#: what the directory holds of a pupil -> heading, and its value in words
BY: Final[Mapping[str, tuple[str, Callable[[Any], str]]]] = {
    "sen": ("Special educational needs", lambda value: _SEN.get(value, "Not known")),
    "fsm": ("Free school meals", _either("Free school meals", "No free school meals")),
    "pupil_premium": ("Pupil premium", _either("Pupil premium", "No pupil premium")),
    "sex": ("Gender", lambda value: _SEX.get(value, "Not known")),
    "ethnicity": ("Ethnicity", lambda value: ethnicity.in_words(value) if value else "Not known"),
    "year_group": ("Year group", lambda value: f"Year {value}" if value.isdecimal() else value or "Not known"),
}  # fmt: skip
COLUMNS: Final = ("possible", "absent", "unauthorised", "late")


def groups(school: int, first: date, last: date, small: int) -> dict[str, Any] | None:
    """Each group with pupils and sessions, and each code; None where fewer pupils than ``small`` have a session.

    A small group keeps its label alone, and so does a code that few pupils had: ``suppressing``.
    """
    sums: dict[int, NDArray[np.int64]] = {}
    counted = np.zeros(256, np.int64)
    users = np.zeros(256, np.int64)
    out_of_force: dict[str, int] = {}
    had: dict[int, NDArray[np.bool_]] = {}
    for year, pupils, marks in marks_of(school, first, last):
        columns = [tables.POSSIBLE, tables.ABSENT, tables.UNAUTHORISED, tables.LATE]
        possible = tables.POSSIBLE[marks].astype(np.int64)
        of_each = np.stack([(table[marks] * possible).sum(axis=1) for table in columns], axis=1)
        counted += np.bincount(marks.ravel(), minlength=256)
        for row, pupil in enumerate(pupils.tolist()):
            sums[pupil] = sums.get(pupil, np.zeros(4, np.int64)) + of_each[row]
            used = np.bincount(marks[row], minlength=256) > 0
            had[pupil] = had.get(pupil, np.zeros(256, np.bool_)) | used
        _not_in_force(year, marks, out_of_force)
    sums = {pupil: each for pupil, each in sums.items() if each[0] > 0}
    if len(sums) < small:
        return None
    for pupil in sums:
        users += had[pupil]
    return {
        "first": first.isoformat(), "last": last.isoformat(), "small": small, "pupils": len(sums),
        "total": _figures(np.sum(list(sums.values()), axis=0)), "groups": _groups(sums, small),
        "codes": _codes(counted, users, small), "out_of_force": sorted(out_of_force),
    }  # fmt: skip


def marks_of(school: int, first: date, last: date) -> list[tuple[int, NDArray[np.int64], NDArray[np.uint8]]]:
    """(year, pupils, marks) of the school in each year between the days; every mark outside them, or of a day on
    which it was closed, is blank."""
    masks = dict(SchoolYear.objects.filter(school=school).values_list("year", "open_mask"))
    found = []
    for year in range(academic_year(first), academic_year(last) + 1):
        held = grids.of_school(school, year)
        if not len(held):
            continue
        begin = slot_of(first, "AM") if academic_year(first) == year else 0
        end = slot_of(last, "PM") + 1 if academic_year(last) == year else held.marks.shape[1]
        opened = np.frombuffer(bytes(masks.get(year) or b""), np.uint8) != 0
        inside = np.zeros(held.marks.shape[1], np.bool_)
        inside[begin:end] = True
        if len(opened):
            inside &= opened
        found.append((year, held.pupils, np.where(inside, held.marks, ord(codes.BLANK)).astype(np.uint8)))
    return found


def _figures(column: NDArray[np.int64]) -> dict[str, Any]:
    said = {name: int(value) for name, value in zip(COLUMNS, column, strict=True)}
    return {
        **said,
        "attendance": round(1 - said["absent"] / said["possible"], 6) if said["possible"] else None,
    }


def _groups(sums: Mapping[int, NDArray[np.int64]], small: int) -> list[dict[str, Any]]:
    known = Pupil.objects.filter(pk__among=among(sums)).order_by().values("pk", *BY)
    facts = {row["pk"]: row for row in known}
    found = []
    for name, (heading, words) in BY.items():
        members: dict[str, list[int]] = {}
        for pupil in sums:
            members.setdefault(words(facts[pupil][name]) if pupil in facts else "Not known", []).append(pupil)
        rows = [
            {"label": label, "pupils": len(members[label]),
             **_figures(np.sum([sums[pupil] for pupil in members[label]], axis=0))}
            for label in sorted(members, key=_in_order)
        ]  # fmt: skip
        found.append({"by": name, "heading": heading, "rows": suppressed(rows, small)})
    return found


def _in_order(label: str) -> tuple[bool, int, str]:
    number = label.removeprefix("Year ")
    return label == "Not known", int(number) if number.isdecimal() else 0, label


def _codes(counted: NDArray[np.int64], users: NDArray[np.int64], small: int) -> list[dict[str, Any]]:
    """Sessions of each code and the pupils who had it; one that few had is said without a number."""
    left = (codes.BLANK, codes.CLOSED)
    total = int(sum(counted[ord(byte)] for byte, code in codes.code_of_byte().items() if code not in left))
    return [
        {"code": code, "hidden": True}
        if users[ord(byte)] < small
        else {
            "code": code, "hidden": False, "pupils": int(users[ord(byte)]), "sessions": int(counted[ord(byte)]),
            "share": round(counted[ord(byte)] / total, 6),
        }
        for byte, code in codes.code_of_byte().items()
        if code not in left and counted[ord(byte)]
    ]  # fmt: skip


def _not_in_force(year: int, marks: NDArray[np.uint8], found: dict[str, int]) -> None:
    """Codes used on a day on which they were not in force."""
    for byte, code in codes.code_of_byte().items():
        if code in (codes.BLANK, codes.CLOSED) or not (marks == ord(byte)).any():
            continue
        for slot in np.flatnonzero((marks == ord(byte)).any(axis=0)).tolist():
            try:
                codes.lookup(code, session_of(year, slot)[0])
            except codes.CodeNotInForce:
                found[code] = found.get(code, 0) + 1


#: before and after, and how many of what was done could be compared with similar pupils
_SUMS: Final = {
    "pupils": Count("pupil", distinct=True), "number": Count("pk"), "before_possible": Sum("before_possible"),
    "before_attended": Sum("before_attended"), "after_possible": Sum("after_possible"), "after_attended": Sum("after_attended"),
}  # fmt: skip


def impact(school: int, first: date, last: date, small: int) -> dict[str, Any] | None:
    """What was done at a school between two days by kind, with attendance before and after; None where nothing counts."""
    counted = Impact.objects.filter(school=school, on__gte=first, on__lte=last, counts=True).order_by()
    found: list[Any] = list(counted.values("label").annotate(**_SUMS))
    rows = sorted((_sides(row) for row in found), key=lambda row: str(row["label"]))
    whole = _sides({"label": "All", **counted.aggregate(**_SUMS)})
    if not whole["pupils"] or whole["pupils"] < small:
        return None
    return {
        "first": first.isoformat(), "last": last.isoformat(), "small": small, "total": whole,
        "rows": suppressed(rows, small),
    }  # fmt: skip


def _sides(row: dict[str, Any]) -> dict[str, Any]:
    def share(side: str) -> float | None:
        possible = row[f"{side}_possible"]
        return round(row[f"{side}_attended"] / possible, 6) if possible else None

    before, after = share("before"), share("after")
    change = round(after - before, 6) if before is not None and after is not None else None
    return {"label": row["label"], "pupils": row["pupils"], "number": row["number"], "before": before, "after": after,
            "change": change}  # fmt: skip
