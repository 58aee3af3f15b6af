"""Which permission each page of prosecutions needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "prosecutions": "see_prosecutions",
    "prosecutions_export": "export_lists",
    "notices_to_prosecute": "see_prosecutions",
    "notices_to_prosecute_export": "export_lists",
    "prosecution": "see_prosecutions",
    "prosecution_propose": "propose_prosecution",
    "prosecution_of_notice": "propose_prosecution",
    "prosecution_of_supervision": "propose_prosecution",
    "prosecution_of_attendance": "propose_prosecution",
    "prosecution_pick": "see_prosecutions",
    "prosecution_consider": "propose_prosecution",
    "prosecution_defences": "test_prosecution",
    "prosecution_test": "test_prosecution",
    "prosecution_review": "review_code_test",
    "prosecution_authorise": "authorise_prosecution",
    "prosecution_evidence_ready": "prosecute",
    "prosecution_charge": "prosecute",
    "prosecution_summons": "prosecute",
    "prosecution_summons_file": "prosecute",
    "prosecution_reply": "prosecute",
    "prosecution_certify": "prosecute",
    "prosecution_stop": "test_prosecution",
    "court_values": "edit_court_values",
    "court_value_set": "edit_court_values",
}
