"""Which permission each page of prosecutions needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "prosecutions": "see_prosecutions",
    "prosecutions_export": "export_lists",
    "prosecution": "see_prosecutions",
}
