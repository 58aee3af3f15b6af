"""Which permission each page of this room needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "document": "see_pupils",
    "letters_to_post": "record_service",
    "print_run_make": "record_service",
    "print_runs": "record_service",
    "print_run": "record_service",
    "print_run_file": "record_service",
    "print_run_posted": "record_service",
    "returned_mail": "record_service",
    "returned_mail_export": "export_lists",
    "service_record": "see_pupils",
    "service_record_posting": "record_service",
    "service_record_proof": "record_service",
    "service_record_returned": "record_service",
    **dict.fromkeys(
        ("statement_new", "statement", "statement_edit", "statement_again", "statement_print"),
        "draft_statement",
    ),
    **dict.fromkeys(("leaflets", "leaflet", "leaflet_pdf"), "see_pupils"),
    "leaflet_new": "edit_wording",
    "leaflet_give": "give_leaflets",
    "letters": "see_pupils",
    "letter": "see_pupils",
    "letter_preview": "see_pupils",
    "letter_slot": "edit_wording",
}
