"""Who the rows of a table are about: one person for each pupil and school, or why not."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mainstay.registers import upn as numbers
from mainstay.registers.reading.aliases import DATES, EXTRA, SCHOOL
from mainstay.registers.reading.dates import parse
from mainstay.registers.reading.headers import Header
from mainstay.registers.reading.options import MAX_PUPIL_YEARS
from mainstay.registers.reading.placing import Span, Stays
from mainstay.registers.reading.report import Report
from mainstay.registers.reading.table import Table
from mainstay.registers.register import Person, Stopped

_NO_LETTERS = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(r"[\s/-]+")
_LAESTAB = re.compile(r"[2-9][0-9]{6}")
_WHO = ("upn", "surname", "forename", "name", "sex", "year", "reg")


@dataclass(slots=True)
class People:
    """people, for every row the index of its person or -1, and when the row says they were on roll."""

    people: list[Person]
    of_row: NDArray[np.int32]
    stays: Stays


@dataclass(slots=True)
class Refusal(Exception):
    """One field of a person that cannot be taken: the whole row is refused."""

    field: str
    value: str
    problem: str


class Roll:
    """Collects people as they are met, one for each pupil and school, and what is doubtful about them."""

    def __init__(self, report: Report) -> None:
        self.people: list[Person] = []
        self._report = report
        self._at: dict[tuple[str, str], int] = {}
        self._seen: dict[str, dict[tuple[str, date | None], None]] = {}

    def add(self, person: Person) -> int:
        """The index of the person, an earlier one where they are the same; the later description stands."""
        name = fold(f"{person.surname} {person.forename}")
        key = (person.school, person.upn or f"{name}|{person.date_of_birth}")
        if person.upn:
            self._seen.setdefault(person.upn, {})[(name, person.date_of_birth)] = None
        if key in self._at:
            _update(self.people[self._at[key]], person)
            return self._at[key]
        if len(self.people) == MAX_PUPIL_YEARS:
            raise Stopped(
                f"implausible: more than {MAX_PUPIL_YEARS:,} pupils in one file; split it by school"
            )
        self._at[key] = len(self.people)
        self.people.append(person)
        return self._at[key]

    def shared(self) -> dict[str, int]:
        """UPN -> pupils, where rows with it differ in name and in date of birth."""
        return {
            upn: _pupils(list(seen))
            for upn, seen in self._seen.items()
            if len(seen) > 1 and _differ(list(seen))
        }

    def warn(self) -> None:
        """Count the doubtful numbers among the people taken."""
        upns = {person.upn for person in self.people if person.upn}
        without = {(p.surname, p.forename, p.date_of_birth) for p in self.people if not p.upn}
        self._report.warn("upn_shared", sum(self.shared().values()))
        self._report.warn("upn_check_letter", sum(numbers.check_letter(u) != u[0] for u in upns))
        self._report.warn("temporary_upn", sum(map(numbers.is_temporary, upns)))
        self._report.warn("upn_missing", len(without))


def fold(name: str) -> str:
    """A name for comparison: no case, accents or punctuation."""
    plain = name.casefold()
    if plain.isspace():
        return ""
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join(_NO_LETTERS.sub(" ", plain).split())


def _differ(seen: list[tuple[str, date | None]]) -> bool:
    known = [(name, born) for name, born in seen if name and born]
    if not known:
        return False
    (name, born), others = known[0], known[1:]
    if any(n != name and b != born for n, b in others):
        return True
    return any(n == name for n, _ in others) and any(n != name for n, _ in others)


def _pupils(seen: list[tuple[str, date | None]]) -> int:
    """How many they are at least: one name or one date of birth may be one pupil's."""
    groups: list[set[tuple[str, date | None]]] = []
    for name, born in seen:
        if not name and not born:
            continue
        alike = [g for g in groups if any((name and n == name) or (born and b == born) for n, b in g)]
        groups = [g for g in groups if g not in alike] + [{(name, born)}.union(*alike)]
    return max(2, len(groups))


def _update(known: Person, later: Person) -> None:
    if later.entered_on and later.entered_on != known.entered_on:
        known.left_on = None  # of the time before
    for name in (
        "surname",
        "forename",
        "date_of_birth",
        "sex",
        "year_group",
        "reg_group",
        "entered_on",
        "left_on",
    ):
        if value := getattr(later, name):
            setattr(known, name, value)
    known.extra.update({name: value for name, value in later.extra.items() if value})


def read_people(
    table: Table,
    rows: NDArray[np.bool_],
    header: Header,
    order: str | None,
    latest: int,
    school: str,
    report: Report,
) -> People:
    """The person of each of ``rows``; a row without a sound one is refused with the column that is at fault.

    school: what the titles call the school, for rows that name none
    """
    whole, table, looked_at = len(table), table.only(rows), np.flatnonzero(rows)
    names = [n for n in (*SCHOOL, *_WHO, *DATES, *EXTRA) if n in header.columns]
    kinds, firsts = table.distinct([header.columns[n] for n in names])
    roll = Roll(report)
    index = np.full(len(firsts), -1, np.int32)
    refusals: dict[tuple[str, str], list[tuple[int, str]]] = {}
    text = cache(lambda number: table.texts[number].strip())
    spans: list[Span] = [(None, None)] * len(firsts)
    described = [map(text, table.cells[header.columns[n]][firsts].tolist()) for n in names]
    for kind, values in enumerate(zip(*described, strict=True)):
        cells = dict(zip(names, values, strict=True))
        try:
            person = person_of(cells, order, latest, school)
            spans[kind] = (person.entered_on, person.left_on)
            index[kind] = roll.add(person)
        except Refusal as why:
            refusals.setdefault((why.field, why.problem), []).append((kind, why.value))
    _refuse_shared(roll, index, refusals)
    roll.warn()
    _tell(refusals, kinds, looked_at, len(firsts), header, report)
    of_row, stay = np.full(whole, -1, np.int32), np.zeros(whole, np.int32)
    of_row[looked_at], stay[looked_at] = index[kinds], kinds
    return People(roll.people, of_row, Stays.of(stay, _told_once(index.tolist(), spans)))


def _told_once(index: list[int], spans: list[Span]) -> list[Span]:
    """When each kind of row says its pupil was on roll; where it says nothing, as the pupil's other rows say
    if they all say the same."""
    told: dict[int, set[Span]] = {}
    for person, span in zip(index, spans, strict=True):
        if any(span):
            told.setdefault(person, set()).add(span)
    only = {person: found.pop() for person, found in told.items() if len(found) == 1}
    return [span if any(span) else only.get(person, span) for person, span in zip(index, spans, strict=True)]


def _refuse_shared(
    roll: Roll, index: NDArray[np.int32], refusals: dict[tuple[str, str], list[tuple[int, str]]]
) -> None:
    """Rows whose UPN is on pupils of different name and date of birth."""
    shared = roll.shared()
    if not shared:
        return
    problem = "this UPN is also on rows with another name and date of birth: ask the school which is right"
    for kind, person in enumerate(index.tolist()):
        if person >= 0 and roll.people[person].upn in shared:
            refusals.setdefault(("upn", problem), []).append((kind, roll.people[person].upn))
            index[kind] = -1


def _tell(
    refusals: dict[tuple[str, str], list[tuple[int, str]]],
    kinds: NDArray[np.int32],
    looked_at: NDArray[np.int64],
    count: int,
    header: Header,
    report: Report,
) -> None:
    for (name, problem), found in refusals.items():
        at = np.full(count, -1, np.int64)
        at[[kind for kind, _ in found]] = np.arange(len(found))
        rows = np.flatnonzero(at[kinds] >= 0)
        values = [value for _, value in found]
        report.refuse(
            looked_at[rows],
            at[kinds][rows],
            values.__getitem__,
            header.label(name),
            problem,
            header.columns.get(name, 0),
        )


def person_of(cells: dict[str, str], order: str | None, latest: int, school: str) -> Person:
    """The person that named cells describe; raises Refusal."""
    surname, forename = _names(cells)
    born, entry, left = (_day(cells, name, order, latest) for name in DATES)
    number = numbers.normalise(cells.get("upn", ""))
    if number and not numbers.matches(number):
        raise Refusal("upn", cells["upn"], "not a UPN: a letter, eleven digits, then a digit or a letter")
    if not number and not (surname and forename and born):
        raise Refusal("upn", "", "no UPN, and not surname, forename and date of birth instead")
    return Person(
        school=school_key(cells) or school,
        upn=number,
        surname=surname,
        forename=forename,
        date_of_birth=born,
        sex=cells.get("sex", ""),
        year_group=cells.get("year", ""),
        reg_group=cells.get("reg", ""),
        entered_on=entry,
        left_on=left,
        extra={name: cells[name] for name in EXTRA if cells.get(name)},
    )


def _names(cells: dict[str, str]) -> tuple[str, str]:
    surname, forename = cells.get("surname", ""), cells.get("forename", "")
    if (surname or forename) or not (name := cells.get("name", "")):
        return surname, forename
    if "," in name:
        last, first = name.split(",", 1)
        return last.strip(), first.strip()
    first, _, last = name.rpartition(" ")
    return last.strip(), first.strip()


def _day(cells: dict[str, str], name: str, order: str | None, latest: int) -> date | None:
    text = cells.get(name, "")
    if not text:
        return None
    if day := parse(text, latest).under(order):
        return day
    raise Refusal(name, text, "not a date that can be read")


def school_key(cells: dict[str, str]) -> str:
    """The URN, else the LAESTAB, else the name; "" where the cells name no school."""
    la, estab, laestab = (_SEPARATORS.sub("", cells.get(name, "")) for name in ("la", "estab", "laestab"))
    if not laestab and _LAESTAB.fullmatch(estab):
        laestab = estab
    elif not laestab and la and estab:
        laestab = la + estab.zfill(4)
    return cells.get("urn", "") or laestab or cells.get("school", "") or estab


def named_schools(table: Table, rows: NDArray[np.bool_], header: Header, title: str) -> list[str]:
    """The schools that some rows name, and what the titles call the school of a row that names none."""
    names = [name for name in SCHOOL if name in header.columns]
    kinds, firsts = table.distinct([header.columns[name] for name in names])
    found = set()
    for kind in np.flatnonzero(np.bincount(kinds[rows])).tolist():
        row = int(firsts[kind])
        cells: dict[str, str] = {name: table.text(header.columns[name], row).strip() for name in names}
        found.add(school_key(cells) or title)
    return sorted(found - {""})


def schools_of(people: Iterable[Person]) -> list[str]:
    return sorted({person.school for person in people if person.school})
