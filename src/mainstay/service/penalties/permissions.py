"""Which permission each page of this room needs, subject by subject."""

from typing import Final

from mainstay.service.penalties import (
    permissions_before,
    permissions_notices,
    permissions_payments,
    permissions_requests,
    permissions_returns,
)

PAGES: Final[dict[str, str | None]] = {
    **permissions_before.PAGES,
    **permissions_notices.PAGES,
    **permissions_payments.PAGES,
    **permissions_requests.PAGES,
    **permissions_returns.PAGES,
}
