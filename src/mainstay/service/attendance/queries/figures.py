"""The figures beside a pupil's register, counted as the measures count: tiles, trend, weekday profile.

``marks`` here are those that count (``grids.in_session``).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import numpy as np
from markupsafe import Markup

from mainstay.law.rules import CURRENT
from mainstay.registers import grid as layout
from mainstay.registers import tables
from mainstay.service.common.ui import charts
from mainstay.service.common.ui.filters import day_month, percent

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def _counts(marks: bytes) -> dict[str, Any]:
    grid = np.frombuffer(marks, np.uint8)
    return {"possible": tables.POSSIBLE[grid], "absent": tables.ABSENT[grid], "unauthorised": tables.UNAUTHORISED[grid],
            "late": tables.LATE[grid]}  # fmt: skip


def tiles(marks: bytes) -> list[dict[str, Any]]:
    sums = {name: int(values.sum()) for name, values in _counts(marks).items()}
    possible, absent = sums["possible"], sums["absent"]
    rate = (possible - absent) / possible if possible else None
    return [
        {"value": percent(rate), "label": "attendance", "note": f"of {possible} possible sessions"},
        {"value": absent - sums["unauthorised"], "label": "authorised sessions missed"},
        {
            "value": sums["unauthorised"],
            "label": "unauthorised sessions",
            "kind": "alert" if sums["unauthorised"] >= CURRENT.whole("threshold_sessions") else "",
        },
        {"value": sums["late"], "label": "late before registers closed"},
    ]


def _rate(possible: Any, absent: Any) -> float | None:
    total = int(possible.sum())
    return (total - int(absent.sum())) / total if total else None


def week_rates(registers: Sequence[bytes]) -> list[float | None]:
    """Attendance of each week with a possible session, over one or several registers of a year."""
    shape = (layout.WEEKS, layout.SLOTS)
    counted = [_counts(marks) for marks in registers]
    possible = sum(c["possible"].reshape(shape).sum(axis=1, dtype=int) for c in counted)
    absent = sum(c["absent"].reshape(shape).sum(axis=1, dtype=int) for c in counted)
    return [1 - a / p for p, a in zip(possible, absent, strict=True) if p] if counted else []


def trend(marks: bytes, year: int, school: str) -> Markup:
    counted = _counts(marks)
    possible, absent = (counted[n].reshape(layout.WEEKS, layout.SLOTS) for n in ("possible", "absent"))
    used = [w for w in range(layout.WEEKS) if possible[w].any()]
    labels = [day_month(layout.first_monday(year) + timedelta(weeks=w)) for w in used]
    values = [_rate(possible[w], absent[w]) for w in used]
    return charts.line(
        "Attendance week by week",
        f"Attendance at {school} for each school week.",
        labels,
        [charts.Series("Attendance", values)],
    )


def weekdays(marks: bytes, school: str) -> Markup:
    counted = _counts(marks)
    shape = (layout.WEEKS, 7, 2)
    possible, absent = (counted[n].reshape(shape) for n in ("possible", "absent"))
    labels, values = [], []
    for day, name in enumerate(WEEKDAYS):
        for half, word in enumerate(("morning", "afternoon")):
            rate = _rate(possible[:, day, half], absent[:, day, half])
            if rate is not None:
                labels.append(f"{name} {word}")
                values.append(1 - rate)
    return charts.bars(
        "Absence by weekday", f"Share of possible sessions missed at {school}.", labels, values,
        unit="percent", value_heading="Absence",
    )  # fmt: skip
