"""Whose turn it is: the fewest duty days first, then whoever waited longest, then the order given."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date


def by_turns(
    days: Sequence[date], officers: Sequence[int], taken: Mapping[date, int], off: set[tuple[int, date]]
) -> dict[date, int]:
    """Day -> officer, for the days nobody has. taken: those somebody has; off: who cannot on which day.

    A day on which everybody is away stays open.
    """
    number, latest = Counter[int](), dict.fromkeys(officers, date.min)
    number.update(taken.values())
    found: dict[date, int] = {}
    for day in sorted(days):
        here = taken.get(day)
        if here is None:
            able = [pk for pk in officers if (pk, day) not in off]
            if not able:
                continue
            here = min(able, key=lambda pk: (number[pk], latest[pk], officers.index(pk)))
            number[here] += 1
            found[day] = here
        latest[here] = day
    return found
