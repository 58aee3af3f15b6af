"""The steps of a school attendance order, A0 to A11; blockers say in words what is missing.

Every blocker looks at rows that are loaded with the order, so that a page asks the database once.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import Parent
from mainstay.service.orders import attendance_ground as ground
from mainstay.service.orders.models import (
    AttendanceConsultation,
    AttendanceEnquiry,
    AttendanceOrder,
    AttendanceOrderNotice,
    AttendanceSchoolPaper,
)

S, Kind = AttendanceOrder.State, AttendanceOrderNotice.Kind
#: before the order is served
BEFORE: Final = frozenset(
    {S.ENQUIRIES, S.NOTICE, S.EXPEDIENCY, S.SCHOOL, S.SCHOOL_TOLD, S.INTENTION, S.READY}
)
OPEN: Final = BEFORE | {S.SERVED}
Paper, Reply, Number = AttendanceSchoolPaper, AttendanceConsultation.Reply, AttendanceConsultation.Number

#: who governs a school: one of them is consulted about every school (s.439)
GOVERN: Final = (AttendanceConsultation.Body.GOVERNORS, AttendanceConsultation.Body.TRUST)


def today(one: AttendanceOrder) -> date:
    """The day on which it is looked at: an action's own, for a page today."""
    return one.looked_on or timezone.localdate()


def parents(one: AttendanceOrder) -> list[Parent]:
    """Whom papers go to: where two records of one parent became one, only the kept record."""
    return [parent for parent in one.parents.all() if parent.merged_into_id is None]


def latest(one: AttendanceOrder, *kinds: str) -> dict[int, AttendanceOrderNotice]:
    """Parent -> the last paper of those kinds to them."""
    return {notice.parent_id: notice for notice in one.notices.all() if notice.kind in kinds}


def in_force(one: AttendanceOrder) -> dict[int, AttendanceOrderNotice]:
    """Parent -> the order as it stands: the amended one where it was amended."""
    return latest(one, Kind.ORDER, Kind.AMENDMENT)


def _age(one: AttendanceOrder) -> str | None:
    return ground.outside_age(one.pupil, today(one))


def _registered(one: AttendanceOrder) -> str | None:
    school = ground.registered_at(one.pupil, today(one))
    return f"{ground.not_this_road(school)} End this one as registered at a school." if school else None


def _somebody(one: AttendanceOrder) -> str | None:
    return None if parents(one) else "Choose the parents: each is written to apart."


def _contacted(one: AttendanceOrder) -> str | None:
    spoken = (AttendanceEnquiry.Kind.CALL, AttendanceEnquiry.Kind.VISIT, AttendanceEnquiry.Kind.MEETING)
    if any(line.kind in spoken for line in one.enquiries.all()):
        return None
    return "Write down a contact with the family, or that one was tried: nothing was asked of them yet."


def over(one: AttendanceOrder, kind: str, missing: str, running: str) -> str | None:
    """Why the time of a kind of paper is not over for every parent; missing, running: what is said of a parent."""
    on, sent = today(one), latest(one, kind)
    for parent in parents(one):
        notice = sent.get(parent.pk)
        if notice is None:
            return missing.format(parent=parent.name)
        if notice.last_day is None:
            return f"{notice.get_kind_display()} to {parent.name}: it does not count as received. See to its service."
        if on <= notice.last_day:
            return running.format(parent=parent.name, day=long_date(notice.last_day))
    return None


def _over(kind: str, missing: str, running: str) -> Callable[[Any], str | None]:
    return lambda one: over(one, kind, missing, running)


_asked = _over(
    Kind.LETTER, "{parent} has no informal letter yet.",
    "{parent} has until {day} to answer the informal letter.",
)  # fmt: skip
_warned = _over(
    Kind.WARNING, "{parent} was not warned yet that a notice follows.",
    "{parent} has until {day} to answer the warning.",
)  # fmt: skip
_notice_over = _over(
    Kind.FIRST, "{parent} has no notice under section 437(1) yet.",
    "{parent} has until {day} to show that the child is suitably educated.",
)  # fmt: skip
_choice_over = _over(
    Kind.INTENTION, "{parent} has no notice of intention yet.", "{parent} has until {day} to choose another school.",
)  # fmt: skip


def _choice_over_or_by_plan(one: AttendanceOrder) -> str | None:
    return None if one.by_plan else _choice_over(one)


def _not_by_plan(one: AttendanceOrder) -> str | None:
    return "The school is the one the EHC plan names: the order is served as it is." if one.by_plan else None


def _by_plan(one: AttendanceOrder) -> str | None:
    return None if one.by_plan else "Only for a child whose EHC plan names the school: tell the school first."


def _chosen(one: AttendanceOrder) -> str | None:
    return None if one.school_id else "Choose the school."


def _consulted(one: AttendanceOrder) -> str | None:
    """Of each school named: somebody was asked, and the questions of the law are answered."""
    named = [one.school, *one.alternatives.all()] if one.school else []
    words = (school_refused(one, school.pk, school.name) for school in named)
    return next(filter(None, words), None)


def school_refused(one: AttendanceOrder, school: int, name: str) -> str | None:
    """Why a school may not be named, or not yet."""
    asked = [row for row in one.consultations.all() if row.school_id == school]
    if not asked:
        return f"{name}: write down whom you consulted before it is named."
    if not any(row.body in GOVERN for row in asked):
        return f"{name}: its governing body, or the trust of an academy, is consulted before it is named."
    if any(not row.reply for row in asked):
        return f"{name}: write down what was answered to the consultation, or that no reply came."
    if any(row.excluded for row in asked):
        return f"{name} permanently excluded the child: it may not be named."
    if not any(row.excluded is False for row in asked):
        return f"{name}: say whether it permanently excluded the child."
    numbers = {row.number for row in asked}
    if Number.OVER in numbers:
        return f"{name} has no place, and its number is not the council's: it may not be named."
    if not numbers & {Number.WITHIN, Number.SET}:
        return f"{name}: say whether there is a place in the child's year."
    return None


def told(one: AttendanceOrder) -> list[AttendanceSchoolPaper]:
    """The decisions to name a school that stand."""
    return [paper for paper in one.papers.all() if paper.kind == Paper.Kind.TOLD and paper.current]


def _school_time_over(one: AttendanceOrder) -> str | None:
    on = today(one)
    for paper in told(one):
        who = f"{paper.get_to_display().lower()} of {paper.school.name}"
        if paper.direction == Paper.Direction.NOT:
            return f"The Secretary of State directed that {paper.school.name} is not named: choose another school."
        if paper.objected_on and not paper.direction:
            return f"{paper.school.name} asked the Secretary of State for a direction: wait for it."
        if paper.direction:
            continue
        if paper.last_day is None:
            return f"The notice to the {who} does not count as received: see to its service."
        if on <= paper.last_day:
            return f"The {who} has until {long_date(paper.last_day)} to ask the Secretary of State for a direction."
    return None


def _request_open(one: AttendanceOrder) -> str | None:
    if any(asked.revoked is None for asked in one.revocations.all()):
        return "A parent asked that the order is revoked: decide on that first."
    return None


def _spent(one: AttendanceOrder) -> str | None:
    return (
        None
        if one.ending == AttendanceOrder.Ending.SPENT
        else "Only an order treated as spent can stand again."
    )


_ROAD: Final = (_age, _registered)

ORDER: Final = Steps(
    "attendance order",
    Step("notice", "Serve the notice under section 437(1)", frozenset({S.ENQUIRIES}), S.NOTICE, "work_orders",
         (*_ROAD, _somebody, _contacted, _asked, _warned)),
    Step("to_panel", "Send it to the panel", frozenset({S.NOTICE}), S.EXPEDIENCY, "work_orders",
         (*_ROAD, _notice_over)),
    Step("expedient", "Decide that the child is to attend school", frozenset({S.EXPEDIENCY}), S.SCHOOL, "decide_order",
         (*_ROAD, _notice_over)),
    Step("not_expedient", "Decide that no order is made", frozenset({S.EXPEDIENCY}), S.ENDED, "decide_order"),
    Step("choose", "Choose the school", frozenset({S.SCHOOL}), S.SCHOOL, "work_orders", _ROAD),
    Step("tell_school", "Tell the schools that they are to be named", frozenset({S.SCHOOL}), S.SCHOOL_TOLD, "work_orders",
         (*_ROAD, _notice_over, _not_by_plan, _chosen, _consulted)),
    Step("plan_names", "Go on to the order: the plan names the school", frozenset({S.SCHOOL}), S.READY, "work_orders",
         (*_ROAD, _notice_over, _by_plan, _chosen)),
    Step("again", "Choose another school", frozenset({S.SCHOOL_TOLD}), S.SCHOOL, "work_orders"),
    Step("intend", "Serve the notice of intention", frozenset({S.SCHOOL_TOLD}), S.INTENTION, "work_orders",
         (*_ROAD, _notice_over, _school_time_over)),
    Step("choice", "Record a parent’s choice", frozenset({S.INTENTION}), S.INTENTION, "work_orders"),
    Step("time_over", "Go on: the time to choose is over", frozenset({S.INTENTION}), S.READY, "work_orders",
         (_choice_over,)),
    Step("serve", "Serve the order", frozenset({S.READY}), S.SERVED, "work_orders",
         (*_ROAD, _notice_over, _chosen, _choice_over_or_by_plan)),
    Step("check", "Record a check with the school", frozenset({S.SERVED}), S.SERVED, "work_orders"),
    Step("amend", "Amend the order", frozenset({S.SERVED}), S.SERVED, "decide_order", (_age,)),
    Step("ask_revocation", "Record that a parent asks for revocation", frozenset({S.SERVED}), S.SERVED, "work_orders",
         (_request_open,)),
    Step("keep", "Refuse to revoke", frozenset({S.SERVED}), S.SERVED, "decide_order"),
    Step("revoke", "Revoke the order", frozenset({S.SERVED}), S.ENDED, "decide_order"),
    Step("satisfied", "End: suitable education shown", BEFORE, S.ENDED, "work_orders"),
    Step("end", "End it for another reason", OPEN, S.ENDED, "work_orders"),
    Step("stands", "Decide that the order still stands", frozenset({S.ENDED}), S.SERVED, "decide_order", (_spent, _age)),
)  # fmt: skip
