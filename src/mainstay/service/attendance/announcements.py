"""What this room tells the rooms above it. Listeners run in the same transaction."""

from mainstay.service.common.announce import Announcement

#: school_id: int, year: int, pupil_ids: list[int], by, at
marks_changed = Announcement(
    "marks of a school-year were taken or corrected: school_id, year, pupil_ids, by, at"
)
