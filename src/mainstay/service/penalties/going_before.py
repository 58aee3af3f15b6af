"""What this room listens to and offers about leave, notices to improve and earlier notices."""

from mainstay.service.attendance.announcements import marks_changed
from mainstay.service.common.jobs.daily import daily
from mainstay.service.directory.announcements import calendar_changed, parents_merged
from mainstay.service.penalties import merging_parents, watching


def register() -> None:
    """From ``apps.py``."""
    parents_merged.subscribe(merging_parents.move)
    marks_changed.subscribe(watching.marks_changed)
    calendar_changed.subscribe(watching.calendar_changed)
    daily("penalties.improvements")(watching.fall_due)
