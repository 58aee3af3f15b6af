"""The number a referral or case had in the council's former system, and the key it is searched by."""

from typing import Any, Final

from mainstay.service.common.keys import fold
from mainstay.service.common.steps import StepRefused

LONGEST: Final = 40
#: shorter ones would be found by every other word
SHORTEST: Final = 3


def key(text: str) -> str:
    """Letters and figures only: "EWS/2019-0042" and "ews 2019 0042" are one."""
    return fold(text).replace(" ", "")


def keep(thing: Any, reference: str) -> None:
    """Onto a referral or case, which the caller saves. Raises StepRefused for one that could not be searched."""
    reference = " ".join(reference.split())
    if reference and not (len(key(reference)) >= SHORTEST and len(reference) <= LONGEST):
        raise StepRefused(f"A reference has at least {SHORTEST} letters or figures, and at most {LONGEST}.")
    thing.earlier_reference, thing.earlier_key = reference, key(reference)[:60]
