"""Every issued document against the trail: the file as it lies there, its digest, and what the document was made from."""

import hashlib
import json
from typing import Any, Final

from cryptography.exceptions import InvalidTag

from mainstay.service.common import keyring
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.audit.proving import Checked, Tell, entries
from mainstay.service.common.ui.filters import short_date
from mainstay.service.common.uploads import sealed, store
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.documents.models import Document

MADE: Final = "document.made"


def values_digest(values: Any) -> str:
    """Of what a document was made from, as the database gives it back."""
    said = json.loads(json.dumps(values, default=str))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def said_of(document: Document) -> dict[str, Any]:
    """What the trail keeps of a document that was made."""
    return {
        "kind": document.template,
        "sha256": document.file.sha256,
        "draft": document.draft,
        "values": values_digest(document.values),
    }


def check(tell: Tell) -> Checked:
    """Registers for ``proving.kept``."""
    checked = Checked("issued documents")
    rows = AuditRow.objects.filter(action=MADE, on_kind=Document._meta.label_lower)
    made = dict(entries(rows))
    documents = Document.objects.select_related("file").order_by("pk")
    for document in documents.iterator(chunk_size=500):
        payload = made.pop(str(document.pk), False)
        if document.draft:
            continue
        checked.count += 1
        checked.unproved += payload is None
        checked.faults += [f"{_named(document)} {fault}." for fault in _faults(document, payload)]
        tell(checked.count)
    for pk, payload in made.items():
        if payload is None or not payload.get("draft"):
            checked.faults.append(f"Document {pk} is in the trail and no longer here.")
    return checked


def _named(document: Document) -> str:
    return f"Document {document.pk} ({document.title}, {short_date(document.made_at)})"


def _faults(document: Document, payload: Any) -> list[str]:
    found = []
    if payload is False:
        found.append("is issued, and the trail does not know it")
    elif payload is not None:
        if payload["sha256"] != document.file.sha256:
            found.append("has another file than the trail says")
        if "values" in payload and payload["values"] != values_digest(document.values):
            found.append("was made from other values than it has now")
    return found + ([fault] if (fault := fault_of(document.file)) else [])


def fault_of(stored: StoredFile) -> str:
    """What is wrong with a stored file, in words that follow its owner's name; "" where nothing is."""
    digest = hashlib.sha256()
    try:
        for piece in store.pieces(stored):
            digest.update(piece)
    except FileNotFoundError:
        return f"has lost its file {stored.sha256}"
    except keyring.KeyMissing as missing:
        return f"cannot be opened: {missing}"
    except (sealed.Damaged, InvalidTag):
        return f"has a file that was changed: {stored.sha256}"
    return "" if digest.hexdigest() == stored.sha256 else f"has a file that was exchanged: {stored.sha256}"
