"""What the search box finds of this room: pupils, parents and schools."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from mainstay.service.common import search
from mainstay.service.common.search.models import SearchEntry
from mainstay.service.directory import at_address
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.models import Parent, Parenthood, Pupil, School


def write_pupils(pupils: Sequence[int]) -> None:
    """Write the search entries of these pupils anew."""
    for few in chunks(sorted(set(pupils))):
        rows = (
            Pupil.objects.filter(pk__in=few)
            .select_related("school")
            .prefetch_related("former_upns")
            .order_by()
        )
        search.write_many([pupil_entry(pupil) for pupil in rows])


def write_parents(parents: Sequence[int]) -> None:
    """Write the search entries of these parents anew; one with children at several schools belongs to none."""
    for few in chunks(sorted(set(parents))):
        schools: dict[int, dict[int | None, str | None]] = {}
        ties = Parenthood.objects.filter(parent__in=few, pupil__restricted=False).order_by(
            "pupil__school__name"
        )
        for parent, pk, name in ties.values_list("parent_id", "pupil__school_id", "pupil__school__name"):
            schools.setdefault(parent, {})[pk] = name
        rows = Parent.objects.filter(pk__in=few)
        search.write_many([parent_entry(parent, schools.get(parent.pk, {})) for parent in rows])


def write_schools(schools: Iterable[School]) -> None:
    search.write_many([school_entry(school) for school in schools])


def pupil_entry(pupil: Pupil) -> SearchEntry:
    """A restricted pupil is found by UPN or full name, and shown by initials."""
    school = pupil.school.name if pupil.school else "on no roll"
    year = f"year {pupil.year_group}, " if pupil.year_group else ""
    return search.entry(
        "pupil",
        pupil.pk,
        title=pupil.initials if pupil.restricted else pupil.name,
        words=(
            pupil.surname,
            pupil.forename,
            pupil.middle_names,
            pupil.preferred_surname,
            pupil.preferred_forename,
            *(former.upn for former in pupil.former_upns.all()),
        ),
        detail=year + school,
        exact=pupil.upn,
        school_id=pupil.school_id,
        restricted=pupil.restricted,
        born=pupil.date_of_birth,
    )


def parent_entry(parent: Parent, schools: Mapping[int | None, str | None]) -> SearchEntry:
    """A parent is found by name or by the whole telephone number. schools: of the children, id -> name."""
    return search.entry(
        "parent",
        parent.pk,
        title=parent.name,
        words=(parent.surname, parent.forename),
        detail=parent_detail(schools.values()),
        exact=parent.phone,
        school_id=next(iter(schools)) if len(schools) == 1 else None,
        born=parent.date_of_birth,
    )


def parent_detail(schools: Iterable[str | None]) -> str:
    """ "child at Invented Primary"; schools by name, None for a child on no roll.

    Of several schools the number only: each of them may find the parent.
    """
    names = set(filter(None, schools))
    if len(names) > 1:
        return f"children at {len(names)} schools"
    return f"child at {names.pop()}" if names else "child on no roll"


def school_entry(school: School) -> SearchEntry:
    phase = school.get_phase_display()
    return search.entry(
        "school",
        school.pk,
        title=school.name,
        words=(school.name, school.urn),
        detail=f"{phase}, URN {school.urn}" if school.urn else phase,
        exact=school.laestab,
        school_id=school.pk,
    )


def visible_pupils(user: Any, ids: list[int]) -> set[int]:
    return set(Pupil.objects.visible_to(user).filter(pk__in=ids).order_by().values_list("pk", flat=True))


def visible_schools(user: Any, ids: list[int]) -> set[int]:
    return set(School.objects.visible_to(user).filter(pk__in=ids).order_by().values_list("pk", flat=True))


def visible_parents(user: Any, ids: list[int]) -> set[int]:
    """Parents of at least one pupil in view whose record is not restricted."""
    if not user.may("see_people"):
        return set()
    # child by child of these parents: a list of every child in view took longer
    seen = Pupil.objects.present_to(user).filter(restricted=False, pk=OuterRef("pupil_id"))
    ties = Parenthood.objects.filter(Exists(seen), parent__in=ids)
    return set(ties.order_by().values_list("parent_id", flat=True))


def schools_in_view(user: Any) -> list[int] | None:
    """The ids of a school user's schools; None for those who see every school."""
    if user.sees_all_schools:
        return None
    return list(School.objects.visible_to(user).order_by().values_list("pk", flat=True))


def register() -> None:
    """Tell the search box about this room's kinds; from ``apps.py``."""
    search.register_kind(search.Kind("pupil", "Pupil", "pupil", visible_pupils))
    search.register_kind(search.Kind("parent", "Parent or carer", "parent", visible_parents))
    search.register_kind(search.Kind("school", "School", "school", visible_schools))
    search.schools_of.register(schools_in_view)
    search.places.register(at_address.found)
