"""What the pages of this room show, without a query for each row."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from mainstay.service.directory.models import Address, Pupil
from mainstay.service.directory.relations import kept_apart
from mainstay.service.documents.models import Document, PrintRun, Service
from mainstay.service.documents.service import RETURNED_RULE
from mainstay.service.documents.states import state
from mainstay.service.record.models import Deadline

RETURNED_HEADER: Final = ("Document", "Child", "To", "Sent", "Came back", "Why", "Look into it by")


def children(ids: Iterable[int | None]) -> dict[int | None, str]:
    """Pupil id -> name as lists show it, initials where the record is restricted."""
    pupils = Pupil.objects.filter(pk__in={pk for pk in ids if pk is not None})
    return {pupil.pk: pupil.listed_name for pupil in pupils}


def returned(user: Any) -> QuerySet[Service]:
    """What came back, of children in view."""
    return Service.objects.visible_to(user).returned().select_related("document")


def returned_rows(services: Iterable[Service]) -> list[dict[str, Any]]:
    services = list(services)
    names = children(s.pupil_id for s in services)
    tasks = Deadline.objects.open().filter(
        rule=RETURNED_RULE, about_kind="documents.service", about_id__in=[str(s.pk) for s in services]
    )
    due = dict(tasks.values_list("about_id", "last_day"))
    return [
        {
            "pk": s.pk,
            "url": reverse("service_record", args=[s.pk]),
            "title": s.document.title,
            "child": names.get(s.pupil_id, ""),
            "to": s.addressee_name,
            "sent_on": s.sent_on,
            "returned_on": s.returned_on,
            "reason": s.returned_reason,
            "due": due.get(str(s.pk)),
        }
        for s in services
    ]


def returned_for_export(services: Iterable[Service]) -> Iterator[tuple[Any, ...]]:
    for row in returned_rows(services):
        yield tuple(row[key] for key in ("title", "child", "to", "sent_on", "returned_on", "reason", "due"))


def runs(user: Any) -> QuerySet[PrintRun]:
    """Print runs, with how many of their letters came back."""
    back = Count("services", filter=Q(services__returned_on__isnull=False))
    return PrintRun.objects.visible_to(user).select_related("made_by").annotate(back=back)


def run_rows(found: Iterable[PrintRun]) -> list[dict[str, Any]]:
    return [
        {
            "pk": run.pk,
            "url": reverse("print_run", args=[run.pk]),
            "name": f"Print run {run.pk}",
            "made_at": run.made_at,
            "made_by": run.made_by.name,
            "letters": run.letters,
            "posted_on": run.posted_on,
            "back": run.back,  # type: ignore[attr-defined]
            "ready": run.file_id is not None,
        }
        for run in found
    ]


def letter_rows(services: Iterable[Service]) -> list[dict[str, Any]]:
    """Letters of a run, or waiting for one."""
    services = list(services)
    names = children(s.pupil_id for s in services)
    return [
        {
            "pk": s.pk,
            "url": reverse("service_record", args=[s.pk]),
            "title": s.document.title,
            "child": names.get(s.pupil_id, ""),
            "to": s.addressee_name,
            "label": f"{s.document.title} to {s.addressee_name}",
            "made_at": s.made_at,
            "state": state(s),
        }
        for s in services
    ]


def address_shown(service: Service, user: Any, pupil: Pupil | None) -> str:
    """Where it went; "" where the addressee has a confidential address that this person does not read here."""
    parent = service.addressee_id
    if parent is None or not Address.objects.filter(parent=parent, confidential=True).exists():
        return service.address
    apart = pupil is not None and not pupil.restricted and parent in kept_apart([parent])
    return "" if apart or not may_read_addresses(user) else service.address


def may_read_addresses(user: Any) -> bool:
    """Confidential addresses are read by the service's own people, and by those who post its letters."""
    return bool(user.may("see_service_entries") or user.may("record_service"))


def hides_address(document: Document, user: Any) -> bool:
    """Whether a paper bears a confidential address that this person does not read."""
    if may_read_addresses(user):
        return False
    people = document.services.exclude(addressee=None).values("addressee_id")
    return Address.objects.filter(parent__in=people, confidential=True).exists()
