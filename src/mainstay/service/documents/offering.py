"""What this room gives to the rooms below: a child's documents, each with how it reached whom; addresses."""

from typing import Any

from django.urls import reverse

from mainstay.service.directory.models import Pupil
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.states import state
from mainstay.service.record.providers import Line


def documents(pupil: Pupil, user: Any) -> list[Line]:
    """The documents made about a child, newest first, each followed by the people it went to."""
    found = (
        Document.objects.visible_to(user)
        .filter(pupil_id=pupil.pk)
        .select_related("made_by")
        .prefetch_related("services")
        .order_by("-made_at")
    )
    return [
        line for document in found for line in (_document(document), *map(_service, document.services.all()))
    ]


def _document(document: Document) -> Line:
    language = (
        "" if document.language == "en" else f", with a sheet in another language ({document.language})"
    )
    large = ", large print" if document.large_print else ""
    return Line(
        document.title,
        reverse("document", args=[document.pk]),
        f"made by {document.made_by.name}{language}{large}",
        document.made_at,
        "Draft" if document.draft else "Issued",
    )


def _service(service: Service) -> Line:
    said = state(service)
    tag, colour = "Waiting to be sent", "grey"
    if service.presumed_on is not None:
        tag, colour = "Counts as received", "green"
    elif service.returned_on is not None:
        tag, colour = "Returned", "red"
    elif service.sent_on is not None:
        tag, colour = "Sent", "yellow"
    href = reverse("service_record", args=[service.pk])
    return Line(f"Sent to {service.addressee_name}", href, said[0].upper() + said[1:], None, tag, colour)


def address(kind: str, key: str) -> str | None:
    """Where a service record or a document that an entry is about can be seen."""
    names = {"documents.service": "service_record", "documents.document": "document"}
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None
