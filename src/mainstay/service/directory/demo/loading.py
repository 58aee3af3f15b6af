"""Writing a made-up city into an empty database, in large batches with ids of our own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from mainstay.registers.simulate import City
from mainstay.registers.simulating.model import Parent as MadeUpParent
from mainstay.registers.simulating.model import Pupil as MadeUpPupil
from mainstay.registers.simulating.model import year_group_name
from mainstay.service.accounts.models import User
from mainstay.service.common.keys import fold
from mainstay.service.common.search import words
from mainstay.service.common.search.models import SearchEntry, SearchWord
from mainstay.service.directory.bulk import insert
from mainstay.service.directory.demo import people, schools
from mainstay.service.directory.models import (
    Address,
    Enrolment,
    FormerUpn,
    Parent,
    Parenthood,
    Pupil,
    PupilFact,
    School,
)
from mainstay.service.directory.searching import parent_detail

Progress = Callable[[float, str], None]
SOURCE: Final = "made-up city"
BASIS: Final = {"parent": "natural", "responsibility": "responsibility", "care": "care"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the rooms above need of a loaded city; lists are in the city's own order."""

    city: City
    users: dict[str, User]
    schools: list[School]
    pupil_ids: list[int]


def load(city: City, progress: Progress) -> Loaded:
    """Schools, officers, pupils, parents; the database holds none of them yet."""
    begun = date(city.years[0], 9, 1)
    progress(0.0, "schools and officers")
    users = people.make_users(begun)
    made = schools.load(city)
    people.give_posts(users, made, begun)
    current = _current(city)
    progress(0.1, "pupils")
    insert(Pupil, _PUPIL, _pupils(city, made, current))
    insert(FormerUpn, ("pupil_id", "upn"), _former(city))
    insert(PupilFact, _FACT, _facts(city, begun))
    progress(0.35, "enrolments")
    insert(Enrolment, _ENROLMENT, _enrolments(city, made))
    progress(0.45, "parents and carers")
    insert(Parent, _PARENT, _parents(city))
    insert(Parenthood, _PARENTHOOD, _ties(city))
    progress(0.7, "addresses")
    insert(Address, _ADDRESS, _addresses(city, begun))
    progress(0.85, "search")
    insert(SearchEntry, _SEARCH, _search(city, made, current))
    insert(SearchWord, ("entry_id", "word", "sound"), words.of_all())
    progress(1.0, "people are in")
    return Loaded(city, users, made, list(range(1, len(city.pupils) + 1)))


def _current(city: City) -> dict[int, int]:
    """Pupil -> the enrolment that names their school today: the latest still open, a subsidiary last."""
    found: dict[int, int] = {}
    for n, e in enumerate(city.enrolments):
        if e.left_on is not None and e.left_on < city.until:
            continue
        other = found.get(e.pupil)
        if other is None or (e.status != "S", e.entered_on) > (
            city.enrolments[other].status != "S",
            city.enrolments[other].entered_on,
        ):
            found[e.pupil] = n
    return found


_PUPIL = (
    "id", "upn", "surname", "forename", "key", "date_of_birth", "sex", "language", "year_group", "reg_group",
    "school_id", "fsm", "sen", "pupil_premium", "in_care", "social_worker", "ethnicity",
)  # fmt: skip


def _pupils(city: City, made: list[School], current: dict[int, int]) -> Iterator[tuple[Any, ...]]:
    for n, p in enumerate(city.pupils):
        e = city.enrolments[current[n]] if n in current else None
        yield (
            n + 1,
            p.upn,
            p.surname,
            p.forename,
            fold(f"{p.surname} {p.forename}"),
            p.date_of_birth,
            p.sex,
            p.language,
            year_group_name(e.year_group) if e else "",
            e.reg_group if e else "",
            made[e.school].pk if e else None,
            p.fsm,
            p.sen,
            p.pupil_premium,
            p.in_care,
            p.social_worker,
            p.ethnicity,
        )


def _former(city: City) -> Iterator[tuple[Any, ...]]:
    return ((n, p.former_upn) for n, p in enumerate(city.pupils, 1) if p.former_upn)


_FACT = ("pupil_id", "name", "value", "since", "source", "learned_on")


def _facts(city: City, begun: date) -> Iterator[tuple[Any, ...]]:
    for n, p in enumerate(city.pupils, 1):
        since = max(begun, date(p.date_of_birth.year + 4, 9, 1))
        said = {
            "sen": p.sen,
            "fsm": p.fsm,
            "pupil_premium": p.pupil_premium,
            "in_care": p.in_care,
            "social_worker": p.social_worker,
            "ethnicity": p.ethnicity,
        }
        for name, value in said.items():
            if value:
                yield n, name, "true" if value is True else value, min(since, city.until), SOURCE, city.until


_ENROLMENT = ("pupil_id", "school_id", "status", "entered_on", "left_on", "leaving_reason")


def _enrolments(city: City, made: list[School]) -> Iterator[tuple[Any, ...]]:
    for e in city.enrolments:
        reason = "Moved to another school" if e.left_on else ""
        yield e.pupil + 1, made[e.school].pk, e.status, e.entered_on, e.left_on, reason


_PARENT = ("id", "title", "forename", "surname", "key", "phone", "email", "language", "interpreter")


def _parents(city: City) -> Iterator[tuple[Any, ...]]:
    for n, p in enumerate(city.parents, 1):
        key = fold(f"{p.surname} {p.forename}")
        yield n, p.title, p.forename, p.surname, key, p.phone, p.email, p.language, p.interpreter


_PARENTHOOD = (
    "pupil_id", "parent_id", "relationship", "basis", "parental_responsibility", "lives_with",
    "contact_allowed", "priority", "source",
)  # fmt: skip


def _ties(city: City) -> Iterator[tuple[Any, ...]]:
    for t in city.ties:
        yield (
            t.pupil + 1,
            t.parent + 1,
            t.relationship.capitalize(),
            BASIS[t.basis],
            t.responsibility,
            t.lives_with,
            t.contact_allowed,
            t.priority,
            SOURCE,
        )


_ADDRESS = ("pupil_id", "parent_id", "lines", "postcode", "since", "key", "street")


def _addresses(city: City, begun: date) -> Iterator[tuple[Any, ...]]:
    since = begun - timedelta(days=365)
    homes = [Address(lines="\n".join(home.lines), postcode=home.postcode).fill() for home in city.addresses]
    for pupil, p in enumerate(city.pupils, 1):
        yield pupil, None, *_home(homes[p.address], since)
    for parent, q in enumerate(city.parents, 1):
        yield None, parent, *_home(homes[q.address], since)


def _home(home: Address, since: date) -> tuple[Any, ...]:
    return home.lines, home.postcode, since, home.key, home.street


_SEARCH = ("kind", "object_id", "title", "detail", "key", "exact", "school_id", "born")


def _search(city: City, made: list[School], current: dict[int, int]) -> Iterator[tuple[Any, ...]]:
    """As ``searching`` writes them one by one."""
    at: dict[int, School] = {}
    for n, p in enumerate(city.pupils):
        e = city.enrolments[current[n]] if n in current else None
        school = made[e.school] if e else None
        year = f"year {year_group_name(e.year_group)}, " if e else ""
        detail = year + (school.name if school else "on no roll")
        if school:
            at[n] = school
        title = f"{p.forename} {p.surname}"
        yield (
            "pupil",
            n + 1,
            title,
            detail,
            f"{_words(p)} {fold(p.former_upn)}".strip(),
            p.upn,
            school.pk if school else None,
            p.date_of_birth,
        )
    of: dict[int, dict[int | None, str | None]] = {}
    for t in city.ties:
        school = at.get(t.pupil)
        of.setdefault(t.parent, {})[school.pk if school else None] = school.name if school else None
    for n, q in enumerate(city.parents):
        title = " ".join(filter(None, (q.title, q.forename, q.surname)))
        phone = "".join(q.phone.split())
        where = of.get(n, {})
        only = next(iter(where)) if len(where) == 1 else None
        yield "parent", n + 1, title, parent_detail(where.values()), _words(q), phone, only, None


def _words(person: MadeUpPupil | MadeUpParent) -> str:
    return " ".join(dict.fromkeys(fold(f"{person.surname} {person.forename}").split()))
