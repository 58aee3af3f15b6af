"""A bundle of papers with its index in front: pages counted, index written, everything spliced into one tagged PDF."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pikepdf
from django.conf import settings

from mainstay.service.common import signing
from mainstay.service.common.audit import sealing
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.documents import manifest, rendering, splicing, uploaded
from mainstay.service.documents.splicing import Job, Part, Refused, Span

__all__ = ["Bound", "Cover", "Paper", "Refused", "bind", "check", "key", "seal"]

#: splicing needs no settings of ours, and so no keys
_ENVIRONMENT: Final = {name: value for name, value in os.environ.items() if not name.startswith("MAINSTAY_")}
_ALWAYS: Final = "Page of 0123456789"


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of a bundle.

    reference: of the exhibit, "AB/3"; may be empty.
    made_here: rendered by us, and so tagged; else a PDF, JPEG or PNG that somebody sent.
    descriptions: of what was sent: one of the whole file or one of each page, for whoever cannot see it.
    """

    file: StoredFile
    title: str
    reference: str = ""
    made_here: bool = False
    descriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands in front of a bundle.

    facts: pairs of words, "Defendant" and their name; notes: sentences under the table.
    key: the fingerprint of the key that the bundle's manifest is signed with; "" where it is not sealed.
    """

    title: str
    reference: str
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """A bundle on disk; spans: the index first, then each paper, with its pages.

    ua: nothing was found that keeps it from PDF/UA-1; where an upload has fonts that are not in it, it is not.
    """

    path: Path
    spans: tuple[Span, ...]
    pages: int
    ua: bool


def check(stored: StoredFile, title: str) -> int:
    """How many pages something sent would have in a bundle. Raises Refused, in words for whoever sent it."""
    with store.as_path(stored) as path:
        return uploaded.examine(path, title)


@contextmanager
def bind(papers: Sequence[Paper], cover: Cover) -> Iterator[Bound]:
    """One PDF of all with its index in front; it lies unlocked in a folder of this account alone within the block.

    Raises Refused where a paper cannot go into a bundle.
    """
    beside = settings.CONFIG.var / "tmp"
    beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=beside) as name:
        folder = Path(name).resolve()
        parts = [_laid(paper, folder, number) for number, paper in enumerate(papers, 1)]
        yield bound(parts, cover, folder)


def bound(parts: Sequence[Part], cover: Cover, folder: Path) -> Bound:
    """The same of files that lie in a folder."""
    index = Part(folder / "index.pdf", "Index", made_here=True)
    _write_index(index.file, parts, [splicing.pages_of(part) for part in parts], cover)
    characters = {*_ALWAYS, *cover.reference, *(c for part in parts for c in part.reference)} - {" "}
    stamp = folder / "stamp.pdf"
    stamp.write_bytes(rendering.render("bundle_stamp", {"characters": [*sorted(characters)], "footer": ""}))
    splicing.write(Job((index, *parts), cover.title, cover.reference, stamp, indexed=True), folder)
    done = subprocess.run(
        [sys.executable, "-m", splicing.__name__, str(folder)],
        env=_ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode == splicing.REFUSED:
        raise Refused(json.loads(done.stdout)["refused"])
    done.check_returncode()
    said = json.loads(done.stdout)
    spans = tuple(Span(**span) for span in said["spans"])
    return Bound(folder / splicing.BUNDLE, spans, said["pages"], said["ua"])


def seal(
    bound: Bound,
    papers: Sequence[Paper],
    cover: Cover,
    *,
    at: datetime,
    rules_version: str,
    certificates: Mapping[str, str],
) -> bytes:
    """Sign what the bundle holds and put the manifest into it; the manifest. Once, before it is kept.

    certificates: what a certificate is called -> digest of the marks it rests on
    """
    hashes = ["", *(paper.file.sha256 for paper in papers)]  # the index was made of all of them
    facts = manifest.Facts(
        cover.reference, at, rules_version, sealing.head(), certificates,
        [manifest.Source(span, sha256) for span, sha256 in zip(bound.spans, hashes, strict=True)],
    )  # fmt: skip
    return manifest.seal(bound.path, facts, signing.key())


def key() -> str:
    """The fingerprint of the key in use, for ``Cover.key``."""
    return manifest.fingerprint(signing.public())


def _laid(paper: Paper, folder: Path, number: int) -> Part:
    file = folder / f"{number:06d}"
    with file.open("wb") as out:
        for piece in store.pieces(paper.file):
            out.write(piece)
    return Part(file, paper.title, paper.reference, paper.made_here, tuple(paper.descriptions))


def _write_index(file: Path, parts: Sequence[Part], pages: Sequence[int], cover: Cover) -> None:
    """How many pages the index has decides what it says: it is written until both agree."""
    own = 1 + len(parts) // 40
    for _ in range(5):
        file.write_bytes(rendering.render("bundle_index", _values(parts, pages, own, cover)))
        with pikepdf.open(file) as index:
            if own == (own := len(index.pages)):
                return
    raise ValueError("the index does not come to rest")


def _values(parts: Sequence[Part], pages: Sequence[int], own: int, cover: Cover) -> dict[str, Any]:
    rows, at = [], own + 1
    for number, (part, count) in enumerate(zip(parts, pages, strict=True), 1):
        last = at + count - 1
        shown = str(at) if count == 1 else f"{at} to {last}"
        rows.append({"number": number, "title": part.title, "reference": part.reference, "pages": shown})
        at = last + 1
    return {
        "title": cover.title,
        "footer": "",
        "facts": [["Bundle", cover.reference], *map(list, cover.facts), ["Pages", str(at - 1)]],
        "rows": rows,
        "notes": list(cover.notes),
        "key": cover.key,
    }
