"""The result reaches who has to act on it: the school and the officer, then the parent; and the look back after court."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import deadlines as law
from mainstay.law.register import Calendar, CalendarTooShort
from mainstay.registers.grid import academic_year
from mainstay.service.casework import sending
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import letters_results, mails
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.results import LETTER, TOLD, in_words
from mainstay.service.court.actions.sittings import may
from mainstay.service.court.models import Prosecution, Result
from mainstay.service.court.steps import PROSECUTION
from mainstay.service.directory.calendars import days_of_years
from mainstay.service.documents.homes import NOWHERE, homes
from mainstay.service.documents.models import Service
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience, Deadline

State = Prosecution.State
CHECK: Final = "after-court-check"
ACTION: Final = "court-action"
#: an action's last day lies within a year of the result: later ones are a plan's
LATEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that follows from a result; school: its own, which the officer asks about."""

    what: str
    due: date
    school: bool = False


@transaction.atomic
def tell_result(*, result_id: int, actions: Sequence[Action], by: Any, at: datetime) -> Result:
    """Tell the school and the officer, with what each has to do; nothing about another parent goes to the school.

    Raises StepRefused once they were told, and for an action without words or with an impossible day.
    """
    may(by)
    result = Result.objects.select_for_update().get(pk=result_id)
    one = locked(result.prosecution_id, by)
    if result.void:
        raise StepRefused("This result is void: what follows from it is told with the event.")
    if result.told_school_at is not None:
        raise StepRefused("The school and the officer were told already.")
    today = timezone.localdate(at)
    for action in actions:
        if not action.what.strip():
            raise StepRefused("Say of each action what has to be done.")
        if not today <= action.due <= today + LATEST:
            raise StepRefused(f"“{action.what}”: its day has to be from today on, within a year.")
    result.actions = "\n".join(
        f"{'School' if action.school else 'Officer'}: {action.what.strip()}, by {long_date(action.due)}"
        for action in actions
    )
    result.told_school_at = result.told_officer_at = at
    result.save(update_fields=["actions", "told_school_at", "told_officer_at"])
    for number, action in enumerate(actions, 1):
        deadlines.start(
            pupil=one.case.pupil_id, about=result, rule=f"{ACTION}-{number}", trigger_on=result.on, last_day=action.due,
            label=f"{one.number}: {'ask the school: ' if action.school else ''}action {number} after court", by=by, at=at,
            owner=one.case.owner,
        )  # fmt: skip
    _to_school(one, result, actions, by, at)
    mails.to_officer(one, result, at)
    deadlines.stop(about=result, rule=TOLD, by=by, at=at)
    trail.record(by=by, at=at, action="result.told", on=result, prosecution=one.pk, actions=len(actions))
    if one.state == State.DECIDED:
        _after_court(one, result, by, at)
    return result


def _to_school(one: Prosecution, result: Result, actions: Sequence[Action], by: Any, at: datetime) -> None:
    """The chronology, which the school reads, and an e-mail that says no more than that there is something to read."""
    theirs = [
        f"For the school: {action.what.strip()}, by {long_date(action.due)}."
        for action in actions
        if action.school
    ]
    text = "\n".join(
        [in_words(result), *theirs, "Children are not named outside: keep this to who needs it."]
    )
    tell(
        one, f"Result of the court, {one.number}", text, by=by, at=at, audience=Audience.SCHOOL, about=result
    )
    mails.to_school(one, "The result of a prosecution is recorded", at)


def _after_court(one: Prosecution, result: Result, by: Any, at: datetime) -> None:
    """P12: the case goes on, and attendance is looked at again by the school's own calendar."""
    one.state, one.state_since = PROSECUTION.check("told", one, by), at
    one.save(update_fields=["state", "state_since"])
    school = one.school or one.case.school
    year = academic_year(result.on)
    try:
        answer = law.find(CHECK, result.on, Calendar(frozenset(days_of_years(school, (year, year + 1)))))
    except CalendarTooShort:
        raise StepRefused(
            f"{school.name} has too few term dates to count the check after court: add them first."
        ) from None
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=CHECK, label=f"{one.number}: look at attendance again after court",
        trigger_on=result.on, by=by, at=at, owner=one.case.owner, **deadlines.counted(answer),
    )  # fmt: skip


@transaction.atomic
def send_letter(*, result_id: int, by_hand: bool, by: Any, at: datetime) -> Result:
    """The letter about the result, to the parent prosecuted alone.

    by_hand: it is handed over, not posted. Raises StepRefused without an address to post to.
    """
    may(by)
    result = Result.objects.select_for_update().get(pk=result_id)
    one = locked(result.prosecution_id, by)
    if result.letter_service_id is not None:
        raise StepRefused("The letter was sent already.")
    if result.void:
        raise StepRefused("This result is void: there is no letter about it.")
    send(result, one, letters_results.about, by_hand=by_hand, by=by, at=at)
    return result


def send(
    result: Result, one: Prosecution, letter: Callable[..., sending.ToParent], *, by_hand: bool, by: Any, at: datetime,
    **said: Any,
) -> None:  # fmt: skip
    """A letter of ``letters_results``, posted today, or made to be handed over: then somebody has to, in time."""
    today = timezone.localdate(at)
    home = homes([one.parent_id], one.case.pupil, today, by).get(one.parent_id, NOWHERE)
    if not (home.usable or by_hand):
        raise StepRefused(
            "The parent has no full address with postcode that you may use: make the letter to be handed over."
        )
    [(document, service)] = sending.send(
        [letter(result, one, home, today, by, **said)], about=one, pupil_id=one.case.pupil_id, by=by, at=at,
        by_hand=by_hand,
    )  # fmt: skip
    result.letter, result.letter_service = document, service
    result.save(update_fields=["letter", "letter_service"])
    if by_hand:
        deadlines.start(
            pupil=one.case.pupil_id, about=result, rule=LETTER, label=f"{one.number}: hand the letter to the parent",
            trigger_on=today, by=by, at=at, owner=one.case.owner or by, **deadlines.counted(law.find(LETTER, today)),
        )  # fmt: skip
    else:
        deadlines.stop(about=result, rule=LETTER, by=by, at=at)
    words = "Made to be handed to the parent prosecuted." if by_hand else "Sent to the parent prosecuted."
    tell(one, f"{one.number}: letter about the result", words, by=by, at=at)
    trail.record(by=by, at=at, action="result.letter", on=result, prosecution=one.pk, service=service.pk)


def handed_over(*, service: Service, before: dict[str, Any] | None, by: Any, at: datetime) -> None:
    """The day on which a letter was handed over is recorded; listens to ``documents.announcements.service_changed``."""
    if (
        before is None
        or before["sent_on"]
        or service.sent_on is None
        or service.method != Service.Method.HAND
    ):
        return
    for result in Result.objects.filter(letter_service=service):
        deadlines.stop(about=result, rule=LETTER, by=by, at=at)


@transaction.atomic
def check_after(*, prosecution_id: int, improved: bool, found: str, by: Any, at: datetime) -> Prosecution:
    """What the look back after court found; the prosecution is over, and a new period may begin the day after.

    Raises StepRefused before the time for it has come.
    """
    one = locked(prosecution_id, by)
    target = PROSECUTION.check("close", one, by)
    if not found.strip():
        raise StepRefused("Say what the register shows, in a line.")
    due = Deadline.objects.filter(about_kind=one._meta.label_lower, about_id=str(one.pk), rule=CHECK).first()
    if due is not None and due.next_step_from is not None and timezone.localdate(at) < due.next_step_from:
        raise StepRefused(f"The look back after court is from {long_date(due.next_step_from)} on.")
    one.state, one.state_since, one.closed_at = target, at, at
    one.save(update_fields=["state", "state_since", "closed_at"])
    deadlines.stop(about=one, by=by, at=at)
    next_from = one.offence_to + timedelta(days=1)
    words = "Attendance has improved: the school goes on." if improved else (
        f"Absence goes on: a new period of an offence may begin on {long_date(next_from)} at the earliest."
    )  # fmt: skip
    tell(one, f"{one.number}: looked at again after court", f"{words}\n{found.strip()}", by=by, at=at)
    trail.record(by=by, at=at, action="prosecution.checked_after", on=one, improved=improved)
    return one
