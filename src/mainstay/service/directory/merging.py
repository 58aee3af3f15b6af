"""Deciding whether two records are one person, and joining them if so.

Joining moves what hangs on the second record to the first and takes the second out of view; the audit row
lists every row moved or dropped, so that it can be followed back.
"""

from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from mainstay.registers import upn as upns
from mainstay.registers.register import Person
from mainstay.service.common import search
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import placing, searching
from mainstay.service.directory.announcements import pupils_changed, pupils_merged
from mainstay.service.directory.models import (
    Address,
    Conflict,
    Enrolment,
    FormerUpn,
    MergeCandidate,
    Parenthood,
    Pupil,
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
    person = _incoming(candidate)
    if not same:
        return _add(person, candidate, at)
    _take(candidate.kept, person, take_new, by, at)
    placing.enrol(candidate.kept, candidate.school, entered_on=person.entered_on or at.date())
    searching.write_pupils([candidate.kept_id])
    return candidate.kept


def _incoming(candidate: MergeCandidate) -> Person:
    row = candidate.incoming or {}

    def day(name: str) -> date | None:
        return date.fromisoformat(row[name]) if row.get(name) else None

    return Person(
        candidate.school.laestab if candidate.school else "",
        upn=row.get("upn", ""),
        surname=row.get("surname", ""),
        forename=row.get("forename", ""),
        date_of_birth=day("date_of_birth"),
        sex=row.get("sex", ""),
        year_group=row.get("year_group", ""),
        reg_group=row.get("reg_group", ""),
        entered_on=day("entered_on"),
        left_on=day("left_on"),
    )


def _add(person: Person, candidate: MergeCandidate, at: datetime) -> Pupil:
    """A different person: a record of their own, on the roll of the school that sent them."""
    if candidate.school is None:
        return candidate.kept
    pupil = placing.new_pupil(person, candidate.school)
    pupil.save()
    placing.enrol(pupil, candidate.school, entered_on=person.entered_on or at.date())
    searching.write_pupils([pupil.pk])
    return pupil


def _take(pupil: Pupil, person: Person, take_new: bool, by: Any, at: datetime) -> None:
    """The same person: their other UPN is kept as a former one, or theirs becomes the former."""
    former, born = person.upn, pupil.date_of_birth
    if take_new:
        if person.upn and person.upn != pupil.upn:
            former, pupil.upn = pupil.upn, person.upn
        pupil.surname, pupil.forename = person.surname or pupil.surname, person.forename or pupil.forename
        pupil.date_of_birth = person.date_of_birth or pupil.date_of_birth
        pupil.save()
    if former and former != pupil.upn:
        FormerUpn.objects.get_or_create(pupil=pupil, upn=former, defaults={"replaced_on": at.date()})
    if pupil.date_of_birth != born:
        pupils_changed.send(pupil_ids=[pupil.pk], by=by, at=at)


@transaction.atomic
def merge_pupils(*, kept: Pupil, other: Pupil, by: Any, at: datetime, take_new: bool = False) -> None:
    """Join ``other`` to ``kept``; rooms above move their own rows through ``pupils_merged``."""
    if kept.pk == other.pk or other.merged_into_id or kept.merged_into_id:
        raise StepRefused("These two records are joined already.")
    locked = Pupil.objects.select_for_update().in_bulk([kept.pk, other.pk])
    kept, other = locked[kept.pk], locked[other.pk]
    moved: dict[str, list[int]] = {}
    dropped = _drop_repeats(kept, other)
    for model in (FormerUpn, PupilFact, Enrolment, Parenthood, Address, Conflict):
        rows = model._default_manager.filter(pupil=other)
        moved[model._meta.label_lower] = list(rows.order_by().values_list("pk", flat=True))
        rows.update(pupil=kept)
    pupils_merged.send(kept=kept, other=other, moved=moved, by=by, at=at)
    before = {name: getattr(kept, name) for name in ("upn", "surname", "forename", "date_of_birth")}
    _join_names(kept, other, take_new, at)
    other.merged_into, other.school = kept, None
    other.save(update_fields=["merged_into", "school"])
    kept.school_id = placing.schools_today([kept.pk], at.date()).get(kept.pk, kept.school_id)
    kept.restricted = kept.restricted or other.restricted
    kept.save()
    search.remove("pupil", [other.pk])
    searching.write_pupils([kept.pk])
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
