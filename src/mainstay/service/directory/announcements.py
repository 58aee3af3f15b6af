"""What the directory tells the rooms above it. Listeners run in the same transaction."""

from mainstay.service.common.announce import Announcement

#: school_ids: list[int], years: list[int], by, at
calendar_changed = Announcement("the sessions on which schools are open changed: school_ids, years, by, at")

#: kept: Pupil, other: Pupil, by, at; listeners move what hangs on ``other`` and return nothing.
#: moved: dict to which a listener adds {"model label": [ids]} so that the audit can be followed back
pupils_merged = Announcement("two records are one pupil: kept, other, moved, by, at")

#: kept: Parent, other: Parent, by, at; moved as for ``pupils_merged``. A listener may refuse (StepRefused) where
#: the two records cannot stand as one
parents_merged = Announcement("two records are one parent: kept, other, moved, by, at")

#: school_ids: list[int], by, at; asked of the directory: who it is today (``relations.link_officers``)
link_officer_changed = Announcement("schools have another link officer, or none: school_ids, by, at")

#: pupil_ids: list[int], by, at
pupils_changed = Announcement("facts that decide a measure changed (date of birth): pupil_ids, by, at")

#: pupil_ids: list[int], title, text: str (no values), for_school: bool (the school may read it), by, at
family_changed = Announcement(
    "what is known of a family or of a record's restriction changed: pupil_ids, title, text, for_school, by, at"
)

#: pupil_ids: list[int] new to that school's roll, school_id: int, by, at
pupils_joined = Announcement("pupils came on a school's roll: pupil_ids, school_id, by, at")
