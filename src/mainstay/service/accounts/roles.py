"""Who may do what: roles and the named permissions each holds. The one table for views, lists and API.

``schools`` says how far a role sees: every school, only its own, or none.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    EWO = "ewo"
    SENIOR_EWO = "senior_ewo"
    SERVICE_MANAGER = "service_manager"
    LEGAL_COORDINATOR = "legal_coordinator"
    BUSINESS_SUPPORT = "business_support"
    CME_OFFICER = "cme_officer"
    SCHOOL_STAFF = "school_staff"
    HEAD_TEACHER = "head_teacher"
    SOLICITOR = "solicitor"
    CHILD_EMPLOYMENT_OFFICER = "child_employment_officer"
    POLICE_LIAISON = "police_liaison"
    FINANCE = "finance"
    INFORMATION_GOVERNANCE = "information_governance"
    ADMINISTRATOR = "administrator"


LABELS: Final = {
    Role.EWO: "Education welfare officer",
    Role.SENIOR_EWO: "Senior education welfare officer",
    Role.SERVICE_MANAGER: "Service manager",
    Role.LEGAL_COORDINATOR: "Legal co-ordinator",
    Role.BUSINESS_SUPPORT: "Business support",
    Role.CME_OFFICER: "Children missing education officer",
    Role.SCHOOL_STAFF: "School attendance lead",
    Role.HEAD_TEACHER: "Head teacher",
    Role.SOLICITOR: "Solicitor",
    Role.CHILD_EMPLOYMENT_OFFICER: "Child employment officer",
    Role.POLICE_LIAISON: "Police liaison",
    Role.FINANCE: "Finance",
    Role.INFORMATION_GOVERNANCE: "Information governance",
    Role.ADMINISTRATOR: "Administrator",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role holds: how far it sees schools, and its named permissions."""

    schools: str  # "all", "own", "none"
    permissions: frozenset[str]


def _grant(schools: str, *permissions: str) -> Grant:
    return Grant(schools, frozenset(permissions))


_READ = ("see_schools", "see_pupils", "see_registers", "see_city")
_OFFICER = (
    *_READ, "see_people", "see_findings", "consider_finding", "add_chronology", "import_registers",
    "correct_marks", "print_certificate", "open_restricted", "export_lists", "see_service_entries", "edit_people",
    "see_notices", "request_notice", "check_notice", "see_notice_code", "ask_leave", "record_service",
    "see_meetings", "hold_meetings", "see_cases", "consult", "check_referral", "work_case", "invite_parents",
    "interview", "read_interviews", "draft_statement", "see_duty_log", "take_calls", "plan_absence", "have_supervision",
    "write_plans", "give_leaflets", "see_orders", "read_orders", "work_orders", "see_prosecutions", "propose_prosecution",
    "test_prosecution", "ask_advice", "give_evidence",
)  # fmt: skip
_SENIOR = (
    *_OFFICER,
    "approve_notice",
    "issue_notices",
    "withdraw_notice",
    "decide_unpaid",
    "import_notices",
    "accept_implausible",
    "edit_calendar",
    "edit_schools",
    "merge_pupils",
    "restrict_records",
    "allocate",
    "see_team",
    "decide_fast_track",
    "chair_fast_track",
    "edit_rota",
    "arrange_cover",
    "review_quality",
    "consider_order",
)

_MISSING: Final[dict[Role, tuple[str, ...]]] = {
    Role.EWO: ("see_missing", "refer_missing", "take_over_missing", "see_handovers"),
    Role.SENIOR_EWO: ("see_missing", "refer_missing", "take_over_missing", "see_handovers"),
    Role.SERVICE_MANAGER: ("see_missing", "refer_missing", "take_over_missing", "work_missing", "agree_deletion",
                           "see_notifications", "match_missing", "see_handovers"),
    Role.CME_OFFICER: ("see_missing", "refer_missing", "work_missing", "agree_deletion", "see_notifications",
                       "match_missing", "see_handovers"),
    Role.BUSINESS_SUPPORT: ("see_notifications",),
    Role.SCHOOL_STAFF: ("see_missing", "refer_missing", "notify_roll"),
    Role.HEAD_TEACHER: ("see_missing", "refer_missing", "notify_roll", "agree_deletion"),
}  # fmt: skip
_EMPLOYMENT: Final[dict[Role, tuple[str, ...]]] = {
    Role.EWO: ("see_employment", "report_employment"),
    Role.SENIOR_EWO: ("see_employment", "report_employment"),
    Role.SERVICE_MANAGER: ("see_employment", "report_employment", "work_employment", "decide_employment", "edit_employment_values"),
    Role.CHILD_EMPLOYMENT_OFFICER: ("see_employment", "report_employment", "work_employment", "decide_employment",
                                    "edit_employment_values", "export_lists"),
    Role.SCHOOL_STAFF: ("view_on_employment", "report_employment"),
    Role.HEAD_TEACHER: ("view_on_employment", "report_employment"),
}  # fmt: skip
_PATROLS: Final[dict[Role, tuple[str, ...]]] = {
    Role.EWO: ("see_patrols", "log_patrol", "follow_patrol"),
    Role.SENIOR_EWO: ("see_patrols", "log_patrol", "follow_patrol", "plan_patrol"),
    Role.SERVICE_MANAGER: ("see_patrols", "log_patrol", "follow_patrol", "plan_patrol"),
    Role.POLICE_LIAISON: ("see_patrols", "log_patrol"),
    Role.SCHOOL_STAFF: ("check_patrol",),
    Role.HEAD_TEACHER: ("check_patrol",),
}
_TRADED: Final[dict[Role, tuple[str, ...]]] = {
    Role.EWO: ("see_traded", "book_days", "deliver_days"),
    Role.SENIOR_EWO: ("see_traded", "book_days", "deliver_days"),
    Role.SERVICE_MANAGER: ("see_traded", "book_days", "deliver_days", "accept_order", "edit_prices", "see_trading", "end_year"),
    Role.BUSINESS_SUPPORT: ("see_traded", "book_days", "invoice_days"),
    Role.FINANCE: ("see_traded", "invoice_days", "see_trading", "end_year"),
    Role.SCHOOL_STAFF: ("see_traded", "order_days", "book_days"),
    Role.HEAD_TEACHER: ("see_traded", "order_days", "book_days", "approve_order"),
}  # fmt: skip
_PURCHASED: Final[dict[Role, tuple[str, ...]]] = {
    Role.EWO: ("see_purchased", "work_purchased"),
    Role.SENIOR_EWO: ("see_purchased", "work_purchased"),
    Role.SERVICE_MANAGER: ("see_purchased", "work_purchased", "edit_purchased_values"),
    Role.BUSINESS_SUPPORT: ("see_purchased",),
    Role.SCHOOL_STAFF: ("see_purchased", "take_part_purchased"),
    Role.HEAD_TEACHER: ("see_purchased", "take_part_purchased"),
}
_FEEDBACK: Final[dict[Role, tuple[str, ...]]] = {
    Role.EWO: ("see_feedback", "ask_feedback"),
    Role.SENIOR_EWO: ("see_feedback", "ask_feedback", "see_dashboard"),
    Role.SERVICE_MANAGER: (
        "see_feedback",
        "ask_feedback",
        "see_dashboard",
        "edit_surveys",
        "handle_complaints",
    ),
    # complaints about whoever handles them otherwise
    Role.INFORMATION_GOVERNANCE: ("handle_complaints",),
    Role.BUSINESS_SUPPORT: ("ask_feedback",),
    Role.SCHOOL_STAFF: ("see_feedback",),
    Role.HEAD_TEACHER: ("see_feedback",),
}
_COUNCIL: Final[dict[Role, tuple[str, ...]]] = {
    Role.SERVICE_MANAGER: ("see_values", "edit_public"),
    Role.ADMINISTRATOR: ("see_values", "edit_public"),
    Role.INFORMATION_GOVERNANCE: ("see_values", "edit_retention"),
}

_CASEWORK: Final = {
    Role.EWO: _grant("all", *_OFFICER),
    Role.SENIOR_EWO: _grant("all", *_SENIOR),
    Role.SERVICE_MANAGER: _grant(
        "all", *_SENIOR, "invite_users", "see_users", "see_audit", "declare_for_others",
        "edit_notice_code", "declare_notices_complete", "edit_wording", "see_income", "record_payments",
        "edit_checklist", "decide_appeal", "authorise_chairs", "supervise", "authorise_prosecution", "decide_order",
        "edit_court_values", "instruct",
    ),
    Role.LEGAL_COORDINATOR: _grant(
        "all", *_READ, "see_people", "see_findings", "print_certificate", "open_restricted", "export_lists",
        "add_chronology", "see_service_entries", "see_privileged", "see_notices", "see_notice_code", "decide_unpaid",
        "withdraw_notice", "sign_off_reissue", "see_cases", "read_interviews", "draft_statement", "see_orders",
        "read_orders", "apply_order", "see_prosecutions", "test_prosecution", "review_code_test", "prosecute", "edit_court_values",
        "ask_advice", "instruct", "give_evidence",
    ),
    Role.BUSINESS_SUPPORT: _grant(
        "all", *_READ, "see_people", "import_registers", "edit_calendar", "export_lists", "see_outbox", "see_notices",
        "see_notice_code", "issue_notices", "record_service", "record_payments", "see_income", "import_notices",
        "see_cases", "invite_parents", "see_duty_log", "take_calls", "give_leaflets", "see_orders", "see_prosecutions",
    ),
    Role.CME_OFFICER: _grant(
        "all", *_READ, "see_people", "see_findings", "add_chronology", "open_restricted", "merge_pupils",
        "export_lists", "see_service_entries", "edit_people",
    ),
    Role.SCHOOL_STAFF: _grant(
        "own", *_READ, "see_people", "see_findings", "import_registers", "export_lists",
        "see_notices", "request_notice", "see_notice_code", "ask_leave", "see_meetings", "see_cases", "consult", "refer",
        "write_plans", "give_leaflets", "give_evidence",
    ),
    Role.HEAD_TEACHER: _grant(
        "own", *_READ, "see_people", "see_findings", "import_registers", "export_lists", "sign",
        "see_notices", "request_notice", "see_notice_code", "ask_leave", "decide_leave", "see_meetings", "see_cases",
        "consult", "refer", "write_plans", "give_leaflets", "give_evidence",
    ),
    Role.SOLICITOR: _grant(
        "none", "see_privileged", "see_prosecutions", "ask_advice",
    ),
    Role.CHILD_EMPLOYMENT_OFFICER: _grant("all", "see_schools", "see_pupils", "see_people"),
    Role.POLICE_LIAISON: _grant("none"),
    Role.FINANCE: _grant("all", "see_schools", "see_income", "record_payments"),
    Role.INFORMATION_GOVERNANCE: _grant("all", "see_schools", "see_audit", "see_users"),
    Role.ADMINISTRATOR: _grant("all", "see_schools", "edit_schools", "edit_calendar", "invite_users", "see_users", "manage_tokens", "see_outbox"),
}  # fmt: skip

#: what a role holds in one room after the other
GRANTS: Final = {
    role: Grant(grant.schools, grant.permissions.union(*(room.get(role, ()) for room in (
        _MISSING, _EMPLOYMENT, _PATROLS, _TRADED, _PURCHASED, _FEEDBACK, _COUNCIL,
    ))))
    for role, grant in _CASEWORK.items()
}  # fmt: skip

#: every named permission there is
PERMISSIONS: Final = frozenset(p for grant in GRANTS.values() for p in grant.permissions)
