"""Fast Track is decided on by a senior officer, with what was weighed; or found not to be the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law import age
from mainstay.service.casework import displaced
from mainstay.service.casework.actions import cases
from mainstay.service.casework.models import Case, FastTrack, Investigation
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide as record_decision
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import Dated, Parent, Parenthood

State = FastTrack.State


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """What the decision says: reasons; the recommendation it rests on; help and an education supervision order
    considered; the vulnerability of the child and each parent; equality."""

    reasons: str
    evidence: str
    support_tried: str
    alternatives: str
    circumstances: str
    equality: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Offence:
    """What the questions will be about."""

    section: str
    offence_from: date
    offence_to: date


@transaction.atomic
def decide(
    *, case_id: int, weighed: Weighed, offence: Offence, parents: Iterable[Parent], by: Any, at: datetime
) -> FastTrack:
    """Decide on Fast Track, and whom to invite: each parent apart.

    Raises StepRefused without what has to be weighed, for somebody who is no parent, a time to come or in which section
    444 was displaced, or where one is open already.
    """
    case = _case(case_id, by)
    _check(weighed, offence, timezone.localdate(at))
    _of_age(case, offence)
    if words := displaced.in_time(case, offence.offence_from, offence.offence_to):
        raise StepRefused(" ".join(words))
    _second_person(case, by)
    wanted = _parents(case, parents, timezone.localdate(at))
    if not wanted:
        raise StepRefused("Choose at least one parent to invite.")
    one = _made(case, "fast_track", weighed, offence, by, at)
    if case.state != Case.State.FAST_TRACK:
        cases.take(case_id=case.pk, step="fast_track", because=weighed.reasons, by=by, at=at)
    for parent in wanted:
        one.invitations.create(parent=parent)
    cases.tell(case, f"Fast Track {one.number} decided", weighed.reasons, by=by, at=at)
    parents_ids = [parent.pk for parent in wanted]
    trail.record(by=by, at=at, action="fast_track.decided", on=one, case=case.pk, parents=parents_ids)
    return one


@transaction.atomic
def not_suitable(*, case_id: int, weighed: Weighed, offence: Offence, by: Any, at: datetime) -> FastTrack:
    """Decide against it, with the same care; the case stays where it is."""
    case = _case(case_id, by)
    _check(weighed, offence, timezone.localdate(at))
    one = _made(case, "not_suitable", weighed, offence, by, at)
    cases.tell(case, "Fast Track considered: not suitable", weighed.reasons, by=by, at=at)
    trail.record(by=by, at=at, action="fast_track.not_suitable", on=one, case=case.pk)
    return one


def _case(case_id: int, by: Any) -> Case:
    case = cases.locked(case_id, by)
    if not by.may("decide_fast_track"):
        raise StepRefused("Your role cannot decide on Fast Track: ask a senior officer.")
    if case.closed_at is not None or case.state == Case.State.LEGAL:
        raise StepRefused("This case is closed, or with legal.")
    if FastTrack.objects.open().filter(case=case).exists():
        raise StepRefused("A Fast Track of this case is open already: go on with that one.")
    return case


def _check(weighed: Weighed, offence: Offence, today: date) -> None:
    if not weighed.alternatives.strip():
        raise StepRefused("Say how early help and an education supervision order were considered.")
    if not weighed.circumstances.strip():
        raise StepRefused("Say what is known of the vulnerability of the child and of each parent.")
    if not weighed.equality.strip():
        raise StepRefused("Say how the Equality Act was considered.")
    if offence.offence_to < offence.offence_from or offence.offence_to > today:
        raise StepRefused("The time the questions are about ends before it begins, or lies in the future.")


def _of_age(case: Case, offence: Offence) -> None:
    """No time outside compulsory school age is asked about."""
    if case.pupil.date_of_birth is None:
        raise StepRefused("The child's date of birth is not known: it decides about compulsory school age.")
    first, last = age.compulsory(case.pupil.date_of_birth)
    if offence.offence_from < first or offence.offence_to > last:
        raise StepRefused(
            f"The child is of compulsory school age from {long_date(first)} to {long_date(last)}: the time the questions "
            "are about lies partly outside."
        )


def _second_person(case: Case, by: Any) -> None:
    """Who investigated does not decide alone."""
    one = getattr(case, "investigation", None)
    if one is None or one.decision is None or one.state == Investigation.State.SEEN:
        return
    if one.decision.by_id == by.pk:
        raise StepRefused("You finished the investigation: somebody else decides, or agrees to it first.")


def _parents(case: Case, parents: Iterable[Parent], today: date) -> list[Parent]:
    ties = Parenthood.objects.filter(Dated.on(today), pupil=case.pupil_id)
    known = set(ties.order_by().values_list("parent_id", flat=True))
    wanted = list(parents)
    if not {parent.pk for parent in wanted} <= known:
        raise StepRefused("Somebody chosen is not recorded as a parent of this child.")
    return wanted


def _made(case: Case, outcome: str, weighed: Weighed, offence: Offence, by: Any, at: datetime) -> FastTrack:
    decision = record_decision(
        by=by, at=at, kind="fast_track", outcome=outcome, reasons=weighed.reasons, evidence=weighed.evidence,
        support_tried=weighed.support_tried, alternatives=weighed.alternatives, circumstances=weighed.circumstances,
        equality=weighed.equality,
    )  # fmt: skip
    suitable = outcome == "fast_track"
    return FastTrack.objects.create(
        case=case, state=State.TO_INVITE if suitable else State.CLOSED, state_since=at, decision=decision,
        outcome="" if suitable else FastTrack.Outcome.NOT_SUITABLE, section=offence.section,
        offence_from=offence.offence_from, offence_to=offence.offence_to,
    )  # fmt: skip
