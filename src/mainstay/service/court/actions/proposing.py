"""P1: an officer proposes a prosecution, each parent apart; the sessions are picked, and can be picked anew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law import limitation
from mainstay.service.casework.actions import cases
from mainstay.service.casework.models import Case
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.court import charging, clocks, grounds, picking
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.models import Prosecution
from mainstay.service.court.steps import BEFORE
from mainstay.service.directory.models import Dated, Parent, Parenthood
from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
from mainstay.service.penalties import sessions as marks
from mainstay.service.penalties.models import Notice

Offence, State = Prosecution.Offence, Prosecution.State


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What is proposed.

    sessions: keys of absences, "2026-09-07 AM", for section 444; first, last: the period, for the other offences
    notice, supervision_order, attendance_order: what it comes from, where it comes from one
    parts: evidence, support_tried and the other parts of a decision
    """

    offence: str
    reasons: str
    sessions: Collection[str] = ()
    first: date | None = None
    last: date | None = None
    notice: Notice | None = None
    supervision_order: SupervisionOrder | None = None
    attendance_order: AttendanceOrder | None = None
    parts: Mapping[str, str]


@transaction.atomic
def propose(
    *, case_id: int, parents: Sequence[Parent], proposal: Proposal, by: Any, at: datetime
) -> list[Prosecution]:
    """One prosecution for each parent. Raises StepRefused: no absence left, charged before, already proposed."""
    if not by.may("propose_prosecution"):
        raise StepRefused("Your role cannot propose a prosecution.")
    case = cases.locked(case_id, by)
    _check(case, parents, proposal)
    return [_one(case, parent, proposal, by, at) for parent in parents]


def case_for(pupil: Any, school: Any, *, because: str, by: Any, at: datetime) -> Case:
    """The open statutory case of the child; one is opened where there is none, for a charge belongs to a case."""
    found = Case.objects.open().filter(pupil=pupil, kind=Case.Kind.STATUTORY).first()
    return found or cases.open_case(pupil=pupil, school=school, because=because, owner=by, by=by, at=at)


def _check(case: Case, parents: Sequence[Parent], proposal: Proposal) -> None:
    if case.closed_at is not None:
        raise StepRefused("This case is closed.")
    if not parents:
        raise StepRefused("Choose at least one parent.")
    if proposal.offence not in Offence.values:
        raise StepRefused("Choose the offence.")
    if proposal.offence == Offence.DIRECTION and proposal.supervision_order is None:
        raise StepRefused("A breach of directions is proposed from its supervision order.")
    if proposal.offence == Offence.ORDER and proposal.attendance_order is None:
        raise StepRefused("This offence is proposed from its school attendance order.")
    known = set(
        Parenthood.objects.filter(pupil=case.pupil_id, parent__in=[p.pk for p in parents]).values_list(
            "parent_id", flat=True
        )
    )
    if any(parent.pk not in known for parent in parents):
        raise StepRefused("A charge is against a parent of this child: record first what makes them one.")
    _check_order(parents, proposal)
    if proposal.notice is not None and any(p.pk != proposal.notice.parent_id for p in parents):
        raise StepRefused(
            "The penalty notice went to another parent: propose that parent’s prosecution by itself."
        )


def _check_order(parents: Sequence[Parent], proposal: Proposal) -> None:
    """What an order's offence needs, of each parent."""
    if proposal.offence not in (Offence.DIRECTION, Offence.ORDER):
        return
    found = _grounds(proposal)
    for parent in parents:
        if parent.pk in found:
            continue
        if proposal.offence == Offence.DIRECTION:
            raise StepRefused(f"{parent.name}: their failures are not judged persistent yet.")
        if not found:
            raise StepRefused(grounds.NOT_KNOWN)
        raise StepRefused(f"The order does not count as served on {parent.name}: see to its service first.")


def _grounds(proposal: Proposal) -> dict[int, grounds.Ground]:
    if proposal.offence == Offence.DIRECTION and proposal.supervision_order is not None:
        return grounds.of_supervision(proposal.supervision_order)
    if proposal.offence == Offence.ORDER and proposal.attendance_order is not None:
        return grounds.of_attendance(proposal.attendance_order)
    return {}


def _period(parent: Parent, proposal: Proposal) -> tuple[date | None, date | None]:
    """The days proposed, as far as this parent's failure is known. Raises StepRefused where none is left."""
    ground = _grounds(proposal).get(parent.pk)
    if ground is None or proposal.first is None or proposal.last is None:
        return proposal.first, proposal.last
    first, last = max(proposal.first, ground.first), min(proposal.last, ground.last)
    if last < first:
        raise StepRefused(f"{parent.name}: {ground.in_words}. Choose days within.")
    return first, last


def _one(case: Case, parent: Parent, proposal: Proposal, by: Any, at: datetime) -> Prosecution:
    today = timezone.localdate(at)
    _not_twice(case, parent, proposal.offence)
    kept: list[dict[str, str]] = []
    first, last = _period(parent, proposal)
    if charging.relies_on_sessions(proposal.offence):
        kept = _kept(case, parent, proposal.sessions, today, proposal.notice)
        first, last = marks.span(kept)
    if first is None or last is None or last < first:
        raise StepRefused("Say from which day to which day.")
    if last > today:
        raise StepRefused("The period cannot end in the future.")
    limits = limitation.find(first, last, today)
    if limits.blocked:
        raise StepRefused("All of it is out of time: no prosecution can be begun.")
    one = Prosecution.objects.create(
        case=case, parent=parent, school=_school(case, proposal), notice=proposal.notice,
        supervision_order=proposal.supervision_order, attendance_order=proposal.attendance_order, offence=proposal.offence,
        offence_from=first, offence_to=last, safe_date=limits.safe_date, outer_date=limits.outer_date, sessions=kept,
        marks_digest=marks.digest(kept) if kept else "", state_since=at, proposed_by=by, investigator=case.owner or by,
        proposal=decide(
            by=by, at=at, kind="prosecution.proposal", outcome="proposed", reasons=proposal.reasons,
            answer=limits.as_dict(), **proposal.parts,
        ),
    )  # fmt: skip
    clocks.start_limit(one, by=by, at=at)
    clocks.proposed(one, by=by, at=at)
    tell(one, f"Prosecution {one.number} proposed", one.get_offence_display(), by=by, at=at)
    trail.record(
        by=by, at=at, action="prosecution.proposed", on=one, offence=one.offence, first=first, last=last,
        sessions=len(kept),
    )  # fmt: skip
    return one


def _school(case: Case, proposal: Proposal) -> Any:
    order = proposal.attendance_order
    if order is not None and order.school is not None:
        return order.school
    return proposal.notice.school if proposal.notice else case.school


def _not_twice(case: Case, parent: Parent, offence: str) -> None:
    under_way = Prosecution.objects.open().filter(
        case__pupil=case.pupil_id, parent=parent, offence__in=_family(offence), issued_on=None
    )
    if (one := under_way.first()) is not None:
        raise StepRefused(f"{one.number} against {parent.name} is under way already: work goes on there.")


def _family(offence: str) -> tuple[str, ...]:
    return (
        (Offence.ABSENT, Offence.KNOWING)
        if offence in (Offence.ABSENT, Offence.KNOWING)
        else (Offence(offence),)
    )


def _kept(
    case: Case, parent: Parent, keys: Collection[str], today: date, notice: Notice | None
) -> list[dict[str, str]]:
    """The sessions picked, of those this parent can be charged with."""
    found = picking.offered(case.pupil, [parent.pk], today, notice)
    kept = picking.of_parent(found, keys, {one.key for one in found if not one.closed})
    if not kept:
        raise StepRefused(
            f"None of the sessions picked is left for {parent.name}: they were charged before, a notice relies on them, or "
            "none was picked."
        )
    return kept


@transaction.atomic
def pick(
    *, prosecution_id: int, sessions: Collection[str], because: str, by: Any, at: datetime
) -> Prosecution:
    """Pick the sessions anew before the charge; once it was tested, sessions are only taken away.

    Raises StepRefused without a reason, or where nothing is left.
    """
    one = locked(prosecution_id, by, at)
    if not (by.may("propose_prosecution") or by.may("prosecute")):
        raise StepRefused("Your role cannot pick the sessions.")
    if one.state not in BEFORE:
        raise StepRefused("The charge is issued: what it relies on stays as it is.")
    if not charging.relies_on_sessions(one.offence):
        raise StepRefused("This offence does not rest on single sessions.")
    if not because.strip():
        raise StepRefused("Say why the sessions are picked anew.")
    today = timezone.localdate(at)
    kept = _kept(one.case, one.parent, sessions, today, one.notice)
    before = {(s["date"], s["half"]) for s in one.sessions}
    if one.state != State.PROPOSED and not {(s["date"], s["half"]) for s in kept} <= before:
        raise StepRefused(
            "The charge was tested on the sessions before: they can be taken away, and none added."
        )
    first, last = marks.span(kept)
    assert first is not None and last is not None
    old = {"first": one.offence_from, "last": one.offence_to, "sessions": len(one.sessions)}
    _set_period(one, first, last, today)
    one.sessions, one.marks_digest = kept, marks.digest(kept)
    one.save()
    clocks.move_limit(one, by=by, at=at)
    tell(one, f"Prosecution {one.number}: sessions picked anew", because, by=by, at=at)
    new = {"first": first, "last": last, "sessions": len(kept)}
    trail.record(by=by, at=at, action="prosecution.picked", on=one, before=old, now=new)
    return one


def _set_period(one: Prosecution, first: date, last: date, today: date) -> None:
    limits = limitation.find(first, last, today)
    if limits.blocked:
        raise StepRefused("All of it is out of time: no prosecution can be begun.")
    one.offence_from, one.offence_to = first, last
    one.safe_date, one.outer_date = limits.safe_date, limits.outer_date


def parents_of(case: Case, today: date) -> dict[int, Parenthood]:
    """Parent -> the tie that makes them one, today or, where none stands today, before."""
    ties = Parenthood.objects.filter(Dated.on(today), pupil=case.pupil_id, parent__merged_into=None)
    return {tie.parent_id: tie for tie in ties.select_related("parent").order_by("-priority", "-pk")}
