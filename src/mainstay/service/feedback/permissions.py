"""Which permission each page of this room needs."""

from typing import Final

from mainstay.service.accounts.permissions import PUBLIC

PAGES: Final[dict[str, str | None]] = {
    "feedback": "see_feedback",
    "feedback_export": "see_feedback",
    "feedback_comments": "edit_surveys",
    "surveys": "edit_surveys",
    "survey_new": "edit_surveys",
    "survey_edit": "edit_surveys",
    "survey_ask": "ask_feedback",
    "survey_sheet": "ask_feedback",
    "survey_tablet": "ask_feedback",
    "survey": PUBLIC,
    "survey_done": PUBLIC,
    # nobody sees a complaint about themselves: ``ComplaintQuerySet.visible_to``
    "complaints": "handle_complaints",
    "complaints_export": "handle_complaints",
    "complaint_new": "handle_complaints",
    "complaint_report": "handle_complaints",
    "complaint": "handle_complaints",
    "complaint_give": "handle_complaints",
    "complaint_step": "handle_complaints",
    "complaint_hold": "handle_complaints",
    "complaint_resume": "handle_complaints",
    "complaint_note": "handle_complaints",
    "complaint_letter": "handle_complaints",
    "complain": PUBLIC,
    "complain_sent": PUBLIC,
}
