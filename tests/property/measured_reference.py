"""The measures once more, slowly and plainly, for one pupil: sessions as (day, half, byte) in lists."""

from datetime import date, timedelta
from functools import cache

import numpy as np

from mainstay.law import age, codes
from mainstay.law.rules import CURRENT
from mainstay.registers.grid import SIZE, academic_year, session_of

NO_SESSION = codes.BLANK + codes.byte_of(codes.CLOSED)
CODES = {entry.byte: entry for entry in codes.all_codes()}
FRAMEWORK = CURRENT.day("national_framework_from")
NEEDED, LENGTH = CURRENT.whole("threshold_sessions"), CURRENT.whole("threshold_weeks")
NEAR, WIDE = CURRENT.whole("near_miss_sessions"), CURRENT.whole("near_miss_weeks")
RUN = CURRENT.whole("run_days")

Session = tuple[date, str, str]


@cache
def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def sessions(
    opens: dict[int, np.ndarray], grids: dict[int, np.ndarray], years: tuple[int, ...]
) -> list[Session]:
    """The school's sessions of those years, with the pupil's mark."""
    found = []
    for year in years:
        places = _places(year, opens[year].tobytes()) if year in opens else ()
        marks = grids[year].tobytes().decode() if year in grids else "-" * SIZE
        found += [(day, half, marks[slot]) for slot, day, half in places]
    return found


@cache
def _places(year: int, opened: bytes) -> list[tuple[int, date, str]]:
    return [(slot, *session_of(year, slot)) for slot in range(SIZE) if opened[slot]]


def is_unauthorised(byte: str) -> bool:
    return byte in CODES and CODES[byte].threshold


def is_possible(byte: str) -> bool:
    return byte in CODES and CODES[byte].possible


def compulsory(born: date | None) -> tuple[date, date]:
    return age.compulsory(born) if born else (date.min, date.max)


def measured(
    opens: dict[int, np.ndarray], grids: dict[int, np.ndarray], year: int, born: date | None
) -> dict | None:
    """One row of the report; None for a year without a mark."""
    every = sessions(opens, grids, (year - 1, year))
    own = [one for one in every if academic_year(one[0]) == year]
    marked = [n for n, one in enumerate(own) if one[2] not in NO_SESSION]
    if not marked:
        return None
    first, last = compulsory(born)
    possible = [byte for _, _, byte in own if is_possible(byte)]
    absent = [byte for byte in possible if CODES[byte].absent]
    unauthorised = [byte for byte in absent if is_unauthorised(byte)]
    return {
        "possible": len(possible),
        "attended": len(possible) - len(absent),
        "authorised": len(absent) - len(unauthorised),
        "unauthorised": len(unauthorised),
        "late": sum(byte == "L" for _, _, byte in own),
        "missing": sum(one[2] == "-" for one in own[marked[0] : marked[-1] + 1]),
        "rate": len(absent) / len(possible) if possible else None,
        "persistent": 10 * len(absent) >= len(possible) if possible else None,
        "severe": 2 * len(absent) >= len(possible) if possible else None,
        "illness_days": sum(byte == "I" and first <= day <= last for day, _, byte in own) / 2,
        "unresolved_n": sum(byte == "N" for _, _, byte in own),
        "age_checked": born is not None,
        **threshold(every, year, first, last),
        **runs(every, year, first, last),
    }


def threshold(every: list[Session], year: int, first: date, last: date) -> dict:
    number = {week: n for n, week in enumerate(sorted({monday(day) for day, _, _ in every}))}
    counted = [
        (day, half)
        for day, half, byte in every
        if is_unauthorised(byte) and max(first, FRAMEWORK) <= day <= last
    ]

    def window(sittings: list, end: int, length: int) -> list:
        return [one for one in sittings if end - length < number[monday(one[0])] <= end]

    found = {
        "threshold_met_on": None,
        "threshold_half": None,
        "window_first_week": None,
        "window_last_week": None,
    }
    for n, (day, half) in enumerate(counted):
        held = window(counted[: n + 1], number[monday(day)], LENGTH)
        if academic_year(day) == year and len(held) >= NEEDED:
            found = {
                "threshold_met_on": day,
                "threshold_half": half,
                "window_first_week": monday(held[0][0]),
                "window_last_week": monday(day),
            }
            break
    best, wide = [], 0
    for end in sorted({number[monday(day)] + k for day, _ in counted for k in range(WIDE)}):
        held = window(counted, end, LENGTH)
        if held and academic_year(held[-1][0]) == year:
            best = held if len(held) > len(best) else best
            wide = max(wide, len(window(counted, end, WIDE)))
    return found | {
        "best_count": len(best),
        "best_first_week": monday(best[0][0]) if best else None,
        "best_last_week": monday(best[-1][0]) if best else None,
        "near_miss": found["threshold_met_on"] is None and (len(best) >= NEAR or wide >= NEEDED),
    }


def runs(every: list[Session], year: int, first: date, last: date) -> dict:
    days: dict[date, list[str]] = {}
    for day, _, byte in every:
        if first <= day <= last:
            days.setdefault(day, []).append(byte)
    run, longest, reached = 0, 0, None
    for day, bytes_ in sorted(days.items()):
        possible = [byte for byte in bytes_ if is_possible(byte)]
        if not all(map(is_unauthorised, possible)):
            run = 0
        elif possible and "-" not in bytes_:
            run += 1
            if academic_year(day) == year:
                longest = max(longest, run)
                if run == RUN and reached is None:
                    reached = day
    return {"longest_unauthorised_days": longest, "ten_days_on": reached}


def met_across(registers: list[tuple[dict, dict]], year: int, born: date | None) -> date | None:
    """When the pupil's schools together met the threshold in that year; registers as (opens, grids)."""
    first, last = compulsory(born)
    rank: dict[tuple[date, str], int] = {}
    for opens, grids in registers:
        every = sessions(opens, grids, (year - 1, year))
        marked = [one[:2] for one in every if one[2] not in NO_SESSION]
        for day, half, byte in every:
            if marked and marked[0] <= (day, half) <= marked[-1]:
                rank[day, half] = max(rank.get((day, half), 0), _rank(byte))
    number = {week: n for n, week in enumerate(sorted({monday(day) for day, _ in rank}))}
    counted = [one for one in sorted(rank) if rank[one] == 2 and max(first, FRAMEWORK) <= one[0] <= last]
    for n, (day, _) in enumerate(counted):
        week = number[monday(day)]
        held = [one for one in counted[: n + 1] if number[monday(one[0])] > week - LENGTH]
        if academic_year(day) == year and len(held) >= NEEDED:
            return day
    return None


def _rank(byte: str) -> int:
    if not is_possible(byte):
        return 0 if byte == "-" else 1
    return 2 if is_unauthorised(byte) else 4 - CODES[byte].absent
