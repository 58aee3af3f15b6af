"""What is frozen for the court against the trail: certificates, statements, bundles with their papers, charges, costs.

Whatever freezes or withdraws one leaves the digest of its row in the trail (``frozen``). The documents themselves are
checked with all the others: ``documents.proving``.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model, QuerySet

from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.audit.proving import Checked, Tell, entries
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.court.models import (
    Bundle,
    BundleItem,
    Certificate,
    CostsSchedule,
    Prosecution,
    WitnessStatement,
)
from mainstay.service.documents.proving import fault_of

_SIGNED: Final = (
    "prosecution", "signed_at", "signed_on", "signed_by", "signed_name", "signed_post", "way", "document", "scan",
    "withdrawn_at", "withdrawn_because",
)  # fmt: skip
_ITEM: Final = (
    "order", "kind", "title", "ref", "document", "file", "description", "redactions", "certificate", "witness", "first_page",
    "last_page",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind. fields: of its row; actions: what leaves digests; found: the rows that are frozen, to be named by ``name``."""

    fields: tuple[str, ...]
    actions: tuple[str, ...]
    found: Callable[[], QuerySet[Any]]
    name: Callable[[Any], str]


KEPT: Final[Mapping[type[Model], Kept]] = {
    Certificate: Kept(
        (*_SIGNED, "school", "first", "last", "digest", "values", "explained", "explained_digest", "explained_at", "explained_by"),
        ("certificate.asked", "certificate.signed", "certificate.explained", "certificate.replaced"),
        lambda: Certificate.objects.all(),
        lambda one: f"Certificate of attendance {one.number}",
    ),
    WitnessStatement: Kept(
        (*_SIGNED, "school", "witness", "source", "source_version", "asks", "text", "exhibits", "version"),
        ("witness.signed", "witness.withdrawn"),
        lambda: WitnessStatement.objects.exclude(signed_at=None),
        lambda one: f"Witness statement {one.number}",
    ),
    Bundle: Kept(
        ("prosecution", "version", "state", "issued_at", "issued_by", "document", "manifest", "withdrawn_at", "withdrawn_because",
         "withdrawn_by", "set_aside"),
        ("bundle.issued", "bundle.withdrawn"),
        lambda: Bundle.objects.exclude(state=Bundle.State.DRAFT).select_related("prosecution"),
        lambda one: f"Bundle {one.prosecution.number}/{one.version}",
    ),
    Prosecution: Kept(
        ("offence", "offence_from", "offence_to", "sessions", "marks_digest", "wording", "facts", "route", "answer", "issued_on",
         "issued_by", "charge_document"),
        ("charge.issued",),
        lambda: Prosecution.objects.exclude(charge_document=None),
        lambda one: f"The charge of {one.number}",
    ),
    CostsSchedule: Kept(
        ("prosecution", "rate_pence", "lines", "other_pence", "other_what", "total_pence", "document", "at", "by"),
        ("costs.scheduled",),
        lambda: CostsSchedule.objects.all(),
        lambda one: f"Costs schedule {one.pk}",
    ),
}  # fmt: skip


def frozen(row: Model) -> dict[str, Any]:
    """What the trail keeps of a row, once it is saved: which fields, their digest, and the files that belong to it."""
    fields = KEPT[type(row)].fields
    row = type(row)._default_manager.get(pk=row.pk)  # as the database gives it back
    files = StoredFile.objects.filter(pk__in=_files(row))
    return {
        "fields": list(fields),
        "sha256": _digest(row, fields),
        "files": {str(pk): sha256 for pk, sha256 in files.values_list("pk", "sha256")},
    }


def check(tell: Tell) -> Checked:
    """Registers for ``proving.kept``."""
    checked = Checked("evidence, charges and costs")
    for model, kept in KEPT.items():
        rows = AuditRow.objects.filter(on_kind=model._meta.label_lower, action__in=kept.actions)
        said = dict(entries(rows))  # the last one holds
        for row in kept.found().order_by("pk").iterator(chunk_size=500):
            checked.count += 1
            left = said.pop(str(row.pk), {})
            checked.unproved += left is None
            if left is not None:
                checked.faults += [f"{kept.name(row)} {fault}." for fault in _faults(row, left.get("frozen"))]
            tell(checked.count)
        checked.faults += [
            f"{str(model._meta.verbose_name).capitalize()} {pk} is in the trail as frozen and no longer so."
            for pk, left in said.items()
            if left is not None and not _unfinished(model, pk)
        ]
    return checked


def _unfinished(model: type[Model], pk: str) -> bool:
    """A statement that was withdrawn before anybody signed it."""
    return model is WitnessStatement and WitnessStatement.objects.filter(pk=pk, signed_at=None).exists()


def _faults(row: Model, left: Mapping[str, Any] | None) -> Iterator[str]:
    if left is None:
        yield "is frozen, and the trail does not know it"
        return
    if _digest(row, left["fields"]) != left["sha256"]:
        yield "is not as it was frozen"
    there = StoredFile.objects.in_bulk(list(map(int, left["files"])))
    for key, sha256 in left["files"].items():
        file = there.get(int(key))
        if file is None or file.sha256 != sha256:
            yield "has another file than the trail says"
        elif fault := fault_of(file):
            yield fault


def _digest(row: Model, fields: Collection[str]) -> str:
    said = {name: _value(row, name) for name in fields}
    if isinstance(row, Bundle):
        said["items"] = [[_value(item, name) for name in _ITEM] for item in row.items.order_by("pk")]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _value(row: Model, name: str) -> Any:
    return row._meta.get_field(name).value_from_object(row)  # type: ignore[union-attr]


def _files(row: Any) -> list[int]:
    """Sent to us; documents of ours are checked with all the others."""
    if isinstance(row, Bundle):
        return list(
            BundleItem.objects.filter(bundle=row, file__isnull=False).values_list("file_id", flat=True)
        )
    exhibits = row.exhibits if isinstance(row, WitnessStatement) else ()
    scan = getattr(row, "scan_id", None)
    return [*([scan] if scan else ()), *(each["file"] for each in exhibits if each.get("file"))]
