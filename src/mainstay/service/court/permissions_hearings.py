"""Which permission each page of courts, hearings and results needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "courts": "prosecute",
    "court": "prosecute",
    "sittings": "see_prosecutions",
    "sitting": "see_prosecutions",
    "sitting_file": "export_lists",
    "court_to_list": "prosecute",
    "hearings": "see_prosecutions",
    "hearings_export": "export_lists",
    "hearing": "see_prosecutions",
    "court_trial": "prosecute",
    "court_result_new": "prosecute",
    "court_after": "work_case",
    "court_discontinue": "prosecute",
    "court_costs": "prosecute",
    "court_antecedents": "prosecute",
    "court_results": "see_prosecutions",
    "court_results_export": "export_lists",
    "court_report": "see_prosecutions",
    "court_report_export": "export_lists",
    "court_result": "see_prosecutions",
    "court_result_tell": "prosecute",
    "court_result_letter": "prosecute",
    "court_result_letter_pdf": "prosecute",
    "court_result_void": "prosecute",
    "court_result_appeal": "prosecute",
    "court_result_dismissed": "prosecute",
    "court_result_sentence": "prosecute",
}
