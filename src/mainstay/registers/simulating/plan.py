"""How many sessions of each code each enrolment has in a year: quotas, so that the city's totals are exact.

A pupil's own absence comes from a ranking by propensity: the first so many in a hundred are severely
absent, the next persistently, as published, whatever the seed. Code totals are then shared out among
pupils so that each pupil's codes add up to that absence and each code to its published share.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.simulating.published import ABSENT, Target, rows, toml

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: absences that are shared out before other absence (O) and illness (I) take the rest
STRUCTURED: Final = ("S", "R", "T", "C2", "E", "G", "C1", "J1", "C", "M", "N", "U")
LOW, PERSISTENT, SEVERE = range(3)
SHORTEST: Final = 20  # possible sessions from which a pupil's own rate is drawn
SEVERE_PRU: Final = {"england": 30.0, "southampton": 42.0}  # %, opinion: not published


@dataclass(slots=True)
class Roll:
    """The enrolments of one phase in one year, one element each.

    possible: sessions; group: year group; propensity: higher is more absent; observes: keeps religious days
    feasts: how many of those days fall on school days this year
    """

    possible: Ints
    group: Ints
    propensity: Floats
    observes: NDArray[np.bool_]
    feasts: int


def shared(weights: Floats, total: int, cap: Ints) -> Floats:
    """Parts proportional to the weights, none above its cap, adding up to the total."""
    total = min(total, int(cap.sum()))
    low, high = 0.0, 1.0
    while np.minimum(weights * high, cap).sum() < total and high < 1e15:
        high *= 4
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.minimum(weights * middle, cap).sum() < total else (low, middle)
    return np.asarray(np.minimum(weights * high, cap), np.float64)


def whole(parts: Floats, rng: np.random.Generator) -> Ints:
    """Round parts up or down so that their sum is kept: systematic rounding in random order."""
    order = rng.permutation(len(parts))
    total = int(np.rint(parts.sum()))
    running = np.concatenate([[0.0], np.cumsum(parts[order])])
    running *= total / running[-1] if running[-1] > 0 else 1.0
    steps = np.floor(running + rng.random() * 0.999)
    steps[0], steps[-1] = 0, total
    counts = np.zeros(len(parts), np.int64)
    counts[order] = np.diff(np.clip(steps, 0, total)).astype(np.int64)
    return counts


def totals(shares: dict[str, float], possible: int) -> dict[str, int]:
    """Sessions of every code from shares in %, by largest remainder: they add up to the rounded sum of all."""
    exact = {code: share * possible / 100 for code, share in shares.items()}
    floor = {code: int(value) for code, value in exact.items()}
    missing = round(sum(exact.values())) - sum(floor.values())
    by_rest = sorted(exact, key=lambda code: (floor[code] - exact[code], code))
    return {code: floor[code] + (code in by_rest[:missing]) for code in exact}


def absences(
    phase: str, target: Target, severe: float, roll: Roll, total: int, rng: np.random.Generator
) -> Ints:
    """Each enrolment's absent sessions: the published shares of persistent and severe, the given total."""
    count = len(roll.possible)
    rank = np.argsort(np.argsort(-roll.propensity + np.where(roll.possible < SHORTEST, 1e6, 0.0)))
    cuts = [round(severe * count / 100), round(target.persistent * count / 100)]
    band = np.where(rank < cuts[0], SEVERE, np.where(rank < cuts[1], PERSISTENT, LOW))
    tenth, half = -(-roll.possible // 10), -(-roll.possible // 2)
    least = np.choose(band, [np.zeros_like(tenth), tenth, half])
    most = np.choose(band, [np.maximum(tenth - 1, 0), np.maximum(half - 1, tenth), roll.possible])
    wanted = _rates(phase, band, rank) * roll.possible
    scale = [0.05, 20.0]
    for _ in range(50):
        middle = float(np.sqrt(scale[0] * scale[1]))
        scale[int(np.clip(wanted * middle, least, most).sum() >= total)] = middle
    return whole(np.clip(wanted * scale[1], least, most), rng)


def _rates(phase: str, band: Ints, rank: Ints) -> Floats:
    """The absence rate of each rank, from the published shape of the distribution inside each band."""
    found = np.zeros(len(rank))
    # fewer are never seen at all than in 2016/17, where half the severely absent were: opinion
    bend = {SEVERE: 1.6}
    shape = [r for r in rows("bands.csv") if r["phase"] == ("secondary" if phase == "pru" else phase)]
    for this, (low, high) in enumerate(((0, 10), (10, 50), (50, 100))):
        mine = band == this
        parts = [r for r in shape if low <= int(r["lower"]) and int(r["upper"]) <= high]
        edges = np.array([low, *(int(r["upper"]) for r in parts)], np.float64)
        running = np.cumsum([0.0, *(float(r["percent"]) for r in parts)])
        place = (np.argsort(np.argsort(-rank[mine])) + 0.5) / max(mine.sum(), 1)
        found[mine] = np.interp(place ** bend.get(this, 1.0), running / running[-1], edges) / 100
    return found


def taken(total: int, weight: Floats, sizes: list[int], cap: Ints, rng: np.random.Generator) -> Ints:
    """Share a total among pupils drawn by weight, each getting a size from the list, up to its cap."""
    chance = np.where(cap > 0, weight, 0.0)
    with np.errstate(divide="ignore"):
        order = np.argsort(rng.exponential(size=len(cap)) / chance, kind="stable")
    size = np.minimum(rng.choice(np.array(sizes), len(cap)), np.where(chance > 0, cap, 0))[order]
    before = np.cumsum(size) - size
    counts = np.zeros(len(cap), np.int64)
    counts[order] = np.clip(total - before, 0, size)
    if (missing := total - int(counts.sum())) > 0:
        room = (cap - counts) * (weight > 0)
        room = room if room.sum() >= missing else cap - counts
        counts += whole(shared(room.astype(np.float64), missing, room), rng)
    return counts


def plan(phase: str, area: str, target: Target, roll: Roll, rng: np.random.Generator) -> dict[str, Ints]:
    """Sessions of every code for every enrolment of a phase; absences and attendances."""
    total = totals(
        target.codes | toml("city.toml")["phases"][phase].get("attended", {}), int(roll.possible.sum())
    )
    if not roll.feasts:
        total["I"] += total.pop("R", 0)
    absent_total = sum(total.get(code, 0) for code in ABSENT)
    severe = SEVERE_PRU[area] if target.severe is None else target.severe
    absent = absences(phase, target, severe, roll, absent_total, rng)
    total["I"] += int(absent.sum()) - absent_total
    rest = absent.copy()
    counts: dict[str, Ints] = {}
    for code in STRUCTURED:
        counts[code] = taken(total.get(code, 0), _weight(code, roll, rest), _sizes(code, roll), rest, rng)
        rest = rest - counts[code]
    counts["O"] = _other(total["O"], absent, rest, roll, rng)
    counts["I"] = rest - counts["O"]
    present = roll.possible - absent
    for code in ("K", "W", "B", "P"):
        counts[code] = taken(
            total.get(code, 0), _weight(code, roll, present), _sizes(code, roll), present, rng
        )
        present = present - counts[code]
    lateness = np.exp(rng.normal(0.0, 1.3, len(present)) + 0.35 * roll.propensity)
    counts["L"] = whole(shared(lateness, total.get("L", 0), present // 2), rng)
    counts["V"] = np.full(len(present), -1, np.int64)  # whole year groups: placed by school
    return counts


def _sizes(code: str, roll: Roll) -> list[int]:
    sizes = toml("city.toml")["codes"][code]["sizes"]
    return [min(size, 2 * roll.feasts) for size in sizes] if code == "R" else list(sizes)


def _weight(code: str, roll: Roll, rest: Ints) -> Floats:
    """How likely each enrolment is to have any of a code, 0 where it cannot."""
    facts = toml("city.toml")["codes"][code]
    sizes = facts["sizes"]
    typical = sizes[len(sizes) // 2]
    weight = np.where(rest >= typical, 1.0, 0.05 * (rest >= sizes[0]))
    if facts["weight"] == "absent":
        weight = weight * (0.05 + rest / np.maximum(roll.possible, 1))
    if facts["weight"] == "observes":
        weight = weight * roll.observes
    if "groups" in facts:
        weight = weight * np.isin(roll.group, facts["groups"])
    return np.asarray(weight, np.float64)


def _other(total: int, absent: Ints, rest: Ints, roll: Roll, rng: np.random.Generator) -> Ints:
    """Code O: most pupils have none, and it grows faster than absence itself."""
    rate = absent / np.maximum(roll.possible, 1)
    some = rng.random(len(rest)) < 0.30 + 1.6 * rate
    weight = np.exp(rng.normal(0.0, 0.9, len(rest))) * (0.08 + 1.5 * rate) * np.where(some, 1.0, 1e-4)
    return whole(shared(weight * rest, total, rest), rng)
