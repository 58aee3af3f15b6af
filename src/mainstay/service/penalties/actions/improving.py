"""Notices to improve: written, and the parents to write to chosen one by one."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.service.attendance.models import Finding
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Dated, Parent, Parenthood, Pupil
from mainstay.service.penalties import sessions
from mainstay.service.penalties.models import Improvement, ImprovementLetter
from mainstay.service.record import access

State = Improvement.State


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a notice to improve says; picked: sessions it rests on, "2026-11-16 AM" each."""

    starts_on: date
    school_weeks: int
    target: int
    attendance: str
    record_from: date
    record_to: date
    support_so_far: str
    support_refused: str
    support_offered: str
    sufficient: str
    early_grounds: str
    picked: tuple[str, ...]


@transaction.atomic
def draft(
    *, pupil: Pupil, content: Content, by: Any, at: datetime, finding: Finding | None = None
) -> Improvement:
    """Begin a notice to improve. Raises StepRefused: not in view, on no roll, one running already, as ``write``."""
    if not by.may("check_notice"):
        raise StepRefused("Your role cannot give a notice to improve.")
    if not Pupil.objects.present_to(by).filter(pk=pupil.pk).exists() or not access.may_open(by, pupil):
        raise StepRefused("You cannot see this child's record.")
    if pupil.school is None:
        raise StepRefused("This child is on no roll: there is no school whose weeks could be counted.")
    if finding is not None and finding.pupil_id != pupil.pk:
        raise StepRefused("That finding is about another child.")
    Pupil.objects.select_for_update().get(pk=pupil.pk)  # two officers at once: the second finds the first's
    open_ = Improvement.objects.filter(pupil=pupil, state__in=(State.DRAFT, *Improvement.UNDECIDED))
    if open_.exists():
        raise StepRefused("A notice to improve about this child is open already: go on with that one.")
    improvement = Improvement(pupil=pupil, school=pupil.school, finding=finding, made_by=by, made_at=at)
    _fill(improvement, content, at)
    improvement.save()
    trail.record(by=by, at=at, action="improvement.drafted", on=improvement, finding=finding and finding.pk)
    return improvement


@transaction.atomic
def write(*, improvement_id: int, content: Content, by: Any, at: datetime) -> Improvement:
    """Change a draft. Raises StepRefused once it is given, for weeks the law does not know, or sessions not there."""
    improvement = draft_of(improvement_id, by)
    _fill(improvement, content, at)
    improvement.save()
    trail.record(by=by, at=at, action="improvement.written", on=improvement)
    return improvement


def _fill(improvement: Improvement, content: Content, at: datetime) -> None:
    least, most = CURRENT.whole("improvement_weeks_least"), CURRENT.whole("improvement_weeks_most")
    if not least <= content.school_weeks <= most:
        raise StepRefused(f"The time to improve is {least} to {most} school weeks.")
    if content.record_to < content.record_from:
        raise StepRefused("The record of attendance ends before it begins.")
    for name, text in asdict(content).items():
        if name != "picked":
            setattr(improvement, name, text.strip() if isinstance(text, str) else text)
    improvement.sessions = _of_register(improvement, content.picked, at)


def _of_register(improvement: Improvement, picked: Iterable[str], at: datetime) -> list[dict[str, str]]:
    shown = {one.key: one for one in sessions.offered(improvement.pupil, [], timezone.localdate(at))}
    wanted = set(picked)
    if not wanted <= shown.keys():
        raise StepRefused("A session chosen is not on the register as unauthorised: look at it again.")
    return sessions.in_order(shown[key].as_kept() for key in wanted)


@transaction.atomic
def choose_parent(
    *, improvement_id: int, parent: Parent, why: str, by: Any, at: datetime
) -> ImprovementLetter:
    """Choose one parent to write to, with the reason for this one. Raises StepRefused."""
    improvement = draft_of(improvement_id, by)
    if not why.strip():
        raise StepRefused("Say why this parent: who has the care of the child, who can change something.")
    if not Parenthood.objects.filter(
        Dated.on(timezone.localdate(at)), parent=parent, pupil=improvement.pupil_id
    ).exists():
        raise StepRefused("This person is not recorded as a parent of this child.")
    if improvement.letters.filter(parent=parent).exists():
        raise StepRefused("This parent is chosen already.")
    chosen = ImprovementLetter.objects.create(improvement=improvement, parent=parent, why=why.strip()[:300])
    trail.record(by=by, at=at, action="improvement.parent_chosen", on=improvement, parent=parent.pk)
    return chosen


@transaction.atomic
def drop_parent(*, improvement_id: int, parent_id: int, by: Any, at: datetime) -> None:
    """Not to this parent after all."""
    improvement = draft_of(improvement_id, by)
    improvement.letters.filter(parent=parent_id).delete()
    trail.record(by=by, at=at, action="improvement.parent_dropped", on=improvement, parent=parent_id)


def improvement_of(improvement_id: int, by: Any) -> Improvement:
    """The notice to improve, locked. Raises StepRefused where it is not in view or its record is not open."""
    found = Improvement.objects.select_for_update(of=("self",)).select_related("pupil", "school", "made_by")
    improvement = found.filter(pk=improvement_id).first()
    if improvement is None or not Improvement.objects.visible_to(by).filter(pk=improvement_id).exists():
        raise StepRefused("You cannot see this notice to improve.")
    if not access.may_open(by, improvement.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    return improvement


def draft_of(improvement_id: int, by: Any) -> Improvement:
    """The draft, locked. Raises StepRefused as ``improvement_of``, and once it is given."""
    improvement = improvement_of(improvement_id, by)
    if not by.may("check_notice"):
        raise StepRefused("Your role cannot give a notice to improve.")
    if improvement.state != State.DRAFT:
        raise StepRefused("It is given already: what the parents were told stays as it is.")
    return improvement
