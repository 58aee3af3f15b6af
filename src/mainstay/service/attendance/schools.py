"""Which of our schools a file speaks of: by URN, present or former, by LAESTAB, or by name."""

from collections.abc import Collection
from typing import Any

from mainstay.service.common.keys import fold
from mainstay.service.directory.models import School, SchoolUrn


def named(names: Collection[str]) -> dict[str, School]:
    """Name as the file gives it -> school; those nobody knows, or that fit two schools, are left out."""
    former = dict(SchoolUrn.objects.filter(urn__in=names).values_list("urn", "school_id"))
    schools = School.objects.in_bulk(former.values())
    found = {urn: schools[pk] for urn, pk in former.items()}
    keys = {fold(name): name for name in names}
    for field, texts in (("urn", names), ("laestab", names), ("key", keys)):
        fits: dict[str, list[School]] = {}
        for school in School.objects.filter(**{f"{field}__in": [text for text in texts if text]}):
            text = getattr(school, field)
            fits.setdefault(keys[text] if field == "key" else text, []).append(school)
        for name, some in fits.items():
            if len(some) == 1:
                found.setdefault(name, some[0])
    return found


def only(names: Collection[str]) -> School | None:
    """The one school of ours that these texts name; None where they name none or several."""
    known = {school.pk: school for school in named([name for name in names if name]).values()}
    return next(iter(known.values())) if len(known) == 1 else None


def refusal(names: Collection[str], chosen: School | None, sender: Any | None) -> str:
    """Why the schools of a file cannot be taken from this sender; "" when they can."""
    named_in_file = [name for name in names if name]
    if not named_in_file:
        return "" if chosen is not None else "The file names no school. Choose the school it is from."
    found = named(named_in_file)
    unknown = [name for name in named_in_file if name not in found]
    if unknown:
        listed = ", ".join(unknown[:5])
        return f"Not a school of ours: {listed}. Correct the school in the file, or add the school first."
    if chosen is not None and any(school.pk != chosen.pk for school in found.values()):
        return f"You chose {chosen.name}, but the file names another school."
    if sender is not None:
        own = set(School.objects.visible_to(sender).values_list("pk", flat=True))
        if any(school.pk not in own for school in found.values()):
            return "The file names a school that is not yours."
    return ""
