"""What this room gives to the rooms below."""

from typing import Any

from django.urls import reverse

from mainstay.service.directory.models import Pupil
from mainstay.service.documents.models import Document
from mainstay.service.record.providers import Line


def documents(pupil: Pupil, user: Any) -> list[Line]:
    """The documents made about a child, newest first."""
    found = (
        Document.objects.visible_to(user)
        .filter(pupil_id=pupil.pk)
        .select_related("made_by")
        .order_by("-made_at")
    )
    return [
        Line(
            d.title,
            reverse("document", args=[d.pk]),
            f"made by {d.made_by.name}",
            d.made_at,
            "Draft" if d.draft else "Issued",
        )
        for d in found
    ]
