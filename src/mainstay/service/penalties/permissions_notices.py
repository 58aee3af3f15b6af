"""Which permission each page of notices needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "notices": "see_notices",
    "notices_export": "export_lists",
    "notice_review": "approve_notice",
    "notices_issue": "issue_notices",
    "notices_issue_job": "issue_notices",
    "notice": "see_notices",
    "notice_preview": "see_notices",
    "notice_drop": "check_notice",
    "notice_approve": "approve_notice",
    "notice_send_back": "approve_notice",
    "notice_refuse": "approve_notice",
    "notice_prosecute": "decide_unpaid",
    "notice_withdraw": "withdraw_notice",
    "notice_sign_off": "sign_off_reissue",
    "notice_write": "record_service",
    "notice_hand_over": "decide_unpaid",
    "pupil_notices": "see_notices",
    "parent_notices": "see_notices",
}
