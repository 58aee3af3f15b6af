"""What is decided on the road: the panel's two tests, the school, what schools answer, which school a parent chooses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import School
from mainstay.service.orders import attendance_ground as ground
from mainstay.service.orders.actions import attendance_ending as ending
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.actions.attendance_locking import locked, needs_state, take, tell
from mainstay.service.orders.models import (
    AttendanceConsultation,
    AttendanceOrder,
    AttendanceOrderNotice,
    AttendanceSchoolPaper,
)
from mainstay.service.orders.steps_attendance import Kind, latest, school_refused
from mainstay.service.record import deadlines

State = AttendanceOrder.State
#: what follows once both tests are met
WAYS: Final = ("school", "plan", "supervision")
EHC: Final = "E"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tests:
    """The panel's answers. shown: whether suitable education is shown; expedient: that the child attends school.

    way: one of WAYS, where not shown and expedient; members: who sat
    """

    shown: bool
    why_shown: str
    expedient: bool
    why_expedient: str
    way: str
    members: str
    evidence: str
    circumstances: str
    alternatives: str
    equality: str
    told: str = ""  # what the parents read where no order follows


def plan_refused(one: AttendanceOrder, way: str) -> str | None:
    """A child with an EHC plan goes to the school the plan names, and no other child does."""
    has_plan = one.pupil.sen == EHC
    if way == "school" and has_plan:
        return (
            "This child has an EHC plan: the school is the one the plan names (section 441). Choose that way."
        )
    if way == "plan" and not has_plan:
        return (
            "No EHC plan of this child is known: choose a school instead, or have the record put right first."
        )
    return None


@transaction.atomic
def panel(*, order_id: int, tests: Tests, by: Any, at: datetime) -> AttendanceOrder:
    """Keep the panel's decision. Raises StepRefused for the officer whose work it is, and without both reasons."""
    one = locked(order_id, by, at, "decide_order")
    if by.pk == one.owner_id:
        raise StepRefused("Somebody other than the officer who prepared it decides.")
    texts = (tests.why_shown, tests.why_expedient, tests.members)
    if not all(text.strip() for text in texts):
        raise StepRefused("Both tests need reasons, and the record says who sat.")
    goes_on = not tests.shown and tests.expedient
    if goes_on and tests.way not in WAYS:
        raise StepRefused("Choose what follows.")
    if goes_on and (words := plan_refused(one, tests.way)):
        raise StepRefused(words)
    outcome = _outcome(tests)
    decision = decide(
        by=by, at=at, kind="attendance_order.expediency", outcome=outcome, reasons=_reasons(tests),
        evidence=tests.evidence, circumstances=tests.circumstances, alternatives=tests.alternatives,
        equality=tests.equality,
    )  # fmt: skip
    said = _TOLD[outcome]
    if outcome in ("school", "plan"):
        take(one, "expedient", said, decision.reasons, by, at, expediency=decision, by_plan=outcome == "plan")
    else:
        one.expediency = decision
        ending.over(
            one, "not_expedient", _ENDINGS[outcome], because=decision.reasons, told=tests.told, by=by, at=at
        )  # fmt: skip
    return one


def _outcome(tests: Tests) -> str:
    if tests.shown:
        return "satisfied"
    return tests.way if tests.expedient else "not_expedient"


_TOLD: Final = {
    "school": "the panel decided that the child is to attend school",
    "plan": "the panel decided that the child is to attend the school of the plan",
    "supervision": "the panel decided for a supervision order instead",
    "not_expedient": "the panel decided that an order is not expedient",
    "satisfied": "the panel is satisfied with the child’s education",
}
_ENDINGS: Final = {
    "supervision": AttendanceOrder.Ending.SUPERVISION, "not_expedient": AttendanceOrder.Ending.NOT_EXPEDIENT,
    "satisfied": AttendanceOrder.Ending.SATISFIED,
}  # fmt: skip


def _reasons(tests: Tests) -> str:
    shown = "shown" if tests.shown else "not shown"
    expedient = "expedient" if tests.expedient else "not expedient"
    return (
        f"Suitable education is {shown}: {tests.why_shown.strip()}\n\n"
        f"That the child attends school is {expedient}: {tests.why_expedient.strip()}\n\nWho sat: {tests.members.strip()}"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One consultation; the reply and the two questions may be empty until they are answered."""

    asked_on: date
    how: str
    reply: str = ""
    reply_text: str = ""
    replied_on: date | None = None
    number: str = ""
    excluded: bool | None = None


@transaction.atomic
def consult(
    *, order_id: int, school: School, body: str, asked: Asked, by: Any, at: datetime
) -> AttendanceConsultation:
    """Keep, or complete, what one body was asked about one school and what it answered."""
    one = locked(order_id, by, at)
    needs_state(one, State.SCHOOL, State.SERVED)
    today = timezone.localdate(at)
    if body not in AttendanceConsultation.Body.values or not asked.how.strip():
        raise StepRefused("Say whom you consulted, and how.")
    if asked.asked_on > today or (asked.replied_on and not asked.asked_on <= asked.replied_on <= today):
        raise StepRefused("The reply lies between the day they were asked and today.")
    said = {name: getattr(asked, name) for name in asked.__slots__}
    if school.pk in ground.excluded_by(one.pupil):
        said["excluded"] = True
    found, _ = one.consultations.update_or_create(school=school, body=body, defaults={**said, "by": by})
    reply = found.get_reply_display().lower() or "no answer yet"
    title = f"{found.get_body_display().lower()} of {school.name} consulted: {reply}"
    tell(one, title, asked.reply_text, by=by, at=at)
    trail.record(
        by=by, at=at, action="attendance_order.consulted", on=found, school=school.pk, reply=asked.reply
    )
    return found


@transaction.atomic
def choose(
    *, order_id: int, school: School, alternatives: Collection[School], because: str, by: Any, at: datetime
) -> AttendanceOrder:
    """Name a school and those a parent may choose instead. Raises StepRefused for one that may not be named."""
    one = locked(order_id, by, at)
    if not because.strip():
        raise StepRefused(
            "Say why this school." if not one.by_plan else "Say what the plan says, and from when."
        )
    others = [] if one.by_plan else [each for each in alternatives if each.pk != school.pk]
    excluded = ground.excluded_by(one.pupil)
    for each in (school, *others):
        if each.pk in excluded:
            raise StepRefused(f"{each.name} permanently excluded the child: it may not be named.")
        if not one.by_plan and (words := school_refused(one, each.pk, each.name)):
            raise StepRefused(words)
    take(
        one,
        "choose",
        f"{school.name} is to be named",
        because,
        by,
        at,
        school=school,
        school_because=because.strip(),
    )
    one.alternatives.set(others)
    return one


@transaction.atomic
def tell_schools(*, order_id: int, by: Any, at: datetime) -> AttendanceOrder:
    """Tell the governing body and the head of each school named, before the parents; their time to object runs."""
    one = locked(order_id, by, at)
    schools = [one.school, *one.alternatives.all()] if one.school else []
    said = "Governing body and head of " + ", ".join(school.name for school in schools)
    take(one, "tell_school", "the schools are told that they are to be named", said, by, at)
    posting.post_to_schools(one, AttendanceSchoolPaper.Kind.TOLD, schools, by, at)
    return one


@transaction.atomic
def object_(
    *, paper_id: int, on: date, text: str, direction: str, directed_on: date | None, by: Any, at: datetime
) -> AttendanceSchoolPaper:
    """A school asked the Secretary of State for a direction; and what was directed, once it is known."""
    found = AttendanceSchoolPaper.objects.filter(pk=paper_id).values_list("order_id", flat=True).first()
    if found is None:
        raise StepRefused("You cannot see this paper.")
    one = locked(found, by, at)
    needs_state(one, State.SCHOOL_TOLD)
    paper = AttendanceSchoolPaper.objects.select_related("school", "service").get(pk=paper_id)
    today = timezone.localdate(at)
    if paper.kind != AttendanceSchoolPaper.Kind.TOLD or not paper.current:
        raise StepRefused("This paper is not one that a school can object to.")
    if (
        not text.strip()
        or on > today
        or bool(direction) != bool(directed_on)
        or (directed_on or today) > today
    ):
        raise StepRefused(
            "Say what the school asked, and on which day; with a direction, its own day as well."
        )
    sent, last = paper.service.sent_on, paper.last_day
    if sent is None or on < sent or (last is not None and on > last):
        until = f" until {long_date(last)}" if last else ""
        raise StepRefused(f"A school asks once it was told{until}: give a day in its time.")
    if directed_on is not None and directed_on < on:
        raise StepRefused("The direction cannot have come before the school asked for it.")
    paper.objected_on, paper.objection, paper.direction, paper.directed_on = (
        on,
        text.strip(),
        direction,
        directed_on,
    )
    paper.save()
    deadlines.stop(about=paper, by=by, at=at)
    said = paper.get_direction_display().lower() or "waits for a direction"
    tell(one, f"{paper.school.name} objected: {said}", paper.objection, by=by, at=at)
    trail.record(
        by=by, at=at, action="attendance_order.objection", on=paper, objected_on=on, direction=direction
    )
    return paper


@transaction.atomic
def chosen(
    *, order_id: int, parent_id: int, school: School, place: str, on: date, by: Any, at: datetime
) -> AttendanceOrder:
    """A parent chose a school of the notice, or applied for another that has a place: the order names it.

    place: for a school not in the notice, who offered the place and when. Raises StepRefused where two parents differ.
    """
    one = locked(order_id, by, at)
    notice = latest(one, Kind.INTENTION).get(parent_id)
    if notice is None or notice.service is None:
        raise StepRefused("This parent has no notice of intention to answer.")
    sent = notice.service.sent_on
    if sent is None or not sent <= on <= timezone.localdate(at):
        raise StepRefused("The day lies between the day the notice was sent and today.")
    offered = {one.school_id, *(each.pk for each in one.alternatives.all())}
    if school.pk not in offered and not place.strip():
        raise StepRefused(
            "A school that is not in the notice is named once it has a place: say who offered it, and when."
        )
    if school.pk in ground.excluded_by(one.pupil):
        raise StepRefused(f"{school.name} permanently excluded the child: it may not be named.")
    others = [n for n in latest(one, Kind.INTENTION).values() if n.parent_id != parent_id and n.answered_on]
    if others and school.pk != one.school_id:
        raise StepRefused(
            "Another parent chose a school already: agree with both on one before it is changed."
        )
    AttendanceOrderNotice.objects.filter(pk=notice.pk).update(
        answer=f"Chose {school.name}. {place.strip()}".strip(), answered_on=on
    )
    deadlines.stop(about=notice, by=by, at=at)
    because = f"{notice.parent.name} chose it. {place.strip()}".strip()
    take(
        one, "choice", f"a parent chose {school.name}", because, by, at, school=school, school_because=because
    )
    return one
