"""Which permission each page of this room needs."""

from typing import Final

from mainstay.service.public import permissions_information, permissions_letters, permissions_notify

PAGES: Final[dict[str, str | None]] = {
    **permissions_information.PAGES,
    **permissions_letters.PAGES,
    **permissions_notify.PAGES,
}
