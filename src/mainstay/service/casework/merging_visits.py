"""When two records of a parent become one, what they said, signed and were given goes with them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from mainstay.service.casework.models import KeptText, Passage, PlanConsent, PlanCopy, PlanSignature
from mainstay.service.directory.models import Parent


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Listens to ``parents_merged``. Where both said something to the same question, no word is lost.

    About an assessment the last word counts: what stood before it ends.
    """
    signed = PlanSignature.objects.filter(parent=kept).values("plan")
    rows: tuple[QuerySet[Any], ...] = (
        PlanCopy.objects.filter(parent=other),
        PlanConsent.objects.filter(parent=other),
        Passage.objects.filter(parent=other).exclude(pk__in=_beside_first(kept, other)),
        PlanSignature.objects.filter(parent=other).exclude(plan__in=signed),
    )
    for found in rows:
        ids = sorted(found.order_by().values_list("pk", flat=True))
        found.model._default_manager.filter(pk__in=ids).update(parent=kept)
        moved[found.model._meta.label_lower] = ids
    said = PlanConsent.objects.filter(parent=kept)
    said.standing().exclude(pk__in=said.last_words().values("pk")).update(withdrawn_on=timezone.localdate(at))


def _beside_first(kept: Parent, other: Parent) -> list[int]:
    """The texts of the second record that the first has too: their words now lie beside the first's."""
    own = {
        (p.about_kind, p.about_id, p.key): p
        for p in Passage.objects.select_for_update().filter(parent=kept).order_by("pk")
    }
    found = []
    for theirs in Passage.objects.filter(parent=other).order_by("pk"):
        first = own.get((theirs.about_kind, theirs.about_id, theirs.key))
        if first is not None:
            found.append(theirs.pk)
            KeptText.objects.create(
                passage=first, version=first.version, text=theirs.text, by=theirs.changed_by, at=theirs.changed_at,
                beside=True,
            )  # fmt: skip
    return found
