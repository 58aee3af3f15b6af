"""The statutory defences to each offence, which are asked about before a charge.

They live in ``parameters/defences.toml``, each with who proves it, its source and confidence.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

from mainstay.law.answer import Confidence, Reason, Source

_WHO_PROVES: Final = {
    "parent": "the parent proves it, on the balance of probabilities",
    "authority": "the authority proves that it doesn't apply",
}


@dataclass(frozen=True, slots=True)
class Defence:
    """One ground; proved_by says whose it is to prove: parent or authority."""

    code: str
    offences: tuple[str, ...]
    ground: str
    proved_by: str
    source: str
    confidence: Confidence

    def reason(self) -> Reason:
        """What to ask, and who would prove it."""
        text = f"Ask whether this is so: {self.ground} If it is raised, {_WHO_PROVES[self.proved_by]}."
        return Reason(text, Source(self.source, self.confidence))


@cache
def all_defences() -> tuple[Defence, ...]:
    """Every entry of the table, in its order."""
    table = tomllib.loads((files("mainstay.law") / "parameters" / "defences.toml").read_text("utf-8"))
    return tuple(_entry(entry) for entry in table["defence"])


def _entry(entry: dict[str, Any]) -> Defence:
    return Defence(**entry | {"offences": tuple(cast(list[str], entry["offences"]))})


def of(offence: str) -> tuple[Defence, ...]:
    """Those of that offence."""
    return tuple(one for one in all_defences() if offence in one.offences)
