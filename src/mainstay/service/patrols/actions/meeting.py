"""A child is met: written down, looked up, and what was done. Nobody of the service holds a child or makes them answer."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from mainstay.law import age
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.patrols import values
from mainstay.service.patrols.actions import following, planning
from mainstay.service.patrols.actions.locking import locked
from mainstay.service.patrols.models import Encounter, EthnicityCount, Patrol
from mainstay.service.team.terms import term_of

Outcome, Status, Finding = Encounter.Outcome, Encounter.Status, Encounter.Finding
#: only a constable may do this
BY_CONSTABLE: Final = frozenset({Outcome.RETURNED, Outcome.PLACE})
#: what may follow from "educated at home"
OF_EHE: Final = frozenset({Outcome.NONE, Outcome.SAFEGUARDING})


@transaction.atomic
def meet(
    *,
    patrol_id: int,
    at_time: datetime,
    where: str,
    with_parent: bool,
    status: str,
    forename: str = "",
    surname: str = "",
    born_on: date | None = None,
    school: School | None = None,
    reason: str = "",
    by: Any,
    at: datetime,
) -> Encounter:
    """Write down a child met on a patrol that is out; name and birthday only if they were given.

    Raises StepRefused while the patrol is not out, and for a time outside its direction.
    """
    patrol = planning.locked(patrol_id, by, at)
    if not by.may("log_patrol"):
        raise StepRefused("Your role cannot write in the log of a patrol.")
    if patrol.state not in (Patrol.State.OUT, Patrol.State.BACK):
        raise StepRefused("Start the patrol first: nobody is met on one that is not out.")
    if not patrol.direction.starts <= at_time <= min(patrol.direction.ends, at + timedelta(minutes=5)):
        raise StepRefused("The time lies within the direction of the patrol, and not in the future.")
    if not where.strip() or status not in Status.values:
        raise StepRefused("Say where the child was met, and what they or their parent say.")
    number = (patrol.encounters.aggregate(most=Max("number"))["most"] or 0) + 1
    one = Encounter.objects.create(
        patrol=patrol, number=number, at=at_time, where=where.strip()[:200], forename=forename.strip(), surname=surname.strip(),
        born_on=born_on, school=school, with_parent=with_parent, status=status, reason=reason.strip()[:300], logged_by=by,
        logged_at=at,
    )  # fmt: skip
    one.repeat = _met_before(one)
    one.save(update_fields=["repeat"])
    trail.record(by=by, at=at, action="patrol.met", on=one, patrol=patrol.pk, status=status)
    return one


@transaction.atomic
def identify(
    *,
    encounter_id: int,
    forename: str,
    surname: str,
    born_on: date | None,
    school: School | None,
    status: str,
    reason: str,
    by: Any,
    at: datetime,
) -> Encounter:
    """Correct who it is and what they say, while the patrol is open; what was looked up before no longer counts."""
    one = locked(encounter_id, by, at)
    if status not in Status.values:
        raise StepRefused("Say what the child or their parent says.")
    said = (forename.strip(), surname.strip(), born_on)
    if said != (one.forename, one.surname, one.born_on):
        if one.finding == Finding.WITHOUT:
            raise StepRefused("The school was asked about this name: take its answer back first.")
        one.pupil = None
        if one.finding == Finding.HERE:  # an answer about another name: whoever it is now may be asked about
            one.finding, one.code, one.checked_with = "", "", ""
            one.asked_at = one.checked_at = one.checked_by = None
    one.forename, one.surname, one.born_on = said
    one.school, one.status, one.reason = school, status, reason.strip()[:300]
    one.repeat = _met_before(one)
    one.save()
    trail.record(by=by, at=at, action="patrol.identified", on=one, status=status)
    return one


@transaction.atomic
def recognise(*, encounter_id: int, pupil: Pupil, by: Any, at: datetime) -> Encounter:
    """The child is this one of ours: by name and birthday, by an officer."""
    one = locked(encounter_id, by, at)
    if not by.may("follow_patrol") or not Pupil.objects.visible_to(by).filter(pk=pupil.pk).exists():
        raise StepRefused("Only an officer who may see the child can do this.")
    if pupil.restricted:
        raise StepRefused("This record is restricted: nothing of it is used on a patrol. Call the duty desk.")
    one.pupil, one.school = pupil, pupil.school or one.school
    one.forename, one.surname, one.born_on = pupil.forename, pupil.surname, pupil.date_of_birth
    one.repeat = _met_before(one)
    one.save()
    trail.record(by=by, at=at, action="patrol.recognised", on=one)
    following.decided(one, by=by, at=at)
    return one


def _met_before(one: Encounter) -> bool:
    since = one.at - timedelta(days=values.of(values.REPEAT, timezone.localdate(one.at)))
    others = Encounter.objects.filter(at__gte=since, at__lt=one.at, forgotten_at=None).exclude(pk=one.pk)
    if one.pupil_id is not None:
        return others.filter(pupil=one.pupil_id).exists()
    if not one.surname or one.born_on is None:
        return False
    return others.filter(key=one.key, born_on=one.born_on).exists()


def refused(one: Encounter, outcome: str) -> str | None:
    """Why this cannot be what was done."""
    if one.status == Status.EHE and outcome not in OF_EHE:
        return "The child or parent said “educated at home”: nothing follows but a look at the list."
    if outcome not in BY_CONSTABLE:
        return None
    if one.finding == Finding.LAWFUL:
        return "The child is out lawfully: nobody may take them anywhere."
    if one.with_parent:
        return (
            "The child is with a parent: nobody takes them from there. Write down “No action” or “Went home”."
        )
    if one.born_on is not None:
        first, last = age.compulsory(one.born_on)
        if not first <= timezone.localdate(one.at) <= last:
            return (
                "By this birthday the child is not of compulsory school age: nobody may take them anywhere."
            )
    return None


@transaction.atomic
def conclude(
    *,
    encounter_id: int,
    outcome: str,
    informed: str,
    constable: str = "",
    safeguarding: str = "",
    ethnicity: str = "",
    by: Any,
    at: datetime,
) -> Encounter:
    """Write down what was done; changed later, the audit keeps both.

    ethnicity: counted once, by term, and tied to nothing here; it cannot be changed afterwards.
    Raises StepRefused where the outcome is not open, or nobody of the police took the child.
    """
    one = locked(encounter_id, by, at)
    if outcome not in Outcome.values or informed not in Encounter.Informed.values:
        raise StepRefused("Say what was done, and whether a parent was told.")
    if words := refused(one, outcome):
        raise StepRefused(words)
    if outcome in BY_CONSTABLE and not constable.strip():
        raise StepRefused("Name the constable who took the child along: nobody else may.")
    if outcome == Outcome.SAFEGUARDING and not safeguarding.strip():
        raise StepRefused("Say to whom the safeguarding referral went, and when.")
    first, before = not one.outcome, one.outcome
    one.outcome, one.outcome_at, one.informed = outcome, at, informed
    one.constable = constable.strip()[:120] if outcome in BY_CONSTABLE else ""
    one.safeguarding = safeguarding.strip()[:300]
    one.save()
    if outcome != before:
        following.done(one, by=by, at=at)
    if first and ethnicity:
        _count(one, ethnicity)
    trail.record(
        by=by, at=at, action="patrol.concluded", on=one, before=before, outcome=outcome, informed=informed
    )
    return one


def _count(one: Encounter, group: str) -> None:
    term = term_of(timezone.localdate(one.at)).key
    row, _ = EthnicityCount.objects.select_for_update().get_or_create(
        term=term, group=group[:60], taken=one.outcome in BY_CONSTABLE
    )
    EthnicityCount.objects.filter(pk=row.pk).update(number=F("number") + 1)
