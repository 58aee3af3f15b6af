"""Which permission each page of consultations, referrals and their checklist needs."""

from typing import Final

_WRITING: Final = (
    "new", "reasons", "voice", "agencies", "parent", "evidence", "item", "paper_remove", "letters", "letter_write",
    "ask_sign", "reopen", "submit", "withdraw", "appeal",
)  # fmt: skip
_CHECKING: Final = (
    "receive", "acknowledge", "check", "pause", "resume", "owner", "accept", "return", "reject", "divert",
)  # fmt: skip

PAGES: Final[dict[str, str | None]] = {
    "consultations": "consult",
    "consultations_export": "export_lists",
    "consultation_new": "consult",
    "consultation": "consult",
    "consultation_ask": "check_referral",
    "consultation_paper": "consult",
    "referrals": "see_cases",
    "referrals_export": "export_lists",
    "referrals_quality": "see_cases",
    "referrals_quality_export": "export_lists",
    "checklist": "see_cases",
    "checklist_edit": "edit_checklist",
    "referral": "see_cases",
    "referral_paper": "see_cases",
    "referral_letter_file": "see_cases",
    "referral_round_paper": "see_cases",
    "referral_letter_given": "see_cases",
    "referral_sign": "sign",
    "referral_override": "decide_appeal",
    "referral_appeal_decide": "decide_appeal",
    **{f"referral_{name}": "refer" for name in _WRITING},
    **{f"referral_{name}": "check_referral" for name in _CHECKING},
}
