"""Which permission each page of visits, investigations and plans needs."""

from typing import Final

_WORK: Final = (
    "visits", "visits_export", "visit_new", "visit", "visit_arrive", "visit_stay", "visit_leave", "visit_cancel",
    "visit_record", "visit_card", "visit_card_file", "text_put_away", "investigation", "investigation_save",
    "investigation_register", "investigation_agency", "investigation_finish", "investigation_review",
    "investigation_monitor", "plan_new", "plan_write", "plan_promise", "plan_promise_out", "plan_step", "plan_drop",
    "plan_sign", "plan_end", "plan_review", "plan_copy", "plan_copy_file", "plan_copy_given",
)  # fmt: skip

PAGES: Final[dict[str, str | None]] = {
    **dict.fromkeys(_WORK, "work_case"),
    "visit_alarm": "see_team",
    "investigation_agree": "decide_fast_track",
    "investigation_send_back": "decide_fast_track",
    "plans": "see_cases",
    "plans_export": "export_lists",
    "plan": "see_cases",
    "plan_report": "see_cases",  # a school says what became of its own promises
}
