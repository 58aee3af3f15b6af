"""Closing with evidence (C8), and opening again. What is closed was confirmed: by whom, in what, on which day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import age
from mainstay.law.clock import in_words
from mainstay.registers.grid import academic_year
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.kinds import EVIDENCE, FileRefused
from mainstay.service.directory.calendars import law_calendar, usual_calendar
from mainstay.service.directory.models import School
from mainstay.service.missing import clocks
from mainstay.service.missing.actions import rolls
from mainstay.service.missing.actions.locking import locked, of_school, past, take, tell
from mainstay.service.missing.actions.searching import enquiry_clocks
from mainstay.service.missing.models import Closure, MissingChild
from mainstay.service.record.announcements import intervention_ended

Reason = Closure.Reason
#: reasons for which another has to have confirmed it
CONFIRMED: Final = (Reason.REGISTERED, Reason.HOME, Reason.AUTHORITY, Reason.ABROAD, Reason.DIED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Why, and what shows it; which fields are needed, the reason decides."""

    reason: str
    evidence: str = ""
    school: School | None = None
    school_told: str = ""
    attended_on: date | None = None
    authority: str = ""
    country: str = ""
    confirmed_by: str = ""
    confirmed_on: date | None = None
    sure: bool = False  # a first day that looks wrong is right all the same


class DayDoubted(StepRefused):
    """The first day at school looks wrong: it is taken once somebody says that it is right."""


def doubts(one: MissingChild, of: Evidence) -> list[str]:
    """Why the first day at school looks wrong, in words."""
    day = of.attended_on
    if day is None:
        return []
    found: list[str] = []
    seen = rolls.last_seen(one)
    if seen is not None and day <= seen:
        found.append(
            f"The child is said to be last seen on {in_words(seen)}: the first day at school is not after it."
        )
    elif one.received_on is not None and day < one.received_on:
        found.append(
            f"The child was referred on {in_words(one.received_on)}: the first day at school lies before it."
        )
    year = academic_year(day)
    calendar = law_calendar(of.school, [year]) if of.school else usual_calendar([year])
    if calendar.days and day not in calendar.days:
        where = f"{of.school.name} is" if of.school else "Schools are"
        found.append(f"{where} closed on {in_words(day)}.")
    return found


def _sure(one: MissingChild, of: Evidence) -> None:
    if not of.sure and (found := doubts(one, of)):
        raise DayDoubted(" ".join([*found, "Change the day, or say below that it is right all the same."]))


class Lacking(StepRefused):
    """Something of the evidence is missing. parts: which field of it, and what in words."""

    def __init__(self, parts: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(words for _, words in parts))
        self.parts = parts


def lacking(one: MissingChild, of: Evidence, on: date) -> list[tuple[str, str]]:
    """What of the evidence is missing for its reason: the field, and the words."""
    found = []
    if of.reason not in Reason.values:
        return [("reason", "Choose the reason.")]
    if of.reason == Reason.REGISTERED:
        if of.school is None and not of.school_told.strip():
            found.append(("school", "Say which school the child is registered at."))
        if of.attended_on is None:
            found.append(
                ("attended_on", "Enter the day the child first attended: a name on a roll is not enough.")
            )
    if of.reason == Reason.AUTHORITY and not of.authority.strip():
        found.append(("authority", "Name the authority that accepted the child in writing."))
    if of.reason == Reason.ABROAD and not of.country.strip():
        found.append(("country", "Name the country."))
    if of.reason in CONFIRMED and not of.confirmed_by.strip():
        found.append(("confirmed_by", "Say who confirmed it."))
    if of.reason in CONFIRMED and of.confirmed_on is None:
        found.append(("confirmed_on", "Say on which day it was confirmed."))
    if of.reason == Reason.OVER_AGE and (words := still_of_age(one, on)):
        found.append(("reason", words))
    if not of.evidence.strip():
        found.append(("evidence", "Describe the evidence: what was seen, and where it is."))
    return found


def still_of_age(one: MissingChild, on: date) -> str | None:
    """Why a child is not put down as over age; None where they are."""
    born = one.pupil.date_of_birth if one.pupil and one.pupil.date_of_birth else one.date_of_birth
    if born is None:
        return "The date of birth is not known: nobody is over age without one."
    _, last = age.compulsory(born)
    return None if on > last else f"Compulsory school age lasts until {in_words(last)}."


@transaction.atomic
def close(*, child_id: int, of: Evidence, by: Any, at: datetime, file: Any | None = None) -> Closure:
    """Close it. Raises Lacking with all that is missing of the evidence, and DayDoubted."""
    one = locked(child_id, by, at)
    today = timezone.localdate(at)
    if missing := lacking(one, of, today):
        raise Lacking(missing)
    _sure(one, of)
    return _close(one, "close", of, by, at, file)


@transaction.atomic
def back(
    *, child_id: int, attended_on: date, text: str, by: Any, at: datetime, sure: bool = False
) -> Closure:
    """The school's own enquiries end: the child is back at school. Raises DayDoubted for a day that looks wrong."""
    one = locked(child_id, by, at, "refer_missing")
    if not text.strip():
        raise StepRefused("Say where the child was.")
    of = Evidence(
        reason=Reason.REGISTERED, school=one.school, attended_on=attended_on, confirmed_by=by.name,
        confirmed_on=attended_on, evidence=text, sure=sure,
    )  # fmt: skip
    _sure(one, of)
    return _close(one, "back", of, by, at, None)


def _close(one: MissingChild, step: str, of: Evidence, by: Any, at: datetime, file: Any | None) -> Closure:
    for day, what in ((of.attended_on, "first day at school"), (of.confirmed_on, "day it was confirmed")):
        past(day, at, what)
    stored = None
    if file is not None:
        try:
            stored = store.keep(file, allowed=EVIDENCE, by=by, at=at)
        except FileRefused as refusal:
            raise StepRefused(f"The file was not taken: {refusal}") from None
    title = f"closed: {Reason(of.reason).label.lower()}"
    take(
        one,
        step,
        title,
        of.evidence,
        by,
        at,
        audience=of_school(one),
        answer=f"{title.capitalize()}.",
        answered_at=at,
    )
    row: Closure = one.closures.create(
        reason=of.reason, school=of.school, school_told=of.school_told.strip()[:160], attended_on=of.attended_on,
        authority=of.authority.strip()[:160], country=of.country.strip()[:80], confirmed_by=of.confirmed_by.strip()[:160],
        confirmed_on=of.confirmed_on, evidence=of.evidence.strip(), file=stored,
        filename=(file.name or "")[:160] if file else "", at=at, by=by,
    )  # fmt: skip
    _end(one, by, at)
    trail.record(by=by, at=at, action="missing.closed", on=row, reason=of.reason)
    if of.reason in (Reason.REGISTERED, Reason.HOME):
        intervention_ended.send(service="missing", pupil=one.pupil, school=of.school, about=one, by=by, at=at)
    return row


def _end(one: MissingChild, by: Any | None, at: datetime) -> None:
    clocks.stop(one, by, at)
    for record in one.search_records.filter(taken_down_on=None):
        record.taken_down_on = timezone.localdate(at)
        record.save(update_fields=["taken_down_on"])


@transaction.atomic
def reopen(*, child_id: int, because: str, by: Any, at: datetime) -> MissingChild:
    """Open it again (C8): the closure stays as undone, and enquiries run anew from today."""
    one = locked(child_id, by, at)
    if not because.strip():
        raise StepRefused("Say why it is opened again.")
    if one.pupil_id and MissingChild.objects.open().filter(pupil=one.pupil_id).exclude(pk=one.pk).exists():
        raise StepRefused("Another search for this child is open already.")
    take(
        one, "reopen", "opened again", because, by, at, audience=of_school(one), where="", where_told="", found_on=None,
        not_found_on=None, way="", answer="Opened again: we are looking for the child.", answered_at=at,
    )  # fmt: skip
    undone = {"undone_at": at, "undone_by": by, "undone_because": because.strip()}
    one.closures.filter(undone_at=None).update(**undone)
    enquiry_clocks(one, timezone.localdate(at), by, at)
    return one


def by_itself(one: MissingChild, reason: str, evidence: str, at: datetime, by: Any | None = None) -> None:
    """Close what nobody has to look for any more: over age (C6), or the second record of one child."""
    one.state, one.state_since = MissingChild.State.CLOSED, at
    one.save(update_fields=["state", "state_since"])
    one.closures.create(reason=reason, evidence=evidence, at=at, by=by)
    _end(one, by, at)
    tell(one, f"closed: {Reason(reason).label.lower()}", evidence, by=by, at=at)
    trail.record(by=by, at=at, action="missing.closed", on=one, reason=reason)
