"""Folded keys: names are searched and sorted by these, never by raw ``icontains``."""

import unicodedata


def fold(text: str) -> str:
    """NFKD, without accents or apostrophes, casefolded, single spaces: "O’Neill " -> "oneill"."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    letters = (c for c in decomposed if not unicodedata.combining(c) and c not in "'’`´‘")
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())
