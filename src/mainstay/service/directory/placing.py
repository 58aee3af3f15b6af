"""Putting the people of a file on a school's roll: known ones found, newcomers added, doubts queued."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.registers.register import Person
from mainstay.service.common.audit import trail
from mainstay.service.common.keys import fold
from mainstay.service.directory import facts, searching
from mainstay.service.directory.announcements import pupils_changed
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.matching import Match, Verdict, clean, match
from mainstay.service.directory.models import Enrolment, FormerUpn, MergeCandidate, Pupil, School


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
) -> Placement:
    """Match, enrol and, where there is no doubt, add the people of one school's file.

    on: first day the file tells of; the entry date of newcomers whose row has none.
    source: kept with every fact, such as "register of 3 November from Invented Primary".
    """
    matches = match(people, school, on)
    placed = Placement([m.pupil if m.verdict == Verdict.KNOWN else None for m in matches], [])
    _add_newcomers(people, matches, placed, school)
    _renumber(matches, placed, at)
    _enrol(people, matches, placed, school, on)
    _refresh(people, placed, by, at)
    learned = (
        fact
        for pupil, person in zip(placed.pupils, people, strict=True)
        if pupil is not None
        for fact in facts.from_extra(pupil, person.extra)
    )
    facts.learn(learned, source=source, on=on)
    placed.queued = queue_doubts(people, matches, school, at)
    placed.problems = [m.problem for m in matches]
    searching.write_pupils([*placed.created, *placed.renumbered, *placed.enrolled])
    if placed.created or placed.enrolled or placed.renumbered or placed.queued:
        counts = {
            name: len(getattr(placed, name)) for name in ("created", "enrolled", "renumbered", "refused")
        }
        trail.record(
            by=by, at=at, action="directory.people_placed", on=school, queued=placed.queued, **counts
        )
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


def _enrol(
    people: Sequence[Person], matches: list[Match], placed: Placement, school: School, on: date
) -> None:
    """Enrolments of newcomers and of known pupils not on this roll; leaving dates the file brings."""
    created = set(placed.created)
    known = [pk for pk in placed.pupils if pk is not None]
    rows: dict[int, list[Enrolment]] = {}
    for few in chunks(known):
        for row in Enrolment.objects.filter(school=school, pupil__in=few):
            rows.setdefault(row.pupil_id, []).append(row)
    new: list[Enrolment] = []
    left: list[Enrolment] = []
    for pk, person in zip(placed.pupils, people, strict=True):
        if pk is None:
            continue
        held = _covering(rows.get(pk, []), person, on)
        if held is None:
            new.append(_enrolment(pk, person, school, on))
            if pk not in created:
                placed.enrolled.append(pk)
        elif person.left_on and held.left_on is None and person.left_on >= held.entered_on:
            held.left_on = person.left_on
            left.append(held)
    Enrolment.objects.bulk_create(new, batch_size=500)
    Enrolment.objects.bulk_update(left, ["left_on"], batch_size=500)


def _covering(rows: list[Enrolment], person: Person, on: date) -> Enrolment | None:
    """The enrolment a row tells of: the one of its entry date, else the one that holds on the day."""
    day = person.left_on if person.left_on and person.left_on < on else on
    for row in rows:
        same_entry = person.entered_on is not None and row.entered_on == person.entered_on
        if same_entry or (row.entered_on <= day and (row.left_on is None or row.left_on >= day)):
            return row
    later = [row for row in rows if row.entered_on > day and row.left_on is None]
    return later[0] if later and person.entered_on is None else None


def _enrolment(pupil: int, person: Person, school: School, on: date) -> Enrolment:
    entered = person.entered_on or min(on, person.left_on or on)
    left = person.left_on if person.left_on and person.left_on >= entered else None
    status = person.extra.get("status", "").strip().upper()
    return Enrolment(
        pupil_id=pupil,
        school=school,
        status=status if status in Enrolment.Status.values else Enrolment.Status.SINGLE,
        entered_on=entered,
        left_on=left,
    )


def _refresh(people: Sequence[Person], placed: Placement, by: Any | None, at: datetime) -> None:
    """Today's year, registration group and school; a date of birth where there was none."""
    created = set(placed.created)
    pairs = zip(placed.pupils, people, strict=True)
    said = {pk: person for pk, person in pairs if pk is not None and pk not in created}
    schools = schools_today(placed.enrolled, at.date())
    changed, dated = [], []
    for few in chunks(list(said)):
        for pupil in Pupil.objects.filter(pk__in=few):
            person, before = said[pupil.pk], _shown(pupil)
            if person.left_on is None:
                pupil.year_group = person.year_group.strip()[:4] or pupil.year_group
                pupil.reg_group = person.reg_group.strip()[:20] or pupil.reg_group
            if pupil.date_of_birth is None and person.date_of_birth:
                pupil.date_of_birth = person.date_of_birth
                dated.append(pupil.pk)
            pupil.school_id = schools.get(pupil.pk, pupil.school_id)
            if _shown(pupil) != before:
                changed.append(pupil)
    fields = ["year_group", "reg_group", "date_of_birth", "school"]
    Pupil.objects.bulk_update(changed, fields, batch_size=200)
    if dated:
        pupils_changed.send(pupil_ids=dated, by=by, at=at)


def _shown(pupil: Pupil) -> tuple[Any, ...]:
    return pupil.year_group, pupil.reg_group, pupil.date_of_birth, pupil.school_id


def schools_today(pupils: Sequence[int], today: date) -> dict[int, int]:
    """Pupil -> school of the latest enrolment that holds today; subsidiary ones do not count."""
    found: dict[int, int] = {}
    for few in chunks(pupils):
        rows = Enrolment.objects.on(today).filter(pupil__in=few).exclude(status=Enrolment.Status.SUBSIDIARY)
        found.update(rows.order_by("entered_on", "pk").values_list("pupil_id", "school_id"))
    return found


def queue_doubts(people: Sequence[Person], matches: Sequence[Match], school: School, at: datetime) -> int:
    """Add doubts to the merge queue, each once; the number added."""
    doubts = [
        (people[n], m.pupil, m.problem)
        for n, m in enumerate(matches)
        if m.verdict == Verdict.DOUBT and m.pupil is not None
    ]
    waiting = {
        (row.kept_id, _who(row.incoming or {}))
        for few in chunks([pupil for _, pupil, _ in doubts])
        for row in MergeCandidate.objects.filter(kept__in=few, school=school, incoming__isnull=False)
    }
    new = []
    for person, pupil, problem in doubts:
        incoming = as_row(person)
        if (pupil, _who(incoming)) not in waiting:
            waiting.add((pupil, _who(incoming)))
            new.append(
                MergeCandidate(
                    kept_id=pupil, incoming=incoming, school=school, why=problem[:300], found_at=at
                )
            )
    MergeCandidate.objects.bulk_create(new, batch_size=200)
    return len(new)


def as_row(person: Person) -> dict[str, str]:
    """A person as the merge queue keeps and shows them."""
    return {
        "upn": clean(person.upn),
        "surname": person.surname,
        "forename": person.forename,
        "date_of_birth": person.date_of_birth.isoformat() if person.date_of_birth else "",
        "sex": person.sex,
        "year_group": person.year_group,
        "reg_group": person.reg_group,
        "entered_on": person.entered_on.isoformat() if person.entered_on else "",
        "left_on": person.left_on.isoformat() if person.left_on else "",
    }


def _who(row: dict[str, str]) -> tuple[str, str, str]:
    return (
        row.get("upn", ""),
        fold(f"{row.get('surname')} {row.get('forename')}"),
        row.get("date_of_birth", ""),
    )


def enrol(pupil: Pupil, school: School | None, *, entered_on: date) -> Enrolment | None:
    """Put one pupil on a school's roll, where they are not on it already."""
    if school is None:
        return None
    there = Enrolment.objects.on(entered_on).filter(pupil=pupil, school=school).first()
    row = there or Enrolment.objects.create(pupil=pupil, school=school, entered_on=entered_on)
    pupil.school_id = schools_today([pupil.pk], timezone.localdate()).get(pupil.pk, pupil.school_id)
    pupil.save(update_fields=["school"])
    return row
