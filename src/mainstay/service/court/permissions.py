"""Which permission each page of this room needs, subject by subject."""

from typing import Final

from mainstay.service.court import (
    permissions_advice,
    permissions_bundles,
    permissions_hearings,
    permissions_prosecutions,
    permissions_readiness,
)

PAGES: Final[dict[str, str | None]] = {
    **permissions_prosecutions.PAGES,
    **permissions_bundles.PAGES,
    **permissions_hearings.PAGES,
    **permissions_advice.PAGES,
    **permissions_readiness.PAGES,
}
