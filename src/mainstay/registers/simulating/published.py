"""The published figures the city is held to, read once from ``registers/figures``."""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

AREAS: Final = ("southampton", "england")
PHASES: Final = ("primary", "secondary", "special", "pru")
ATTENDED: Final = ("L", "B", "K", "P", "V", "W")
AUTHORISED: Final = ("I", "M", "C", "C1", "C2", "E", "J1", "R", "S", "T")
UNAUTHORISED: Final = ("G", "N", "O", "U")
ABSENT: Final = AUTHORISED + UNAUTHORISED


@dataclass(frozen=True, slots=True)
class Target:
    """One phase of one area.

    codes: share of possible sessions of each code, in %; persistent, severe: % of enrolments
    source: measure -> where the figure was published
    """

    codes: dict[str, float]
    persistent: float
    severe: float | None
    source: dict[str, str]

    @property
    def absence(self) -> float:
        """Overall absence, % of possible sessions."""
        return sum(self.codes.get(code, 0.0) for code in ABSENT)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one CSV of figures; lines that begin with # are its licence and notes."""
    text = (files("mainstay.registers") / "figures" / name).read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def toml(name: str) -> dict[str, Any]:
    """One TOML file of figures."""
    return tomllib.loads((files("mainstay.registers") / "figures" / name).read_text("utf-8"))


@cache
def targets(area: str) -> dict[str, Target]:
    """Phase -> what was published for it."""
    found = {}
    for phase in PHASES:
        mine = [r for r in rows("targets.csv") if (r["area"], r["phase"]) == (area, phase)]
        values = {r["measure"]: float(r["percent"]) for r in mine}
        source = {r["measure"]: r["source"] for r in mine}
        persistent, severe = values.pop("PA"), values.pop("SA", None)
        found[phase] = Target(values, persistent, severe, source)
    return found
