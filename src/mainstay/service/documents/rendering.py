"""Documents: a Typst template and its values become a tagged PDF (PDF/UA), stored with both.

One compiler with our own fonts is reused in a process; it is already parallel and is not shared by
threads. Values go in as JSON and stay literal: nothing in them can be run.
"""

import hashlib
import json
import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.uploads import store
from mainstay.service.documents.models import Document

ROOM: Final = Path(__file__).parent
TEMPLATES: Final = ROOM / "typst"
_lock: Final = threading.Lock()


@cache
def _compiler() -> Any:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[ROOM / "fonts"])
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)


def version_of(template: str) -> str:
    """SHA-256 of the template and the frame it shares with the others."""
    parts = sorted({TEMPLATES / "frame.typ", TEMPLATES / f"{template}.typ"})
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def render(template: str, values: dict[str, Any]) -> bytes:
    """The PDF of a template in ``typst/`` with its values.

    Raises typst.TypstError when the template cannot be built, for example without a title.
    """
    with _lock:
        return bytes(
            _compiler().compile(
                input=TEMPLATES / f"{template}.typ",
                format="pdf",
                sys_inputs={"values": json.dumps(values, default=str)},
                pdf_standards=["ua-1"],
            )
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
) -> Document:
    """Render a document and keep it with its template's version and its values."""
    values = json.loads(json.dumps(values, default=str))
    file = store.keep_made(render(template, values), kind="pdf", by=by, at=at)
    document = Document.objects.create(
        kind=template, title=title, pupil_id=pupil_id, made_at=at, made_by=by, template=template,
        template_version=version_of(template), values=values, file=file, draft=draft,
    )  # fmt: skip
    trail.record(by=by, at=at, action="document.made", on=document, kind=template, sha256=file.sha256)
    return document
