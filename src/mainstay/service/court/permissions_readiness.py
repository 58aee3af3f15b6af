"""Which permission each page of court readiness needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "case_court_ready": "see_cases",
    "prosecution_court_ready": "see_prosecutions",
    "court_not_ready": "see_prosecutions",
    "court_not_ready_export": "export_lists",
}
