"""The initial investigation of a case: written, finished with a recommendation, agreed to, reviewed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework import beginning, register_check
from mainstay.service.casework.actions import passages
from mainstay.service.casework.actions.cases import locked as locked_case
from mainstay.service.casework.actions.cases import take, tell
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.models import (
    AgencyCheck,
    Case,
    CaseReview,
    FastTrack,
    Investigation,
    KeptText,
    Recommendation,
)
from mainstay.service.casework.queries import passages as written
from mainstay.service.casework.steps_visits import INVESTIGATION
from mainstay.service.common import meanwhile
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import approve, decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.record import deadlines

State = Investigation.State
REVIEW_RULE: Final = "case-review"


@transaction.atomic
def save(
    *, investigation_id: int, no_agencies: str, typed: Iterable[Typed], by: Any, at: datetime, seen: str = ""
) -> list[KeptText]:
    """Save what is written; the texts now kept beside another's words.

    seen: ``meanwhile.mark`` of ``no_agencies`` as the page showed it. Raises StepRefused once it is finished, Changed
    where somebody else wrote another ``no_agencies``; then nothing is kept.
    """
    one = _open(investigation_id, by)
    said = {"no_agencies": no_agencies.strip()[:300]}
    changed = meanwhile.changes(seen, {"no_agencies": one.no_agencies}, said)
    beside = passages.save(case=one.case, about=one, typed=typed, by=by, at=at)
    if changed:
        one.no_agencies = said["no_agencies"]
        one.save(update_fields=["no_agencies"])
        trail.record(by=by, at=at, action="investigation.saved", on=one)
    return beside


@transaction.atomic
def check_register(*, investigation_id: int, first: date, last: date, by: Any, at: datetime) -> Investigation:
    """Keep what the registers say of a period, as they stand now; an earlier check is replaced, and audited."""
    one = _open(investigation_id, by)
    _check_period(first, last, at)
    one.register, one.checked_by, one.checked_at = (
        register_check.check(one.case.pupil_id, first, last),
        by,
        at,
    )
    one.save(update_fields=["register", "checked_by", "checked_at"])
    trail.record(by=by, at=at, action="investigation.register_checked", on=one, register=one.register)
    return one


@transaction.atomic
def ask_agency(
    *,
    investigation_id: int,
    agency: str,
    person: str,
    asked_on: date,
    basis: str,
    basis_words: str,
    shared: str,
    learnt: str,
    by: Any,
    at: datetime,
) -> AgencyCheck:
    """Keep which agency was asked, when, on which basis, and what was shared and learnt."""
    one = _open(investigation_id, by)
    if asked_on > timezone.localdate(at):
        raise StepRefused("The day you asked cannot be in the future.")
    if basis in (AgencyCheck.Basis.OTHER, AgencyCheck.Basis.CONSENT) and not basis_words.strip():
        raise StepRefused("Say in words which basis this is, or who agreed and when.")
    if not shared.strip():
        raise StepRefused("Say what you shared about the family, and why that much.")
    check = AgencyCheck.objects.create(
        investigation=one, agency=agency.strip()[:160], person=person.strip()[:160], asked_on=asked_on, basis=basis,
        basis_words=basis_words.strip()[:300], shared=shared.strip(), learnt=learnt.strip(), by=by, at=at,
    )  # fmt: skip
    trail.record(by=by, at=at, action="investigation.agency_asked", on=check, basis=basis)
    return check


@transaction.atomic
def add_learnt(*, investigation_id: int, check_id: int, learnt: str, by: Any, at: datetime) -> AgencyCheck:
    """What an agency answered later, beneath what was learnt before; until the case closes."""
    one = _locked(investigation_id, by)
    if not by.may("work_case"):
        raise StepRefused("Your role cannot write investigations.")
    check = one.checks.filter(pk=check_id).first()
    if check is None:
        raise StepRefused("There is no such check.")
    if not learnt.strip():
        raise StepRefused("Write down what you learnt.")
    added = f"{long_date(timezone.localdate(at))}, {by.name}: {learnt.strip()}"
    check.learnt = "\n\n".join(filter(None, (check.learnt, added)))
    check.save(update_fields=["learnt"])
    tell(one.case, f"{check.agency} answered", learnt.strip(), by=by, at=at)
    trail.record(by=by, at=at, action="investigation.agency_answered", on=check)
    return check


@transaction.atomic
def finish(
    *, investigation_id: int, recommendation: str, review_on: date, reasons: str, by: Any, at: datetime
) -> Investigation:
    """Finish with a recommendation and the day of the review; the clock of the investigation stops.

    Raises StepRefused while something is missing, and for a day of review that is not to come.
    """
    one = _locked(investigation_id, by)
    one.state = INVESTIGATION.check("finish", one, by)
    if recommendation not in Recommendation.values:
        raise StepRefused("Choose what you recommend.")
    if review_on <= timezone.localdate(at):
        raise StepRefused("The review must be on a day to come.")
    one.recommendation, one.review_on, one.sent_back = recommendation, review_on, ""
    one.decision = decide(by=by, at=at, kind="case.investigation", outcome=recommendation, reasons=reasons)
    one.save()
    deadlines.stop(about=one.case, rule=beginning.RULE, by=by, at=at)
    _start_review(one, review_on, by, at)
    text = "\n\n".join(filter(None, (reasons.strip(), written.in_words(one))))
    tell(one.case, f"Initial investigation finished: {one.get_recommendation_display()}", text, by=by, at=at)
    trail.record(by=by, at=at, action="investigation.finished", on=one, recommendation=recommendation)
    return one


@transaction.atomic
def monitor(*, investigation_id: int, by: Any, at: datetime) -> Case:
    """The case goes on to monitoring, where the investigation recommends it and no Fast Track runs."""
    one = _locked(investigation_id, by)
    if not one.settled or one.recommendation != Recommendation.MONITOR:
        raise StepRefused("The investigation does not recommend monitoring.")
    if one.case.fast_tracks.exclude(state=FastTrack.State.CLOSED).exists():
        raise StepRefused("A Fast Track runs: its review says what follows.")
    because = "The investigation recommends it."
    return take(case_id=one.case_id, step="monitor", because=because, by=by, at=at)


@transaction.atomic
def agree(*, investigation_id: int, by: Any, at: datetime) -> Investigation:
    """A senior officer, not the one who investigated, agrees to what is recommended."""
    one = _locked(investigation_id, by)
    one.state = INVESTIGATION.check("agree", one, by)
    assert one.decision is not None
    approve(decision=one.decision, by=by, at=at)
    one.save(update_fields=["state"])
    tell(one.case, "The recommendation of the investigation is agreed", "", by=by, at=at)
    trail.record(by=by, at=at, action="investigation.agreed", on=one)
    return one


@transaction.atomic
def send_back(*, investigation_id: int, because: str, by: Any, at: datetime) -> Investigation:
    """A senior officer asks for more; the clock runs on from today for whoever works on the case."""
    one = _locked(investigation_id, by)
    one.state = INVESTIGATION.check("send_back", one, by)
    if one.case.state != Case.State.INVESTIGATION:
        raise StepRefused("The case has gone on from the initial investigation.")
    if not because.strip():
        raise StepRefused("Say what is still to be looked at.")
    one.sent_back = because.strip()[:300]
    one.save(update_fields=["state", "sent_back"])
    case, today = one.case, timezone.localdate(at)
    deadlines.stop(about=case, rule=REVIEW_RULE, by=by, at=at)
    deadlines.start(
        pupil=case.pupil_id, about=case, rule=beginning.RULE, label=f"Initial investigation of case {case.number}",
        trigger_on=today, last_day=beginning.due(case.school_id, today), owner=case.owner, by=by, at=at,
    )  # fmt: skip
    tell(case, "The investigation was sent back", because, by=by, at=at)
    trail.record(by=by, at=at, action="investigation.sent_back", on=one)
    return one


@transaction.atomic
def review(
    *,
    investigation_id: int,
    words: str,
    recommendation: str,
    next_on: date | None,
    by: Any,
    at: datetime,
) -> CaseReview:
    """Look back since the last review or the register check: attendance, what changed, what follows, and the next day.

    Raises StepRefused before the investigation is finished, and without a next day unless the case is to be closed.
    """
    one = _locked(investigation_id, by)
    if one.state == State.OPEN:
        raise StepRefused("A review follows once the investigation is finished.")
    if not by.may("work_case"):
        raise StepRefused("Your role cannot review cases.")
    if recommendation not in Recommendation.values:
        raise StepRefused("Choose what follows.")
    if not words.strip():
        raise StepRefused("Say what has changed since.")
    today = timezone.localdate(at)
    if recommendation != Recommendation.IMPROVED and next_on is None:
        raise StepRefused("Set the day of the next review: an open case always has one.")
    if next_on is not None and next_on <= today:
        raise StepRefused("The next review must be on a day to come.")
    last = one.reviews.order_by("-on", "-pk").first()
    since = last.on if last else timezone.localdate(one.begun_at)
    made = CaseReview.objects.create(
        investigation=one, on=today, register=register_check.check(one.case.pupil_id, since, today), words=words.strip(),
        recommendation=recommendation, next_on=next_on, by=by, at=at,
    )  # fmt: skip
    deadlines.stop(about=one.case, rule=REVIEW_RULE, by=by, at=at)
    if next_on is not None:
        _start_review(one, next_on, by, at)
    tell(one.case, f"Case reviewed: {made.get_recommendation_display()}", words, by=by, at=at)
    trail.record(by=by, at=at, action="case.reviewed", on=made, recommendation=recommendation)
    return made


def _start_review(one: Investigation, on: date, by: Any, at: datetime) -> None:
    case = one.case
    deadlines.start(
        pupil=case.pupil_id, about=case, rule=REVIEW_RULE, label=f"Review of case {case.number}",
        trigger_on=timezone.localdate(at), last_day=on, owner=case.owner, by=by, at=at,
    )  # fmt: skip


def _check_period(first: date, last: date, at: datetime) -> None:
    if last < first:
        raise StepRefused("The last day is before the first.")
    if last > timezone.localdate(at):
        raise StepRefused("Registers are checked up to today.")
    if (last - first).days > 2 * 366:
        raise StepRefused("Choose a period of two years at most.")


def _open(investigation_id: int, by: Any) -> Investigation:
    one = _locked(investigation_id, by)
    if not by.may("work_case"):
        raise StepRefused("Your role cannot write investigations.")
    if one.state != State.OPEN:
        raise StepRefused(f"This investigation was finished: its review is on {long_date(one.review_on)}.")
    return one


def _locked(investigation_id: int, by: Any) -> Investigation:
    """The investigation, locked, of a case whose record stands open to this person."""
    one = (
        Investigation.objects.select_for_update(of=("self",))
        .select_related("decision")
        .filter(pk=investigation_id)
        .first()
    )
    if one is None or not Investigation.objects.visible_to(by).filter(pk=investigation_id).exists():
        raise StepRefused("You cannot see this investigation.")
    one.case = locked_case(one.case_id, by)
    if one.case.closed_at is not None:
        raise StepRefused("This case is closed.")
    return one
