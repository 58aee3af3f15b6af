"""Which permission each page of this room needs, subject by subject."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {}
