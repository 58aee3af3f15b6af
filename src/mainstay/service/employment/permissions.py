"""Which permission each page of this room needs."""

from typing import Final

from mainstay.service.accounts.permissions import PUBLIC

_SEE, _WORK, _DECIDE = "see_employment", "work_employment", "decide_employment"
_KINDS: Final = ("permit", "licence", "approval", "chaperone")
_LISTS: Final = ("permits", "licences", "approvals", "chaperones", "reports", "inspections", "handovers")
PAGES: Final[dict[str, str | None]] = {
    **{f"employment_{name}": _SEE for name in _LISTS},
    **{f"employment_{name}_export": "export_lists" for name in _LISTS},
    **{f"employment_{kind}": _SEE for kind in _KINDS},
    **{f"employment_{kind}_{page}": _WORK for kind in _KINDS for page in ("new", "correct", "take_on", "end", "visit")},
    **{f"employment_{kind}_decide": _DECIDE for kind in _KINDS},
    **{f"employment_{kind}_{page}": _WORK for kind in ("permit", "licence") for page in ("identify", "ask")},
    "employment_permit_change": _DECIDE,
    "employment_permit_work": _WORK,
    "employment_permit_risk": _SEE,
    "employment_chaperone_engage": _WORK,
    "employment_report": _SEE,
    "employment_report_new": "report_employment",
    "employment_report_child": "report_employment",
    "employment_report_identify": _WORK,
    "employment_report_take_on": _WORK,
    "employment_report_triage": _WORK,
    "employment_report_visit": _WORK,
    "employment_report_close": _DECIDE,
    "employment_report_told": _WORK,
    "employment_inspection": _SEE,
    "employment_inspection_photo": _SEE,
    "employment_refer": _WORK,
    "employment_handover": _SEE,
    "employment_views": "view_on_employment",
    "employment_view": "view_on_employment",
    "employment_values": _SEE,
    "employment_value_set": "edit_employment_values",
    **dict.fromkeys(
        ("employment_form", "employment_form_resume", "employment_form_page", "employment_form_check", "employment_form_leave"),
        PUBLIC,
    ),
}  # fmt: skip
