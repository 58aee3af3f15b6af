"""Schools that do not exist, in the numbers of a real city."""

from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.simulating.model import School
from mainstay.registers.simulating.published import PHASES, toml

FIRST_URN: Final = 900_001
FIRST_ESTAB: Final = 9001
KINDS: Final = {"primary": "Primary School", "secondary": "School", "special": "School", "pru": ""}


def schools(pupils: int, rng: np.random.Generator) -> tuple[list[School], NDArray[np.float64]]:
    """The schools of a city of so many pupils, and each one's share of its phase's pupils."""
    city, names = toml("city.toml"), toml("names.toml")
    made: list[School] = []
    shares: list[NDArray[np.float64]] = []
    for phase in PHASES:
        facts = city["phases"][phase]
        count = max(1, round(facts["schools"] * pupils / city["pupils"]))
        made += [_school(phase, facts, names, n, len(made) + n, rng) for n in range(count)]
        sizes = np.exp(rng.normal(0.0, 0.0 if phase == "pru" else 0.28, count))
        shares.append(sizes / sizes.sum())
    return made, np.concatenate(shares)


def _school(
    phase: str, facts: dict[str, Any], names: dict[str, Any], n: int, place: int, rng: np.random.Generator
) -> School:
    stems = names[f"{phase}_schools"]
    stem = stems[n % len(stems)] + (f" {n // len(stems) + 1}" if n >= len(stems) else "")
    academy = rng.random() < {"primary": 0.4, "secondary": 0.75, "special": 0.3, "pru": 0.0}[phase]
    trust = names["trusts"][int(rng.integers(len(names["trusts"])))] if academy else ""
    kind = "Academy" if academy and rng.random() < 0.5 else KINDS[phase]
    street = f"{names['streets'][place % len(names['streets'])]} {names['street_kinds'][place % 5]}"
    converted = academy and rng.random() < 0.6
    return School(
        name=f"{stem} {kind}".strip(),
        urn=str(FIRST_URN + place),
        laestab=f"852{FIRST_ESTAB + place}",
        phase=phase,
        trust=trust,
        lowest_age=facts["ages"][0],
        highest_age=facts["ages"][1],
        opened_on=date(2012 + place % 9, 9, 1) if academy else date(1950 + place % 50, 9, 1),
        former_urn=str(FIRST_URN + 5000 + place) if converted else "",
        address=f"{street}, {names['city']}",
        postcode=f"SO99 {place % 9 + 1}{'ABDEFGHJLN'[place % 10]}{'QRTUWXYZ'[place // 10 % 8]}",
        phone=f"01632 960{place % 1000:03d}",
    )
