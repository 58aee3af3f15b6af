"""What people typed, as far as our fonts print it: a PDF/UA with a sign of no font cannot be made."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTFont

FONTS: Final = Path(__file__).parent / "fonts"


@cache
def signs() -> frozenset[str]:
    """The signs that every one of our fonts has."""
    have = [frozenset(TTFont(path, lazy=True).getBestCmap()) for path in FONTS.glob("*.ttf")]
    return frozenset(map(chr, frozenset.intersection(*have)))


def printable(value: Any) -> Any:
    """The same text, list or mapping of them. What no font has shows as a question mark; marks without a shape go."""
    if isinstance(value, str):
        return "".join(_signs_of(value))
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each) for each in value]
    return value


def _signs_of(text: str) -> list[str]:
    if text.isascii() and text.isprintable():
        return [text]
    have, found = signs(), []
    for sign in unicodedata.normalize("NFC", "\n".join(text.splitlines()) + "\n" * text.endswith("\n")):
        shape = unicodedata.category(sign)
        if sign == "\n" or (sign in have and shape not in ("Cc", "Cf")):
            found.append(sign)
        elif shape not in ("Cc", "Cf"):
            found.append("?")
    return found
