"""Which permission each page of requests and their check needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "notice_requests": "see_notices",
    "notice_requests_export": "export_lists",
    "notice_request_new": "request_notice",
    "notice_request": "see_notices",
    "notice_request_sessions": "request_notice",
    "notice_request_evidence": "request_notice",
    "notice_request_evidence_file": "see_notices",
    "notice_request_evidence_remove": "request_notice",
    "notice_request_ask": "request_notice",
    "notice_request_take_back": "request_notice",
    "notice_request_owner": "check_notice",
    "notice_request_return": "check_notice",
    "notice_request_refuse": "check_notice",
    "notice_check_answer": "check_notice",
    "notice_parent_choose": "check_notice",
    "notice_improvement_link": "check_notice",
    "notice_propose": "check_notice",
}
