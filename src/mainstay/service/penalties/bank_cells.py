"""Single cells of a bank's list: a date, a sum of money, a text. Each reads one way or is refused in words."""

import re
from datetime import date
from typing import Final

LONGEST: Final = 200  # characters of a text

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRITISH: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_SUM: Final = re.compile(
    r"(?P<open>\()?(?P<sign>[-+])?(?P<pound>£|GBP ?)?(?P<inner>[-+])?"
    r"(?P<pounds>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<pence>[0-9]{1,2}))?"
    r"(?: ?(?P<mark>CR|DR))?(?P<after>-)?(?P<close>\))?"
)
_FIGURES: Final = 9  # of the most pence a payment has


class Misread(ValueError):
    """What is wrong with a cell and what to do; never the cell itself."""


def day(cell: str) -> date:
    """A date written dd/mm/yyyy or yyyy-mm-dd."""
    if not cell:
        raise Misread("the date is missing: add it, or take the line out if it is no payment")
    if match := _ISO.fullmatch(cell):
        year, month, number = map(int, match.groups())
    elif match := _BRITISH.fullmatch(cell):
        number, month, year = map(int, match.groups())
    else:
        raise Misread("this is no date we read: write it dd/mm/yyyy, such as 04/11/2024")
    if not 2000 <= year <= 2100:
        raise Misread("the year is not between 2000 and 2100: check it")
    try:
        return date(year, month, number)
    except ValueError:
        raise Misread("there is no such day: write the day first, then the month") from None


def pence(cell: str) -> int:
    """A sum in pounds, less than nothing for money out: "1,160.00", "£80", "80.00 CR", "(80.00)", "-80.00"."""
    match = _SUM.fullmatch(cell.upper().replace("−", "-"))
    if match is None or bool(match["open"]) != bool(match["close"]):
        raise Misread("this is no sum we read: write pounds and pence, such as 80.00 or 1,160.00")
    signs = [match["open"], match["sign"], match["inner"], match["mark"], match["after"]]
    if sum(map(bool, signs)) > 1:
        raise Misread("the sum says twice whether it came in or went out: keep one sign")
    figures = match["pounds"].replace(",", "").lstrip("0") + (match["pence"] or "").ljust(2, "0")
    value = int(figures[: _FIGURES + 1])
    if not 0 < value < 10**_FIGURES:
        raise Misread("the sum is nothing or more than ten million pounds: check it")
    return -value if {"(", "-", "DR"} & set(signs) else value


def words(cell: str) -> str:
    """A text without needless spaces."""
    text = " ".join(cell.split())
    if len(text) > LONGEST:
        raise Misread(f"this has more than {LONGEST} characters: a quotation mark may be missing before it")
    if not text.isprintable():
        raise Misread("this holds characters that cannot be shown: take them out")
    return text


def way(cell: str) -> int:
    """1 for money that came in, -1 for money that went out."""
    said = cell.casefold().rstrip(".")
    if said in ("c", "cr", "credit", "+"):
        return 1
    if said in ("d", "dr", "debit", "-"):
        return -1
    raise Misread(
        "the line doesn’t say whether the money came in or went out: write CR or DR in the column for it"
    )
