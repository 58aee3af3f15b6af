"""The joint decision on a roll (C5): ground H or I, proposed by one side, signed by the head teacher and the council."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import codes, roll_deletion
from mainstay.law.clock import in_words
from mainstay.law.register import BadMark
from mainstay.service.attendance import law_registers
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Enrolment, Pupil, School
from mainstay.service.documents import rendering
from mainstay.service.missing import papers
from mainstay.service.missing.actions import signed
from mainstay.service.missing.actions.locking import locked, needs_state, of_school, past, tell
from mainstay.service.missing.models import MissingChild, RollDecision
from mainstay.service.missing.steps import OPEN
from mainstay.service.record.models import Audience

Ground, Outcome = RollDecision.Ground, RollDecision.Outcome
#: the codes of a session attended, at school or where the school approved it
_PRESENT: Final = frozenset(one.code for one in codes.all_codes() if one.kind in ("present", "approved"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What both sides say; leave_ended_on for ground H. located: found, and no return is to be expected."""

    ground: str
    leave_ended_on: date | None = None
    located: bool
    no_return_because: str = ""
    not_sick_because: str
    efforts: str


def shows(
    pupil: Pupil, school: School, ground: str, on: date, leave_ended_on: date | None = None
) -> roll_deletion.RollDeletionAnswer:
    """What the school's register shows up to a day. Raises StepRefused where it cannot be read."""
    year_start = date(on.year - (on.month < 8), 8, 1)
    wanted = law_registers.Wanted(0, pupil.pk, school.pk, min(leave_ended_on or year_start, year_start))
    (register,) = law_registers.since([wanted]).values()
    try:
        return roll_deletion.find(ground, register, on, leave_ended_on)  # type: ignore[arg-type]
    except BadMark as bad:
        raise StepRefused(f"The register cannot be read: {bad}.") from None


def last_seen(one: MissingChild) -> date | None:
    """The last day on which the child is said to have been seen or to have attended."""
    before = one.absent_from - timedelta(days=1) if one.absent_from else None
    return max((day for day in (one.last_attended_on, one.last_seen_on, before) if day), default=None)


def present_after(pupil_id: int, school_id: int, seen: date, on: date) -> date | None:
    """The last day after ``seen``, until ``on``, on which the school's register has the child present; None without one."""
    wanted = law_registers.Wanted(0, pupil_id, school_id, seen + timedelta(days=1))
    (register,) = law_registers.since([wanted]).values()
    days = [day for day, pair in register.marks.items() if day <= on and not _PRESENT.isdisjoint(pair)]
    return max(days, default=None)


def disagrees(one: MissingChild, on: date) -> str:
    """That the register has a child present who is said to be gone, in words; "" where it has not."""
    school, seen = on_roll(one, on), last_seen(one)
    if one.pupil_id is None or school is None or seen is None:
        return ""
    day = present_after(one.pupil_id, school.pk, seen, on)
    if day is None:
        return ""
    return (
        f"The register of {school.name} has the child present on {in_words(day)}, after {in_words(seen)}, when the child "
        "is said to be last seen. One of the two is wrong: ask the school before anything else."
    )


@transaction.atomic
def propose(*, child_id: int, case: Case, by: Any, at: datetime) -> RollDecision:
    """Put the decision to both sides. Raises StepRefused where the register does not show enough, or something is left out."""
    one = locked(child_id, by, at, "refer_missing")
    needs_state(one, *OPEN)
    today = timezone.localdate(at)
    pupil, school = one.pupil, on_roll(one, today)
    if pupil is None or school is None:
        raise StepRefused("The child is on no roll that is kept here: there is nothing to delete.")
    if one.roll_decisions.filter(school=school, outcome="").exists():
        raise StepRefused("A decision is open already: sign it, or keep the name on roll.")
    both = signed.agreed(one)
    if both is not None and both.school_id == school.pk:
        raise StepRefused("Both sides signed the deletion already: the school makes the deletion return.")
    if case.ground not in Ground.values:
        raise StepRefused("Choose the ground.")
    if case.ground == Ground.H and case.leave_ended_on is None:
        raise StepRefused("Ground H needs the last day of the leave.")
    past(case.leave_ended_on, at, "last day of the leave")
    if case.located and not case.no_return_because.strip():
        raise StepRefused("The child is found: say why both agree that no return is to be expected.")
    for said, words in (
        (
            case.not_sick_because,
            "Say why sickness or an unavoidable cause is not to be thought of: anxiety counts.",
        ),
        (case.efforts, "Say what the school and the council have done together to find the child."),
    ):
        if not said.strip():
            raise StepRefused(words)
    leave = case.leave_ended_on if case.ground == Ground.H else None
    answer = shows(pupil, school, case.ground, today, leave)
    if not answer.met:
        raise StepRefused(
            f"The register does not show enough for ground {case.ground}. {answer.reasons[1].text}"
        )
    row: RollDecision = one.roll_decisions.create(
        pupil=pupil, school=school, ground=case.ground, leave_ended_on=leave, from_day=answer.days[0],
        to_day=answer.days[-1], marks=answer.as_dict(), located=case.located,
        no_return_because=case.no_return_because.strip(), not_sick_because=case.not_sick_because.strip(),
        efforts=case.efforts.strip(), proposed_at=at, proposed_by=by,
    )  # fmt: skip
    tell(
        one, f"deletion on ground {row.ground} proposed", row.efforts, by=by, at=at, audience=Audience.SCHOOL
    )
    trail.record(by=by, at=at, action="missing.deletion_proposed", on=row, ground=row.ground)
    return row


def on_roll(one: MissingChild, on: date) -> School | None:
    """The school of whose roll the decision is: the one that has part in it, or the only one."""
    if one.pupil_id is None:
        return None
    rolls = (
        Enrolment.objects.on(on).filter(pupil=one.pupil_id).select_related("school").order_by("entered_on")
    )
    schools = [each.school for each in rolls]
    return next((each for each in schools if each.pk == one.school_id), schools[0] if schools else None)


@transaction.atomic
def sign(*, decision_id: int, by: Any, at: datetime) -> RollDecision:
    """Sign for one's side. With both signatures the deletion is agreed, and its form is kept.

    Raises StepRefused where the register no longer shows enough, or one person would sign for both.
    """
    one, row = _open(decision_id, by, at)
    answer = shows(row.pupil, row.school, row.ground, timezone.localdate(at), row.leave_ended_on)
    if not answer.met:
        raise StepRefused(f"The register does not show enough any more. {answer.reasons[1].text}")
    head = by.is_school_user
    if (row.head_signed_at if head else row.council_signed_at) is not None:
        raise StepRefused("Your side has signed already.")
    if head:
        row.head_signed_at, row.head_signed_by = at, by
    else:
        row.council_signed_at, row.council_signed_by = at, by
    row.marks, row.from_day, row.to_day = answer.as_dict(), answer.days[0], answer.days[-1]
    side = row.school.name if head else "the council"
    tell(one, f"deletion signed for {side}", "", by=by, at=at, audience=Audience.SCHOOL)
    if row.head_signed_at and row.council_signed_at:
        _agreed(one, row, by, at)
    row.save()
    trail.record(by=by, at=at, action="missing.deletion_signed", on=row, side="school" if head else "council")
    return row


def _agreed(one: MissingChild, row: RollDecision, by: Any, at: datetime) -> None:
    row.outcome, row.decided_at = Outcome.DELETE, at
    decide(
        by=by, at=at, kind="missing.roll", outcome=Outcome.DELETE, reasons=row.efforts, answer=row.marks,
        circumstances=row.not_sick_because, evidence=row.no_return_because,
    )  # fmt: skip
    row.document = rendering.issue(
        template=papers.TEMPLATE, title=f"Joint decision on the roll, {one.number}", values=papers.of_roll(one, row),
        pupil_id=row.pupil_id, by=by, at=at, draft=False, about=one,
    )  # fmt: skip
    tell(
        one,
        f"both agree: the name is deleted on ground {row.ground}",
        row.efforts,
        by=by,
        at=at,
        audience=of_school(one),
    )
    row.save()
    signed.tell(row, at)


@transaction.atomic
def keep(*, decision_id: int, because: str, by: Any, at: datetime) -> RollDecision:
    """One side does not agree, or the child is back: the name stays on the roll."""
    one, row = _open(decision_id, by, at)
    if not because.strip():
        raise StepRefused("Say why the name stays on the roll.")
    row.outcome, row.decided_at, row.kept_because = Outcome.KEEP, at, because.strip()
    row.save()
    tell(one, "the name stays on the roll", because, by=by, at=at, audience=Audience.SCHOOL)
    trail.record(by=by, at=at, action="missing.deletion_kept", on=row)
    return row


def _open(decision_id: int, by: Any, at: datetime) -> tuple[MissingChild, RollDecision]:
    found = RollDecision.objects.filter(pk=decision_id).values_list("child_id", flat=True).first()
    if found is None:
        raise StepRefused("You cannot see this decision.")
    one = locked(found, by, at, "agree_deletion")
    row = (
        RollDecision.objects.select_for_update(of=("self",))
        .select_related("pupil", "school")
        .get(pk=decision_id)
    )
    if row.outcome:
        raise StepRefused("This is decided already.")
    return one, row
