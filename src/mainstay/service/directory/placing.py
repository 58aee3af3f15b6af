"""Putting the people of a file on a school's roll: known ones found, newcomers added, doubts queued."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.registers.register import Person
from mainstay.service.common.audit import trail
from mainstay.service.common.keys import fold
from mainstay.service.directory import doubts, facts, searching
from mainstay.service.directory.announcements import pupils_changed, pupils_joined
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.matching import Match, Verdict, clean, match
from mainstay.service.directory.models import FormerUpn, Pupil, School
from mainstay.service.directory.rolls import enrol_people, schools_today, write_search


@dataclass(slots=True)
class Placement:
    """Where the people of one file went; lists are as long as the people and in their order.

    pupils: Pupil id, or None where the person was refused or is in doubt
    problems: why not, fit to show; "" for those placed
    """

    pupils: list[int | None]
    problems: list[str]
    created: list[int] = field(default_factory=list)
    enrolled: list[int] = field(default_factory=list)  # known pupils new to this school
    renumbered: list[int] = field(default_factory=list)  # a UPN took the place of none or a temporary one
    queued: int = 0  # doubts added to the merge queue

    @property
    def refused(self) -> list[tuple[int, str]]:
        """(index of the person, problem) of everybody who was not placed."""
        return [(n, problem) for n, problem in enumerate(self.problems) if problem]


@transaction.atomic
def place(
    people: Sequence[Person],
    school: School,
    on: date,
    *,
    by: Any | None,
    at: datetime,
    source: str,
    year: int | None = None,
    origin: tuple[str, str] | None = None,
) -> Placement:
    """Match, enrol and, where there is no doubt, add the people of one school's file.

    on: first day the file tells of; the entry date of newcomers whose row has none.
    source: kept with every fact, such as "register of 3 November from Invented Primary".
    year: academic year of the marks, where it is not that of ``on``.
    origin: (kind, id) of the import the file came with, for what has to be decided first.
    """
    current = (academic_year(on) if year is None else year) == academic_year(timezone.localdate(at))
    matches = match(people, school, on)
    placed = Placement([m.pupil if m.verdict == Verdict.KNOWN else None for m in matches], [])
    _add_newcomers(people, matches, placed, school)
    _renumber(matches, placed, at)
    enrolled = enrol_people(placed.pupils, people, school, on, current=current)
    placed.enrolled = [pk for pk in enrolled.new if pk not in set(placed.created)]
    moved = _refresh(people, placed, school, current=current, by=by, at=at)
    learned = (
        fact
        for pupil, person in zip(placed.pupils, people, strict=True)
        if pupil is not None
        for fact in facts.from_extra(pupil, person.extra)
    )
    facts.learn(learned, source=source, on=on)
    placed.queued = doubts.queue(people, matches, school, at, on=on, source=source, origin=origin)
    placed.problems = [m.problem for m in matches]
    searching.write_pupils([*placed.created, *placed.renumbered, *placed.enrolled])
    write_search(moved)
    if placed.created or placed.enrolled or placed.renumbered or placed.queued or enrolled.corrected:
        counts = {
            name: len(getattr(placed, name)) for name in ("created", "enrolled", "renumbered", "refused")
        }
        trail.record(
            by=by,
            at=at,
            action="directory.people_placed",
            on=school,
            queued=placed.queued,
            corrected=enrolled.corrected,
            **counts,
        )
    if came := [*placed.created, *placed.enrolled]:
        pupils_joined.send(pupil_ids=came, school_id=school.pk, by=by, at=at)
    return placed


def new_pupil(person: Person, school: School) -> Pupil:
    """An unsaved pupil as a row describes them."""
    return Pupil(
        upn=clean(person.upn),
        surname=person.surname.strip()[:80],
        forename=person.forename.strip()[:80],
        key=fold(f"{person.surname} {person.forename}")[:180],
        date_of_birth=person.date_of_birth,
        sex=person.sex.strip().upper()[:1],
        year_group=person.year_group.strip()[:4],
        reg_group=person.reg_group.strip()[:20],
        school=school if person.left_on is None else None,
    )


def _add_newcomers(people: Sequence[Person], matches: list[Match], placed: Placement, school: School) -> None:
    places = [n for n, m in enumerate(matches) if m.verdict == Verdict.NEW]
    added = Pupil.objects.bulk_create([new_pupil(people[n], school) for n in places], batch_size=500)
    for n, pupil in zip(places, added, strict=True):
        placed.pupils[n] = pupil.pk
        placed.created.append(pupil.pk)


def _renumber(matches: list[Match], placed: Placement, at: datetime) -> None:
    new = {m.pupil: m.new_upn for m in matches if m.verdict == Verdict.KNOWN and m.new_upn}
    pupils = list(Pupil.objects.in_bulk([pk for pk in new if pk is not None]).values())
    former = [FormerUpn(pupil=pupil, upn=pupil.upn, replaced_on=at.date()) for pupil in pupils if pupil.upn]
    FormerUpn.objects.bulk_create(former)
    for pupil in pupils:
        pupil.upn = new[pupil.pk]
        placed.renumbered.append(pupil.pk)
    Pupil.objects.bulk_update(pupils, ["upn"], batch_size=200)


def _refresh(
    people: Sequence[Person],
    placed: Placement,
    school: School,
    *,
    current: bool,
    by: Any | None,
    at: datetime,
) -> list[int]:
    """Today's school, year and registration group; a date of birth where there was none. Whose school moved.

    Year and registration group come from the school the pupil counts to, and from a file of this year only.
    """
    created = set(placed.created)
    said = {pk: person for pk, person in zip(placed.pupils, people, strict=True) if pk is not None}
    schools = schools_today(list(said), timezone.localdate(at))
    changed, dated, moved = [], [], []
    for few in chunks(list(said)):
        for pupil in Pupil.objects.filter(pk__in=few):
            person, before = said[pupil.pk], _shown(pupil)
            pupil.school_id = schools.get(pupil.pk)
            if pupil.pk not in created:
                _group(pupil, person, current and pupil.school_id == school.pk)
                if pupil.date_of_birth is None and person.date_of_birth:
                    pupil.date_of_birth = person.date_of_birth
                    dated.append(pupil.pk)
            if _shown(pupil) != before:
                changed.append(pupil)
            if pupil.school_id != before[-1]:
                moved.append(pupil.pk)
    fields = ["year_group", "reg_group", "date_of_birth", "school"]
    Pupil.objects.bulk_update(changed, fields, batch_size=200)
    if dated:
        pupils_changed.send(pupil_ids=dated, by=by, at=at)
    return moved


def _group(pupil: Pupil, person: Person, newer: bool) -> None:
    """newer: the file knows better than we do; otherwise it only fills what is empty."""
    for name, said in (
        ("year_group", person.year_group.strip()[:4]),
        ("reg_group", person.reg_group.strip()[:20]),
    ):
        if said and (newer or not getattr(pupil, name)):
            setattr(pupil, name, said)


def _shown(pupil: Pupil) -> tuple[Any, ...]:
    return pupil.year_group, pupil.reg_group, pupil.date_of_birth, pupil.school_id
