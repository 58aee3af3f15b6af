"""What kind of file this is, by its content; the name only has to agree."""

import json
import zipfile
from dataclasses import dataclass
from typing import IO, Final

import puremagic

HEAD: Final = 64 * 1024
UNPACKED_LIMIT: Final = 2 * 1024**3  # bytes a workbook may unpack to


class FileRefused(Exception):
    """The file cannot be kept. The text is shown to the person who sent it."""


@dataclass(frozen=True, slots=True)
class Kind:
    media_type: str
    endings: tuple[str, ...]
    words: str


KINDS: Final = {
    "csv": Kind("text/csv", (".csv", ".tsv", ".txt"), "CSV"),
    "text": Kind("text/plain", (".txt", ".text", ".md"), "plain text"),
    "xml": Kind("application/xml", (".xml", ".ctf"), "XML"),
    "json": Kind("application/json", (".json", ".jsonl"), "JSON"),
    "xlsx": Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), "Excel workbook (.xlsx)"
    ),
    "pdf": Kind("application/pdf", (".pdf",), "PDF"),
    "jpeg": Kind("image/jpeg", (".jpg", ".jpeg"), "JPEG picture"),
    "png": Kind("image/png", (".png",), "PNG picture"),
}  # fmt: skip
#: what a school may send as a register
REGISTERS: Final = frozenset({"csv", "text", "xml", "json", "xlsx"})
#: what may be kept as evidence
EVIDENCE: Final = frozenset({"pdf", "jpeg", "png"})

_SIGNATURES: Final = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
_BOMS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CONTROLS: Final = frozenset(range(32)) - {9, 10, 12, 13, 26}


def recognise(file: IO[bytes], name: str) -> str:
    """The kind ("csv", "pdf", ...) of a file from its content and the ending of its name.

    Raises FileRefused for an empty or unknown file, and where the ending says something else.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise FileRefused("the file is empty. Export it again and send the new file.")
    kind = _by_content(file, head, name.lower())
    if not name.lower().endswith(KINDS[kind].endings):
        raise FileRefused(
            f"the content is {KINDS[kind].words}, but the name does not end in "
            f"{' or '.join(KINDS[kind].endings)}. Rename the file if that is what you meant to send."
        )
    return kind


def _by_content(file: IO[bytes], head: bytes, name: str) -> str:
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(file)
    text = _text(head)
    if text is None:
        raise FileRefused(f"this looks like {_guess(head)}, which cannot be read here.")
    start = text.lstrip()
    if start.startswith("<"):
        return "xml"
    if start.startswith(("{", "[")) and _is_json(start, whole=len(head) < HEAD):
        return "json"
    return "text" if name.endswith((".text", ".md")) else "csv"


def _zipped(file: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names, unpacked = archive.namelist(), sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise FileRefused("the file is damaged. Save it again and send the new file.") from None
    if unpacked > UNPACKED_LIMIT:
        raise FileRefused("the workbook unpacks to more than 2 GB.")
    if "xl/workbook.xml" in names and "[Content_Types].xml" in names:
        if any(part.startswith("xl/vbaProject") for part in names):
            raise FileRefused("the workbook contains macros. Save it as .xlsx without macros.")
        return "xlsx"
    raise FileRefused("this is a ZIP archive. Unpack it and send the files in it.")


def _text(head: bytes) -> str | None:
    """The beginning as text; None for anything with bytes that text does not have."""
    for bom, encoding in _BOMS.items():
        if head.startswith(bom):
            return head[: len(head) // 2 * 2].decode(encoding, errors="ignore")
    if _CONTROLS.intersection(head):
        return None
    return head.decode("cp1252", errors="replace")


def _is_json(start: str, *, whole: bool) -> bool:
    if not whole:
        return True
    try:
        json.loads(start)
    except ValueError:
        try:
            json.loads(start.splitlines()[0])
        except ValueError:
            return False
    return True


def _guess(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return "a file of an unknown kind"
    best = found[0]
    return f"a file of the kind “{best.name or best.extension.lstrip('.')}”"
