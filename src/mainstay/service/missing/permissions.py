"""Which permission each page of this room needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {}
