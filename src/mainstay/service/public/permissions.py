"""Which permission each page of this room needs."""

from typing import Final

from mainstay.service.public import permissions_letters, permissions_notify

PAGES: Final[dict[str, str | None]] = {
    **permissions_letters.PAGES,
    **permissions_notify.PAGES,
}
