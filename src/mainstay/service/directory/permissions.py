"""Which permission each page of this room needs; None: any signed-in person."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "search": None,
    "pupils": "see_pupils",
    "pupils_export": "export_lists",
    "parent": "see_people",
    "schools": "see_schools",
    "schools_export": "export_lists",
    "school": "see_schools",
    "school_edit": "edit_schools",
    "user_posts": "invite_users",
    "user_post_end": "invite_users",
    "school_contact_add": "edit_schools",
    "school_contact_remove": "edit_schools",
    "school_link_officer": "edit_schools",
    "school_calendar": "see_schools",
    "school_terms": "edit_calendar",
    "school_exception_add": "edit_calendar",
    "school_exception_remove": "edit_calendar",
    "calendars_set": "edit_calendar",
    "trusts": "see_schools",
    "trust": "see_schools",
    "conflicts": None,
    "conflict_declare": None,
    "conflict_end": "declare_for_others",
    "merges": "merge_pupils",
    "merge": "merge_pupils",
    "schools_import": "edit_schools",
    "people_import": "import_registers",
}
