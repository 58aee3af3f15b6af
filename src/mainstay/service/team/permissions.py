"""Which permission each page of this room needs; None: any signed-in person."""

from typing import Final

from mainstay.service.accounts.permissions import PUBLIC

PAGES: Final[dict[str, str | None]] = {
    "contact_cards": PUBLIC,
    "link_officers": "see_schools",
    "contact_mine": "take_calls",
    "contact_of": "see_team",
    "caseloads": "see_team",
    "absences": "plan_absence",
    "absence_new": "plan_absence",
    "absence_new_for": "arrange_cover",
    "absence": "plan_absence",
    "absence_end": "plan_absence",
    "absence_cancel": "plan_absence",
    "cover_ask": "plan_absence",
    "cover_rearrange": "arrange_cover",
    "cover_answer": "hold_meetings",
    "cover_accept_all": "hold_meetings",
    "cover_undo": "plan_absence",
    "duty": "see_duty_log",
    "duty_calls": "see_duty_log",
    "duty_calls_export": "see_duty_log",
    "duty_call": "see_duty_log",
    "duty_rota": "see_duty_log",
    "duty_rota_set": "edit_rota",
    "duty_rota_fill": "edit_rota",
    "swap_ask": "take_calls",
    "swap_answer": "take_calls",
    # records of supervision are for the two of a pair, whatever roles others hold
    "supervisions": "have_supervision",
    "supervision_new": "supervise",
    "supervision": "have_supervision",
    "supervision_write": "supervise",
    "supervision_discuss": "supervise",
    "supervision_act": "supervise",
    "supervision_sign": "have_supervision",
    "quality": "review_quality",
    "quality_draw": "review_quality",
    "quality_review": "review_quality",
    "quality_moderate": "review_quality",
    # only those of one's own work, once they are settled
    "own_reviews": "work_case",
    "own_review": "work_case",
    "yearly_review": "see_dashboard",
    "yearly_review_export": "see_dashboard",
    "governors": "see_cases",
    "governors_report": "see_cases",
    "team_values": "see_team",
    "team_value_set": "edit_checklist",
}
