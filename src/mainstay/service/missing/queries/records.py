"""Missing children and pupils on rolls as matching compares them, in a fixed number of queries.

Of a restricted pupil neither home nor family is compared, and no confidential address of anybody: a reason must not
tell what the record keeps.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from mainstay.service.common.search.models import SearchEntry, SearchWord
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.models import (
    Address,
    FormerUpn,
    Parent,
    Parenthood,
    Pupil,
    PupilAlias,
    street_of,
)
from mainstay.service.missing.matching.live import ENOUGH, Index
from mainstay.service.missing.matching.people import Home, Person
from mainstay.service.missing.matching.weighing import Shares
from mainstay.service.missing.models import MissingAlias, MissingChild, MissingParent

#: pupils looked at for one child
NEAR: Final = 1500
_PUPIL: Final = (
    "pk", "forename", "surname", "preferred_forename", "preferred_surname", "date_of_birth", "sex", "upn", "restricted",
)  # fmt: skip


def children(rows: QuerySet[MissingChild]) -> list[Person]:
    """What was told of each; a child known from a roll brings what the record holds."""
    found: dict[int, Person] = {}
    of_pupil: dict[int, Person] = {}
    for child in rows.order_by("pk"):
        home = Home(street_of(child.address), child.postcode)
        person = Person(
            child.pk, _some(child.forename), _some(child.surname), child.date_of_birth, child.sex,
            _some(child.upn), [home] if home.street or home.postcode else [],
        )  # fmt: skip
        found[child.pk] = person
        if child.pupil_id:
            of_pupil[child.pupil_id] = person
    keys = list(found)
    for few in chunks(keys):
        for alias in MissingAlias.objects.filter(child__in=few):
            found[alias.child_id].forenames += _some(alias.forename)
            found[alias.child_id].surnames += _some(alias.surname)
        for told in MissingParent.objects.filter(child__in=few).select_related("parent"):
            person = found[told.child_id]
            person.parents.append(
                _told(told.name) if told.parent is None else (told.parent.forename, told.parent.surname)
            )
            person.phones += _some(told.phone)
            if told.address:
                person.homes.append(Home(street_of(told.address)))
    if of_pupil:
        for known in pupils(list(of_pupil)):
            _join(of_pupil[known.key], known)
    return list(found.values())


def _join(person: Person, known: Person) -> None:
    for name in ("forenames", "surnames", "upns", "homes", "parents", "phones"):
        getattr(person, name).extend(getattr(known, name))
    person.born, person.sex = person.born or known.born, person.sex or known.sex


def pupils(ids: Sequence[int] | None = None) -> list[Person]:
    """These pupils, or every one of the directory, former names and numbers among theirs."""
    found: dict[int, Person] = {}
    plain: set[int] = set()
    for few in _parts(ids):
        rows = Pupil.objects.filter(merged_into=None, **({} if few is None else {"pk__in": few})).order_by()
        for pk, first, last, called, named, born, sex, upn, restricted in rows.values_list(*_PUPIL).iterator(
            5000
        ):
            found[pk] = Person(
                pk, [*_some(first), *_some(called)], [*_some(last), *_some(named)], born, sex, _some(upn)
            )
            if not restricted:
                plain.add(pk)
        of = {} if few is None else {"pupil__in": few}
        for pk, first, last in PupilAlias.objects.filter(**of).values_list("pupil_id", "forename", "surname"):
            if pk in found:
                found[pk].forenames += _some(first)
                found[pk].surnames += _some(last)
        for pk, upn in FormerUpn.objects.filter(**of).values_list("pupil_id", "upn"):
            if pk in found:
                found[pk].upns.append(upn)
        _families(found, plain, of)
    return list(found.values())


def _families(found: dict[int, Person], plain: set[int], of: dict[str, Any]) -> None:
    homes = Address.objects.filter(confidential=False, **(of or {"pupil__isnull": False})).order_by()
    for pk, street, postcode in homes.values_list("pupil_id", "street", "postcode").iterator(5000):
        if pk in plain:
            found[pk].homes.append(Home(street, postcode))
    ties = Parenthood.objects.filter(parent__merged_into=None, **of).order_by()
    rows = ties.values_list("pupil_id", "parent__forename", "parent__surname", "parent__phone")
    for pk, first, last, phone in rows.iterator(5000):
        if pk in plain:
            found[pk].parents.append((first, last))
            found[pk].phones += _some(phone)


def _parts(ids: Sequence[int] | None) -> Iterator[Sequence[int] | None]:
    if ids is None:
        yield None
    else:
        yield from chunks(ids)


def near(child: Person) -> Index:
    """Those pupils that one child could be: by number, birthday, the sound of the name, a parent, the home."""
    records = Pupil.objects.filter(merged_into=None).count()
    found = sorted(_near(child))[:NEAR]
    return Index(records, _shares(child, records)).add(pupils(found))


def _near(child: Person) -> set[int]:
    ids = (
        set(Pupil.objects.filter(upn__in=child.numbers).values_list("pk", flat=True))
        if child.numbers
        else set()
    )
    if child.numbers:
        ids |= set(FormerUpn.objects.filter(upn__in=child.numbers).values_list("pupil_id", flat=True))
    entries = SearchEntry.objects.filter(kind="pupil").order_by()
    if days := _days(child.born):
        ids |= set(entries.filter(born__in=days).values_list("object_id", flat=True)[:NEAR])
        hidden = Pupil.objects.filter(restricted=True, date_of_birth__in=days)
        ids |= set(hidden.values_list("pk", flat=True))
    if child.last_sounds and child.first_sounds:
        said = entries.filter(pk__in=_sounding(child.last_sounds)).filter(
            pk__in=_sounding(child.first_sounds)
        )
        ids |= set(said.values_list("object_id", flat=True)[:NEAR])
    if child.adults:
        parents = Parent.objects.filter(key__in=child.adults, merged_into=None)
        ids |= set(Parenthood.objects.filter(parent__in=parents).values_list("pupil_id", flat=True)[:NEAR])
    if child.postcodes:
        written = [*child.postcodes, *(f"{code[:-3]} {code[-3:]}" for code in child.postcodes)]
        homes = Address.objects.filter(postcode__in=written, confidential=False, pupil__isnull=False)
        ids |= set(homes.values_list("pupil_id", flat=True)[:NEAR])
    return {pk for pk in ids if pk is not None}


def _sounding(keys: Collection[str]) -> Any:
    return SearchWord.objects.filter(sound__in=keys).values("entry")


def _days(born: date | None) -> list[date]:
    if born is None:
        return []
    return [
        born,
        *([date(born.year, born.day, born.month)] if born.day <= 12 and born.day != born.month else []),
    ]


def _shares(child: Person, records: int) -> Shares:
    if records < ENOUGH:
        return Shares()
    first = {name: _share(name, records) for name in child.first[:1]}
    last = {name: _share(name, records) for name in child.last[:1]}
    return Shares(
        {name: one for name, one in last.items() if one}, {name: one for name, one in first.items() if one}
    )


def _share(name: str, records: int) -> float:
    word = name.split()[0]
    return SearchWord.objects.filter(word=word, entry__kind="pupil").count() / records


def _some(text: str) -> list[str]:
    return [text] if text.strip() else []


def _told(name: str) -> tuple[str, str]:
    """ "Mrs Ada Fenwick" -> forename and surname; a title is left out."""
    words = [word for word in name.split() if word.rstrip(".").casefold() not in _TITLES]
    return (words[0], words[-1]) if len(words) > 1 else ("", words[0] if words else "")


_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "sir", "lady"})


def sought() -> list[Person]:
    """Every child whose whereabouts are not known."""
    return children(MissingChild.objects.sought())


def written(person: Person) -> str:
    """Everything that is compared, as one text: what it comes down to changes only with the record."""
    parts: tuple[Any, ...] = (
        sorted(person.first), sorted(person.last), person.first[:1], person.last[:1], person.born, person.sex,
        person.numbers, person.roads, person.postcodes, person.adults, person.telephones,
    )  # fmt: skip
    return repr(parts)


def by_key(people: Iterable[Person]) -> dict[int, Person]:
    return {person.key: person for person in people}
