"""Everything refused in one input, kept small until it is told: rows, columns, texts, problems."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.reading.options import MAX_ERRORS
from mainstay.registers.register import FileWarning, RowError

_HELD_BEFORE_PRUNING = 20 * MAX_ERRORS

WARNINGS = {
    "upn_check_letter": "UPN whose check letter is wrong: ask the school to check it",
    "temporary_upn": "temporary UPN: ask the school for the permanent one",
    "upn_missing": "pupils without a UPN: matched on name and date of birth",
    "upn_shared": "pupils who share a UPN with somebody of another name and date of birth: their rows are refused",
    "unknown_code": "marks in no list of attendance codes: refused",
    "old_code": "marks with a code since withdrawn, in force on their day: taken",
    "code_not_in_force": "marks with a code that was not in force on their day: refused",
    "duplicate_mark": "marks given again, the same: taken once",
    "conflicting_marks": "sessions with two different marks: neither is taken",
    "weekend_mark": "marks on a Saturday or Sunday on which the school is not known to be open: refused",
    "bank_holiday_mark": "marks on an English bank holiday: refused",
    "future_mark": "marks after the day of checking: refused",
    "before_entry": "marks before the pupil's entry date: refused",
    "after_leaving": "marks after the pupil's leaving date: refused",
    "missing_marks": "sessions with no mark taken",
    "totals_only": "totals without dates: good for a first look, not for a notice or a court certificate",
    "totals_disagree": "pupils whose totals disagree with each other, with the codes or with the marks",
    "dates_ambiguous": "dates that read differently with the day first and with the month first",
    "formula_like": "cells that begin like a formula: kept as text",
    "implausible": "figures that no school has: a person must look before this is used",
}


@dataclass(slots=True)
class _Part:
    rows: NDArray[np.int64]
    values: NDArray[np.int64]
    order: int
    column: str | None
    problem: str
    text: Callable[[int], str]


class Report:
    """What is refused and warned of; ``lines`` gives each row's physical line, 0 for none."""

    def __init__(self, lines: NDArray[np.int32]) -> None:
        self.lines = lines
        self.refused = np.zeros(len(lines), np.bool_)
        self.total = 0
        self.counts: Counter[str] = Counter()
        self._parts: list[_Part] = []
        self._held = 0

    def refuse(
        self,
        rows: NDArray[np.integer],
        values: NDArray[np.integer],
        text: Callable[[int], str],
        column: str | None,
        problem: str,
        order: int = 0,
    ) -> None:
        """One error a row; ``text`` turns a value into the words of the file; ``order`` sorts columns."""
        self.refused[rows] = True
        self.total += len(rows)
        self._held += len(rows)
        self._parts.append(
            _Part(rows.astype(np.int64), values.astype(np.int64), order, column, problem, text)
        )
        if self._held > _HELD_BEFORE_PRUNING:
            self._prune()

    def refuse_row(self, row: int, column: str | None, value: str, problem: str, order: int = -1) -> None:
        """One error for one row."""
        here = np.array([row])
        self.refuse(here, here, lambda _: value, column, problem, order)

    def warn(self, code: str, count: int = 1) -> None:
        if count:
            self.counts[code] += int(count)

    @property
    def too_many(self) -> bool:
        return self.total > MAX_ERRORS

    def errors(self) -> list[RowError]:
        """The errors in the order of the file, at most the limit."""
        if not self._parts:
            return []
        rows = np.concatenate([part.rows for part in self._parts])
        which = np.repeat(np.arange(len(self._parts)), [len(part.rows) for part in self._parts])
        inside = np.concatenate([np.arange(len(part.rows)) for part in self._parts])
        orders = np.array([part.order for part in self._parts])[which]
        chosen = np.lexsort((inside, orders, rows))[:MAX_ERRORS]
        return [self._error(self._parts[which[k]], int(inside[k])) for k in chosen]

    def _error(self, part: _Part, k: int) -> RowError:
        line = int(self.lines[part.rows[k]])
        return RowError(line or None, part.column, part.text(int(part.values[k])), part.problem)

    def _prune(self) -> None:
        rows = np.concatenate([part.rows for part in self._parts])
        last = np.partition(rows, MAX_ERRORS)[MAX_ERRORS]
        for part in self._parts:
            keep = part.rows <= last
            part.rows, part.values = part.rows[keep], part.values[keep]
        self._parts = [part for part in self._parts if len(part.rows)]
        self._held = sum(len(part.rows) for part in self._parts)

    def warnings(self) -> list[FileWarning]:
        """In the order of the contract's list."""
        return [
            FileWarning(code, self.counts[code], text) for code, text in WARNINGS.items() if self.counts[code]
        ]
