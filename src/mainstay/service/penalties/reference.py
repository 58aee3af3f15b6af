"""The reference of a notice: PN, seven figures and a letter that shows a slip of the pen ("PN-0001234-K")."""

import re
import unicodedata
from typing import Final

_LETTERS: Final = "ABCDEFGHJKLMNPRTVWXY"  # none that is taken for a figure or for another letter
#: Each has no divisor in common with 20, so that one wrong figure shows; neighbours differ by twice such a
#: number and no multiple of 10, so that a swap shows.
_WEIGHTS: Final = (1, 3, 9, 7, 13, 19, 17)
_START: Final = 11  # so that the example everywhere, PN-0001234-K, is a right one
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_LOOKALIKES: Final = str.maketrans("OIL", "011")
_FIGURE: Final = "[0-9OIL]"
_SHAPE: Final = re.compile(rf"P[\s-]*N[\s-]*({_FIGURE}(?:[\s-]*{_FIGURE}){{6}})[\s-]*([A-Z])(?![^\W_])")


def make(number: int) -> str:
    """The reference of the notice with that number."""
    if not 0 < number < 10_000_000:
        raise ValueError(f"a notice's number has one to seven figures, not {number}")
    figures = f"{number:07}"
    return f"PN-{figures}-{_letter(figures)}"


def read(text: str) -> str | None:
    """The reference as printed for what somebody typed; None where it is none or its letter doesn't fit.

    Any case; with spaces, with other dashes or without; O typed for 0, and I or L for 1.
    """
    return _checked(_SHAPE.fullmatch(_plain(text).strip()))


def find(text: str) -> list[str]:
    """The references in a text, as printed, each once and in the order they stand there."""
    found = map(_checked, _SHAPE.finditer(_plain(text)))
    return list(dict.fromkeys(reference for reference in found if reference))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES).upper()


def _checked(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    figures = re.sub(r"[\s-]", "", match[1]).translate(_LOOKALIKES)
    return f"PN-{figures}-{match[2]}" if match[2] == _letter(figures) and int(figures) else None


def _letter(figures: str) -> str:
    total = _START + sum(weight * int(figure) for weight, figure in zip(_WEIGHTS, figures, strict=True))
    return _LETTERS[total % len(_LETTERS)]
