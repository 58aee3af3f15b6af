"""Pages as pictures: to look at, and to take something out of them so that it is gone, not covered.

A page in which something is taken out is drawn anew, dot by dot, and keeps nothing of what it was made from.
"""

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import typst
from django.conf import settings
from PIL import Image, ImageDraw

from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.documents.bundling import Refused

#: dots an inch: our own choice, sharp enough to read small print
SHARP: Final = 150
QUICK: Final = 80
PDF: Final = "application/pdf"


def page(file: StoredFile, number: int, dots: int = QUICK) -> Image.Image:
    """One page, from 1. Raises Refused where it cannot be drawn."""
    if file.media_type != PDF:
        return Image.open(io.BytesIO(store.read(file))).convert("RGB")
    beside = settings.CONFIG.var / "tmp"
    beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=beside) as name:
        folder = Path(name)
        (folder / "paper.pdf").write_bytes(store.read(file))
        words = f'#set page(margin: 0pt, width: auto, height: auto)\n#image("paper.pdf", page: {number})\n'
        (folder / "page.typ").write_text(words, "utf-8")
        try:
            drawn = typst.compile(str(folder / "page.typ"), root=name, format="png", ppi=float(dots))
        except typst.TypstError:
            raise Refused("This page cannot be drawn. Print the paper to a new PDF and send that.") from None
    content = drawn[0] if isinstance(drawn, list) else drawn
    return Image.open(io.BytesIO(bytes(content))).convert("RGB")


def without(image: Image.Image, areas: Iterable[Mapping[str, Any]]) -> Image.Image:
    """The picture with its areas black; they are given in per cent of it."""
    draw = ImageDraw.Draw(image)
    for area in areas:
        left, top = area["x"] * image.width / 100, area["y"] * image.height / 100
        right, low = left + area["w"] * image.width / 100, top + area["h"] * image.height / 100
        draw.rectangle([left, top, right, low], fill="black")
    return image


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def redacted(file: StoredFile, pages: int, areas: Iterable[Mapping[str, Any]]) -> bytes:
    """Every page of a paper as a picture, in one PDF, its areas gone."""
    areas = list(areas)
    drawn = [
        without(page(file, n, SHARP), (area for area in areas if area["page"] == n))
        for n in range(1, pages + 1)
    ]
    out = io.BytesIO()
    drawn[0].save(out, "PDF", save_all=True, append_images=drawn[1:], resolution=SHARP)
    return out.getvalue()
