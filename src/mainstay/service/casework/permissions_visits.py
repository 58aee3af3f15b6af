"""Which permission each page of visits, investigations and plans needs."""

from typing import Final

_WORK: Final = (
    "visits", "visits_export", "visit_new", "visit", "visit_arrive", "visit_stay", "visit_leave", "visit_cancel",
    "visit_letter", "visit_record", "visit_card", "visit_card_file", "investigation", "investigation_save",
    "investigation_register", "investigation_agency", "investigation_finish", "investigation_review",
    "investigation_monitor", "investigation_learnt", "plan_new",
)  # fmt: skip
#: by the service or, of its own plans, the school: who leads which says ``leading``
_PLANS: Final = (
    "plan_begin", "plan_write", "plan_promise", "plan_promise_out", "plan_step", "plan_drop", "plan_sign", "plan_consent",
    "plan_consent_end", "plan_end", "plan_review", "plan_copy", "plan_copy_file", "plan_copy_given", "plan_report",
    "text_put_away",
)  # fmt: skip

PAGES: Final[dict[str, str | None]] = {
    **dict.fromkeys(_WORK, "work_case"),
    **dict.fromkeys(_PLANS, "write_plans"),
    "visit_alarm": "see_team",
    "investigation_agree": "decide_fast_track",
    "investigation_send_back": "decide_fast_track",
    "plans": "see_cases",
    "plans_export": "export_lists",
    "plan": "see_cases",
    "assessment_areas": "see_cases",
    "assessment_areas_edit": "edit_checklist",
}
