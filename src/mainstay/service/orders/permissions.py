"""Which permission each page of this room needs, subject by subject."""

from typing import Final

from mainstay.service.orders import permissions_attendance

PAGES: Final[dict[str, str | None]] = {
    **permissions_attendance.PAGES,
}
