"""Which permission each page of this room needs, subject by subject."""

from typing import Final

from mainstay.service.casework import (
    permissions_cases,
    permissions_fast_track,
    permissions_referrals,
    permissions_visits,
)

PAGES: Final[dict[str, str | None]] = {
    **permissions_cases.PAGES,
    **permissions_referrals.PAGES,
    **permissions_visits.PAGES,
    **permissions_fast_track.PAGES,
}
