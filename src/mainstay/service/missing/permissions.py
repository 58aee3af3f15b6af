"""Which permission each page of this room needs."""

from typing import Final

from mainstay.service.missing import permissions_children, permissions_notifications

PAGES: Final[dict[str, str | None]] = {**permissions_children.PAGES, **permissions_notifications.PAGES}
