"""Which permission each page of this room needs; None: any signed-in person."""

from typing import Final

from mainstay.service.accounts.permissions import PUBLIC

PAGES: Final[dict[str, str | None]] = {
    "pupil": "see_pupils",
    "pupil_open": "open_restricted",
    "pupil_chronology": "see_pupils",
    "pupil_note": "add_chronology",
    "pupil_chronology_find": "see_pupils",
    "pupil_chronology_print": "see_pupils",
    "pupil_people": "see_people",
    "pupil_parent_add": "edit_people",
    "pupil_parent_edit": "edit_people",
    "pupil_parent_home": "edit_people",
    "pupil_home": "edit_people",
    "pupil_restrict": "restrict_records",
    "pupil_cases": "see_pupils",
    "pupil_documents": "see_pupils",
    "entry": "see_pupils",
    "entry_correct": "add_chronology",
    "deadlines": "see_service_entries",
    "deadlines_export": "export_lists",
    "retention": "see_values",
    "retention_set": "edit_retention",
    "deadline": "see_service_entries",
    "deadline_done": "see_service_entries",
    "deadline_move": "see_service_entries",
    "calendar_feed": PUBLIC,  # its address is the key
    "reads": "see_audit",
    "reads_export": "see_audit",
}
