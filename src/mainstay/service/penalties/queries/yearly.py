"""The yearly return counted: for the whole council, by school, with its checks and England's figures beside it.

A fixed number of queries however many notices: each book is grouped by its fields once, and every figure is a sum of groups.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from mainstay.registers.grid import year_label
from mainstay.registers.simulating import published
from mainstay.service.directory.models import School
from mainstay.service.penalties.queries import limit_met
from mainstay.service.penalties.returns import BOOKS, PARTS, SECTIONS, SUMS, Book, Part

#: the figures of the table by school, with shorter headings
BY_SCHOOL: Final[Mapping[str, str]] = {
    "issued": "Issued", "holiday": "Holiday", "late": "Late", "other": "Other", "second": "Second rate",
    "paid_early": "Paid early", "paid_late": "Paid later", "withdrawn": "Withdrawn", "prosecuting": "Prosecution",
    "to_decide": "To decide", "open": "Open", "excluded": "Excluded child", "improvements": "Notices to improve",
    "leave_refused": "Leave refused",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    part: Part
    number: int
    href: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole and its parts: ``difference`` is what the whole has more than they."""

    words: str
    whole: int
    parts: int

    @property
    def difference(self) -> int:
        return self.whole - self.parts


@dataclass(frozen=True, slots=True)
class Beside:
    """A share of ours beside England's."""

    words: str
    ours: float | None
    england: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Every figure of one year, as far as a person sees its books."""

    year: int
    rows: int  # notices of the year, whatever they are
    whole: Counter[str]
    schools: Mapping[int, Counter[str]]

    @property
    def label(self) -> str:
        return year_label(self.year)


def count(user: Any, year: int) -> Counted:
    schools: dict[int, Counter[str]] = {}
    rows = 0
    for book in BOOKS.values():
        if book.fields:
            for school, number, parts in _grouped(user, year, book):
                of_school = schools.setdefault(school, Counter())
                for part in parts:
                    of_school[part] += number
                rows += number if book.name == "notices" else 0
    for school in limit_met.requests(user, year).values():
        schools.setdefault(school, Counter())["limit"] += 1
    return Counted(year, rows, sum(schools.values(), Counter()), schools)


def _grouped(user: Any, year: int, book: Book) -> Iterator[tuple[int, int, list[str]]]:
    """(school, number, names of the figures it counts to) for each group of rows that are alike."""
    parts = [part for part in PARTS.values() if part.book == book.name]
    known: dict[tuple[Any, ...], list[str]] = {}
    grouped = book.rows(user, year).order_by().values_list("school_id", *book.fields).annotate(n=Count("pk"))
    for school, *values, number in grouped:
        key = tuple(values)
        if key not in known:
            row = dict(zip(book.fields, key, strict=True))
            known[key] = [part.name for part in parts if part.fits(row)]
        yield school, number, known[key]


def sections(counted: Counted) -> list[tuple[str, list[Figure]]]:
    """Every figure for the whole council, with the address of the list it counts."""
    return [
        (one.title, [Figure(p, counted.whole[p.name], _href(counted, p.name)) for p in one.parts])
        for one in SECTIONS
    ]


def _href(counted: Counted, part: str, school: int | None = None) -> str:
    number = counted.whole[part] if school is None else counted.schools[school][part]
    asked = {"year": counted.year, "part": part} | ({"school": school} if school else {})
    return f"{reverse('notices_return_list')}?{urlencode(asked)}" if number else ""


def school_rows(counted: Counted) -> list[dict[str, Any]]:
    """A row for each school with anything to count: its name, the figures, and their addresses under ``hrefs``."""
    base = f"{reverse('notices_return_list')}?year={counted.year}"
    names = School.objects.filter(pk__in=counted.schools).order_by("key").values_list("pk", "name")
    return [
        {
            "name": name,
            **{part: counted.schools[pk][part] for part in BY_SCHOOL},
            "hrefs": {
                part: f"{base}&part={part}&school={pk}" for part in BY_SCHOOL if counted.schools[pk][part]
            },
        }
        for pk, name in names
        if any(counted.schools[pk][part] for part in BY_SCHOOL)
    ]


def checks(counted: Counted) -> list[Checked]:
    """That wholes are the sum of their parts."""
    found = [
        Checked(
            f"{_name(whole)} = {' + '.join(_name(p).lower() for p in parts)}",
            counted.whole[whole],
            sum(counted.whole[part] for part in parts),
        )
        for whole, parts in SUMS
    ]
    both = counted.whole["issued"] + counted.whole["excluded"]
    return [
        *found,
        Checked(
            "All notices of the year = for failure to attend + for excluded children", counted.rows, both
        ),
    ]


def _name(part: str) -> str:
    one = PARTS[part]
    excluded = " (excluded children)" if one.when.get("kind") == ("excluded",) and not one.inner else ""
    return one.label + excluded


def beside_england(counted: Counted) -> list[Beside]:
    """Shares of the notices issued, beside the latest year in which both figures of England are among ours."""
    return [_beside(counted, words, part) for words, part in _SHARES]


_SHARES: Final = (
    ("Issued for unauthorised family holiday", "holiday"),
    ("Issued for arriving late", "late"),
    ("Issued at the second rate", "second"),
    ("Withdrawn", "withdrawn"),
)


def _beside(counted: Counted, words: str, part: str) -> Beside:
    issued = counted.whole["issued"]
    ours = counted.whole[part] / issued if issued else None
    england = _england()
    years = [year for year, measure in england if measure == part and (year, "issued") in england]
    if not years:
        return Beside(words, ours, None, "no figure for England is among our sources")
    last = max(years)
    number, source = england[last, part]
    return Beside(words, ours, number / england[last, "issued"][0], f"{last}: {source}")


def _england() -> dict[tuple[str, str], tuple[int, str]]:
    """(academic year, measure) -> number and where it was published."""
    rows = published.rows("penalty_notices.csv")
    return {(r["academic_year"], r["measure"]): (int(r["number"]), r["source"]) for r in rows}


def header() -> list[str]:
    """Of the file: every figure under the title of its section."""
    return ["School", *(f"{section.title}: {part.label}" for section in SECTIONS for part in section.parts)]


def for_export(counted: Counted, whole: str) -> Iterable[Sequence[Any]]:
    """The whole first, then each school."""
    names = School.objects.filter(pk__in=counted.schools).order_by("key").values_list("pk", "name")
    yield [whole, *(counted.whole[part] for part in PARTS)]
    for pk, name in names:
        yield [name, *(counted.schools[pk][part] for part in PARTS)]
