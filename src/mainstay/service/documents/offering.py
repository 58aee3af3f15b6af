"""What this room gives to the rooms below: a child's documents, each with how it reached whom; addresses."""

from typing import Any

from django.urls import reverse

from mainstay.service.directory.models import Pupil
from mainstay.service.documents.models import Document, LeafletGiven, Service, Statement
from mainstay.service.documents.states import state
from mainstay.service.record.providers import Line


def documents(pupil: Pupil, user: Any) -> list[Line]:
    """What was made about a child and given to the family: statements, documents with how they were served, leaflets."""
    return [*_statements(pupil, user), *_papers(pupil, user), *_leaflets(pupil, user)]


def _statements(pupil: Pupil, user: Any) -> list[Line]:
    found = Statement.objects.visible_to(user).filter(pupil=pupil).select_related("witness")
    return [
        Line(
            f"Statement of {one.witness.name}", reverse("statement", args=[one.pk]), f"version {one.version}",
            one.made_at, "Draft",
        )
        for one in found
    ]  # fmt: skip


def _leaflets(pupil: Pupil, user: Any) -> list[Line]:
    found = LeafletGiven.objects.visible_to(user).filter(pupil=pupil).select_related("leaflet", "parent")
    return [
        Line(
            f"Leaflet: {one.leaflet.title}", reverse("leaflet", args=[one.leaflet_id]),
            f"to {one.parent.name if one.parent else 'the child'}, {one.get_how_display().lower()}", one.given_on, "Given",
            "green",
        )
        for one in found
    ]  # fmt: skip


def _papers(pupil: Pupil, user: Any) -> list[Line]:
    """The documents, newest first, each followed by the people it went to."""
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
    """Where a service record, a document or a statement that an entry is about can be seen."""
    names = {
        "documents.service": "service_record",
        "documents.document": "document",
        "documents.statement": "statement",
    }
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None


def ticked(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """A statement can be drafted from entries that are ticked."""
    if not (user.sees_all_schools and user.may("draft_statement")):
        return []
    return [
        {
            "text": "Draft a statement",
            "value": "statement",
            "href": reverse("statement_new", args=[pupil.pk]),
        }
    ]


def make(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """What can be given or written from the Documents tab."""
    offered = (
        ("give_leaflets", "Give a leaflet", "leaflet_give"),
        ("draft_statement", "Draft a statement", "statement_new"),
    )
    return [
        {"text": text, "href": reverse(name, args=[pupil.pk])}
        for permission, text, name in offered
        if user.sees_all_schools and user.may(permission)
    ]
