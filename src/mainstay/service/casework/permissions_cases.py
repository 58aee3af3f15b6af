"""Which permission each page of cases needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "cases": "see_cases",
    "cases_export": "export_lists",
    "case": "see_cases",
    "case_allocate": "work_case",
    "case_close": "work_case",
    "case_reference": "work_case",
}
