"""The made-up city beside the published figures, code by code."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.registers import tables
from mainstay.registers.grid import SLOTS, WEEKS, year_label
from mainstay.registers.register import Block
from mainstay.registers.simulating.model import City
from mainstay.registers.simulating.placing import byte
from mainstay.registers.simulating.published import (
    ATTENDED,
    AUTHORISED,
    PHASES,
    UNAUTHORISED,
    Target,
    targets,
)

Ints = NDArray[np.int64]

FLOOR: Final = 0.05  # % of sessions below which a code is shown but not judged
RELATIVE: Final = {"primary": 0.10, "secondary": 0.10, "special": 0.20}
PERSISTENT: Final = {"primary": 1.5, "secondary": 1.5, "special": 3.0}
SEVERE: Final = {"primary": 0.5, "secondary": 0.5, "special": 1.0}
THRESHOLD: Final = (10, 10)  # sessions, school weeks


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: made up, published, where from; ``passed`` is None where it is not judged."""

    measure: str
    simulated: float
    published: float | None
    source: str
    passed: bool | None


@dataclass(slots=True)
class PhaseReport:
    """One phase in one academic year."""

    phase: str
    enrolments: int
    sessions: int
    lines: list[Line] = field(default_factory=list)
    threshold_share: float = 0.0  # % of pupils


@dataclass(slots=True)
class Report:
    """A whole city in one academic year; ``passed`` when nothing judged is out of bounds."""

    like: str
    seed: int
    year: str
    pupils: int
    threshold_share: float  # % of pupils in the four phases who met the threshold in the year
    phases: list[PhaseReport]

    @property
    def passed(self) -> bool:
        return all(line.passed is not False for p in self.phases for line in p.lines)


@dataclass(slots=True)
class _Counts:
    """What one phase's grids hold."""

    by_code: Ints  # 256
    possible: Ints  # one an enrolment with a possible session
    absent: Ints
    met: int


def report(city: City) -> Report:
    """Compare a city's last whole academic year with the published year 2024/25 (PRU: 2016/17)."""
    whole = [y for y in city.years if city.until.isoformat() >= f"{y + 1}-07-31"]
    year = 2024 if 2024 in whole else max(whole, default=city.years[-1])
    found = {}
    phase_of = {s.urn: s.phase for s in city.schools}
    for phase in PHASES:
        mine = [b for b in city.blocks if b.year == year and phase_of[b.school] == phase]
        found[phase] = _count(mine)
    published = targets(city.like)
    phases = [_phase(phase, counts, published[phase], year) for phase, counts in found.items()]
    people = sum(len(c.possible) for c in found.values())
    met = sum(c.met for c in found.values())
    pupils = len({city.enrolments[e].pupil for b in city.blocks if b.year == year for e in b.people.tolist()})
    return Report(city.like, city.seed, year_label(year), pupils, 100 * met / max(people, 1), phases)


def _count(blocks: list[Block]) -> _Counts:
    by_code, met = np.zeros(256, np.int64), 0
    possible, absent = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for block in blocks:
        by_code += np.bincount(block.marks.ravel(), minlength=256)
        possible.append(tables.POSSIBLE[block.marks].sum(axis=1, dtype=np.int64))
        absent.append(tables.ABSENT[block.marks].sum(axis=1, dtype=np.int64))
        met += int(threshold_met(block.marks).sum())
    all_possible, all_absent = np.concatenate(possible), np.concatenate(absent)
    some = all_possible > 0
    return _Counts(by_code, all_possible[some], all_absent[some], met)


def threshold_met(marks: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether ten sessions of G, N, O or U fall into ten of the school's weeks, this year alone."""
    sessions, weeks = THRESHOLD
    open_weeks = tables.IN_SESSION[marks].any(axis=0).reshape(WEEKS, SLOTS).any(axis=1)
    counts = (
        tables.THRESHOLD[marks].reshape(len(marks), WEEKS, SLOTS).sum(axis=2, dtype=np.int64)[:, open_weeks]
    )
    running = np.concatenate([np.zeros((len(marks), 1), np.int64), counts.cumsum(axis=1)], axis=1)
    width = min(weeks, counts.shape[1])
    return np.asarray(
        (running[:, width:] - running[:, : running.shape[1] - width]).max(axis=1, initial=0) >= sessions
    )


def _phase(phase: str, counts: _Counts, target: Target, year: int) -> PhaseReport:
    total = int(counts.possible.sum())
    made = PhaseReport(phase, len(counts.possible), total)
    made.threshold_share = 100 * counts.met / max(len(counts.possible), 1)

    def share(some: tuple[str, ...]) -> float:
        return 100 * float(sum(counts.by_code[byte(c, 2024)] for c in some)) / max(total, 1)

    for code in (*ATTENDED, *AUTHORISED, *UNAUTHORISED):
        made.lines.append(_code_line(phase, code, share((code,)), target))
    for name, some in (
        ("authorised", AUTHORISED),
        ("unauthorised", UNAUTHORISED),
        ("absence", AUTHORISED + UNAUTHORISED),
    ):
        value = sum(target.codes.get(c, 0.0) for c in some)
        made.lines.append(Line(name, share(some), value, target.source["I"], None))
    for name, part, wanted, bound in (
        ("PA", 10, target.persistent, PERSISTENT),
        ("SA", 2, target.severe, SEVERE),
    ):
        value = 100 * float((part * counts.absent >= counts.possible).mean()) if len(counts.possible) else 0.0
        judged = phase in bound and wanted is not None
        passed = abs(value - wanted) <= bound[phase] if judged and wanted is not None else None
        made.lines.append(Line(name, value, wanted, target.source.get(name, "not published"), passed))
    return made


def _code_line(phase: str, code: str, value: float, target: Target) -> Line:
    wanted = target.codes.get(code)
    if wanted is None:
        return Line(code, value, None, "not published", None)
    judged = phase in RELATIVE and wanted > FLOOR
    passed = abs(value / wanted - 1) <= RELATIVE[phase] if judged else None
    return Line(code, value, wanted, target.source[code], passed)


def as_text(found: Report) -> str:
    """The report for people."""
    out = [f"Made-up city like {found.like}, seed {found.seed}, {found.year}: {found.pupils:,} pupils", ""]
    for phase in found.phases:
        out.append(f"{phase.phase}: {phase.enrolments:,} enrolments, {phase.sessions:,} possible sessions")
        out.append(f"  {'':38} {'made up':>9} {'published':>9} {'difference':>11}  source")
        for line in phase.lines:
            wanted = "" if line.published is None else f"{line.published:9.3f}"
            difference = "" if line.published is None else f"{line.simulated - line.published:+11.3f}"
            mark = {True: "ok", False: "FAIL", None: ""}[line.passed]
            out.append(
                f"  {_named(line.measure):38} {line.simulated:9.3f} {wanted:>9} {difference:>11}  {line.source:13} {mark}"
            )
        out += [f"  {'met the penalty threshold':38} {phase.threshold_share:9.3f}", ""]
    out.append(
        f"Met the penalty threshold (10 sessions of G, N, O or U in 10 school weeks) at one school in the year:"
        f" {found.threshold_share:.1f} % of enrolments; nothing published to compare."
    )
    out.append(f"All within bounds: {'yes' if found.passed else 'NO'}")
    return "\n".join(out)


def _named(measure: str) -> str:
    names = {
        "authorised": "authorised absence",
        "unauthorised": "unauthorised absence",
        "absence": "overall absence",
        "PA": "persistently absent, % of enrolments",
        "SA": "severely absent, % of enrolments",
    }
    if measure in names:
        return names[measure]
    (entry,) = [c for c in codes.all_codes() if c.code == measure and c.in_force_to is None]
    return f"{measure} {entry.meaning}"[:38]


def as_data(found: Report) -> dict[str, Any]:
    """The report for programs: plain numbers and texts."""
    return {
        "like": found.like,
        "seed": found.seed,
        "academic_year": found.year,
        "pupils": found.pupils,
        "threshold_share": found.threshold_share,
        "passed": found.passed,
        "phases": [
            {
                "phase": p.phase,
                "enrolments": p.enrolments,
                "possible": p.sessions,
                "threshold_share": p.threshold_share,
                "measures": [
                    {
                        "measure": line.measure,
                        "simulated": line.simulated,
                        "published": line.published,
                        "source": line.source,
                        "passed": line.passed,
                    }
                    for line in p.lines
                ],
            }
            for p in found.phases
        ],
    }
