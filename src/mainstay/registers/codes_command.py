"""``mainstay registers codes``: every attendance code, its byte, meaning, class and validity."""

import argparse
import json
from dataclasses import asdict
from datetime import date

from mainstay.law.codes import BLANK, Code, all_codes


def main(argv: list[str]) -> int:
    """List the codes as a table, or with ``--json`` as one object a line."""
    parser = argparse.ArgumentParser("mainstay registers codes", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_intermixed_args(argv)
    if chosen.json:
        for code in all_codes():
            print(json.dumps(_entry(code), ensure_ascii=False))
        return 0
    rows: list[tuple[str, ...]] = [
        ("code", "byte", "class", "possible", "absent", "threshold", "in force", "meaning")
    ]
    rows += [_row(code) for code in all_codes()]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]) - 1)]
    for row in rows:
        print("  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]]))
    print(f"\n{BLANK} is the byte of a blank: no mark was taken. It is no code, neither present nor absent.")
    return 0


def _entry(code: Code) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(code).items()
    }


def _row(code: Code) -> tuple[str, ...]:
    flags = ("yes" if flag else "no" for flag in (code.possible, code.absent, code.threshold))
    return (code.code, code.byte, code.kind.replace("_", " "), *flags, _time(code), code.meaning)


def _time(code: Code) -> str:
    if code.in_force_from is None:
        return f"until {code.in_force_to}" if code.in_force_to else "always"
    return f"{code.in_force_from} to {code.in_force_to}" if code.in_force_to else f"from {code.in_force_from}"
