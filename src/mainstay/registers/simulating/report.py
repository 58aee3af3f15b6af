"""The made-up city beside the published figures, code by code."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.registers.grid import year_label
from mainstay.registers.measures import measure_rows
from mainstay.registers.parts import line_up
from mainstay.registers.simulating.model import City
from mainstay.registers.simulating.published import (
    ABSENT,
    ATTENDED,
    AUTHORISED,
    PHASES,
    UNAUTHORISED,
    Target,
    targets,
)
from mainstay.registers.simulating.writing import parts

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FLOOR: Final = 0.05  # % of sessions below which a code is shown but not judged
RELATIVE: Final = {"primary": 0.10, "secondary": 0.10, "special": 0.20}
PERSISTENT: Final = {"primary": 1.5, "secondary": 1.5, "special": 3.0}
SEVERE: Final = {"primary": 0.5, "secondary": 0.5, "special": 1.0}


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
    """What one phase's grids hold.

    by_code: sessions of each byte (256); the others have one element an enrolment with a possible session
    """

    by_code: Ints
    possible: Ints
    persistent: Bools
    severe: Bools
    met: Bools


def report(city: City) -> Report:
    """Compare 2024/25, or else the city's last whole academic year, with the published figures."""
    whole = [y for y in city.years if city.until >= date(y + 1, 7, 31)]
    year = 2024 if 2024 in whole else max(whole, default=city.years[-1])
    counts, published = _counts(city, year), targets(city.like)
    phases = [_phase(phase, counts[phase], published[phase]) for phase in PHASES]
    met = sum(int(c.met.sum()) for c in counts.values())
    enrolments = sum(len(c.met) for c in counts.values())
    pupils = len({city.enrolments[e].pupil for b in city.blocks if b.year == year for e in b.people.tolist()})
    return Report(city.like, city.seed, year_label(year), pupils, 100 * met / max(enrolments, 1), phases)


def _counts(city: City, year: int) -> dict[str, _Counts]:
    """Each phase as the register engine measures it."""
    by_year = {part.year: part for part in parts(city)}
    if year not in by_year:
        raise ValueError(f"the city has no marks of {year_label(year)} yet")
    part = by_year[year]
    beside = line_up(part, by_year.get(year - 1))
    measures = measure_rows(
        year, part.marks, part.school, part.opens, part.births,
        before=beside.before, before_row=beside.before_row, opens_before=beside.opens_before,
    )  # fmt: skip
    phase_of = {s.urn: s.phase for s in city.schools}
    phases = np.array([phase_of[name] for name in part.schools])[part.school]
    found = {}
    for phase in PHASES:
        some = (phases == phase) & (measures["possible"] > 0)
        mine = measures.take(some)
        by_code = np.bincount(part.marks[some].ravel(), minlength=256).astype(np.int64)
        found[phase] = _Counts(
            by_code, mine["possible"].astype(np.int64), mine.persistent, mine.severe, mine.met
        )
    return found


def _phase(phase: str, counts: _Counts, target: Target) -> PhaseReport:
    total, enrolments = int(counts.possible.sum()), len(counts.possible)
    made = PhaseReport(phase, enrolments, total)
    made.threshold_share = _share(counts.met)

    def share(some: tuple[str, ...]) -> float:
        return 100 * float(sum(counts.by_code[ord(codes.byte_of(c))] for c in some)) / max(total, 1)

    for code in (*ATTENDED, *ABSENT):
        made.lines.append(_code_line(phase, code, share((code,)), target))
    for name, some in (("authorised", AUTHORISED), ("unauthorised", UNAUTHORISED), ("absence", ABSENT)):
        value = sum(target.codes.get(c, 0.0) for c in some)
        made.lines.append(Line(name, share(some), value, target.source["I"], None))
    for name, flags, wanted, bounds in (
        ("PA", counts.persistent, target.persistent, PERSISTENT),
        ("SA", counts.severe, target.severe, SEVERE),
    ):
        value, source = _share(flags), target.source.get(name, "not published")
        judged = phase in bounds and wanted is not None
        passed = abs(value - (wanted or 0.0)) <= bounds[phase] if judged else None
        made.lines.append(Line(name, value, wanted, source, passed))
    return made


def _share(flags: Bools) -> float:
    return 100 * float(flags.mean()) if len(flags) else 0.0


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
        "Met the national threshold for considering a penalty notice at one school in the year:"
        f" {found.threshold_share:.1f} % of enrolments (nothing is published to compare)"
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
