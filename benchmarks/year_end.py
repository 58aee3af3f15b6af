"""The end of a financial year for every school at once, beside the same sums in the workbook it replaces.

    python -m benchmarks.year_end [--schools N] [--lines N] [--var FOLDER]

Each of N made-up schools bought days; N lines each say what was delivered, charged or credited. The year is ended
as the worker ends it: locked, checked, written, recorded and told, in one transaction. The contender reads the same
lines from an .xlsx, sums them by school, and writes the workbook again with a line for what expires. Both must find
the same half-days for every school, and everything bought must be accounted for.

The last line is JSON: seconds of both, ``year_end_vs_workbook``, the transactions and the queries of the run.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.day_run import _start as start

AT, YEAR = datetime(2027, 4, 2, 9, 0, tzinfo=UTC), 2026
SALT = 20260401


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks/year_end.py", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--schools", type=int, default=100)
    parser.add_argument("--lines", type=int, default=40, help="of each school's account")
    parser.add_argument("--var", help="folder to keep the database in")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="mainstay-year-") as temporary:
        var = Path(options.var or temporary)
        start(var)
        by = prepare(options.schools, options.lines)
        print(json.dumps({"schools": options.schools, "lines": options.lines, **measure(var, by)}))
    return 0


def prepare(schools: int, lines: int) -> Any:
    """The accounts of so many schools, and who ends the year; the database is empty."""
    from mainstay.service.accounts.models import RoleHeld, User
    from mainstay.service.directory.models import School
    from mainstay.service.traded.models import LedgerEntry

    by = User.objects.create(email="manager@example.org", name="Mo Madeup", post="Manager")
    RoleHeld.objects.create(user=by, role="service_manager", since=date(2026, 1, 1))
    kept = School.objects.bulk_create(
        School(name=f"Invented School {n}", urn=str(990_000 + n), phase="primary") for n in range(schools)
    )
    draw, rows = random.Random(SALT), []
    for school in kept:
        left = draw.randint(60, 140)
        rows.append((school, "bought", left, date(2026, 4, 1)))
        for n in range(lines - 1):
            kind = draw.choice(("delivered", "delivered", "charged", "credited"))
            half_days = -min(draw.randint(1, 2), left) if kind != "credited" else draw.choice((-1, 1))
            if half_days and left + half_days >= 0:
                left += half_days
                rows.append((school, kind, half_days, date(2026, 4, 2) + timedelta(days=n * 300 // lines)))
    LedgerEntry.objects.bulk_create(
        (
            LedgerEntry(school=s, year=YEAR, kind=kind, half_days=number, on=on, at=AT, by=by)
            for s, kind, number, on in rows
        ),
        batch_size=500,
    )
    return by


def measure(var: Path, by: Any) -> dict[str, Any]:
    """Seconds of the end of the year and of the workbook, with what both found."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from mainstay.service.traded.actions import years
    from mainstay.service.traded.models import LedgerEntry
    from mainstay.service.traded.queries.ledger import balances

    rows = list(
        LedgerEntry.objects.order_by("pk").values_list("school__name", "kind", "half_days", "on", "note")
    )
    book = var / "days.xlsx"
    write(book, rows)
    with CaptureQueriesContext(connection) as asked:
        begun = time.perf_counter()
        done = years.end(year=YEAR, by=by, at=AT)
        ended = time.perf_counter() - begun
    begun = time.perf_counter()
    expected = workbook(book)
    sheet = time.perf_counter() - begun
    found = {
        name: -half_days
        for name, half_days in LedgerEntry.objects.filter(kind="expired").values_list(
            "school__name", "half_days"
        )
    }
    accounts = balances(None, YEAR).values()
    if found != expected or done.half_days != sum(expected.values()):
        sys.exit("The year end and the workbook differ.")
    if any(
        one.left or one.bought + one.credited != one.delivered + one.charged + one.expired for one in accounts
    ):
        sys.exit("Half-days were lost.")
    begins = sum(q["sql"].split()[0] in ("BEGIN", "COMMIT") for q in asked.captured_queries)
    return {
        "half_days_expired": done.half_days, "schools_told": len(found), "year_end_seconds": round(ended, 3),
        "workbook_seconds": round(sheet, 3), "year_end_vs_workbook": round(ended / sheet, 2),
        "transactions": begins // 2, "queries": len(asked),
    }  # fmt: skip


def write(path: Path, rows: list[tuple[Any, ...]]) -> None:
    """The lines as a workbook of one sheet."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Days")
        for n, row in enumerate([("School", "Kind", "Half-days", "On", "Note"), *rows]):
            sheet.write_row(n, 0, row)


def workbook(path: Path) -> dict[str, int]:
    """The same by hand: read, sum by school, write again with what expires; school -> half-days."""
    import python_calamine

    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("Days").to_python()[1:]
    left: dict[str, int] = defaultdict(int)
    for name, _, half_days, _, _ in rows:
        left[name] += int(half_days)
    expired = {name: number for name, number in left.items() if number > 0}
    ends = [(name, "expired", -number, date(2027, 3, 31), "") for name, number in expired.items()]
    write(path, [*map(tuple, rows), *ends])
    return expired


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
