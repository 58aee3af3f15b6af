"""What the addresses of this room can be about."""

from typing import Any, Final

from mainstay.service.directory.models import Parent, Pupil

#: addresses about one child that a service manager opens
OF_A_CHILD: Final[tuple[str, ...]] = ()


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    return {}, {}
