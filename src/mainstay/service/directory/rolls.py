"""Who is on which school's roll: entering, leaving, and the one school that a pupil counts to today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.registers.register import Person
from mainstay.service.common.audit import trail
from mainstay.service.directory import searching
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.models import Enrolment, Parenthood, Pupil, School

Status = Enrolment.Status
STEP: Final = 2000  # pupils whose school is brought up to date in one transaction


@dataclass(slots=True)
class Enrolled:
    """What a file did to a school's roll."""

    new: list[int] = field(default_factory=list)  # pupils who were not on it
    corrected: dict[int, dict[str, list[Any]]] = field(default_factory=dict)  # enrolment -> what: old, new


def enrol_people(
    pupils: Sequence[int | None], people: Sequence[Person], school: School, on: date, *, current: bool
) -> Enrolled:
    """Put the people of a file on a school's roll; take leaving dates and corrections the file brings.

    pupils: one for each of the people, None for whoever was not placed.
    current: whether the file is of this academic year; an older one does not change how somebody is registered.
    """
    done = Enrolled()
    rows: dict[int, list[Enrolment]] = {}
    for few in chunks([pk for pk in pupils if pk is not None]):
        for row in Enrolment.objects.filter(school=school, pupil__in=few):
            rows.setdefault(row.pupil_id, []).append(row)
    new, changed = [], []
    for pk, person in zip(pupils, people, strict=True):
        if pk is None:
            continue
        held = _covering(rows.get(pk, []), person, on)
        if held is None:
            new.append(_enrolment(pk, person, school, on))
            done.new.append(pk)
        elif corrections := _correct(held, person, current):
            changed.append(held)
            done.corrected[held.pk] = corrections
    Enrolment.objects.bulk_create(new, batch_size=500)
    fields = ["left_on", "status", "leaving_reason", "destination"]
    Enrolment.objects.bulk_update(changed, fields, batch_size=200)
    return done


def _covering(rows: list[Enrolment], person: Person, on: date) -> Enrolment | None:
    """The enrolment a row tells of: the one of its entry date, else the one that holds on the day,
    else the one that ended in the year of the leaving date: the date is then corrected."""
    day = person.left_on if person.left_on and person.left_on < on else on
    for row in rows:
        same_entry = person.entered_on is not None and row.entered_on == person.entered_on
        if same_entry or (row.entered_on <= day and (row.left_on is None or row.left_on >= day)):
            return row
    if person.entered_on is not None:
        return None
    later = [row for row in rows if row.entered_on > day and row.left_on is None]
    return later[0] if later else _ended(rows, person.left_on)


def _ended(rows: list[Enrolment], left: date | None) -> Enrolment | None:
    ended = [
        row
        for row in rows
        if left
        and row.left_on
        and row.entered_on <= left
        and academic_year(row.left_on) == academic_year(left)
    ]
    return max(ended, key=lambda row: row.entered_on, default=None)


def _enrolment(pupil: int, person: Person, school: School, on: date) -> Enrolment:
    entered = person.entered_on or min(on, person.left_on or on)
    said = _said(person)
    left = person.left_on if person.left_on and person.left_on >= entered else None
    return Enrolment(pupil_id=pupil, school=school, entered_on=entered, **{**said, "left_on": left})


def _said(person: Person) -> dict[str, Any]:
    """What a row says of an enrolment; silence is left out."""
    status = person.extra.get("status", "").strip().upper()
    said = {
        "status": status if status in Status.values else "",
        "left_on": person.left_on,
        "leaving_reason": person.extra.get("leaving_reason", "").strip()[:120],
        "destination": person.extra.get("destination", "").strip()[:160],
    }
    return {name: value for name, value in said.items() if value}


def _correct(held: Enrolment, person: Person, current: bool) -> dict[str, list[Any]]:
    said = _said(person)
    if not current:
        said.pop("status", None)
    if person.left_on and person.left_on < held.entered_on:
        said.pop("left_on")
    found = {
        name: [getattr(held, name), value] for name, value in said.items() if getattr(held, name) != value
    }
    for name, (_, value) in found.items():
        setattr(held, name, value)
    return found


def schools_today(pupils: Sequence[int], today: date) -> dict[int, int]:
    """Pupil -> school of the latest enrolment that holds today; a subsidiary one only where there is no other."""
    found: dict[int, tuple[bool, int]] = {}
    for few in chunks(pupils):
        rows = Enrolment.objects.on(today).filter(pupil__in=few).order_by("entered_on", "pk")
        for pupil, school, status in rows.values_list("pupil_id", "school_id", "status"):
            main = status != Status.SUBSIDIARY
            if main or not found.get(pupil, (False, 0))[0]:
                found[pupil] = main, school
    return {pupil: school for pupil, (_, school) in found.items()}


def enrol(pupil: Pupil, school: School | None, *, entered_on: date, **said: Any) -> Enrolment | None:
    """Put one pupil on a school's roll, where they are not on it already.

    One who is on it from a later day on was there earlier than we knew: that enrolment begins earlier.
    """
    if school is None:
        return None
    there = Enrolment.objects.filter(pupil=pupil, school=school)
    row = there.on(entered_on).first() or there.filter(left_on=None, entered_on__gt=entered_on).first()
    if row is None:
        row = Enrolment.objects.create(pupil=pupil, school=school, entered_on=entered_on, **said)
    elif row.entered_on > entered_on:
        row.entered_on = entered_on
        row.save(update_fields=["entered_on"])
    pupil.school_id = schools_today([pupil.pk], timezone.localdate()).get(pupil.pk)
    pupil.save(update_fields=["school"])
    return row


def daily(*, on: date, last: date | None) -> None:
    """Leaving dates have passed and entry dates have come: lists follow. Catches up with any missed day."""
    left = Enrolment.objects.filter(left_on__lt=on, pupil__school=F("school"))
    entered = Enrolment.objects.on(on).filter(~Q(pupil__school=F("school")) | Q(pupil__school=None))
    touched = {*left.values_list("pupil_id", flat=True), *entered.values_list("pupil_id", flat=True)}
    pupils = sorted(touched)
    for first in range(0, len(pupils), STEP):
        follow(pupils[first : first + STEP], on)


@transaction.atomic
def follow(pupils: Iterable[int], today: date) -> None:
    """Bring the school of these pupils up to date, with what the search box says of them."""
    wanted = list(pupils)
    now = schools_today(wanted, today)
    moved = []
    for few in chunks(wanted):
        for pupil in Pupil.objects.filter(pk__in=few, merged_into=None).only("pk", "school"):
            if pupil.school_id != now.get(pupil.pk):
                moved.append((pupil, pupil.school_id))
                pupil.school_id = now.get(pupil.pk)
    if not moved:
        return
    Pupil.objects.bulk_update([pupil for pupil, _ in moved], ["school"], batch_size=500)
    write_search([pupil.pk for pupil, _ in moved])
    trail.record(
        by=None,
        at=timezone.now(),
        action="pupils.roll_followed",
        on=("directory.pupil", ""),
        moved={pupil.pk: [before, pupil.school_id] for pupil, before in moved},
    )


def write_search(pupils: Sequence[int]) -> None:
    """Write what the search box says of these pupils, and of their parents, whose child is at which school."""
    searching.write_pupils(pupils)
    parents: set[int] = set()
    for few in chunks(pupils):
        parents.update(Parenthood.objects.filter(pupil__in=few).values_list("parent_id", flat=True))
    searching.write_parents(sorted(parents))
