"""Rows of files that fit no one pupil: queued for a person, with all it takes to place them afterwards."""

from collections.abc import Sequence
from datetime import date, datetime

from mainstay.registers.register import Person
from mainstay.service.common.announce import Provider
from mainstay.service.common.keys import fold
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.matching import Match, Verdict, clean
from mainstay.service.directory.models import MergeCandidate, School

#: (kind, id) of the import a row came with -> address or None
origins = Provider("where the file of a queued row can be seen: (kind, id) -> href or None")


def queue(
    people: Sequence[Person],
    matches: Sequence[Match],
    school: School,
    at: datetime,
    *,
    on: date,
    source: str,
    origin: tuple[str, str] | None = None,
) -> int:
    """Add doubts to the merge queue, each once while it waits; the number added.

    on: first day the file tells of; source, origin: the file in words, and the import it came with.
    """
    doubts = [
        (people[n], m.pupil, m.problem)
        for n, m in enumerate(matches)
        if m.verdict == Verdict.DOUBT and m.pupil is not None
    ]
    waiting = {
        (row.kept_id, _who(row.incoming or {}))
        for few in chunks([pupil for _, pupil, _ in doubts])
        for row in MergeCandidate.objects.filter(
            kept__in=few, school=school, incoming__isnull=False, state=MergeCandidate.State.OPEN
        )
    }
    file = {"first_day": on.isoformat(), "source": source, "origin": list(origin or ())}
    new = []
    for person, pupil, problem in doubts:
        incoming = as_row(person)
        if (pupil, _who(incoming)) not in waiting:
            waiting.add((pupil, _who(incoming)))
            new.append(
                MergeCandidate(
                    kept_id=pupil, incoming=incoming | file, school=school, why=problem[:300], found_at=at
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
        "status": person.extra.get("status", ""),
        "entered_on": person.entered_on.isoformat() if person.entered_on else "",
        "left_on": person.left_on.isoformat() if person.left_on else "",
    }


def _who(row: dict[str, str]) -> tuple[str, str, str]:
    return (
        row.get("upn", ""),
        fold(f"{row.get('surname')} {row.get('forename')}"),
        row.get("date_of_birth", ""),
    )


def person_of(candidate: MergeCandidate) -> Person:
    """The person a queued row describes."""
    row = candidate.incoming or {}
    return Person(
        candidate.school.laestab if candidate.school else "",
        upn=row.get("upn", ""),
        surname=row.get("surname", ""),
        forename=row.get("forename", ""),
        date_of_birth=_day(row, "date_of_birth"),
        sex=row.get("sex", ""),
        year_group=row.get("year_group", ""),
        reg_group=row.get("reg_group", ""),
        entered_on=_day(row, "entered_on"),
        left_on=_day(row, "left_on"),
        extra={"status": row.get("status", "")},
    )


def first_day(candidate: MergeCandidate, otherwise: date) -> date:
    """From when the row's pupil is on the roll: the row's entry date, else the first day of its file."""
    row = candidate.incoming or {}
    return _day(row, "entered_on") or _day(row, "first_day") or otherwise


def _day(row: dict[str, str], name: str) -> date | None:
    return date.fromisoformat(row[name]) if row.get(name) else None


def send_again(candidate: MergeCandidate) -> dict[str, str]:
    """What is to be done about a decided row: words, the number of its import and where to see it, or ""."""
    row = candidate.incoming or {}
    kind, number = row.get("origin") or ("", "")
    href = next(filter(None, origins.ask(kind, number)), "") if kind else ""
    file = f"the file again ({row['source']})" if row.get("source") else "the school’s file again"
    words = f"What the file says of this child is not stored yet, marks included. Send {file}: the row now finds its record."
    return {"words": words, "href": href, "number": number}
