"""What a caller may say about an input, and the limits past which one is not read."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from mainstay.registers.calendars import Calendars
from mainstay.registers.reading.mapping import Mapping

MB: Final = 1_000_000
MAX_FILE: Final = 200 * MB
MAX_UNPACKED: Final = 100 * MB
MAX_LINE: Final = MB
MAX_NESTING: Final = 100
MAX_ERRORS: Final = 100_000
MAX_COLUMNS: Final = 2_000
HEADER_LINES: Final = 20
#: more grid rows than any register file has; past it the file is stopped rather than the machine
MAX_PUPIL_YEARS: Final = 300_000


def _today() -> date:
    return date.today()  # noqa: DTZ011  the caller's machine stands in London


@dataclass(frozen=True, slots=True)
class Options:
    """How to read one input.

    dates: "dmy", "mdy" or "ymd" where a person has said which; None decides from the file
    as_of: the day after which a mark is in the future
    phase: "pru" or "special" allows more absence before a file is called implausible
    accept_implausible: a person has looked and accepts what would stop the file
    check_plausible: False warns only
    """

    dates: str | None = None
    as_of: date = field(default_factory=_today)
    calendar: Calendars | None = None
    mapping: Mapping | None = None
    previous: Path | None = None
    phase: str | None = None
    accept_implausible: bool = False
    check_plausible: bool = True

    @property
    def order(self) -> str | None:
        """The date order somebody has fixed: the option, else the mapping's."""
        return self.dates or (self.mapping.dates if self.mapping else None)
