"""What a bundle holds, signed, so that whoever has the file alone can tell that it is as it was issued.

The manifest is JSON in one canonical form (keys in order, no spaces, UTF-8): the bundle's reference and time, the size
and SHA-256 of the PDF, each part with its pages and the SHA-256 of the file it was made from, a digest of each page,
version of the rules, digests of the registers that certificates rest on, the head of the audit chain. It carries the
public key it is signed with (Ed25519); the signature is over everything else in it.

It lies in the PDF itself, as an attachment. The bundle was spliced with an empty one; sealing leaves every byte as it is
and appends, as the PDF standard lets a file be added to, one object in the place of the empty attachment, and what finds
it. So the first ``pdf.size`` bytes of a sealed file have the SHA-256 that the manifest says (``head -c SIZE FILE |
sha256sum``), and what follows is made anew from the manifest and compared byte by byte: nothing is left that could be
changed unseen. A page's digest is of everything it is drawn with (content, fonts, pictures, annotations); it serves to
say where a file that does not hold was changed.

Nothing here needs a database or settings. The signing key: ``common.signing``.
"""

import base64
import difflib
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pikepdf import Array, Dictionary, Name, Stream

from mainstay.service.documents.splicing import Span

FORM: Final = "mainstay bundle 1"
_MARK: Final = b"%mainstay manifest\n"
_START: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
#: what of a page decides how it looks
_LOOKS: Final = ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Annots")
_REFERENCE: Final = re.compile(rb"\b(\d+) (\d+) R\b")


class NotABundle(Exception):
    """The file is no sealed bundle, or the manifest cannot be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a part was made from; sha256: of its stored file."""

    span: Span
    sha256: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a manifest says besides the pages.

    certificates: what a certificate is called -> digest of the marks it rests on; audit_head: of the chain at issue.
    """

    reference: str
    issued_at: datetime
    rules_version: str
    audit_head: str
    certificates: Mapping[str, str]
    parts: Sequence[Source]


@dataclass(slots=True)
class Verdict:
    """What a check found, in sentences. holds: every byte is as it was issued."""

    reference: str
    issued_at: str
    key: str
    said: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


def fingerprint(public: bytes) -> str:
    """A public key in 32 characters that people can compare: groups of four."""
    digest = hashlib.sha256(b"mainstay evidence key" + public).hexdigest()[:32].upper()
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def seal(bundle: Path, facts: Facts, key: Ed25519PrivateKey) -> bytes:
    """Sign a spliced bundle and append its manifest; the manifest."""
    whole = bundle.read_bytes()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    said: dict[str, Any] = {
        "form": FORM,
        "reference": facts.reference,
        "issued_at": facts.issued_at.astimezone(UTC).isoformat(timespec="seconds"),
        "pdf": {"size": len(whole), "sha256": hashlib.sha256(whole).hexdigest()},
        "pages": page_digests(BytesIO(whole)),
        "parts": [
            {
                "title": part.span.title, "reference": part.span.reference, "first": part.span.first,
                "last": part.span.last, "sha256": part.sha256,
            }
            for part in facts.parts
        ],
        "rules_version": facts.rules_version,
        "certificates": dict(facts.certificates),
        "audit_head": facts.audit_head,
        "key": base64.b64encode(public).decode(),
    }  # fmt: skip
    signed = said | {"signature": base64.b64encode(key.sign(canonical(said))).decode()}
    made = canonical(signed)
    added = _added(whole, made)
    with bundle.open("ab") as out:
        out.write(added)
    return made


def of(bundle: bytes) -> bytes:
    """The manifest inside a sealed bundle. Raises NotABundle."""
    at = bundle.rfind(_MARK)
    found = (
        re.compile(rb"\d+ \d+ obj\n<<[^\n]*/Length (\d+) [^\n]*>>\nstream\n").search(bundle, at)
        if at >= 0
        else None
    )
    if found is None:
        raise NotABundle("There is no manifest in this file: it is not a bundle that Mainstay has sealed.")
    return bundle[found.end() : found.end() + int(found[1])]


def verify(bundle: bytes, manifest: bytes | None = None, key: str = "") -> Verdict:
    """Whether a bundle is as it was issued; where not, which part and page are not.

    manifest: one that came another way; default the one inside.
    key: the fingerprint that it must be signed with.
    Raises NotABundle.
    """
    made = of(bundle) if manifest is None else manifest.strip()
    said = _read(made)
    public = base64.b64decode(said["key"])
    verdict = Verdict(said["reference"], said["issued_at"], fingerprint(public))
    if not _signed(said, public):
        verdict.faults.append("The manifest was changed: it is not what was signed.")
    if canonical(said) != made:
        verdict.faults.append("The manifest is not written as it was signed.")
    if key and _plain(key) != _plain(verdict.key):
        verdict.faults.append(f"It is signed with another key: {verdict.key}, and not {key}.")
    size = said["pdf"]["size"]
    before = bundle[:size]
    if len(before) < size:
        verdict.faults.append(f"The end of the file is missing: {size - len(before)} bytes or more.")
    if not hmac.compare_digest(hashlib.sha256(before).hexdigest(), said["pdf"]["sha256"]):
        verdict.faults += _where(bundle, said)
    elif not (manifest is not None and len(bundle) == size) and bundle[size:] != _added(before, made):
        verdict.faults.append(
            "Something was added to or changed in the end of the file, where the manifest lies."
        )
    if verdict.holds:
        parts, pages = len(said["parts"]), len(said["pages"])
        verdict.said += [
            f"Every byte is as it was issued: {pages} pages in {parts} parts.",
            "The signature is by the key whose fingerprint is above."
            if not key
            else "The signature is by the key that you named.",
        ]
    return verdict


def _plain(key: str) -> str:
    return re.sub(r"[\s:-]", "", key).upper()


def _read(made: bytes) -> dict[str, Any]:
    try:
        said = json.loads(made)
        if said["form"] != FORM:
            raise NotABundle(
                f"The manifest is of the form “{said['form']}”, which this version does not know."
            )
        known = (
            isinstance(said["pdf"]["size"], int) and isinstance(said["pdf"]["sha256"], str)
            and len(base64.b64decode(said["key"])) == 32 and isinstance(said["pages"], list)
            and all(isinstance(p["first"], int) and isinstance(p["last"], int) for p in said["parts"])
            and all(isinstance(said[name], str) for name in ("reference", "issued_at", "signature"))
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise NotABundle("The manifest cannot be read: it was changed, or it is not one of a bundle.")
    return dict(said)


def _signed(said: Mapping[str, Any], public: bytes) -> bool:
    unsigned = {name: value for name, value in said.items() if name != "signature"}
    try:
        signature = base64.b64decode(said["signature"])
        Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(unsigned))
    except (InvalidSignature, ValueError):
        return False
    return True


def _added(whole: bytes, manifest: bytes) -> bytes:
    """What sealing appends: the attachment's new content, and the cross-reference to it."""
    with pikepdf.open(BytesIO(whole)) as pdf:
        spec = pdf.Root.AF[0]
        number, _ = spec.EF.F.objgen
        trailer = [f"/Root {_reference(pdf.trailer.Root)}", f"/Size {int(pdf.trailer.Size) + 1}"]
        if Name.Info in pdf.trailer:
            trailer.append(f"/Info {_reference(pdf.trailer.Info)}")
        if Name.ID in pdf.trailer:
            trailer.append("/ID " + pdf.trailer.ID.unparse(resolved=True).decode("latin-1"))
        own = int(pdf.trailer.Size)
    start = _START.search(whole[-64:])
    if start is None:
        raise NotABundle("The file has no end that something could be added to.")
    begin = b"" if whole.endswith(b"\n") else b"\n"
    content = begin + _MARK
    at = len(whole) + len(content)
    content += b"%d 0 obj\n<< /Type /EmbeddedFile /Subtype /application#2Fjson /Length %d /Params << /Size %d >> >>\nstream\n" % (
        number, len(manifest), len(manifest),
    ) + manifest + b"\nendstream\nendobj\n"  # fmt: skip
    xref = len(whole) + len(content)
    rows = b"".join(b"\x01" + place.to_bytes(8, "big") + b"\x00" for place in (at, xref))
    content += (
        f"{own} 0 obj\n<< /Type /XRef /W [1 8 1] /Index [{number} 1 {own} 1] /Length {len(rows)} "
        f"/Prev {int(start[1])} {' '.join(trailer)} >>\nstream\n"
    ).encode("latin-1")
    return content + rows + f"\nendstream\nendobj\nstartxref\n{xref}\n%%EOF\n".encode()


def _reference(thing: Any) -> str:
    number, generation = thing.objgen
    return f"{number} {generation} R"


# which page


def page_digests(bundle: Any) -> list[str]:
    """A digest of each page's looks, whatever number its objects have."""
    with pikepdf.open(bundle) as pdf:
        pages = {page.obj.objgen: n for n, page in enumerate(pdf.pages, 1)}
        digests = _Digests(pdf, pages)
        return [digests.of_page(page.obj) for page in pdf.pages]


class _Digests:
    """Digests of objects, each worked out once."""

    def __init__(self, pdf: pikepdf.Pdf, pages: Mapping[tuple[int, int], int]) -> None:
        self._pdf = pdf
        self._known: dict[tuple[int, int], bytes] = dict.fromkeys(pages, b"page")

    def of_page(self, page: Any) -> str:
        looks = Dictionary({name: page[name] for name in _LOOKS if name in page})
        return hashlib.sha256(self._text(looks)).hexdigest()

    def _text(self, thing: Any) -> bytes:
        """As it is written, with digests in the place of references."""
        if isinstance(thing, Stream):
            return self._text(Dictionary(dict(thing.stream_dict.items()))) + thing.read_raw_bytes()
        if isinstance(thing, Dictionary):
            shown = {
                k: v
                for k, v in thing.items()
                if k not in ("/Parent", "/StructParent", "/StructParents", "/Length")
            }
            return (
                b"<<" + b" ".join(k.encode() + b" " + self._inside(shown[k]) for k in sorted(shown)) + b">>"
            )
        if isinstance(thing, Array):
            return self._written(thing)
        return (
            bytes(thing.unparse(resolved=True)) if isinstance(thing, pikepdf.Object) else repr(thing).encode()
        )

    def _inside(self, thing: Any) -> bytes:
        if isinstance(thing, pikepdf.Object) and thing.is_indirect:
            return self._of(thing)
        if isinstance(thing, Dictionary):
            return self._text(thing)
        return self._written(thing)

    def _written(self, thing: Any) -> bytes:
        if not isinstance(thing, pikepdf.Object):
            return repr(thing).encode()
        said = thing.unparse(resolved=True)
        return _REFERENCE.sub(
            lambda found: self._of(self._pdf.get_object(int(found[1]), int(found[2]))), said
        )

    def _of(self, thing: Any) -> bytes:
        place = thing.objgen
        if place not in self._known:
            self._known[place] = b"within itself"
            self._known[place] = hashlib.sha256(self._text(thing)).hexdigest().encode()
        return self._known[place]


def _where(bundle: bytes, said: Mapping[str, Any]) -> list[str]:
    """Which pages are not those that were issued."""
    try:
        now = page_digests(BytesIO(bundle))
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        return ["The file was changed, and so that its pages can no longer be read."]
    then: list[str] = said["pages"]
    faults = []
    for what, old, end, new, stop in difflib.SequenceMatcher(None, then, now, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        if what in ("replace", "delete"):
            missing = what == "delete" or end - old > stop - new
            faults += [
                f"{_named(said, page)} {'was changed or taken out' if missing else 'was changed'}."
                for page in range(old + 1, end + 1)
            ]
        if stop - new > end - old:
            after = f"after page {old}" if old else "in front"
            faults.append(f"There are pages {after} that were not in the bundle.")
    return faults or [
        "The file was changed, but not what its pages show: their tags, the bookmarks or what holds the file together."
    ]


def _named(said: Mapping[str, Any], page: int) -> str:
    for part in said["parts"]:
        if part["first"] <= page <= part["last"]:
            name = f"{part['reference']} {part['title']}".strip()
            return f"Page {page} (page {page - part['first'] + 1} of “{name}”)"
    return f"Page {page}"
