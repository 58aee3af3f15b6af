"""The steps of permits, licences, approvals, chaperones, reports and referrals; blockers say in words what is missing."""

from typing import Any, Final

from mainstay.law import clock
from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import long_date
from mainstay.service.employment import checks
from mainstay.service.employment.models import Approval, Chaperone, Handover, Licence, Permit, Report
from mainstay.service.employment.models.base import State as S

R, H = Report.State, Handover.State
WORK, DECIDE = "work_employment", "decide_employment"


def _child(one: Any) -> str | None:
    if one.pupil_id or one.off_record:
        return None
    return "Find the child in the directory, or say why the child is in no record here."


def _born(one: Any) -> str | None:
    born = one.pupil.date_of_birth if one.pupil else None
    if born is None or born == one.born_on:
        return None
    return f"The application says born on {long_date(one.born_on)}, the directory {long_date(born)}: settle which."


def _signed(one: Any) -> str | None:
    return None if one.parent_signed_on else "A parent signs the application."


def _insured(one: Permit) -> str | None:
    if not one.insurer:
        return "Say with whom the employer is insured."
    if one.insured_until and one.insured_until < checks.today(one):
        return f"The employer’s insurance ended on {long_date(one.insured_until)}."
    return None


def _risk(one: Permit) -> str | None:
    if one.risk_file_id or one.risk_text.strip():
        return None
    return "The employer sends the risk assessment for a young worker."


def _hours(one: Permit) -> str | None:
    found = {breach.text: None for answer in checks.weeks(one).values() for breach in answer.breaches}
    return " ".join(found) or None


def _some_hours(one: Permit) -> str | None:
    return None if one.school_week or one.free_week else "Write down the hours of work."


def _of_age(one: Permit) -> str | None:
    last = checks.leaving_age(one.born_on)
    if last < checks.today(one):
        return f"Compulsory school age ended on {long_date(last)}: no permit is needed."
    return None


def _weeks_free(one: Permit) -> str | None:
    return (
        "Agree on two weeks in a row free of work in the school holidays." if one.free_weeks is None else None
    )


def _view(one: Any) -> str | None:
    """Asked, and answered or out of time; a child at no school here has nobody to ask."""
    if one.pupil is None or one.pupil.school_id is None:
        return None
    views = list(one.views.all())
    if not views:
        return "Ask the child’s school for its view on attendance."
    if any(view.answer for view in views) or all(view.answer_by < checks.today(one) for view in views):
        return None
    return f"The school has until {long_date(max(view.answer_by for view in views))} to answer."


def _leave(one: Licence) -> str | None:
    if not one.absence or any(view.leave for view in one.views.all()):
        return None
    return "The child misses school for it: the school says that it lets the child go."


def _days(one: Licence) -> str | None:
    return None if one.days.all() else "Write down each day, with its times."


def _needed(one: Licence) -> str | None:
    answer = checks.licence(one)
    if answer is None or answer.needed:
        return None
    return f"No licence is needed: {answer.reasons[0].text[:1].lower()}{answer.reasons[0].text[1:]}"


def _performing(one: Licence) -> str | None:
    answer = checks.licence(one)
    return " ".join(breach.text for breach in answer.breaches) or None if answer else None


def _fit(one: Licence) -> str | None:
    return None if one.fit else "A parent says that the child is well enough for it."


def _education(one: Licence) -> str | None:
    missed = one.absence or any(day.school_day for day in one.days.all())
    return "Say how the child is taught on school days." if missed and not one.education.strip() else None


def _cared_for(one: Licence) -> str | None:
    if one.care != Licence.Care.CHAPERONE:
        return None if one.carer.strip() else "Name the parent or teacher who looks after the child."
    if one.chaperone is None:
        if one.carer.strip() and one.carer_council.strip() and one.carer_asked_on:
            return None
        who = "The applicant only names the chaperone" if one.carer.strip() else "No chaperone is named"
        return f"{who}: choose one of ours who is approved, or say which council approved them and when you asked it."
    last = max((day.on for day in one.days.all()), default=checks.today(one))
    if one.chaperone.state != S.GRANTED or (one.chaperone.expires_on and one.chaperone.expires_on < last):
        return f"{one.chaperone.name} is not approved for the last day of it."
    return None


def _in_time(one: Licence) -> str | None:
    answer, least = checks.licence(one), checks.said(one)["least_notice"]
    if answer is None or not answer.late or one.late_because.strip():
        return None
    first = min(day.on for day in one.days.all())
    if (first - one.received_on) < least * clock.DAY:
        text = f"It came less than {least} days before the first performance, which the council declines"
    else:
        text = f"It came after {long_date(answer.apply_by)}"
    return f"{text}: say why it is taken all the same, or refuse it."


def _unpaid(one: Approval) -> str | None:
    return None if one.unpaid else "The body says that no child is paid and none misses school."


def _enough_chaperones(one: Approval) -> str | None:
    from mainstay.law.rules import CURRENT

    most = CURRENT.whole("chaperone_children")
    if one.children <= most * one.chaperones:
        return None
    return f"{one.children} children and {one.chaperones} chaperones: one has charge of at most {most}."


def _references(one: Chaperone) -> str | None:
    return None if one.first_reference_on and one.second_reference_on else "Two references have come."


def _dbs(one: Chaperone) -> str | None:
    return None if one.dbs_on else "An enhanced DBS check was seen."


def _interviewed(one: Chaperone) -> str | None:
    return None if one.interviewed_on else "The interview was held."


def _lives_here(one: Chaperone) -> str | None:
    return None if one.lives_here else "The council approves chaperones who live in its area."


def _offence(one: Report) -> str | None:
    if one.outcome == Report.Outcome.PROSECUTION and not one.offence_from:
        return "Say from when to when the offence was."
    return None


def _visited(one: Report) -> str | None:
    if one.state == R.VISITED or one.inspections.all():
        return None
    return "Write down a visit first; where none is possible, close it with nothing found or advice."


_COMMON: Final = (_child, _born, _signed)
_OPEN: Final = frozenset({S.RECEIVED})
_HELD: Final = frozenset({S.GRANTED})


def _table(words: str, *blockers: Any) -> tuple[Step, ...]:
    return (
        Step("grant", f"Grant the {words}", _OPEN, S.GRANTED, DECIDE, blockers),
        Step("refuse", f"Refuse the {words}", _OPEN, S.REFUSED, DECIDE),
        Step("withdraw", "Note that it is withdrawn", _OPEN, S.WITHDRAWN, WORK),
        Step("revoke", f"Revoke the {words}", _HELD, S.REVOKED, DECIDE),
        Step("end", f"End the {words}", _HELD, S.ENDED, WORK),
    )


PERMIT: Final = Steps(
    "employment permit",
    Step("ask", "Ask the school", _OPEN, S.RECEIVED, WORK, (_child,)),
    *_table("permit", *_COMMON, _of_age, _some_hours, _hours, _weeks_free, _insured, _risk, _view),
    Step("change", "Change hours or work", _HELD, S.GRANTED, DECIDE),
)
LICENCE: Final = Steps(
    "performance licence",
    Step("ask", "Ask the school", _OPEN, S.RECEIVED, WORK, (_child,)),
    *_table(
        "licence", *_COMMON, _days, _needed, _performing, _in_time, _fit, _leave, _education, _cared_for, _view,
    ),
)  # fmt: skip
APPROVAL: Final = Steps("approval of a body of persons", *_table("approval", _unpaid, _enough_chaperones))
CHAPERONE: Final = Steps(
    "chaperone’s approval", *_table("approval", _lives_here, _references, _dbs, _interviewed),
    Step("engage", "Note a production", _HELD, S.GRANTED, WORK),
)  # fmt: skip
REPORT: Final = Steps(
    "report of illegal employment",
    Step("triage", "Triage the report", frozenset({R.RECEIVED}), R.TRIAGED, WORK),
    Step("visit", "Write down a visit", frozenset({R.TRIAGED, R.VISITED}), R.VISITED, WORK),
    Step("close", "Decide the outcome", frozenset({R.TRIAGED, R.VISITED}), R.CLOSED, DECIDE, (_offence,)),
    Step("tell", "Note who was told", frozenset({R.CLOSED}), R.CLOSED, WORK),
)
HANDOVER: Final = Steps(
    "referral to an officer",
    Step("accept", "Take it on", frozenset({H.SENT}), H.ACCEPTED, "see_employment"),
    Step("return", "Send it back", frozenset({H.SENT}), H.RETURNED, "see_employment"),
)
#: model label -> its table
TABLES: Final = {
    Permit._meta.label_lower: PERMIT,
    Licence._meta.label_lower: LICENCE,
    Approval._meta.label_lower: APPROVAL,
    Chaperone._meta.label_lower: CHAPERONE,
}
