"""When a school is warned that its days end: three, two and one months before 31 March."""

from datetime import date, timedelta
from typing import Final

MONTHS: Final = (3, 2, 1)


def warned_on(year: int, months: int) -> date:
    """The last day of December, January or February before the year's end."""
    month = 4 - months  # the first of January, February or March, a day earlier
    return date(year + 1, month, 1) - timedelta(days=1)


def latest_due(year: int, on: date) -> int | None:
    """The months of the latest warning whose day has come; None before the first."""
    due = [months for months in MONTHS if warned_on(year, months) <= on]
    return min(due, default=None)
