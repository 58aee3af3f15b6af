"""What the search box finds of this room: pupils, parents and schools."""

from collections.abc import Iterable, Sequence

from mainstay.service.common.keys import fold
from mainstay.service.common.models import SearchEntry
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.models import Parent, Parenthood, Pupil, School


def write_pupils(pupils: Sequence[int]) -> None:
    """Write the search entries of these pupils anew."""
    for few in chunks(sorted(set(pupils))):
        _write(map(pupil_entry, Pupil.objects.filter(pk__in=few).select_related("school").order_by()))


def write_parents(parents: Sequence[int]) -> None:
    for few in chunks(sorted(set(parents))):
        schools = dict(Parenthood.objects.filter(parent__in=few).values_list("parent_id", "pupil__school_id"))
        _write(parent_entry(parent, schools.get(parent.pk)) for parent in Parent.objects.filter(pk__in=few))


def write_schools(schools: Iterable[School]) -> None:
    _write(map(school_entry, schools))


def pupil_entry(pupil: Pupil) -> SearchEntry:
    """A restricted pupil is found by UPN or full name, and shown by initials."""
    names = (
        pupil.forename, pupil.middle_names, pupil.surname, pupil.preferred_forename, pupil.preferred_surname
    )  # fmt: skip
    school = pupil.school.name if pupil.school else "on no roll"
    year = f"year {pupil.year_group}, " if pupil.year_group else ""
    return SearchEntry(
        kind="pupil",
        object_id=pupil.pk,
        title=pupil.initials if pupil.restricted else pupil.name[:200],
        detail=f"{year}{school}"[:200],
        key=_words(*names),
        exact=pupil.upn,
        school_id=pupil.school_id,
        restricted=pupil.restricted,
    )


def parent_entry(parent: Parent, school: int | None) -> SearchEntry:
    """A parent is found through the school of a child; the telephone number is found whole."""
    return SearchEntry(
        kind="parent",
        object_id=parent.pk,
        title=parent.name[:200],
        detail="Parent or carer",
        key=_words(parent.forename, parent.surname),
        exact="".join(parent.phone.split())[:40],
        school_id=school,
    )


def school_entry(school: School) -> SearchEntry:
    return SearchEntry(
        kind="school",
        object_id=school.pk,
        title=school.name[:200],
        detail=f"{school.get_phase_display()}, URN {school.urn}"
        if school.urn
        else school.get_phase_display(),
        key=_words(school.name, school.urn),
        exact=school.laestab,
        school_id=school.pk,
    )


def _words(*names: str) -> str:
    """Folded words, each once, so that "ada fen" and "fen ada" both find Ada Fenwick."""
    return " ".join(dict.fromkeys(fold(" ".join(names)).split()))[:400]


def _write(entries: Iterable[SearchEntry]) -> None:
    SearchEntry.objects.bulk_create(
        list(entries),
        batch_size=100,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["title", "detail", "key", "exact", "school_id", "restricted"],
    )
