"""Deciding whether two records are one person, and joining them if so.

Joining moves what hangs on the second record to the first and takes the second out of view; the audit row
lists every row moved or dropped, so that it can be followed back.
"""

from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from mainstay.registers import upn as upns
from mainstay.registers.register import Person
from mainstay.service.common import search
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import doubts, placing, rolls
from mainstay.service.directory.announcements import pupils_changed, pupils_merged
from mainstay.service.directory.models import (
    Address,
    Conflict,
    Enrolment,
    FormerUpn,
    MergeCandidate,
    Parenthood,
    Pupil,
    PupilAlias,
    PupilFact,
)

State = MergeCandidate.State


@transaction.atomic
def decide(
    *, candidate_id: int, same: bool, reasons: str, by: Any, at: datetime, take_new: bool = False
) -> Pupil:
    """Decide a doubt of the merge queue; the pupil that holds the record now.

    take_new: name, date of birth and UPN of the right-hand side win. Raises StepRefused when it is decided.
    """
    candidate = MergeCandidate.objects.select_for_update().get(pk=candidate_id)
    if candidate.state != State.OPEN:
        raise StepRefused("Somebody has decided this already.")
    if not reasons.strip():
        raise StepRefused("Say how you know.")
    candidate.state = State.SAME if same else State.DIFFERENT
    candidate.decided_at, candidate.decided_by, candidate.reasons = at, by, reasons.strip()
    candidate.save()
    trail.record(
        by=by, at=at, action="merge.decided", on=candidate, same=same, take_new=take_new, reasons=reasons
    )
    if candidate.other is not None:
        if same:
            merge_pupils(kept=candidate.kept, other=candidate.other, by=by, at=at, take_new=take_new)
        return candidate.kept
    person = doubts.person_of(candidate)
    if not same:
        return _add(person, candidate, at)
    _take(candidate.kept, person, candidate, take_new, by, at)
    _enrol(candidate.kept, person, candidate, at)
    return candidate.kept


def _enrol(pupil: Pupil, person: Person, candidate: MergeCandidate, at: datetime) -> None:
    """On the roll from the day the file tells of, so that the same file finds the pupil there."""
    entered = doubts.first_day(candidate, timezone.localdate(at))
    status = person.extra.get("status", "").strip().upper()
    said = {"status": status} if status in Enrolment.Status.values else {}
    rolls.enrol(pupil, candidate.school, entered_on=entered, left_on=_left(person, entered), **said)
    rolls.write_search([pupil.pk])


def _left(person: Person, entered: date) -> date | None:
    return person.left_on if person.left_on and person.left_on >= entered else None


def _add(person: Person, candidate: MergeCandidate, at: datetime) -> Pupil:
    """A different person: a record of their own, on the roll of the school that sent them."""
    if candidate.school is None:
        return candidate.kept
    pupil = placing.new_pupil(person, candidate.school)
    pupil.save()
    _enrol(pupil, person, candidate, at)
    return pupil


def _take(
    pupil: Pupil, person: Person, candidate: MergeCandidate, take_new: bool, by: Any, at: datetime
) -> None:
    """The same person: the UPN and the spelling that do not stay are remembered, so that files find them."""
    former, born = person.upn, pupil.date_of_birth
    before, said = _names(pupil), _names(person)
    if take_new:
        if person.upn and person.upn != pupil.upn:
            former, pupil.upn = pupil.upn, person.upn
        pupil.surname = person.surname[:80] or pupil.surname
        pupil.forename = person.forename[:80] or pupil.forename
        pupil.date_of_birth = person.date_of_birth or pupil.date_of_birth
        pupil.save()
    if former and former != pupil.upn:
        FormerUpn.objects.get_or_create(pupil=pupil, upn=former, defaults={"replaced_on": at.date()})
    source = str((candidate.incoming or {}).get("source") or "merge queue")
    _remember(pupil, before, source, at)
    _remember(pupil, said, source, at, always=True)
    trail.record(
        by=by, at=at, action="pupil.row_joined", on=pupil, before=before, said=said, after=_names(pupil)
    )
    if pupil.date_of_birth != born:
        pupils_changed.send(pupil_ids=[pupil.pk], by=by, at=at)


def _names(of: Pupil | Person) -> dict[str, Any]:
    return {name: getattr(of, name) for name in ("upn", "surname", "forename", "date_of_birth")}


def _remember(
    pupil: Pupil, spelling: dict[str, Any], source: str, at: datetime, *, always: bool = False
) -> None:
    """Keep a spelling as an alias, with where it is from. always: also the pupil's own, which others share."""
    said = {name: spelling[name][:80] for name in ("surname", "forename")}
    said["date_of_birth"] = spelling["date_of_birth"]
    own = said.items() <= _names(pupil).items()
    if not (said["surname"] or said["forename"]) or (own and not always):
        return
    learned = {"source": source[:120], "learned_on": timezone.localdate(at)}
    PupilAlias.objects.get_or_create(pupil=pupil, **said, defaults=learned)


@transaction.atomic
def merge_pupils(*, kept: Pupil, other: Pupil, by: Any, at: datetime, take_new: bool = False) -> None:
    """Join ``other`` to ``kept``; rooms above move their own rows through ``pupils_merged``."""
    if kept.pk == other.pk or other.merged_into_id or kept.merged_into_id:
        raise StepRefused("These two records are joined already.")
    locked = Pupil.objects.select_for_update().in_bulk([kept.pk, other.pk])
    kept, other = locked[kept.pk], locked[other.pk]
    moved: dict[str, list[int]] = {}
    dropped = _drop_repeats(kept, other)
    for model in (FormerUpn, PupilAlias, PupilFact, Enrolment, Parenthood, Address, Conflict):
        rows = model._default_manager.filter(pupil=other)
        moved[model._meta.label_lower] = list(rows.order_by().values_list("pk", flat=True))
        rows.update(pupil=kept)
    pupils_merged.send(kept=kept, other=other, moved=moved, by=by, at=at)
    before = _names(kept)
    _join_names(kept, other, take_new, at)
    for spelling in (before, _names(other)):
        _remember(kept, spelling, "joined records", at)
    other.merged_into, other.school = kept, None
    other.save(update_fields=["merged_into", "school"])
    kept.school_id = rolls.schools_today([kept.pk], timezone.localdate(at)).get(kept.pk)
    kept.restricted = kept.restricted or other.restricted
    kept.save()
    search.remove("pupil", [other.pk])
    rolls.write_search([kept.pk])
    trail.record(
        by=by,
        at=at,
        action="pupils.merged",
        on=kept,
        other=other.pk,
        moved=moved,
        dropped=dropped,
        before=before,
    )
    pupils_changed.send(pupil_ids=[kept.pk], by=by, at=at)


def _join_names(kept: Pupil, other: Pupil, take_new: bool, at: datetime) -> None:
    """One UPN stays, the permanent one where only one is; the other is a former one."""
    better = take_new or not kept.upn or (upns.is_temporary(kept.upn) and not upns.is_temporary(other.upn))
    former = other.upn
    if other.upn and better and other.upn != kept.upn:
        former, kept.upn = kept.upn, other.upn
    if take_new:
        kept.surname, kept.forename = other.surname, other.forename
        kept.date_of_birth = other.date_of_birth or kept.date_of_birth
    kept.date_of_birth = kept.date_of_birth or other.date_of_birth
    if former and former != kept.upn:
        FormerUpn.objects.get_or_create(pupil=kept, upn=former, defaults={"replaced_on": at.date()})


def _drop_repeats(kept: Pupil, other: Pupil) -> dict[str, list[dict[str, Any]]]:
    """Delete rows of ``other`` that ``kept`` has already, and say which they were."""
    parents = Parenthood.objects.filter(pupil=kept).values("parent_id")
    repeats: list[models.QuerySet[Any]] = [
        Parenthood.objects.filter(pupil=other, parent__in=parents),
        Enrolment.objects.filter(pk__in=_repeated_enrolments(kept, other)),
        Conflict.objects.filter(
            pupil=other, user__in=Conflict.objects.open().filter(pupil=kept).values("user_id")
        ),
    ]
    dropped = {}
    for rows in repeats:
        dropped[rows.model._meta.label_lower] = list(rows.order_by().values())
        rows.delete()
    return dropped


def _repeated_enrolments(kept: Pupil, other: Pupil) -> list[int]:
    """Enrolments of ``other`` that overlap one of ``kept`` at the same school."""
    spans: dict[int, list[tuple[date, date]]] = {}
    for row in Enrolment.objects.filter(pupil=kept):
        spans.setdefault(row.school_id, []).append((row.entered_on, row.left_on or date.max))
    return [
        row.pk
        for row in Enrolment.objects.filter(pupil=other)
        for first, last in spans.get(row.school_id, ())
        if row.entered_on <= last and (row.left_on or date.max) >= first
    ]
