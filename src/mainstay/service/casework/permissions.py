"""Which permission each page of this room needs, subject by subject."""

from typing import Final

from mainstay.service.casework import permissions_cases, permissions_fast_track

PAGES: Final[dict[str, str | None]] = {
    **permissions_cases.PAGES,
    **permissions_fast_track.PAGES,
}
