"""What a letter says, read back from its PDF."""

from io import BytesIO
from typing import Any

import pypdf

from mainstay.service.documents import rendering
from mainstay.service.documents.letters import Letter


def pdf_of(letter: Letter, wording: dict[str, str] | None = None, **how: Any) -> bytes:
    return rendering.render(letter.template, letter.as_values(wording), **how)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, in one line each."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def text_of(letter: Letter, wording: dict[str, str] | None = None, **how: Any) -> str:
    return " ".join(pages_of(pdf_of(letter, wording, **how)))
