"""``mainstay registers simulate``: make up a city's registers, write them, compare them with published figures."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

from mainstay.registers.register import Stopped
from mainstay.registers.simulate import City, city
from mainstay.registers.simulating.published import AREAS
from mainstay.registers.simulating.report import as_data, as_text, report
from mainstay.registers.simulating.writing import write_files, write_store

#: last day of the academic year the published figures are of
PUBLISHED: Final = date(2025, 7, 31)


def main(argv: list[str]) -> int:
    """0 done, 1 the report found a figure out of bounds, 2 wrong usage."""
    chosen = _parser().parse_intermixed_args(argv)
    until = chosen.until or (PUBLISHED if chosen.report else date.today())  # noqa: DTZ011
    try:
        made = city(chosen.like, chosen.seed, until, chosen.years, chosen.pupils, _progress())
        said = _summary(made) | (_write(made, chosen.out, chosen.format) if chosen.out else {})
        found = report(made) if chosen.report else None
    except (ValueError, Stopped, OSError) as problem:
        print(f"mainstay registers simulate: {problem}", file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps(said | ({"report": as_data(found)} if found else {})))
    else:
        print(as_text(found) if found else "\n".join(f"{name}: {value}" for name, value in said.items()))
    return 1 if found and not found.passed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mainstay registers simulate", description=__doc__)
    parser.add_argument(
        "--like", choices=AREAS, default="southampton", help="whose figures the city is held to"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same number, the same city")
    parser.add_argument(
        "--until", type=date.fromisoformat, metavar="DATE",
        help="last day with marks, such as 2025-07-31 (today; with --report, the end of the published year)",
    )  # fmt: skip
    parser.add_argument("--years", type=int, default=2, metavar="N", help="academic years of marks (2)")
    parser.add_argument("--pupils", type=int, metavar="N", help="about how many are on roll (29500)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder to write to: new or empty")
    parser.add_argument(
        "--format", choices=("csv", "parquet"), default="csv", help="one CSV a school, or a store"
    )
    parser.add_argument("--report", action="store_true", help="compare with the published figures of 2024/25")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser


def _summary(made: City) -> dict[str, Any]:
    there = sum(e.left_on is None and e.status != "S" for e in made.enrolments)
    return {
        "like": made.like,
        "seed": made.seed,
        "until": made.until.isoformat(),
        "schools": len(made.schools),
        "pupils": len(made.pupils),
        "on_roll": there,
        "pupil_years": sum(len(b.people) for b in made.blocks),
    }


def _write(made: City, folder: Path, form: str) -> dict[str, Any]:
    if form == "parquet":
        return {"out": str(folder), "pupil_years_written": write_store(made, folder)}
    marks = write_files(made, folder)
    hint = (
        "check the referral unit's file with --phase pru: more absence than other schools have is usual there"
    )
    return {"out": str(folder), "marks_written": marks, "note": hint}


def _progress() -> Any:
    if not sys.stderr.isatty():
        return None

    def show(share: float, what: str) -> None:
        print(f"\r{share:4.0%} {what:<24}", end="\n" if share >= 1 else "", file=sys.stderr, flush=True)

    return show
