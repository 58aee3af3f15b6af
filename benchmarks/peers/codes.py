"""The codes as a user's script would hold them."""

from mainstay.law.codes import all_codes

POSSIBLE = sorted({c.code for c in all_codes() if c.possible})
ABSENT = sorted({c.code for c in all_codes() if c.absent})
COUNTED = sorted({c.code for c in all_codes() if c.threshold})
NOT_IN_SESSION = ["#", "-", ""]


def _force() -> dict[str, tuple[str, str]]:
    spans: dict[str, tuple[str, str]] = {"-": ("2000-01-01", "2100-01-01")}
    for c in all_codes():
        start = str(c.in_force_from or "2000-01-01")
        end = str(c.in_force_to or "2100-01-01")
        known = spans.get(c.code, (start, end))
        spans[c.code] = (min(known[0], start), max(known[1], end))
    return spans


#: code -> first and last day in force, the eras of one code joined
IN_FORCE = _force()

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
#: permanent, or temporary with a letter at the end
UPN = "^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$"


def check_letter_fits(upn: str) -> bool:
    values = (int(c) if c.isdigit() else LETTERS.index(c) for c in upn[1:])
    return LETTERS[sum(value * weight for weight, value in enumerate(values, 2)) % 23] == upn[0]
