"""What this room listens to and offers about leave, notices to improve and earlier notices."""

from mainstay.service.directory.announcements import parents_merged
from mainstay.service.penalties import merging_parents


def register() -> None:
    """From ``apps.py``."""
    parents_merged.subscribe(merging_parents.move)
