"""The footer of a bundle's pages, in the font of a document of ours that holds its characters (``bundle_stamp.typ``)."""

import re
from typing import Any, Final

import pikepdf
from pikepdf import Name

SIZE: Final = 8
#: from the page's edges, in points: what office printers reach, and below the footers of our letters
ASIDE: Final = 36.0
ABOVE: Final = 14.0
_PAIRS: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SECTION: Final = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)


class Stamp:
    """Words set in one embedded font."""

    NAME: Final = Name("/BundleStamp")

    def __init__(self, source: pikepdf.Pdf) -> None:
        (self.font,) = source.pages[0].obj.Resources.Font.values()
        self._codes: dict[str, int] = dict(_codes(self.font.ToUnicode.read_bytes()))
        self._widths: dict[int, float] = dict(_widths(list(self.font.DescendantFonts[0].W)))

    def footer(self, left: str, right: str, box: list[float]) -> bytes:
        """What is drawn: words at the left and at the right of a page's foot, as an artifact."""
        low, high = min(box[0], box[2]), max(box[0], box[2])
        foot = min(box[1], box[3]) + ABOVE
        at = ((low + ASIDE, left), (high - ASIDE - self.width(right), right))
        shown = "".join(
            f"BT {self.NAME} {SIZE} Tf 1 0 0 1 {x:.2f} {foot:.2f} Tm <{self._hex(words)}> Tj ET\n"
            for x, words in at
            if words
        )
        return f"/Artifact <</Type /Pagination /Subtype /Footer>> BDC\nq 0 g\n{shown}Q\nEMC\n".encode()

    def width(self, words: str) -> float:
        return sum(self._widths.get(self._codes[c], 0.0) for c in words) * SIZE / 1000

    def _hex(self, words: str) -> str:
        return "".join(f"{self._codes[c]:04X}" for c in words)


def _codes(cmap: bytes) -> Any:
    """Character -> code, of a ToUnicode map."""
    for kind, body in _SECTION.findall(cmap):
        if kind == b"char":
            for code, words in _PAIRS.findall(body):
                text = bytes.fromhex(words.decode()).decode("utf-16-be")
                if len(text) == 1:
                    yield text, int(code, 16)
        else:
            ends = re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", body)
            for first, last, start in ends:
                for n in range(int(last, 16) - int(first, 16) + 1):
                    yield chr(int(start, 16) + n), int(first, 16) + n


def _widths(listed: list[Any]) -> Any:
    """Code -> width in thousandths, of a W array."""
    at = 0
    while at < len(listed):
        if isinstance(listed[at + 1], pikepdf.Array):
            yield from ((int(listed[at]) + n, float(width)) for n, width in enumerate(listed[at + 1]))
            at += 2
        else:
            first, last, width = listed[at : at + 3]
            yield from ((code, float(width)) for code in range(int(first), int(last) + 1))
            at += 3
