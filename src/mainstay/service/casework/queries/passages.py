"""The long texts of a thing, for its boxes and for reading."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import models
from django.db.models import Prefetch, QuerySet

from mainstay.service.casework.forms_passages import Box
from mainstay.service.casework.models import KeptText, Passage
from mainstay.service.directory.models import Parent

CHILD_HINT: Final = (
    "In the child’s own words, or why they were not heard. Only those who work on cases read this: it stands in no letter, "
    "no plan and no record of an interview."
)


def views_of(parents: Sequence[Parent]) -> list[Box]:
    """A box for each parent and one for the child, each a person of their own."""
    return [
        *(
            Box(Passage.PARENT, f"What {one.name} said", "Or why they were not heard.", one.pk)
            for one in parents
        ),
        Box(Passage.CHILD, "What the child said", CHILD_HINT),
    ]


def filled(boxes: Sequence[Box], about: models.Model, user: Any) -> list[Box]:
    """The boxes with their words, versions and what lies beside them; two queries."""
    beside = KeptText.objects.filter(beside=True, settled_at=None).select_related("by").order_by("pk")
    rows = of(about, user).prefetch_related(Prefetch("kept", beside, to_attr="waiting"))
    found = {(row.key, row.parent_id): row for row in rows}
    return [
        replace(box, text=row.text, version=row.version, beside=row.waiting)
        if (row := found.get((box.key, box.parent)))
        else box
        for box in boxes
    ]


def of(about: models.Model, user: Any) -> QuerySet[Passage]:
    """What this person may read of one thing in view."""
    kind, key = about._meta.label_lower, str(about.pk)
    return Passage.objects.readable_by(user).filter(about_kind=kind, about_id=key).order_by("pk")


def in_words(about: models.Model) -> str:
    """What is written of one thing, for the service's chronology; the child's own words stay apart."""
    kind, key = about._meta.label_lower, str(about.pk)
    rows = Passage.objects.filter(about_kind=kind, about_id=key).exclude(key=Passage.CHILD).exclude(text="")
    return "\n\n".join(
        f"{row.parent.name}: {row.text}" if row.parent else row.text
        for row in rows.select_related("parent").order_by("pk")
    )


def written(
    about: Sequence[models.Model], labels: dict[str, str], user: Any
) -> dict[int, list[dict[str, str]]]:
    """Thing -> its texts as {label, text}, for several things of one kind; one query."""
    if not about:
        return {}
    ids = [str(one.pk) for one in about]
    rows = Passage.objects.readable_by(user).filter(about_kind=about[0]._meta.label_lower, about_id__in=ids)
    found: dict[int, list[dict[str, str]]] = {}
    for row in rows.exclude(text="").select_related("parent").order_by("pk"):
        label = f"What {row.parent.name} said" if row.parent else labels.get(row.key, row.key)
        found.setdefault(int(row.about_id), []).append({"label": label, "text": row.text})
    return found
