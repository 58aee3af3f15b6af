"""What happened at a hearing, written down once, on one page; what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date, money
from mainstay.service.court.actions import disclosing
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.sittings import RECORDED, RELIST, listed, may
from mainstay.service.court.models import Hearing, Prosecution, Sitting
from mainstay.service.court.steps import PROSECUTION
from mainstay.service.court.steps_hearings import served
from mainstay.service.record import deadlines

Outcome, Kind, Came, Plea, State = (
    Hearing.Outcome, Hearing.Kind, Hearing.Came, Prosecution.Plea, Prosecution.State,
)  # fmt: skip
DIRECTION: Final = "court-direction"
#: working days to list it anew where no day was given: our own choice, while the court's office still knows the case
RELIST_WORKING_DAYS: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The page of one hearing. directions: (what, by when); next_sitting: where it goes on, None while not fixed;
    disclosure_due, disclosure_officer: where it is set down for trial."""

    outcome: str
    notes: str
    bench: str = ""
    attended: Sequence[str] = ()
    plea: str = ""
    in_absence: bool = False
    because: str = ""
    asked_by: str = ""
    costs_pence: int | None = None
    next_sitting: int | None = None
    directions: Sequence[tuple[str, date]] = ()
    disclosure_due: date | None = None
    disclosure_officer: Any | None = None
    mitigation: str = field(default="")


@transaction.atomic
def record(*, hearing_id: int, held: Held, by: Any, at: datetime) -> Hearing:
    """Write a hearing down and let the case go on from it. Raises StepRefused with every reason."""
    may(by)
    hearing = (
        Hearing.objects.select_for_update(of=("self",)).select_related("sitting__court").get(pk=hearing_id)
    )
    one = locked(hearing.prosecution_id, by)
    if hearing.outcome:
        raise StepRefused("This hearing is recorded already: add to its notes below.")
    if wrong := refused(hearing, one, held, at):
        raise StepRefused(" ".join(wrong))
    _write(hearing, held, by, at)
    _plead(one, hearing, held)
    if held.outcome == Outcome.TRIAL_SET:
        _to_trial(one, held, by, at)
    _directed(one, hearing, held, by, at)
    _go_on(one, hearing, held, by, at)
    deadlines.stop(about=hearing, rule=RECORDED, by=by, at=at)
    tell(one, f"{one.number}: {hearing.get_outcome_display().lower()}", _words(hearing), by=by, at=at)
    trail.record(
        by=by,
        at=at,
        action="hearing.recorded",
        on=hearing,
        prosecution=one.pk,
        outcome=held.outcome,
        plea=held.plea,
    )
    return hearing


def refused(hearing: Hearing, one: Prosecution, held: Held, at: datetime) -> list[str]:
    """Everything that does not fit, in words."""
    starts = hearing.sitting.starts
    if held.outcome == Outcome.VACATED:
        return [] if held.because.strip() else ["Say why it was not held."]
    if starts > at:
        return [f"The hearing has not begun yet: it is on {long_date(timezone.localdate(starts))}."]
    wrong = [] if held.notes.strip() else ["Write down what was said, in a few words at least."]
    wrong += _of_plea(hearing, one, held)
    wrong += _of_absence(hearing, one, held)
    if held.outcome == Outcome.ADJOURNED and not (held.because.strip() and held.asked_by):
        wrong.append("Of an adjournment say why, and who asked for it.")
    if held.outcome != Outcome.ADJOURNED and held.costs_pence:
        wrong.append("Costs stand here only for an adjournment; those of the result come with the result.")
    wrong += [
        f"“{what}” is due before the hearing was: look at the day."
        for what, due in held.directions
        if due < timezone.localdate(starts)
    ]
    return wrong


def _of_plea(hearing: Hearing, one: Prosecution, held: Held) -> list[str]:
    plea = held.plea or one.plea
    if hearing.kind == Kind.SINGLE_JUSTICE:
        if held.attended or held.plea:
            return ["A single justice decides on the papers: nobody attends, and a plea is a reply."]
        if held.outcome in (Outcome.TRIAL_SET, Outcome.WARRANT):
            return ["A single justice decides, or sends the case to a hearing: choose adjourned for that."]
        return []
    if held.outcome == Outcome.TRIAL_SET:
        if plea != Plea.NOT_GUILTY:
            return ["A trial follows a plea of not guilty: write the plea down first."]
        if not held.disclosure_due or held.disclosure_officer is None:
            return ["Say by when the court wants disclosure, and which officer answers for it."]
    if held.outcome == Outcome.DECIDED and one.state != State.TRIAL and plea == Plea.NOT_GUILTY:
        return ["A plea of not guilty leads to a trial: choose that it is set down for trial."]
    if (
        held.outcome == Outcome.DECIDED
        and one.state == State.LISTED
        and not held.in_absence
        and plea != Plea.GUILTY
    ):
        return [
            "Without a plea of guilty, and without proof in absence, there is nothing to decide at this hearing."
        ]
    return []


def _of_absence(hearing: Hearing, one: Prosecution, held: Held) -> list[str]:
    if hearing.kind == Kind.SINGLE_JUSTICE:
        return []
    there = Came.DEFENDANT in held.attended or Came.SOLICITOR in held.attended
    if held.plea and not there:
        return ["Nobody was there to plead: tick who came, or leave the plea empty."]
    if held.in_absence and there:
        return ["The defendant was there, or their solicitor: the case was not proved in absence."]
    if held.in_absence and held.outcome != Outcome.DECIDED:
        return ["Proved in absence, the case is decided: choose that outcome."]
    if held.outcome == Outcome.DECIDED and not there and not held.in_absence:
        return ["The defendant did not come: say that it was proved in absence, or adjourn."]
    if held.outcome == Outcome.WARRANT and there:
        return ["A warrant is for a defendant who did not come."]
    if held.outcome in (Outcome.DECIDED, Outcome.WARRANT) and not there:
        came = one.hearings.order_by().values_list("attended", flat=True)
        known = any(Came.DEFENDANT in attended for attended in came)
        missing = None if known else served(one, timezone.localdate(hearing.sitting.starts))
        return [f"{missing} Prove service first, or adjourn."] if missing else []
    return []


def _write(hearing: Hearing, held: Held, by: Any, at: datetime) -> None:
    hearing.outcome, hearing.notes, hearing.bench = held.outcome, held.notes.strip(), held.bench.strip()
    hearing.attended, hearing.plea, hearing.in_absence = list(held.attended), held.plea, held.in_absence
    hearing.because, hearing.asked_by, hearing.costs_pence = (
        held.because.strip(),
        held.asked_by,
        held.costs_pence,
    )
    hearing.recorded_at, hearing.recorded_by = at, by
    hearing.save()


def _plead(one: Prosecution, hearing: Hearing, held: Held) -> None:
    if held.plea:
        one.plea, one.plea_on = held.plea, timezone.localdate(hearing.sitting.starts)
    if held.mitigation.strip():
        one.mitigation = held.mitigation.strip()
    one.save(update_fields=["plea", "plea_on", "mitigation"])


def _to_trial(one: Prosecution, held: Held, by: Any, at: datetime) -> None:
    """P9: the trial is prepared, and disclosure has its clock."""
    if one.state == State.LISTED:
        one.state, one.state_since = PROSECUTION.check("plead_not_guilty", one, by), at
        one.save(update_fields=["state", "state_since"])
    assert held.disclosure_due is not None
    disclosing.set_down(one, held.disclosure_officer, held.disclosure_due, by=by, at=at)


def _directed(one: Prosecution, hearing: Hearing, held: Held, by: Any, at: datetime) -> None:
    for what, due in held.directions:
        direction = hearing.directions.create(text=what.strip(), due_on=due)
        deadlines.start(
            pupil=one.case.pupil_id, about=direction, rule=DIRECTION, label=f"{one.number}: the court’s direction",
            trigger_on=timezone.localdate(hearing.sitting.starts), last_day=due, by=by, at=at,
            owner=one.legal_owner or by,
        )  # fmt: skip


def _go_on(one: Prosecution, hearing: Hearing, held: Held, by: Any, at: datetime) -> None:
    """Where there is no result yet: the next day, or the task of getting one."""
    if held.outcome == Outcome.DECIDED:
        return
    if held.next_sitting is not None:
        hearing.following = listed(
            one, _next(hearing, held.next_sitting), _next_kind(one, hearing, held), by=by, at=at
        )
        hearing.save(update_fields=["following"])
        return
    today = timezone.localdate(at)
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=RELIST, label=f"{one.number}: ask the court for the next day",
        trigger_on=today, last_day=clock.working_day_after(today, RELIST_WORKING_DAYS), by=by, at=at,
        owner=one.legal_owner or by,
    )  # fmt: skip


def _next(hearing: Hearing, sitting_id: int) -> Sitting:
    found = Sitting.objects.select_related("court", "presenter").get(pk=sitting_id)
    if found.starts <= hearing.sitting.starts:
        raise StepRefused("The next sitting has to be after this one.")
    return found


def _next_kind(one: Prosecution, hearing: Hearing, held: Held) -> str:
    if one.state == State.TRIAL:
        return Kind.TRIAL
    if held.outcome == Outcome.VACATED:
        return hearing.kind
    if one.plea == Plea.GUILTY and hearing.kind != Kind.SINGLE_JUSTICE:
        return Kind.SENTENCE
    return Kind.FIRST if hearing.kind == Kind.SINGLE_JUSTICE else hearing.kind


def _words(hearing: Hearing) -> str:
    said = [f"{hearing.get_kind_display()}, {hearing.sitting.court.name}."]
    if hearing.plea:
        said.append(f"Plea: {hearing.get_plea_display().lower()}.")
    if hearing.because:
        said.append(f"{hearing.because} (asked by: {hearing.get_asked_by_display().lower() or '–'})")
    if hearing.costs_pence:
        said.append(f"Costs of the adjournment: {money(hearing.costs_pence)}.")
    return "\n".join([*said, hearing.notes])


@transaction.atomic
def add_note(*, hearing_id: int, text: str, by: Any, at: datetime) -> Hearing:
    """Add to the notes of a hearing that is recorded; what was written stays."""
    may(by)
    hearing = Hearing.objects.select_for_update(of=("self",)).select_related("prosecution").get(pk=hearing_id)
    one = locked(hearing.prosecution_id, by)
    if not hearing.outcome:
        raise StepRefused("Record the hearing first.")
    if not text.strip():
        raise StepRefused("Write down what is to be added.")
    added = f"Added {long_date(timezone.localdate(at))} by {by.name}: {text.strip()}"
    hearing.notes = f"{hearing.notes}\n\n{added}".strip()
    hearing.save(update_fields=["notes"])
    tell(one, f"{one.number}: added to a hearing’s notes", text.strip(), by=by, at=at)
    trail.record(by=by, at=at, action="hearing.note_added", on=hearing, prosecution=one.pk)
    return hearing
