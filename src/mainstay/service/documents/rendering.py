"""Documents: a Typst template and its values become a tagged PDF (PDF/UA), stored with both.

One compiler with our own fonts is reused in a process; it is already parallel and is not shared by
threads. Values go in as JSON and stay literal: nothing in them can be run.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.db import models, transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.documents import languages, proving
from mainstay.service.documents.models import Document
from mainstay.service.documents.printable import FONTS, printable

ROOM: Final = Path(__file__).parent
TEMPLATES: Final = ROOM / "typst"
_IMPORT: Final = re.compile(rb'^#(?:import|include) "([^"]+)"', re.MULTILINE)
_lock: Final = threading.Lock()


@cache
def _compiler() -> Any:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)


def version_of(template: str, language: str = languages.ENGLISH) -> str:
    """SHA-256 of the template, every file it takes in, and the words of the language."""
    return _version(TEMPLATES, template, language)


@cache
def _version(folder: Path, template: str, language: str) -> str:
    """Read once in a process, as the compiler reads them."""
    parts = [path.read_bytes() for path in sorted(_taken_in(folder / f"{template}.typ", set()))]
    return hashlib.sha256(b"".join(parts) + languages.source(language)).hexdigest()


def _taken_in(path: Path, seen: set[Path]) -> Iterator[Path]:
    """A file and what it imports, each once."""
    if path in seen:
        return
    seen.add(path)
    yield path
    for name in _IMPORT.findall(path.read_bytes()):
        yield from _taken_in((path.parent / name.decode()).resolve(), seen)


def render(
    template: str, values: dict[str, Any], *, language: str = languages.ENGLISH, large_print: bool = False
) -> bytes:
    """The PDF of a template in ``typst/`` with its values.

    language: BCP 47; a letter gets a sheet in that language after its English text, where there are words for it.
    large_print: 16 point and more room.
    Raises typst.TypstError when the template cannot be built, for example without a title.
    """
    given = inputs(template, values, language=language, large_print=large_print)
    return bytes(compiled(template, given))


def inputs(template: str, values: dict[str, Any], *, language: str, large_print: bool) -> dict[str, str]:
    """What the template reads: the values with what our fonts print of them."""
    values = printable(values)
    return {
        "values": json.dumps(values, default=str),
        "sheet": json.dumps(languages.sheet(template, values, language)),
        "large_print": "yes" if large_print else "",
    }


def compiled(template: str, given: dict[str, str], format_: str = "pdf") -> Any:
    """The template with what it reads, as a PDF."""
    with _lock:
        return _compiler().compile(
            input=TEMPLATES / f"{template}.typ", format=format_, sys_inputs=given, pdf_standards=["ua-1"]
        )


@transaction.atomic
def issue(
    *,
    template: str,
    title: str,
    values: dict[str, Any],
    pupil_id: int | None,
    by: Any,
    at: datetime,
    draft: bool = True,
    about: models.Model | None = None,
    language: str = languages.ENGLISH,
    large_print: bool = False,
) -> Document:
    """Render a document and keep it with its template's version and its values."""
    pdf = render(template, values, language=language, large_print=large_print)
    return keep(
        file=store.keep_made(pdf, kind="pdf", by=by, at=at), template=template, title=title, values=values,
        pupil_id=pupil_id, by=by, at=at, draft=draft, about=about, language=language, large_print=large_print,
    )  # fmt: skip


@transaction.atomic
def keep(
    *,
    file: StoredFile,
    template: str,
    title: str,
    values: dict[str, Any],
    pupil_id: int | None,
    by: Any,
    at: datetime,
    draft: bool,
    about: models.Model | None = None,
    language: str = languages.ENGLISH,
    large_print: bool = False,
) -> Document:
    """Keep what was rendered and stored before; everything else as it was given to ``render``."""
    document = Document.objects.create(
        kind=template, title=title, pupil_id=pupil_id, made_at=at, made_by=by, template=template,
        template_version=version_of(template, language), values=json.loads(json.dumps(values, default=str)),
        about_kind=about._meta.label_lower if about else "", about_id=str(about.pk) if about else "",
        language=language, large_print=large_print, file=file, draft=draft,
    )  # fmt: skip
    note_made([document], by=by, at=at)
    return document


def note_made(documents: Iterable[Document], *, by: Any, at: datetime) -> None:
    """The audit row of each: ``proving`` holds the document against it later."""
    trail.record_many(
        by=by,
        at=at,
        action=proving.MADE,
        rows=[(document, proving.said_of(document)) for document in documents],
    )
