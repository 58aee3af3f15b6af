"""What a file of pupils and contacts would change, and changing it: matched, placed, with dated facts."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.keys import fold
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory import facts, searching
from mainstay.service.directory.announcements import family_changed
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.family import WORDS
from mainstay.service.directory.importing import Refusal
from mainstay.service.directory.importing.contacts import Changes, store_contacts, store_homes
from mainstay.service.directory.importing.incoming import Incoming, PeopleFile
from mainstay.service.directory.matching import Verdict, clean, match
from mainstay.service.directory.models import FormerUpn, Pupil, School
from mainstay.service.directory.placing import place


@dataclass(slots=True)
class Outcome:
    """What a file would do, or did; refusals carry the line and the remedy."""

    counts: Counter[str] = field(default_factory=Counter)  # new, known, doubt, facts, parents, outsiders
    schools: list[School] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, row: Incoming, problem: str) -> None:
        self.refusals.append(Refusal(row.line, problem))


def preview(file: PeopleFile, user: Any, chosen: School | None) -> Outcome:
    """Match every pupil and count; nothing is stored."""
    outcome = Outcome(refusals=list(file.refusals))
    for school, rows in _by_school(file, user, chosen, outcome):
        for row, found in zip(rows, match([r.person for r in rows], school, file.on), strict=True):
            if found.verdict in (Verdict.REFUSED, Verdict.DOUBT):
                outcome.refuse(row, found.problem)
            outcome.counts[found.verdict.value] += 1
            if found.verdict in (Verdict.KNOWN, Verdict.NEW):
                _count_contacts(row, outcome)
    outcome.refusals.sort(key=lambda refusal: refusal.line or 0)
    return outcome


def _count_contacts(row: Incoming, outcome: Outcome) -> None:
    for contact in row.contacts:
        outcome.counts["parents" if contact.basis else "outsiders"] += 1


@transaction.atomic
def apply(file: PeopleFile, *, chosen: School | None, by: Any, at: datetime) -> Outcome:
    """Store what ``preview`` showed, all of it or nothing."""
    outcome = Outcome(refusals=list(file.refusals))
    for school, rows in _by_school(file, by, chosen, outcome):
        placed = place([r.person for r in rows], school, file.on, by=by, at=at, source=file.source)
        created = set(placed.created)
        taken: dict[int, Incoming] = {}
        for row, pupil, problem in zip(rows, placed.pupils, placed.problems, strict=True):
            if pupil is None:
                outcome.refuse(row, problem)
            else:
                taken[pupil] = row
                outcome.counts["new" if pupil in created else "known"] += 1
                _count_contacts(row, outcome)
        outcome.counts["doubt"] += placed.queued
        moved = _store_details(taken, file, outcome)
        stored = store_contacts(taken, source=file.source, on=file.on)
        for pupil, change in moved.items():
            stored.note(pupil, "the child", change)
        searching.write_parents(stored.parents)
        searching.write_pupils(list(taken))
        _tell(stored.changes, created, source=file.source, by=by, at=at)
        trail.record(
            by=by, at=at, action="people.imported", on=school, source=file.source, counts=dict(outcome.counts)
        )
    outcome.refusals.sort(key=lambda refusal: refusal.line or 0)
    return outcome


def _tell(changes: dict[int, Changes], created: set[int], *, source: str, by: Any, at: datetime) -> None:
    """Old and new in the audit, and one entry in the chronology, which says what was changed but not to what."""
    for pupil in sorted(set(changes) - created):
        trail.record(
            by=by,
            at=at,
            action="people.contacts_changed",
            on=("directory.pupil", str(pupil)),
            source=source,
            changes=changes[pupil],
        )
        lines = [
            f"{whose[:1].upper()}{whose[1:]}: {', '.join(WORDS.get(name, name) for name in change)}."
            for whose, change in changes[pupil].items()
        ]
        family_changed.send(
            pupil_ids=[pupil],
            title="Contact details changed by the school’s file",
            text="\n".join([*lines, f"Source: {source}"]),
            for_school=True,
            by=by,
            at=at,
        )


def _by_school(
    file: PeopleFile, user: Any, chosen: School | None, outcome: Outcome
) -> list[tuple[School, list[Incoming]]]:
    """Rows by the school they name; a chosen school stands in for rows that name none."""
    visible = School.objects.visible_to(user)
    by_name = {name: school for school in visible for name in (school.laestab, school.urn) if name}
    groups: dict[int, tuple[School, list[Incoming]]] = {}
    for row in file.pupils:
        named = row.person.school.replace("/", "").replace(" ", "")
        school = by_name.get(named) if named else chosen
        if school is None and chosen is not None and named not in by_name:
            outcome.refuse(row, "this row names another school than the one chosen, or one not in your view")
        elif school is None:
            outcome.refuse(
                row, "no school in your view has this number; choose the school, or correct the number"
            )
        else:
            groups.setdefault(school.pk, (school, []))[1].append(row)
    outcome.schools = [school for school, _ in groups.values()]
    return list(groups.values())


def _store_details(
    taken: dict[int, Incoming], file: PeopleFile, outcome: Outcome
) -> dict[int, dict[str, list[Any]]]:
    """Former UPNs, other names, language, homes and dated facts of the pupils that were placed; who moved."""
    known = {
        (pupil, upn)
        for few in chunks(list(taken))
        for pupil, upn in FormerUpn.objects.filter(pupil__in=few).values_list("pupil_id", "upn")
    }
    changed, former = [], []
    for few in chunks(list(taken)):
        for pupil in Pupil.objects.filter(pk__in=few):
            row = taken[pupil.pk]
            if _rename(pupil, row):
                changed.append(pupil)
            for upn in map(clean, row.former_upns):
                if upn and upn != pupil.upn and (pupil.pk, upn) not in known:
                    former.append(FormerUpn(pupil=pupil, upn=upn[:13]))
    FormerUpn.objects.bulk_create(former)
    names = ["preferred_surname", "preferred_forename", "middle_names", "language"]
    Pupil.objects.bulk_update(changed, names, batch_size=200)
    learned = [
        facts.Learned(pupil, fact.name, fact.value, fact.since, fact.until)
        for pupil, row in taken.items()
        for fact in row.facts
    ]
    outcome.counts["facts"] += facts.learn(learned, source=file.source, on=file.on)
    homes = {pupil: row.home for pupil, row in taken.items() if row.home}
    return store_homes(homes, of="pupil", on=file.on)


def _rename(pupil: Pupil, row: Incoming) -> bool:
    """Take the names the file brings where they say something new."""
    surname, forename = row.preferred
    said = {
        "preferred_surname": surname[:80] if fold(surname) != fold(pupil.surname) else "",
        "preferred_forename": forename[:80] if fold(forename) != fold(pupil.forename) else "",
        "middle_names": row.middle_names[:120],
        "language": row.language[:60],
    }
    new = {name: value for name, value in said.items() if value and getattr(pupil, name) != value}
    for name, value in new.items():
        setattr(pupil, name, value)
    return bool(new)


def rows_of(outcome: Outcome) -> list[str]:
    """The counts in words, in the order shown."""
    words = {
        "known": ("pupil we know", "pupils we know"),
        "new": ("new pupil", "new pupils"),
        "doubt": ("row for the merge queue", "rows for the merge queue"),
        "parents": ("parent or carer", "parents and carers"),
        "outsiders": ("other contact, left out", "other contacts, left out"),
        "facts": ("dated fact", "dated facts"),
    }
    return [plural(n, *words[name]) for name in words if (n := outcome.counts[name])]
