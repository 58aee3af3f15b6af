"""Which permission each page of the yearly return needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "notices_return": "see_notices",
    "notices_return_list": "see_notices",
    "notices_return_export": "export_lists",
}
