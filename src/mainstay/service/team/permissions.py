"""Which permission each page of this room needs; None: any signed-in person."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {}
