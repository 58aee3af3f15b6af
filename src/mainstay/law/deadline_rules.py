"""Each deadline of the law and of a service's own defaults: its length, how it is counted, what it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal

from mainstay.law import clock
from mainstay.law.register import Calendar, CalendarTooShort

Unit = Literal["days", "months", "working_days", "business_days", "school_days"]
#: the day on which that long after (or before) the trigger falls
Count = Callable[[date, int, Calendar | None], date]
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Deadline:
    """One rule: its parameter holds the length.

    sentence: the rule in words: {n} the length, {s} its plural, {least} the value of ``opens`` or ``least_days``
    next_step: from when the next step may follow, by the trigger, the length and the last day
    opens: the parameter after which, counted as the last day is, the next step may follow already
    least_days: the parameter of days after the trigger before which the last day never falls
    reminders: the parameter of months before the trigger in which its owner is reminded
    appointed: the parameter of the day from which the rule is law, where that day is still to come
    """

    id: str
    parameter: str
    unit: Unit
    inclusive: bool
    last_day: Count
    sentence: str
    next_step: Callable[[date, int, date], date] = lambda trigger, length, last: last + clock.DAY
    opens: str = ""
    least_days: str = ""
    reminders: str = ""
    appointed: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of every parameter that it counts with."""
        names = (self.parameter, self.opens, self.least_days, self.reminders, self.appointed)
        return tuple(filter(None, names))

    def in_words(self, value: Callable[[str], Any]) -> str:
        """The rule in words; ``value`` gives that of a parameter."""
        length, second = value(self.parameter), self.opens or self.least_days
        least = value(second) if second else ""
        return self.sentence.format(n=length, s="" if length == 1 else "s", least=least)


def _days_beginning_with(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.last_day_beginning_with(trigger, days)


def _weeks_beginning_with(trigger: date, weeks: int, _: Calendar | None) -> date:
    return trigger + weeks * clock.WEEK - clock.DAY


def _months_beginning_with(trigger: date, months: int, _: Calendar | None) -> date:
    return clock.last_day_of_months_beginning_with(trigger, months)


def _days_after(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.last_day_after(trigger, days)


def _weeks_after(trigger: date, weeks: int, _: Calendar | None) -> date:
    return trigger + weeks * clock.WEEK


def _months_after(trigger: date, months: int, _: Calendar | None) -> date:
    return clock.months_after(trigger, months)


def _years_after(trigger: date, years: int, _: Calendar | None) -> date:
    return clock.months_after(trigger, _MONTHS_A_YEAR * years)


def _days_before(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.last_day_after(trigger, -days)


def _clear_days_before(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.last_day_after(trigger, -days - 1)


def _weeks_before(trigger: date, weeks: int, _: Calendar | None) -> date:
    return trigger - weeks * clock.WEEK


def _working_days_after(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.working_day_after(trigger, days)


def _business_days_after(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.business_day_after(trigger, days)


def _given(calendar: Calendar | None) -> Calendar:
    if calendar is None:
        raise CalendarTooShort("is needed: this rule counts school days")
    return calendar


def _enough(found: date | None, trigger: date, many: str) -> date:
    if found is None:
        raise CalendarTooShort(f"holds fewer than {many} {trigger.isoformat()}: give more of it")
    return found


def _school_days_after(trigger: date, days: int, calendar: Calendar | None) -> date:
    found = clock.school_day_after(_given(calendar).days, trigger, days)
    return _enough(found, trigger, f"{days} school days after")


def _school_days_beginning_with(trigger: date, days: int, calendar: Calendar | None) -> date:
    found = clock.school_day_beginning_with(_given(calendar).days, trigger, days)
    return _enough(found, trigger, f"{days} school days from")


def _school_weeks_after(trigger: date, weeks: int, calendar: Calendar | None) -> date:
    """The last school day of that school week, the trigger's own week not being counted."""
    days = clock.school_days_from(_given(calendar).days, clock.monday(trigger) + clock.WEEK)
    mondays = clock.school_weeks(days)
    which = mondays[weeks - 1] if len(mondays) >= weeks else None
    monday = _enough(which, trigger, f"{weeks} school weeks after the week of")
    return max(day for day in days if clock.monday(day) == monday)


def _trigger_itself(trigger: date, length: int, last: Any) -> date:
    return trigger


_SERVING: Final = (
    Deadline(
        "court-papers-by-post",
        "court_papers_business_days",
        "business_days",
        False,
        _business_days_after,
        "Papers of a criminal court sent by first-class post count as served on business day {n} after posting, "
        "unless another day is shown.",
    ),
    Deadline(
        "leaving-age-warning",
        "leaving_age_warning_weeks",
        "days",
        False,
        _weeks_before,
        "No step of enforcement may be dated after compulsory school age: its end is warned of {n} weeks before.",
        _trigger_itself,
    ),
)

_PROSECUTION: Final = (
    Deadline(
        "prosecution-proposal",
        "prosecution_proposal_weeks",
        "days",
        False,
        _weeks_before,
        "A prosecution is proposed at least {n} weeks before the safe date of its offence.",
        _trigger_itself,
    ),
    Deadline(
        "prosecution-from-legal",
        "prosecution_from_legal_days",
        "working_days",
        False,
        _working_days_after,
        "A prosecution is proposed, or decided against, within {n} working days after a case was passed on to legal.",
    ),
    Deadline(
        "notice-over",
        "notice_over_days",
        "working_days",
        False,
        _working_days_after,
        "A charge is looked at again within {n} working days after its penalty notice was paid or withdrawn.",
    ),
    Deadline(
        "prosecution-evidence",
        "prosecution_evidence_days",
        "school_days",
        False,
        _school_days_after,
        "The school's certificate and the statements are signed within {n} school days after they were asked for.",
    ),
    Deadline(
        "legal-question",
        "legal_question_days",
        "working_days",
        False,
        _working_days_after,
        "A question of the privileged conversation about a case is answered within {n} working days.",
    ),
    Deadline(
        "sjp-reply",
        "sjp_reply_days",
        "business_days",
        False,
        _business_days_after,
        "A defendant has {n} business days after service of the papers to reply.",
    ),
    Deadline(
        "witness-statement-objection",
        "statement_objection_days",
        "business_days",
        False,
        _business_days_after,
        "A party has {n} business days after service to object to a witness statement, and never fewer than "
        "{least} days.",
        least_days="statement_objection_least_days",
    ),
    Deadline(
        "result-recorded",
        "result_recorded_days",
        "days",
        True,
        _days_beginning_with,
        "The court's result is recorded within {n} day{s}, beginning with the day of the hearing.",
    ),
    Deadline(
        "result-told",
        "result_told_days",
        "working_days",
        False,
        _working_days_after,
        "The school and the officer are told the court's result within {n} working days.",
    ),
    Deadline(
        "result-letter",
        "result_letter_days",
        "working_days",
        False,
        _working_days_after,
        "Each parent has a letter about the court's result within {n} working days.",
    ),
    Deadline(
        "after-court-check",
        "after_court_weeks_most",
        "school_days",
        False,
        _school_weeks_after,
        "Attendance is looked at again {least} to {n} school weeks after the court's result.",
        opens="after_court_weeks_least",
    ),
    Deadline(
        "crown-court-appeal",
        "crown_court_appeal_days",
        "business_days",
        False,
        _business_days_after,
        "An appeal to the Crown Court is made within {n} business days after the sentence.",
    ),
    Deadline(
        "statutory-declaration",
        "statutory_declaration_days",
        "days",
        False,
        _days_after,
        "Who did not know of the proceedings may declare so within {n} days after hearing of them; the "
        "conviction is void then.",
    ),
    Deadline(
        "parenting-order-longest",
        "parenting_order_months",
        "months",
        True,
        _months_beginning_with,
        "A parenting order lasts at most {n} months, beginning with the day of the order.",
    ),
    Deadline(
        "conditional-discharge-longest",
        "conditional_discharge_months",
        "months",
        True,
        _months_beginning_with,
        "A conditional discharge lasts at most {n} months, beginning with the day of the order.",
    ),
    Deadline(
        "fine-spent",
        "fine_spent_months",
        "months",
        True,
        _months_beginning_with,
        "A conviction with a fine is spent {n} months after it, its own day being counted.",
    ),
    Deadline(
        "eso-direction-report",
        "eso_direction_weeks",
        "days",
        True,
        _weeks_beginning_with,
        "The authority gives the court its reasons within {n} weeks, beginning with the day of the direction.",
    ),
)

_SUPERVISION: Final = (
    Deadline(
        "eso-consultation",
        "eso_consultation_days",
        "working_days",
        False,
        _working_days_after,
        "Who is consulted about a supervision order answers within {n} working days.",
    ),
    Deadline(
        "eso-application-notice",
        "eso_notice_days",
        "days",
        False,
        _clear_days_before,
        "The application and the notice of the hearing are served at least {n} clear days before it.",
        _trigger_itself,
    ),
    Deadline(
        "eso-expiry",
        "eso_months",
        "months",
        True,
        _months_beginning_with,
        "An order lasts {n} months, beginning with the day it was made, and never beyond compulsory school age.",
    ),
    Deadline(
        "eso-visit",
        "eso_visit_weeks_most",
        "days",
        False,
        _weeks_after,
        "The supervising officer visits again {least} to {n} weeks after the visit before.",
        opens="eso_visit_weeks_least",
    ),
    Deadline(
        "eso-progress-report",
        "eso_report_weeks",
        "days",
        False,
        _weeks_after,
        "The supervising officer reports {n} weeks after the order or the report before.",
    ),
    Deadline(
        "eso-child-referral",
        "eso_child_referral_days",
        "working_days",
        False,
        _working_days_after,
        "Social care is told within {n} working days where a child persistently fails to follow directions.",
    ),
    Deadline(
        "eso-extend-from",
        "eso_extension_months",
        "months",
        False,
        _trigger_itself,
        "An extension is applied for before the order expires, and not earlier than {n} month{s} before that.",
        lambda trigger, months, last: clock.months_after(trigger, -months),
        reminders="eso_expiry_alarm_months",
    ),
    Deadline(
        "eso-extension-longest",
        "eso_extension_years",
        "months",
        False,
        _years_after,
        "One extension ends at most {n} years after the day on which the order would have expired, and never "
        "goes beyond compulsory school age.",
    ),
)

_ATTENDANCE_ORDERS: Final = (
    Deadline(
        "sao-first-contact",
        "sao_contact_days_most",
        "working_days",
        False,
        _working_days_after,
        "A family is first contacted {least} to {n} working days after the referral.",
        opens="sao_contact_days_least",
    ),
    Deadline(
        "sao-informal-letter",
        "sao_letter_days",
        "working_days",
        False,
        _working_days_after,
        "The first, informal letter gives the parents {n} working days.",
    ),
    Deadline(
        "sao-informal-warning",
        "sao_warning_days",
        "days",
        False,
        _days_after,
        "The warning that a notice will follow gives the parents {n} days.",
    ),
    Deadline(
        "sao-first-notice",
        "sao_days",
        "days",
        True,
        _days_beginning_with,
        "A parent has at least {n} days, beginning with the day of service, to show that the child is "
        "suitably educated.",
    ),
    Deadline(
        "sao-school-objection",
        "sao_objection_days",
        "days",
        True,
        _days_beginning_with,
        "A school has {n} days, beginning with the day of receipt, to ask the Secretary of State for a direction.",
    ),
    Deadline(
        "sao-choice-of-school",
        "sao_choice_days",
        "days",
        True,
        _days_beginning_with,
        "A parent has {n} days, beginning with the day of service, to choose another school.",
    ),
    *(
        Deadline(
            f"sao-enrolment-{which}",
            parameter,
            "school_days",
            False,
            _school_days_after,
            f"The {which} check with the school whether the child is registered: {{n}} school days after service.",
        )
        for which, parameter in (
            ("first", "sao_enrolment_first_days"),
            ("second", "sao_enrolment_second_days"),
            ("third", "sao_enrolment_third_days"),
        )
    ),
    Deadline(
        "sao-revocation-decision",
        "sao_revocation_days",
        "working_days",
        False,
        _working_days_after,
        "A parent who asks for an order to be revoked has a decision with reasons within {n} working days.",
    ),
)

#: the 2026 Act: present, and refused until its day is appointed
_APPOINTED: Final = "cwsa2026_from"
_ACT_OF_2026: Final = (
    Deadline(
        "cwsa-choice-of-school",
        "cwsa_choice_days",
        "days",
        True,
        _days_beginning_with,
        "A parent has {n} days, beginning with the day of service of the school nomination notice, to select "
        "another school.",
        appointed=_APPOINTED,
    ),
    Deadline(
        "cwsa-serving",
        "cwsa_serving_days",
        "days",
        False,
        _days_after,
        "The authority serves the next notice or the order within {n} days.",
        appointed=_APPOINTED,
    ),
    Deadline(
        "cwsa-parent-information",
        "cwsa_parent_information_days",
        "days",
        False,
        _days_after,
        "A parent gives the information for the register of children not in school within {n} days.",
        appointed=_APPOINTED,
    ),
    Deadline(
        "cwsa-home-visit",
        "cwsa_home_visit_days",
        "days",
        False,
        _days_after,
        "The authority may ask for a home visit within {n} days after registration.",
        appointed=_APPOINTED,
    ),
    Deadline(
        "cwsa-register-update",
        "cwsa_update_months_most",
        "months",
        False,
        _months_after,
        "A parent is asked to bring the register up to date at most every {least} months, and at least every "
        "{n} months.",
        opens="cwsa_update_months_least",
        appointed=_APPOINTED,
    ),
)

_MISSING_EDUCATION: Final = (
    Deadline(
        "cme-home-visit",
        "cme_home_visit_days",
        "school_days",
        False,
        _school_days_after,
        "The school visits the home within {n} school days after the first day of absence.",
    ),
    Deadline(
        "cme-school-enquiries",
        "cme_school_enquiries_days",
        "school_days",
        False,
        _school_days_after,
        "The school finishes its own enquiries within {n} school days after the first day of absence, and "
        "earlier where the child is at risk.",
    ),
    Deadline(
        "cme-referral-at-risk",
        "cme_risk_days",
        "days",
        True,
        _days_beginning_with,
        "A child at risk is referred within {n} day{s}, beginning with the day on which the risk is seen.",
    ),
    Deadline(
        "cme-triage",
        "cme_triage_days",
        "working_days",
        False,
        _working_days_after,
        "A referral is looked through within {n} working day{s}, and at once where there is risk.",
    ),
    Deadline(
        "cme-enquiries-first",
        "cme_enquiries_first_days",
        "school_days",
        False,
        _school_days_after,
        "The authority's first enquiries are done within {n} school days after the referral.",
    ),
    Deadline(
        "cme-enquiries-second",
        "cme_enquiries_second_days",
        "school_days",
        False,
        _school_days_after,
        "The authority's further enquiries are done within {n} school days after the referral.",
    ),
    Deadline(
        "deletion-after-leave",
        "deletion_leave_days",
        "school_days",
        False,
        _school_days_after,
        "A pupil who does not return from leave stays on roll for {n} school days after its last day; the "
        "school and the authority decide together.",
    ),
    Deadline(
        "deletion-after-absence",
        "deletion_absence_days",
        "school_days",
        True,
        _school_days_beginning_with,
        "A pupil who stays away stays on roll for at least {n} continuous school days, beginning with the first, "
        "all of them G, N or O; the school and the authority decide together.",
    ),
    Deadline(
        "new-pupil-return",
        "new_pupil_return_days",
        "days",
        False,
        _days_after,
        "A school tells the authority of a new pupil by the end of day {n} after the name was entered; every "
        "day counts, not only school days. None is due for a child in the most junior class who starts on the "
        "first day of the school year, unless the authority asks.",
    ),
    Deadline(
        "unresolved-n",
        "unresolved_n_days",
        "school_days",
        False,
        _school_days_after,
        "The reason for an N is established within {n} school days; after that it becomes O.",
    ),
)

_OTHERS: Final = (
    Deadline(
        "access-request",
        "access_request_months",
        "months",
        False,
        _months_after,
        "A request for access to personal data is answered within {n} month{s} after it was received.",
    ),
    Deadline(
        "access-request-complex",
        "access_request_complex_months",
        "months",
        False,
        _months_after,
        "A complex request for access to personal data is answered within {n} months after it was received, "
        "the person having been told why.",
    ),
    Deadline(
        "offer-of-employment-permit",
        "employment_permit_days",
        "days",
        False,
        _days_after,
        "An employer applies for a permit within {n} days after offering a child employment.",
    ),
    Deadline(
        "performance-licence",
        "performance_licence_days",
        "days",
        False,
        _days_before,
        "A licence is applied for at least {n} days before the first performance.",
        _trigger_itself,
    ),
)

#: rule id -> rule
RULES: Final[Mapping[str, Deadline]] = MappingProxyType(
    {
        rule.id: rule
        for rule in (
            *_SERVING,
            *_PROSECUTION,
            *_SUPERVISION,
            *_ATTENDANCE_ORDERS,
            *_ACT_OF_2026,
            *_MISSING_EDUCATION,
            *_OTHERS,
        )
    }
)
