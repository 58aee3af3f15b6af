"""A page as a picture, to look at before it is served."""

import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

from PIL import Image, ImageDraw

from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.documents.redacting import drawn

#: of a page on screen: our own choice, sharp enough to find a line and quick to load
DOTS_AN_INCH: Final = 80
PDF: Final = "application/pdf"


def page(file: StoredFile, number: int, areas: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """One page, from 1, as a PNG; areas, in per cent of it, are black."""
    content = store.read(file)
    if file.media_type == PDF:
        with drawn(content) as pdf:
            image = pdf[number - 1].render(scale=DOTS_AN_INCH / 72).to_pil().convert("RGB")
    else:
        image = Image.open(io.BytesIO(content)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for area in areas:
        left, top = area["x"] * image.width / 100, area["y"] * image.height / 100
        right, low = left + area["w"] * image.width / 100, top + area["h"] * image.height / 100
        draw.rectangle([left, top, right, low], fill="black")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
