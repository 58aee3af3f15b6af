"""``mainstay registers check``: read register files, store nothing, report."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from mainstay.registers import reading
from mainstay.registers.calendars import CalendarError, Calendars
from mainstay.registers.reading.mapping import ORDERS
from mainstay.registers.register import Reading

_EXIT = {"ready": 0, "ready_with_refusals": 1, "stopped": 3}
_SHOWN = 20


def main(argv: list[str]) -> int:
    """Check every input; 0 ready, 1 refused rows, 2 wrong usage or no such file, 3 stopped; the highest counts."""
    try:
        asked = _parser().parse_intermixed_args(argv)
    except SystemExit as done:
        return int(done.code or 0)
    try:
        options = reading.Options(
            dates=asked.dates,
            as_of=asked.as_of or date.today(),  # noqa: DTZ011
            calendar=Calendars.read(asked.calendar) if asked.calendar else None,
            mapping=reading.Mapping.read(asked.mapping) if asked.mapping else None,
            previous=_file(asked.previous) if asked.previous else None,
            phase=asked.phase,
            accept_implausible=asked.accept_implausible,
        )
    except (CalendarError, reading.MappingError, OSError) as problem:
        return _wrong(str(problem))
    tell = _tell_json if asked.json else _tell
    return max(_check(given, options, tell) for given in asked.input)


def _check(given: str, options: reading.Options, tell: Callable[[Reading, Path], None]) -> int:
    try:
        worst = 0
        for source in reading.inputs(Path(given)):
            found = reading.read(source, options)
            if source == Path(given):
                found.file = given
            tell(found, source)
            worst = max(worst, _EXIT[found.verdict])
        return worst
    except BrokenPipeError:
        raise
    except OSError as problem:
        return _wrong((problem.strerror and f"{given}: {problem.strerror}") or str(problem))


def _wrong(problem: str) -> int:
    print(f"mainstay registers check: {problem}", file=sys.stderr)
    return 2


def _file(path: Path) -> Path:
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file or folder")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mainstay registers check",
        description="Read register files, store nothing, report what is refused and why.",
    )
    parser.add_argument("input", nargs="+", metavar="FILE-OR-FOLDER")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and nothing else")
    parser.add_argument(
        "--dates", choices=ORDERS, help="the order of day, month and year, where a file leaves it open"
    )
    parser.add_argument(
        "--as-of", type=_day, metavar="DATE", help="the day after which a mark is in the future; today"
    )
    parser.add_argument(
        "--calendar", type=Path, metavar="CSV", help="school,date,am,pm with 1 open and 0 closed"
    )
    parser.add_argument(
        "--mapping",
        type=Path,
        metavar="TOML",
        help="columns, codes, dates and header row of a school's files",
    )
    parser.add_argument("--previous", type=Path, metavar="FILE", help="the file sent before, to compare with")
    parser.add_argument(
        "--phase",
        choices=("primary", "secondary", "special", "pru"),
        help="more absence is usual in pru and special",
    )
    parser.add_argument(
        "--accept-implausible", action="store_true", help="take figures that no school usually has"
    )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2025-09-08") from None


def as_object(found: Reading) -> dict[str, Any]:
    """A reading in the fields of the register interface."""
    return {
        "file": found.file,
        "sha256": found.sha256,
        "layout": found.layout,
        "encoding": found.encoding,
        "schools": found.schools,
        "pupils": found.pupils,
        "marks": found.marks,
        "from": found.first.isoformat() if found.first else None,
        "to": found.last.isoformat() if found.last else None,
        "rows_read": found.rows_read,
        "rows_taken": found.rows_taken,
        "rows_refused": found.rows_refused,
        "errors": [
            {"line": e.line, "column": e.column, "value": e.value, "problem": e.problem} for e in found.errors
        ],
        "warnings": [asdict(warning) for warning in found.warnings],
        "verdict": found.verdict,
        "stopped_because": found.stopped_because,
    }


def _tell_json(found: Reading, _: Path) -> None:
    json.dump(as_object(found), sys.stdout, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.write("\n")


def _tell(found: Reading, _: Path) -> None:
    for line in report(found):
        sys.stdout.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")


def report(found: Reading) -> Sequence[str]:
    """A reading in sentences, at most 20 errors shown."""
    verdict = {"ready": "ready", "ready_with_refusals": "ready, with refused rows", "stopped": "STOPPED"}[
        found.verdict
    ]
    lines = [f"{found.file}: {verdict}"]
    if found.stopped_because is not None:
        lines.append(f"  because   {found.stopped_because}")
    lines.append(f"  layout    {found.layout or 'not recognised'}, {found.encoding or 'no text encoding'}")
    lines.append(f"  schools   {', '.join(found.schools) or 'none named'}")
    period = f", {found.first} to {found.last}" if found.first else ""
    lines.append(f"  found     {found.pupils:,} pupils, {found.marks:,} marks{period}")
    lines.append(
        f"  rows      {found.rows_read:,} read, {found.rows_taken:,} taken, {found.rows_refused:,} refused"
    )
    lines += [f"  warning   {w.count:,} x {w.code}: {w.text}" for w in found.warnings]
    for error in found.errors[:_SHOWN]:
        place = f"line {error.line}" if error.line else "no line"
        value = f" ({error.value})" if error.value else ""
        lines.append(f"  {place}, {error.column or 'whole row'}: {error.problem}{value}")
    if len(found.errors) > _SHOWN:
        lines.append(f"  and {len(found.errors) - _SHOWN:,} more; --json gives them all")
    return lines
