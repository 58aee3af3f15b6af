"""Which permission each page of this room needs."""

from typing import Final

from mainstay.service.traded import permissions_bookings, permissions_money

PAGES: Final[dict[str, str | None]] = {**permissions_money.PAGES, **permissions_bookings.PAGES}
