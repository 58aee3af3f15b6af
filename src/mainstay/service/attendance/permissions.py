"""Which permission each page of this room needs; None: any signed-in person."""

from typing import Final

from mainstay.service.attendance.targeting import permissions as targeting

PAGES: Final[dict[str, str | None]] = {
    "home": None,
    "my_work": "see_team",
    "changes": None,
    "findings": "see_findings",
    "findings_export": "export_lists",
    "finding": "see_findings",
    "finding_consider": "consider_finding",
    "saved_view_add": "see_findings",
    "saved_view_remove": "see_findings",
    "pupil_register": "see_registers",
    "pupil_register_export": "see_registers",
    "pupil_mark": "correct_marks",
    "pupil_certificate": "print_certificate",
    "school_attendance": "see_registers",
    "school_attendance_export": "export_lists",
    "school_reading_forget": "import_registers",
    "city": "see_city",
    "city_export": "export_lists",
    "impact": "see_team",
    "impact_export": "see_team",
    "imports": "import_registers",
    "imports_export": "import_registers",
    "import_new": "import_registers",
    "import": "import_registers",
    "import_options": "import_registers",
    "import_take": "import_registers",
    "import_discard": "import_registers",
    "import_refusals": "import_registers",
    **targeting.PAGES,
}
