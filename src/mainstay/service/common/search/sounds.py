"""How a name sounds, as a short key: names that are said alike have the same one.

A small set of rules for English, Irish and Slavic spellings, our own; what they miss, the likeness of letters finds.
"""

import re
from functools import lru_cache
from typing import Final

_START: Final = (
    (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"^x", "s"), (r"^wh", "w"),
    (r"^s[ie](?=[aou])", "X"),  # Sean, Siobhan
)  # fmt: skip
#: X: the sound of "sh" and "ch"
_INSIDE: Final = (
    (r"tch|sch|szcz|cz|sz|sh|ch", "X"), (r"ph|bh|v", "f"), (r"gh", ""), (r"dg|j|g(?=[eiy])", "J"), (r"th|d", "t"),
    (r"ck|q", "k"), (r"c(?=[eiy])|z", "s"), (r"c", "k"), (r"x", "ks"), (r"(?<=.)h|(?<=.)w", ""),
    (r"(.)\1+", r"\1"),
)  # fmt: skip
_RULES: Final = tuple((re.compile(pattern), said) for pattern, said in (*_START, *_INSIDE))
_OPEN: Final = str.maketrans("aeiyou", "aaiioo")
LONGEST: Final = 12


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """The key of one folded word ("catherine" and "kathryn": "ktrn"); "" for what is no word of Latin letters."""
    if not word.isascii() or not word.isalpha():
        return ""
    said = word
    for pattern, to in _RULES:
        said = pattern.sub(to, said)
    first, rest = said[:1], re.sub("[aeiouy]", "", said[1:])
    key = ("a" if first in "aeiou" else first) + rest
    if len(key) == 1:  # "lee" and "leigh", not "lou"
        key += next(iter(re.findall("[aeiouy]", said[1:])), "").translate(_OPEN).replace("a", "i")
    return key[:LONGEST]
