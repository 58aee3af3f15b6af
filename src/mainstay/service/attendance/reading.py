"""A register file read for us: with our calendars, the school's own mapping, and what a person said of it."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mainstay.registers import reading as readers
from mainstay.registers.calendars import Calendars
from mainstay.registers.grid import academic_year
from mainstay.registers.reading import Mapping, MappingError, Options
from mainstay.registers.register import Reading
from mainstay.service.attendance import comparing, mappings, schools, stops
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.common.exports import plain
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory.calendars import as_registers_calendars
from mainstay.service.directory.models import School

ENDINGS = (".csv", ".tsv", ".txt", ".xml", ".ctf", ".json", ".jsonl", ".xlsx")
LENIENT = (School.Phase.PRU, School.Phase.SPECIAL)


@dataclass(frozen=True, slots=True)
class Way:
    """How a file was read: columns, codes and date order as typed or as saved for a school."""

    table: mappings.Table
    saved_for: School | None = None

    @classmethod
    def of(cls, one: RegisterImport, school: School | None) -> "Way":
        """What was typed for this file; the rest as saved for the school."""
        saved = mappings.saved(school)
        table = mappings.parse(one.options.get("mapping") or "") or saved
        dates = one.options.get("dates") or table.get("dates") or saved.get("dates")
        return cls(table | ({"dates": dates} if dates else {}), school if saved else None)

    @property
    def mapping(self) -> Mapping | None:
        try:
            return Mapping.of(self.table) if self.table else None
        except MappingError as problem:
            raise StepRefused(f"Columns and codes: {problem}") from None

    def key(self, one: RegisterImport) -> str:
        """Of this very file read in this very way: what a person's acceptance is bound to."""
        said = [one.file.sha256 if one.file else "", self.table, one.school_id]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def check_way(one: RegisterImport) -> None:
    """StepRefused says what is wrong with the columns and codes that were typed."""
    _ = Way.of(one, one.school).mapping


@contextmanager
def _path(one: RegisterImport) -> Iterator[Path]:
    if one.file is None:
        raise StepRefused("The file of this import is not kept any more.")
    ending = Path(one.filename).suffix.lower()
    with store.as_path(one.file, ending if ending in ENDINGS else "") as path:
        yield path


def read(one: RegisterImport, today: date) -> tuple[Reading, dict[str, Any]]:
    """The whole file and the report of it; ``stopped_because`` says what stands against taking it.

    Unlike the command line's, a reading stopped because it is implausible still holds what it would take.
    """
    with _path(one) as path:
        found, way = _in_its_way(one, path, today)
    found.file = one.filename
    told = comparing.figures(found, one.school)
    beside, remarks = comparing.beside_before(told, one)
    found.doubts += beside
    report = _report_of(found) | {"of_school": told, "key": way.key(one), "doubts": found.doubts}
    report["saved_for"] = way.saved_for.pk if way.saved_for else None
    remarks += comparing.sessions_unlike_calendar(found, one.school)
    report["warnings"] += [{"code": "beside", "count": 0, "text": text} for text in remarks]
    if found.doubts and found.stopped_because is None and not _accepted(one, report):
        found.stopped_because = f"{stops.IMPLAUSIBLE}: {'; '.join(found.doubts)}"
        report["acceptable"] = True
    report |= {"stopped_because": found.stopped_because, "verdict": found.verdict}
    return found, report


def _accepted(one: RegisterImport, report: dict[str, Any]) -> bool:
    """Whether a person has accepted these doubts, of this file read in this way."""
    accepted = one.options.get("accepted") or {}
    return accepted.get("key") == report["key"] and set(report["doubts"]) <= set(accepted["doubts"])


def _in_its_way(one: RegisterImport, path: Path, today: date) -> tuple[Reading, Way]:
    """Read with what is saved for the school that was chosen, or for the one school that the file names."""
    way = Way.of(one, one.school)
    found = _read(one, path, today, way)
    if one.school is not None:
        return found, way
    unknown = found.stopped_because is not None and not found.schools
    owner = schools.only(_first_cells(path) if unknown else found.schools)
    if owner is None or not mappings.saved(owner):
        return found, way
    its_way = Way.of(one, owner)
    again = _read(one, path, today, its_way)
    return (again, its_way) if schools.only(again.schools) == owner else (found, way)


def _first_cells(path: Path) -> list[str]:
    """Every cell of the first rows: a file whose columns nobody knows yet may still name its school there."""
    return sorted({cell.strip() for _, row in readers.preview(path).rows for cell in row})


def _read(one: RegisterImport, path: Path, today: date, way: Way) -> Reading:
    """A school for pupils with other needs may miss more before it is implausible."""
    said: dict[str, Any] = {
        "as_of": today, "calendar": _calendars(one, today), "mapping": way.mapping, "check_plausible": False,
    }  # fmt: skip
    found = readers.read(path, Options(**said, phase=_phase([one.school])))
    if found.doubts and one.school is None:
        phase = _phase(list(schools.named(found.schools).values()))
        if phase:
            found = readers.read(path, Options(**said, phase=phase))
    return found


def _phase(of: list[School | None]) -> str | None:
    phases = {school.phase for school in of if school is not None}
    return min(phases) if phases and phases <= set(LENIENT) else None


def _calendars(one: RegisterImport, today: date) -> Calendars:
    """Days of every school the file may speak of; a file that names none means the school chosen."""
    of = [one.school] if one.school else list(School.objects.all())
    this = academic_year(today)
    known = as_registers_calendars(of, (this - 1, this))
    if one.school is None:
        return known
    name = one.school.urn or one.school.laestab
    return Calendars({school: known.days(name) for school in {*known.schools(), "", one.school.name}})


def _report_of(found: Reading) -> dict[str, Any]:
    """The report of a check, without the refusals."""
    return {
        "file": found.file, "sha256": found.sha256, "layout": found.layout, "encoding": found.encoding,
        "schools": found.schools, "pupils": found.pupils, "marks": found.marks,
        "from": found.first.isoformat() if found.first else None,
        "to": found.last.isoformat() if found.last else None,
        "rows_read": found.rows_read, "rows_taken": found.rows_taken, "rows_refused": found.rows_refused,
        "warnings": [{"code": w.code, "count": w.count, "text": w.text} for w in found.warnings],
        "acceptable": False,
    }  # fmt: skip


def sample_of(one: RegisterImport, saved_for: int | None) -> dict[str, Any] | None:
    """The first rows as they were read, while somebody looks; taken away with the decision."""
    school = School.objects.get(pk=saved_for) if saved_for else one.school
    with _path(one) as path:
        seen = readers.preview(path, Options(mapping=Way.of(one, school).mapping))
    if not seen.rows:
        return None
    return {
        "columns": [{"header": header, "means": means or ""} for header, means in seen.columns],
        "rows": [cells for _, cells in seen.rows],
    }


def refusals_csv(found: Reading, more: list[tuple[str, str]] = []) -> bytes:  # noqa: B006
    """Every refusal with its place: for the school to correct. ``more``: (who, problem) found on placing people."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("Line", "Column", "Value", "Problem"))
    for error in found.errors:
        writer.writerow(map(plain, (error.line, error.column, error.value, error.problem)))
    for who, problem in more:
        writer.writerow(("", "", plain(who), problem))
    return text.getvalue().encode("utf-8-sig")
