"""Every register's marks against the digest that whatever wrote them last left in the trail, and certificates too."""

import hashlib
from typing import Final

from mainstay.registers.grid import BLANK, SIZE, year_label
from mainstay.service.attendance.models import Grid
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.audit.proving import Checked, Tell, entries
from mainstay.service.common.ui.filters import short_date
from mainstay.service.documents.models import Document

#: what writes marks, each with the digests of the grids it wrote
WRITERS: Final = ("register.taken", "register.corrected", "register.joined")
#: documents that rest on a register as it stood: their values have its digest
CERTIFICATES: Final = "certificate_draft"
_EMPTY: Final = bytes([BLANK]) * SIZE


def check(tell: Tell) -> Checked:
    """Registers for ``proving.kept``."""
    checked = Checked("registers and certificates")
    certificates = _certificates()
    written, erased = _written(certificates, checked)
    grids = Grid.objects.order_by("register_id").values_list(
        "register_id", "marks", "register__school__name", "register__year"
    )
    for register, marks, school, year in grids.iterator(chunk_size=2000):
        checked.count += 1
        said, there = written.pop(register, None), bytes(marks)
        if said is None and erased:
            checked.unproved += 1
        elif said is None and there != _EMPTY:
            checked.faults.append(
                _named(register, school, year, "has marks that no entry of the trail wrote")
            )
        elif said is not None and hashlib.sha256(there).digest() != said:
            checked.faults.append(_named(register, school, year, "has other marks than were last written"))
        if checked.count % 1000 == 0:
            tell(checked.count)
    checked.faults += [f"Register {register} is in the trail and no longer here." for register in written]
    for names in certificates.values():
        if not erased:
            checked.faults += [f"{name} has a digest that no register ever had." for name in names]
        else:
            checked.unproved += len(names)
    tell(checked.count)
    return checked


def _named(register: int, school: str, year: int, what: str) -> str:
    return f"Register {register} ({school}, {year_label(year)}) {what}."


def _certificates() -> dict[bytes, list[str]]:
    """Digest -> the certificates that say it."""
    found: dict[bytes, list[str]] = {}
    documents = Document.objects.filter(template=CERTIFICATES).order_by("pk")
    rows = documents.values_list("pk", "title", "made_at", "values__digest")
    for pk, title, made_at, digest in rows.iterator(chunk_size=2000):
        name = f"Document {pk} ({title}, {short_date(made_at)})"
        try:
            key = bytes.fromhex(digest or "")
        except ValueError:
            key = b""
        found.setdefault(key, []).append(name)
    return found


def _written(certificates: dict[bytes, list[str]], checked: Checked) -> tuple[dict[int, bytes], int]:
    """Register -> digest of what was last written; how many entries were erased. Certificates found are taken out."""
    written: dict[int, bytes] = {}
    erased = 0
    blank = hashlib.sha256(_EMPTY).digest()
    checked.count += sum(map(len, certificates.values()))
    certificates.pop(blank, None)  # of a register without marks, which nothing wrote
    for _, payload in entries(AuditRow.objects.filter(action__in=WRITERS)):
        if payload is None:
            erased += 1
            continue
        for register, digest in payload.get("grids", {}).items():
            written[int(register)] = said = bytes.fromhex(digest)
            certificates.pop(said, None)
        if "other" in payload:  # joined to another, and gone
            written.pop(int(payload["other"]), None)
    return written, erased
