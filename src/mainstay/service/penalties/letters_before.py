"""The letters before any penalty notice: about leave, the notice to improve, the enquiry to another authority."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal

from mainstay.law import penalty_notice, tariff
from mainstay.law.rules import Rules
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent
from mainstay.service.documents import languages, rendering, wording
from mainstay.service.documents.homes import Home
from mainstay.service.documents.letters import (
    Addressee,
    CrossBorderEnquiry,
    LeaveRefusal,
    LeaveWarning,
    NoticeToImprove,
    Session,
)
from mainstay.service.documents.letters import Letter as Values
from mainstay.service.documents.writing import of_school
from mainstay.service.penalties import facts
from mainstay.service.penalties.code import Code
from mainstay.service.penalties.letters import Letter, sender
from mainstay.service.penalties.models import Enquiry, Improvement, LeaveRequest

#: what separates a figure from its name in the record of attendance
COLON: Final = ":"


def ready(values: Values, parent: Parent | None, address: str) -> Letter:
    """A letter with the wording in force; to a parent in their language and print."""
    language = languages.of_parent(parent.language) if parent else languages.ENGLISH
    return Letter(
        template=values.template,
        version=rendering.version_of(values.template, language),
        values=values.as_values(wording.in_force(values.template, values.dated)),
        language=language,
        large_print=bool(parent and parent.large_print),
        address=address,
    )


def leave_reference(leave: LeaveRequest) -> str:
    return f"LA-{leave.pk:07}"


def improvement_reference(improvement: Improvement) -> str:
    return f"NI-{improvement.pk:07}"


def enquiry_reference(enquiry: Enquiry) -> str:
    return f"CB-{enquiry.pk:07}"


def leave_refusal(leave: LeaveRequest, home: Home, of_code: Code, on: date, by: Any) -> Letter:
    """The head's decision, from the school to the parent who asked."""
    assert leave.decided_by is not None
    granted = (leave.granted_from, leave.granted_to)
    values = LeaveRefusal(
        **_of_leave(leave, leave.parent, home, of_code, on, by),
        sender=of_school(leave.school),
        signed_by=leave.decided_by.name,
        signed_post=leave.decided_by.post or "Head teacher",
        leave_from=leave.first_day,
        leave_to=leave.last_day,
        asked_on=leave.asked_on,
        granted=granted if granted[0] and granted[1] else None,  # type: ignore[arg-type]
        reasons=leave.decision,
    )
    return ready(values, leave.parent, home.text)


def leave_warning(
    leave: LeaveRequest, parent: Parent, home: Home, of_code: Code, on: date, by: Any
) -> Letter:
    """A warning to one parent, from the school or from the council, whoever of the two writes it."""
    first, last = not_granted(leave)
    values = LeaveWarning(
        **_of_leave(leave, parent, home, of_code, on, by),
        sender=of_school(leave.school) if by.is_school_user else sender(of_code),
        signed_by=by.name,
        signed_post=by.post,
        leave_from=first,
        leave_to=last,
    )
    return ready(values, parent, home.text)


def not_granted(leave: LeaveRequest) -> tuple[date, date]:
    """The days the head did not agree to, where they are one stretch. Raises StepRefused for two."""
    first, last, day = leave.granted_from, leave.granted_to, timedelta(days=1)
    if first is None or last is None:
        return leave.first_day, leave.last_day
    if first > leave.first_day and last < leave.last_day:
        raise StepRefused(
            "The days not granted lie before and after those granted: the decision letter names them."
        )
    if first > leave.first_day:
        return leave.first_day, first - day
    return last + day, leave.last_day


def _of_leave(
    leave: LeaveRequest, parent: Parent, home: Home, of_code: Code, on: date, by: Any
) -> dict[str, Any]:
    return {
        "addressee": Addressee(parent.name, home.lines),
        "reference": leave_reference(leave),
        "dated": on,
        "child_name": leave.pupil.legal_name,
        "school": leave.school.name,
        **_cost(leave, parent, of_code.rules, on, by),
    }


def _cost(leave: LeaveRequest, parent: Parent, rules: Rules, on: date, by: Any) -> dict[str, Any]:
    """What a notice would cost this parent. A school isn't told of earlier notices: its letter names both tariffs."""

    def of(position: Literal["first", "second"]) -> tariff.Tariff:
        return tariff.of("attendance", position, rules)

    if by.is_school_user:
        return {"cost": of("first"), "second": of("second")}
    pair = (parent.pk, leave.pupil_id)
    earlier = [one.in_law() for one in facts.earlier_of([pair])[pair]]
    answer = penalty_notice.find("attendance", on, earlier, rules=rules)
    return {"cost": answer.tariff}


def notice_to_improve(
    improvement: Improvement, parent: Parent, home: Home, of_code: Code, on: date, by: Any
) -> Letter:
    """The notice to improve to one parent; its last day is counted."""
    assert improvement.ends_on is not None
    values = NoticeToImprove(
        sender=sender(of_code),
        addressee=Addressee(parent.name, home.lines),
        reference=improvement_reference(improvement),
        dated=on,
        signed_by=by.name,
        signed_post=by.post,
        child_name=improvement.pupil.legal_name,
        school=improvement.school.name,
        record=record_of(improvement.attendance),
        record_from=improvement.record_from,
        record_to=improvement.record_to,
        sessions=sessions_of(improvement.sessions),
        support=lines_of(improvement.support_so_far),
        refused=lines_of(improvement.support_refused),
        offered=lines_of(improvement.support_offered),
        starts_on=improvement.starts_on,
        ends_on=improvement.ends_on,
        weeks=improvement.school_weeks,
        target=improvement.sufficient.strip(),
        early=lines_of(improvement.early_grounds),
    )
    return ready(values, parent, home.text)


def record_of(text: str) -> tuple[tuple[str, str], ...]:
    """The lines of the record of attendance as pairs; a line without a figure stands by itself."""
    pairs = (line.partition(COLON) for line in lines_of(text))
    return tuple((name.strip(), figure.strip()) for name, _, figure in pairs)


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a box that say something, each a sentence of its own in the letter."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def sessions_of(sessions: Sequence[dict[str, str]]) -> tuple[Session, ...]:
    return tuple(
        Session(date.fromisoformat(one["date"]), one["half"], one["code"])  # type: ignore[arg-type]
        for one in sessions
    )


def enquiry(of: Enquiry, of_code: Code, on: date, answer_by: date, answer_to: str, by: Any) -> Letter:
    """The enquiry to another authority about one parent and child; no address of either."""
    values = CrossBorderEnquiry(
        sender=sender(of_code),
        addressee=Addressee(of.authority, tuple(filter(None, [of.email]))),
        reference=enquiry_reference(of),
        dated=on,
        signed_by=by.name,
        signed_post=by.post,
        child_name=of.pupil.legal_name,
        child_born=of.pupil.date_of_birth,
        parent_name=of.parent.name,
        parent_born=of.parent.date_of_birth,
        school=of.school,
        proposed_on=on,
        answer_by=answer_by,
        answer_to=answer_to,
        rules=of_code.rules,
    )
    return ready(values, None, of.authority)
