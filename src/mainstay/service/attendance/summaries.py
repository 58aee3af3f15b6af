"""What the pages of a school and of the city show, worked out once when marks change."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.law.clock import in_words
from mainstay.law.rules import CURRENT
from mainstay.registers import tables
from mainstay.registers.grid import SLOTS, WEEKS, first_monday, slot_of
from mainstay.registers.measures import Measures
from mainstay.service.attendance.grids import Held
from mainstay.service.attendance.models import SchoolYear
from mainstay.service.common.among import among
from mainstay.service.directory.models import Pupil

#: our own choice: a group of fewer pupils is not shown, lest one of them be recognised
SMALL: Final = 5
#: our own choice: when a code's share of a week's sessions is called a sudden swing
SWING_SHARE: Final = 0.02
SWING_TIMES: Final = 3
SWING_WEEKS: Final = 4

Mask = NDArray[np.uint8]
#: the large fields that ``fill`` works out
FILLED: Final = ("weeks", "codes", "groups", "quality", "open_mask")
GROUPS: Final = (
    ("sex", "Sex"), ("year_group", "Year"), ("fsm", "Free school meals"), ("sen", "Special educational needs"),
    ("in_care", "In care"), ("social_worker", "Social worker"), ("ethnicity", "Ethnicity"),
)  # fmt: skip
_WORDS: Final = {
    ("sex", "F"): "Girls", ("sex", "M"): "Boys", ("sen", ""): "No special educational needs",
    ("sen", "K"): "SEN support", ("sen", "E"): "EHC plan", ("fsm", "yes"): "Free school meals",
    ("fsm", "no"): "No free school meals", ("in_care", "yes"): "In care", ("in_care", "no"): "Not in care",
    ("social_worker", "yes"): "With a social worker", ("social_worker", "no"): "Without a social worker",
}  # fmt: skip


#: pupil -> date of birth, then what ``GROUPS`` names
Facts = Mapping[int, tuple[Any, ...]]


def facts_of(pupils: NDArray[np.int64]) -> Facts:
    """What is known of these pupils and bears on measures and groups."""
    found = Pupil.objects.filter(pk__among=among(pupils.tolist())).order_by()
    return {
        row[0]: row[1:] for row in found.values_list("pk", "date_of_birth", *(name for name, _ in GROUPS))
    }


def fill(
    summary: SchoolYear, held: Held, measured: Measures, opened: Mask, today: date, facts: Facts | None = None
) -> None:
    """Work out everything a ``SchoolYear`` shows; the caller saves it. facts: where they are at hand."""
    counted = measured["possible"] > 0
    absent = measured.absent.astype(np.int64)
    summary.pupils = int(counted.sum())
    summary.possible = int(measured["possible"].astype(np.int64).sum())
    summary.absent = int(absent.sum())
    summary.unauthorised = int(measured["unauthorised"].astype(np.int64).sum())
    summary.persistent = int(measured.persistent.sum())
    summary.severe = int(measured.severe.sum())
    summary.met_threshold = int(measured.met.sum())
    by_week = _bytes_by_week(held.marks, opened)
    summary.weeks = _weeks(summary.year, by_week)
    summary.codes = _codes(by_week.sum(axis=0))
    summary.groups = _groups(
        facts_of(held.pupils) if facts is None else facts, held, measured, counted, absent
    )
    last = measured.dates("last_slot")
    summary.last_mark_on = max((day for day in last.tolist() if day is not None), default=None)
    summary.open_mask = opened.astype(np.uint8).tobytes()
    summary.quality = _quality(summary, held.marks, measured, opened, by_week, today)


def _bytes_by_week(marks: NDArray[np.uint8], opened: Mask) -> NDArray[np.int64]:
    """How often each byte stands in each week, on sessions the school was open: (54, 256)."""
    found = np.zeros((WEEKS, 256), np.int64)
    for week in range(WEEKS):
        slots = week * SLOTS + np.flatnonzero(opened[week * SLOTS : (week + 1) * SLOTS])
        if len(slots):
            found[week] = np.bincount(marks[:, slots].ravel(), minlength=256)
    return found


def _weeks(year: int, by_week: NDArray[np.int64]) -> list[dict[str, Any]]:
    monday, found = first_monday(year), []
    for week in range(WEEKS):
        possible = int(by_week[week] @ tables.POSSIBLE)
        if possible:
            authorised, unauthorised = (
                int(by_week[week] @ t) for t in (tables.AUTHORISED, tables.UNAUTHORISED)
            )
            found.append(
                {
                    "week": (monday + timedelta(weeks=week)).isoformat(),
                    "possible": possible,
                    "absent": authorised + unauthorised,
                    "authorised": authorised,
                    "unauthorised": unauthorised,
                }
            )
    return found


def _codes(counts: NDArray[np.int64]) -> dict[str, int]:
    letters = codes.code_of_byte()
    used = (chr(byte) for byte in np.flatnonzero(counts).tolist())
    return {letters[byte]: int(counts[ord(byte)]) for byte in used if byte in letters and byte != codes.BLANK}


def _groups(
    facts: Facts, held: Held, measured: Measures, counted: NDArray[np.bool_], absent: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """Counts of each group of pupils with a possible session, small ones included: ``suppress`` hides them."""
    known = [facts[pupil] for pupil in held.pupils[counted].tolist() if pupil in facts]
    columns: dict[str, NDArray[Any]] = {
        "pupils": np.ones(len(known)),
        "possible": measured["possible"][counted],
        "absent": absent[counted],
        "unauthorised": measured["unauthorised"][counted],
        "persistent": measured.persistent[counted],
        "severe": measured.severe[counted],
    }
    found: list[dict[str, Any]] = []
    for number, (name, title) in enumerate(GROUPS if known else ()):
        said = [row[number + 1] for row in known]
        words = {value: _value(value) for value in set(said)}
        values = sorted(set(words.values()), key=_in_order)
        place = {value: values.index(word) for value, word in words.items()}
        members = np.array([place[value] for value in said])
        sums = {key: np.bincount(members, weights=column) for key, column in columns.items()}
        for n, value in enumerate(values):
            label = _WORDS.get((name, value)) or f"{title}: {value or 'not known'}"
            counts = {key: int(total[n]) for key, total in sums.items()}
            found.append({"group": name, "value": value, "label": label, **counts})
    return found


def _value(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value or "")


def _in_order(value: str) -> tuple[int, int, str]:
    """Year 2 before year 10, reception first."""
    return (1, int(value), "") if value.isdecimal() else (0 if value == "R" else 2, 0, value)


def suppress(groups: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same groups, small ones ``hidden`` and without numbers.

    Where just one value of a group is small, its next smallest is hidden too: nobody shall subtract.
    """
    listed = list(groups)
    hidden: set[tuple[str, str]] = set()
    for name in {g["group"] for g in listed}:
        members = sorted((g for g in listed if g["group"] == name), key=lambda g: g["pupils"])
        small = [g for g in members if g["pupils"] < SMALL]
        if len(small) == 1 and len(members) > 1:
            small = members[:2]
        hidden |= {(name, g["value"]) for g in small}
    return [
        {"group": g["group"], "value": g["value"], "label": g["label"], "hidden": True}
        if (g["group"], g["value"]) in hidden
        else {**g, "hidden": False}
        for g in listed
    ]


def _quality(
    summary: SchoolYear,
    marks: NDArray[np.uint8],
    measured: Measures,
    opened: Mask,
    by_week: NDArray[np.int64],
    today: date,
) -> dict[str, Any]:
    return {
        "unresolved": int(measured["unresolved_n"].astype(np.int64).sum()),
        "unresolved_overdue": _overdue(marks, opened, summary.year, today),
        "missing": int(measured["missing"].astype(np.int64).sum()),
        "quiet_days": quiet_days(opened, summary.year, summary.last_mark_on, today),
        "swings": _swings(summary.year, by_week, summary.last_mark_on),
    }


def _past_days(opened: Mask, year: int, today: date) -> list[int]:
    """Morning slots of the school days before today."""
    passed = max(0, (today - first_monday(year)).days)
    return (2 * np.flatnonzero(opened.reshape(-1, 2)[:passed].any(axis=1))).tolist()


def _overdue(marks: NDArray[np.uint8], opened: Mask, year: int, today: date) -> int:
    """Sessions of N whose time to be settled has run out."""
    past, age = _past_days(opened, year, today), CURRENT.whole("unresolved_n_days") + 1
    if len(past) < age:
        return 0
    end = past[-age] + 2
    return int((tables.UNRESOLVED[marks[:, :end]] & opened[:end]).sum())


def quiet_days(opened: Mask, year: int, last_mark_on: date | None, today: date) -> int:
    """School days before today, and after the last mark."""
    known = -1 if last_mark_on is None else slot_of(last_mark_on, "PM")
    return sum(slot > known for slot in _past_days(opened, year, today))


def _swings(year: int, by_week: NDArray[np.int64], last_mark_on: date | None) -> list[dict[str, Any]]:
    """Codes whose share of sessions jumped in the last week with marks, against the weeks before it."""
    held = by_week[:, [ord(b) for b in codes.code_of_byte() if b != codes.BLANK]].sum(axis=1)
    used = np.flatnonzero(held).tolist()
    if len(used) <= SWING_WEEKS or last_mark_on is None:
        return []
    week, earlier = used[-1], used[-1 - SWING_WEEKS : -1]
    monday = first_monday(year) + timedelta(weeks=week)
    found = []
    for byte, code in codes.code_of_byte().items():
        if code in (codes.BLANK, codes.CLOSED, "/", "\\"):
            continue
        now = by_week[week][ord(byte)] / held[week]
        before = by_week[earlier][:, ord(byte)].sum() / held[earlier].sum()
        if now - before >= SWING_SHARE and now >= SWING_TIMES * before:
            text = f"{code} rose from {before:.1%} to {now:.1%} of sessions in the week of {in_words(monday)}"
            found.append(
                {"code": code, "before": round(before, 4), "now": round(float(now), 4), "text": text}
            )
    return found


def refresh_quiet(summaries: Iterable[SchoolYear], today: date) -> int:
    """Count quiet days anew as days go by; how many changed."""
    changed = []
    for summary in summaries:
        mask = np.frombuffer(bytes(summary.open_mask), np.uint8)
        if not len(mask):
            continue
        quiet = quiet_days(mask, summary.year, summary.last_mark_on, today)
        if summary.quality.get("quiet_days") != quiet:
            summary.quality = {**summary.quality, "quiet_days": quiet}
            changed.append(summary)
    SchoolYear.objects.bulk_update(changed, ["quality"], batch_size=100)
    return len(changed)
