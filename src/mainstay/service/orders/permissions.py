"""Which permission each page of this room needs, subject by subject."""

from typing import Final

from mainstay.service.orders import permissions_attendance, permissions_supervision

PAGES: Final[dict[str, str | None]] = {
    **permissions_supervision.PAGES,
    **permissions_attendance.PAGES,
}
