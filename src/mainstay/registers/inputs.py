"""What ``pack`` and ``measure`` are given: register files and folders, calendars, pupils."""

import argparse
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mainstay.registers import reading, store
from mainstay.registers.calendars import CalendarError, Calendars
from mainstay.registers.gathering import Gathering, PupilFile
from mainstay.registers.parts import InMemory
from mainstay.registers.reading.options import Options
from mainstay.registers.register import Reading, Stopped

#: exit statuses
DONE, REFUSED, USAGE, STOPPED = 0, 1, 2, 3


def tell(text: str) -> None:
    """A line for the person at the terminal; results go elsewhere."""
    sys.stderr.write(text + "\n")


class Progress:
    """A counter on standard error, when that is a terminal."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._shown = sys.stderr.isatty()

    def step(self) -> None:
        self._done += 1
        if self._shown:
            end = "\n" if self._done == self._total else ""
            sys.stderr.write(f"\r{self._what} {self._done} of {self._total}{end}")
            sys.stderr.flush()


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that ``pack`` and ``measure`` share."""
    parser.add_argument("inputs", nargs="+", type=Path, metavar="INPUT", help="register file or folder")
    parser.add_argument(
        "--as-of", type=_date, metavar="DATE", help="leave out marks after this day (default today)"
    )
    parser.add_argument("--calendar", type=Path, metavar="CSV", help="school,date,am,pm with 1 and 0")
    parser.add_argument("--pupils", type=Path, metavar="CSV", help="upn,date_of_birth,sex,year_group,fsm,sen")
    parser.add_argument(
        "--dates", choices=("dmy", "mdy", "ymd"), help="order of dates where a file leaves it open"
    )
    parser.add_argument("--strict", action="store_true", help="stop at implausible files, not only warn")
    parser.add_argument(
        "--skip-stopped", action="store_true", help="go on without the inputs that were stopped"
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2025-03-31") from None


class WrongUsage(Exception):
    """Something asked for that cannot be done; the text says what."""


@dataclass(slots=True)
class Given:
    """What the options name, read; WrongUsage where that fails."""

    as_of: date
    calendars: Calendars | None
    pupils: PupilFile | None
    options: Options

    @classmethod
    def of(cls, chosen: argparse.Namespace) -> "Given":
        for path in (*chosen.inputs, chosen.calendar, chosen.pupils):
            if path is not None and not path.exists():
                raise WrongUsage(f"{path}: no such file or folder")
        today = Options().as_of
        as_of = chosen.as_of or today
        try:
            calendars = Calendars.read(chosen.calendar) if chosen.calendar else None
            pupils = PupilFile.read(chosen.pupils) if chosen.pupils else None
        except (CalendarError, Stopped, OSError) as problem:
            raise WrongUsage(str(problem)) from None
        options = Options(
            dates=chosen.dates, as_of=max(as_of, today), calendar=calendars, check_plausible=chosen.strict
        )
        return cls(as_of, calendars, pupils, options)


@dataclass(slots=True)
class Taken:
    """Registers from files, and what became of each input."""

    source: InMemory
    refused_rows: int = 0
    conflicts: int = 0
    stopped: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        if self.stopped:
            return STOPPED
        return REFUSED if self.refused_rows or self.conflicts else DONE


def take(paths: list[Path], given: Given) -> Taken:
    """Read register files; what was refused, stopped or doubtful is told on standard error."""
    try:
        inputs = [path for name in paths for path in reading.inputs(name)]
    except FileNotFoundError as problem:
        raise WrongUsage(str(problem)) from None
    gathering, taken = Gathering(), Taken(InMemory([]))
    progress = Progress("reading file", len(inputs))
    for path in inputs:
        found = reading.read(path, given.options)
        progress.step()
        _tell_about(found, taken)
        gathering.add(found)
    parts, taken.conflicts = gathering.parts()
    if taken.conflicts:
        tell(f"{taken.conflicts} sessions have different marks in different files: left out, as missing")
    taken.source = InMemory([given.pupils.describe(part) for part in parts] if given.pupils else parts)
    return taken


def _tell_about(found: Reading, taken: Taken) -> None:
    if found.stopped_because is not None:
        taken.stopped.append(found.file)
        tell(f"{found.file}: stopped: {found.stopped_because}")
        return
    if not found.schools:
        tell(f"{found.file}: names no school; all files that name none are taken as one school")
    if found.rows_refused:
        taken.refused_rows += found.rows_refused
        tell(
            f"{found.file}: {found.rows_refused} of {found.rows_read} rows refused; see mainstay registers check"
        )
    for warning in found.warnings:
        if warning.code == "implausible":
            tell(f"{found.file}: {warning.text}")


def the_store(paths: list[Path]) -> store.Store | None:
    """The register store among the inputs, if it is one; a store stands alone."""
    stores = [path for path in paths if store.is_store(path)]
    if stores and len(paths) > 1:
        raise WrongUsage(f"{stores[0]} is a register store: measure it alone, or pack everything into one")
    return store.Store(stores[0]) if stores else None


def wrong_usage(command: str, problem: object) -> int:
    """Say what is wrong with the call; the exit status for it."""
    tell(f"mainstay registers {command}: {problem}")
    return USAGE
