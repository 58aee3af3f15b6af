"""Files dropped by secure transfer into a folder: taken when they have arrived whole, moved away with a report.

``inbox/`` holds files that name their school, ``inbox/<URN or LAESTAB>/`` those of one school. A file goes to
``done/`` or ``refused/`` beside a text that says what became of it. Names that begin with a dot, or end like
a transfer under way, are left alone.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from django.utils import timezone

from mainstay.service.attendance import schools
from mainstay.service.attendance.actions import imports
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.store import FileRefused
from mainstay.service.directory.models import School

log = structlog.get_logger("mainstay.inbox")

UNDER_WAY: Final = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".swp")
DONE, REFUSED = "done", "refused"
QUIET_SECONDS: Final = 20.0  # a file that has not changed for so long has arrived whole


def waiting(inbox: Path, quiet_seconds: float) -> Iterator[Path]:
    """The files that have not changed for a while, the oldest first."""
    before = time.time() - quiet_seconds
    folders = [inbox, *(f for f in inbox.iterdir() if f.is_dir() and f.name not in (DONE, REFUSED))]
    found = []
    for path in (path for folder in folders for path in folder.iterdir()):
        under_way = path.name.startswith(".") or path.name.lower().endswith(UNDER_WAY)
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and not path.is_symlink() and not under_way and path.stat().st_mtime <= before:
                found.append((path.stat().st_mtime, path))
    return (path for _, path in sorted(found))


def empty(inbox: Path, quiet_seconds: float) -> int:
    """Take every file that waits; how many were looked at."""
    inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 0
    for number, path in enumerate(waiting(inbox, quiet_seconds), 1):  # noqa: B007
        take(path, inbox, timezone.now())
    return number


def take(path: Path, inbox: Path, at: datetime) -> RegisterImport | None:
    """One file: received, looked at, taken if nothing stands against it, moved away with its report."""
    one: RegisterImport | None = None
    try:
        school = _school(path, inbox)
        with path.open("rb") as file:
            one = imports.receive(
                file=file, school=school, by=None, at=at, via="inbox", name=path.name, wait=True
            )
        if not one.stopped_because:
            one = imports.take(import_id=one.pk, by=None, at=at, wait=True)
        problem = one.stopped_because
    except (FileRefused, StepRefused) as refusal:
        problem = str(refusal)
    except Exception:
        log.exception("inbox_file_failed", import_id=one.pk if one else None)
        problem = "Something went wrong while this file was taken. It is kept here; tell the administrator."
    _put_away(path, inbox, one, problem, at)
    return one


def _school(path: Path, inbox: Path) -> School | None:
    if path.parent == inbox:
        return None
    found = schools.named([path.parent.name]).get(path.parent.name)
    if found is None:
        raise StepRefused("The folder is not named by the URN or LAESTAB of a school of ours.")
    return found


def _put_away(path: Path, inbox: Path, one: RegisterImport | None, problem: str, at: datetime) -> None:
    folder = inbox / (REFUSED if problem else DONE)
    folder.mkdir(exist_ok=True, mode=0o700)
    target = folder / f"{timezone.localtime(at):%Y%m%d-%H%M%S}-{path.name}"
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{timezone.localtime(at):%Y%m%d-%H%M%S}-{number}-{path.name}"
    shutil.move(path, target)
    target.with_name(target.name + ".txt").write_text(_report(one, problem), "utf-8")


def _report(one: RegisterImport | None, problem: str) -> str:
    said = [problem or "Taken."]
    if one is not None:
        report = one.report or {}
        said += [
            f"Import {one.pk}: {one.marks_new} new marks, {one.marks_changed} changed.",
            f"Rows read {report.get('rows_read', 0)}, refused {report.get('rows_refused', 0)}.",
        ]
        if one.errors_id:
            said.append(f"Every refusal is listed in Mainstay under import {one.pk}.")
        if problem and one.state == RegisterImport.State.PREVIEW:
            said.append("It waits there for a person.")
    return "\n".join(said) + "\n"
