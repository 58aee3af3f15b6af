"""A register file read for us: with our calendars, the school's own mapping, and what a person said of it."""

import csv
import io
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from mainstay.registers import reading as readers
from mainstay.registers.calendars import Calendars
from mainstay.registers.grid import academic_year
from mainstay.registers.reading import Mapping, MappingError, Options
from mainstay.registers.register import Reading
from mainstay.service.attendance import schools
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.common.exports import plain
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory.calendars import as_registers_calendars
from mainstay.service.directory.models import School

ENDINGS = (".csv", ".tsv", ".txt", ".xml", ".ctf", ".json", ".jsonl", ".xlsx")
LENIENT = (School.Phase.PRU, School.Phase.SPECIAL)
IMPLAUSIBLE = "implausible"


def mapping_of(one: RegisterImport) -> Mapping | None:
    """The mapping a person typed (TOML), else the school's own; StepRefused says what is wrong with it."""
    text = one.options.get("mapping") or ""
    table: Any = one.school.attendance_mapping if one.school else None
    try:
        if text.strip():
            table = tomllib.loads(text)
        return Mapping.of(table) if table else None
    except (tomllib.TOMLDecodeError, MappingError) as problem:
        raise StepRefused(f"Columns and codes: {problem}") from None


@contextmanager
def _path(one: RegisterImport) -> Iterator[Path]:
    if one.file is None:
        raise StepRefused("The file of this import is not kept any more.")
    ending = Path(one.filename).suffix.lower()
    with store.as_path(one.file, ending if ending in ENDINGS else "") as path:
        yield path


def read(one: RegisterImport, today: date) -> Reading:
    """The whole file; a school for pupils with other needs may miss more before it is implausible."""
    mapping = mapping_of(one)
    calendar = _calendars(one, today)
    said: dict[str, Any] = {
        "dates": one.options.get("dates") or None, "as_of": today, "calendar": calendar, "mapping": mapping,
        "accept_implausible": bool(one.accepted_because),
    }  # fmt: skip
    with _path(one) as path:
        found = readers.read(path, Options(**said, phase=_phase([one.school])))
        if (found.stopped_because or "").startswith(IMPLAUSIBLE) and one.school is None:
            phase = _phase(list(schools.named(found.schools).values()))
            if phase:
                found = readers.read(path, Options(**said, phase=phase))
    found.file = one.filename
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


def report_of(found: Reading) -> dict[str, Any]:
    """The report of a check, without the refusals."""
    return {
        "file": found.file, "sha256": found.sha256, "layout": found.layout, "encoding": found.encoding,
        "schools": found.schools, "pupils": found.pupils, "marks": found.marks,
        "from": found.first.isoformat() if found.first else None,
        "to": found.last.isoformat() if found.last else None,
        "rows_read": found.rows_read, "rows_taken": found.rows_taken, "rows_refused": found.rows_refused,
        "warnings": [{"code": w.code, "count": w.count, "text": w.text} for w in found.warnings],
        "verdict": found.verdict, "stopped_because": found.stopped_because,
        "acceptable": (found.stopped_because or "").startswith(IMPLAUSIBLE),
    }  # fmt: skip


def sample_of(one: RegisterImport, today: date) -> dict[str, Any] | None:
    """The first rows as they were read, while somebody looks; taken away with the decision."""
    with _path(one) as path:
        seen = readers.preview(
            path, Options(dates=one.options.get("dates") or None, mapping=mapping_of(one), as_of=today)
        )
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
