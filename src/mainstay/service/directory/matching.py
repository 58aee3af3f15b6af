"""Which pupil a row of a file is: UPN with a name and the date of birth, never a UPN alone.

``match`` only reads, for a preview; ``place`` (``placing``) also enrols, adds new pupils, replaces temporary
UPNs and queues what a person must decide. Both take a whole school's file in a handful of queries.

A row is a pupil when
- the UPN (current or former) is the pupil's, the surname or the forename agrees, and so does the date of
  birth; where either side has no date of birth, both names must agree and the pupil be on this school's roll;
- or it has no UPN, or the pupil has none or a temporary one, and surname, forename and date of birth agree.
A spelling that a person accepted in the merge queue (``PupilAlias``) agrees like the pupil's own.
A UPN whose name or date of birth disagrees, a pupil who would have two permanent UPNs, and namesakes are
for people to decide (``MergeCandidate``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from mainstay.registers import upn as upns
from mainstay.registers.register import Person
from mainstay.service.common.keys import fold
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.models import Enrolment, FormerUpn, Pupil, PupilAlias, School


class Verdict(StrEnum):
    KNOWN = "known"
    NEW = "new"
    DOUBT = "doubt"  # goes to the merge queue
    REFUSED = "refused"


@dataclass(slots=True)
class Match:
    """What one person of a file turned out to be."""

    verdict: Verdict
    pupil: int | None = None  # KNOWN: the pupil; DOUBT: the record it may be
    problem: str = ""  # DOUBT, REFUSED: what is wrong and what to do, without names
    new_upn: str = ""  # KNOWN: the UPN that takes the place of a missing or temporary one
    enrolled: bool = False  # KNOWN: on this school's roll on the day


@dataclass(slots=True)
class Known:
    """A pupil as far as matching looks."""

    pk: int
    upn: str
    surnames: frozenset[str]
    forenames: frozenset[str]
    date_of_birth: date | None
    enrolled: bool = False
    former: set[str] = field(default_factory=set)
    accepted: set["Spelling"] = field(default_factory=set)  # aliases, of the names in the file


@dataclass(slots=True)
class Roll:
    """Every pupil the rows of one file could be, by UPN and by name and date of birth."""

    by_upn: dict[str, list[Known]] = field(default_factory=dict)
    by_name: dict["Spelling", list[Known]] = field(default_factory=dict)


Spelling = tuple[str, date | None]  # folded name, date of birth

_FIELDS = (
    "pk", "upn", "surname", "forename", "preferred_surname", "preferred_forename", "key", "date_of_birth",
)  # fmt: skip


def match(people: Sequence[Person], school: School, on: date) -> list[Match]:
    """What each person is, in the order given; nothing is stored.

    on: the day of the roll to compare with, and the entry date of newcomers without one.
    """
    return decide(people, load(people, school, on))


def decide(people: Sequence[Person], roll: Roll) -> list[Match]:
    """Match each person against a loaded roll; the second row for one pupil is refused."""
    seen: set[object] = set()
    matches = []
    for person in people:
        found = _match(person, roll)
        mark = found.pupil if found.verdict == Verdict.KNOWN else (_name(person), person.date_of_birth)
        if found.verdict in (Verdict.KNOWN, Verdict.NEW) and mark in seen:
            found = Match(Verdict.REFUSED, problem="another row of this file is the same pupil; send one row")
        seen.add(mark)
        matches.append(found)
    return matches


def load(people: Iterable[Person], school: School, on: date) -> Roll:
    """Everybody on the school's roll and everybody else whose UPN or name occurs in the file."""
    people = list(people)
    on_roll = set(Enrolment.objects.on(on).filter(school=school).values_list("pupil_id", flat=True))
    wanted = {upn for person in people for upn in (clean(person.upn), _former(person))} - {""}
    former: dict[int, set[str]] = {}
    for few in chunks(sorted(wanted)):
        for pupil, upn in FormerUpn.objects.filter(upn__in=few).values_list("pupil_id", "upn"):
            former.setdefault(pupil, set()).add(upn)
    names = sorted({_name(person) for person in people})
    accepted: dict[int, set[Spelling]] = {}
    for few in chunks(names):
        aliases = PupilAlias.objects.filter(key__in=few)
        for pupil, name, born in aliases.values_list("pupil_id", "key", "date_of_birth"):
            accepted.setdefault(pupil, set()).add((name, born))
    rows: dict[int, tuple[Any, ...]] = {}
    fields = Pupil.objects.filter(merged_into=None).order_by()
    lookups: tuple[tuple[str, list[Any]], ...] = (
        ("upn__in", sorted(wanted)),
        ("key__in", names),
        ("pk__in", sorted(on_roll | set(former) | set(accepted))),
    )
    for name, values in lookups:
        for few in chunks(values):
            rows.update((row[0], row) for row in fields.filter(**{name: few}).values_list(*_FIELDS))
    roll = Roll()
    for row in rows.values():
        _add(roll, row, on_roll, former, accepted)
    return roll


def _add(
    roll: Roll,
    row: tuple[Any, ...],
    on_roll: set[int],
    former: dict[int, set[str]],
    accepted: dict[int, set[Spelling]],
) -> None:
    pk, upn, surname, forename, other_surname, other_forename, key, born = row
    known = Known(
        pk,
        upn,
        frozenset(fold(name) for name in (surname, other_surname) if name),
        frozenset(fold(name) for name in (forename, other_forename) if name),
        born,
        pk in on_roll,
        former.get(pk, set()),
        accepted.get(pk, set()),
    )
    for number in {upn} | known.former:
        if number:
            roll.by_upn.setdefault(number, []).append(known)
    for spelling in {(key, born), *((name, other or born) for name, other in known.accepted)}:
        roll.by_name.setdefault(spelling, []).append(known)


def clean(upn: str) -> str:
    """A UPN as it is kept: upper case, no spaces."""
    return upns.normalise(upn)


def _former(person: Person) -> str:
    """The UPN a file says the pupil had before, where it says so."""
    return clean(person.extra.get("former_upn", ""))


def _name(person: Person) -> str:
    return fold(f"{person.surname} {person.forename}")


def _match(person: Person, roll: Roll) -> Match:
    upn = clean(person.upn)
    if upn and not upns.matches(upn):
        return Match(Verdict.REFUSED, problem="the UPN is not of the right shape; correct or remove it")
    holders = roll.by_upn.get(upn, []) if upn else []
    if holders:
        return _by_upn(person, upn, holders)
    before = [known for known in roll.by_upn.get(_former(person), []) if _agrees(person, known)]
    if upn and len(before) == 1:
        return Match(Verdict.KNOWN, before[0].pk, new_upn=upn, enrolled=before[0].enrolled)
    return _by_name(person, upn, roll)


def _by_upn(person: Person, upn: str, holders: list[Known]) -> Match:
    agreeing = [known for known in holders if _agrees(person, known)]
    decided = [known for known in agreeing if _is_accepted(person, known)]
    agreeing = decided if len(decided) == 1 else agreeing
    if len(agreeing) == 1:
        return Match(Verdict.KNOWN, agreeing[0].pk, enrolled=agreeing[0].enrolled)
    if agreeing:
        problem = "more than one pupil has this UPN, name and date of birth; decide in the merge queue"
        return Match(Verdict.DOUBT, agreeing[0].pk, problem)
    if not (person.surname or person.forename):
        return Match(
            Verdict.REFUSED, problem="a UPN alone names nobody; add surname, forename, date of birth"
        )
    problem = "this UPN belongs to a pupil whose name or date of birth differs; decide in the merge queue"
    return Match(Verdict.DOUBT, holders[0].pk, problem)


def _agrees(person: Person, known: Known) -> bool:
    if _is_accepted(person, known):
        return True
    surname = fold(person.surname) in known.surnames
    forename = fold(person.forename) in known.forenames
    if person.date_of_birth and known.date_of_birth:
        return person.date_of_birth == known.date_of_birth and (surname or forename)
    return surname and forename and known.enrolled


def _is_accepted(person: Person, known: Known) -> bool:
    """A person has said of this very spelling that it is this pupil."""
    return (_name(person), person.date_of_birth) in known.accepted


def _by_name(person: Person, upn: str, roll: Roll) -> Match:
    if not (person.surname and person.forename):
        return Match(
            Verdict.REFUSED, problem="no pupil has this UPN; add surname, forename and date of birth"
        )
    namesakes = _namesakes(person, roll)
    here = [known for known in namesakes if known.enrolled] or namesakes
    if not here:
        return _newcomer(person, upn)
    if len(here) > 1:
        problem = "more than one pupil has this name and date of birth; add the UPN"
        return Match(Verdict.DOUBT if upn else Verdict.REFUSED, here[0].pk, problem)
    known = here[0]
    if not upn:
        if known.enrolled:
            return Match(Verdict.KNOWN, known.pk, enrolled=True)
        problem = "a pupil of another school has this name and date of birth; decide in the merge queue"
        return Match(Verdict.DOUBT, known.pk, problem)
    if not known.upn or (upns.is_temporary(known.upn) and not upns.is_temporary(upn)):
        return Match(Verdict.KNOWN, known.pk, new_upn=upn, enrolled=known.enrolled)
    problem = "this pupil is known under another UPN; decide in the merge queue"
    return Match(Verdict.DOUBT, known.pk, problem)


def _namesakes(person: Person, roll: Roll) -> list[Known]:
    """Pupils of exactly this name; without a date of birth only those on the roll of this school."""
    if person.date_of_birth is not None:
        exact = roll.by_name.get((_name(person), person.date_of_birth), [])
        undated = roll.by_name.get((_name(person), None), [])
        return exact or [known for known in undated if known.enrolled]
    same = {
        k.pk: k
        for (key, _), known in roll.by_name.items()
        if key == _name(person)
        for k in known
        if k.enrolled
    }
    return list(same.values())


def _newcomer(person: Person, upn: str) -> Match:
    if person.date_of_birth is None and not upn:
        return Match(
            Verdict.REFUSED,
            problem="not on our roll; add the UPN or the date of birth so that we can add them",
        )
    return Match(Verdict.NEW)
