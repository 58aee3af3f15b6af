"""When each school was open, where somebody says so: ``school,date,am,pm`` with 1 and 0."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

Day = tuple[bool, bool]


class CalendarError(ValueError):
    """A calendar file that cannot be read; the text names the line and the remedy."""


class Calendars:
    """School -> date -> (open in the morning, open in the afternoon)."""

    def __init__(self, days: dict[str, dict[date, Day]]) -> None:
        self._days = days

    @classmethod
    def read(cls, path: Path) -> "Calendars":
        """Read a calendar CSV; CalendarError names the first line that is wrong."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                return cls(_days(csv.reader(file)))
        except (UnicodeDecodeError, csv.Error) as problem:
            raise CalendarError(f"{path.name} is not a CSV file in UTF-8: {problem}") from None

    def names(self, school: str) -> bool:
        """True if the calendar says anything about the school."""
        return school in self._days

    def day(self, school: str, on: date) -> Day | None:
        """Whether the school was open that morning and afternoon; None where nothing is said."""
        return self._days.get(school, {}).get(on)

    def days(self, school: str) -> dict[date, Day]:
        return self._days.get(school, {})

    def schools(self) -> list[str]:
        return sorted(self._days)


def _days(rows: Iterator[list[str]]) -> dict[str, dict[date, Day]]:
    header = [cell.strip().casefold() for cell in next(rows, [])]
    missing = {"school", "date", "am", "pm"} - set(header)
    if missing:
        raise CalendarError(f"the calendar's first line needs the columns {', '.join(sorted(missing))}")
    found: dict[str, dict[date, Day]] = {}
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        try:
            on = date.fromisoformat(cells.get("date", ""))
        except ValueError:
            raise CalendarError(f"calendar line {line}: the date must be written 2025-09-08") from None
        halves = cells.get("am"), cells.get("pm")
        if not set(halves) <= {"0", "1"}:
            raise CalendarError(f"calendar line {line}: am and pm must be 1 (open) or 0 (closed)")
        found.setdefault(cells["school"], {})[on] = (halves[0] == "1", halves[1] == "1")
    return found
