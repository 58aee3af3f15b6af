"""A saved mapping for one school's files: columns, codes, date order, header row (TOML)."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mainstay.law import codes
from mainstay.registers.reading.aliases import FIELDS, field_of, normal

ORDERS = ("dmy", "mdy", "ymd")


class MappingError(ValueError):
    """A mapping that cannot be used; the text says which entry and why."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """columns: normalised header -> field; codes: mark as it arrives -> attendance code."""

    columns: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    dates: str | None = None
    header_row: int | None = None

    @classmethod
    def read(cls, path: Path) -> "Mapping":
        try:
            table = tomllib.loads(path.read_text("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise MappingError(f"{path.name} is not a TOML file: {problem}") from None
        return cls.of(table)

    @classmethod
    def of(cls, table: dict[str, Any]) -> "Mapping":
        """Check a table as TOML gives it; MappingError for anything it may not hold."""
        if unknown := set(table) - {"columns", "codes", "dates", "header_row"}:
            raise MappingError(f"a mapping has no {', '.join(sorted(unknown))}")
        dates, row = table.get("dates"), table.get("header_row")
        if dates is not None and dates not in ORDERS:
            raise MappingError(f"dates must be one of {', '.join(ORDERS)}")
        if row is not None and (not isinstance(row, int) or isinstance(row, bool) or row < 1):
            raise MappingError("header_row must be a line number from 1")
        return cls(_columns(table.get("columns", {})), _codes(table.get("codes", {})), dates, row)


def _columns(table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise MappingError("columns must be a table of header = field")
    found = {}
    for header, name in table.items():
        target = name if name in FIELDS else field_of(str(name))
        if target is None:
            raise MappingError(f"column {header!r}: {name!r} is no field; use one of {', '.join(FIELDS)}")
        found[normal(header)] = target
    return found


def _codes(table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise MappingError("codes must be a table of mark = code")
    allowed = codes.known() | {codes.BLANK}
    for mark, code in table.items():
        if code not in allowed:
            raise MappingError(f"code {mark!r}: {code!r} is not an attendance code")
    return {str(mark).strip().upper(): code for mark, code in table.items()}
