"""Proving a million audit rows, beside plain reading of the same rows in the same run.

    python benchmarks/audit.py [--quick] [--rows N] [--rounds N]

The rows are made up (payloads as steps, letters and registers leave them), sealed in batches of a thousand with the
service's own key, in an SQLite database of their own; MAINSTAY_DATABASE_URL names another, whose trail must be empty.
*proof* is ``sealing.verify``: every digest, the fold, every seal. *plain reading* fetches the same columns in the same
order from the driver and does nothing with them. The two take turns. The proof must hold, and must fail once a row in
the middle was changed; otherwise no time is printed.

The last line is JSON: ``rows``, ``rows_a_second``, ``seconds``, ``reading_rows_a_second``, ``proof_vs_reading``,
``peak_mb``.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # as a file too, not only as a module

from benchmarks.memory import peak_mb  # noqa: E402

MILLION = 1_000_000
BATCH = 1000


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks/audit.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="50,000 rows, one round")
    parser.add_argument("--rows", type=int, help="how many rows (a million)")
    parser.add_argument("--rounds", type=int, help="how often they are proved (3)")
    options = parser.parse_args(argv)
    rows = options.rows or (MILLION // 20 if options.quick else MILLION)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"MAINSTAY_VAR": folder, "MAINSTAY_DEMO": "true", "MAINSTAY_LOG_LEVEL": "ERROR"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.roof.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        _write(rows)
        proofs, readings = [], []
        for turn in range(options.rounds or (1 if options.quick else 3)):
            for what in (_prove, _read)[:: 1 if turn % 2 else -1]:
                begun = time.perf_counter()
                found = what()
                (proofs if what is _prove else readings).append(time.perf_counter() - begun)
                if found != rows:
                    sys.exit(f"{found} rows are not {rows}")
        _notices(rows // 2)
    ratio = median(proof / reading for proof, reading in zip(proofs, readings, strict=True))
    print(f"{rows:,} audit rows, median of {len(proofs)} rounds\n")
    print(f"{'':<16}{'seconds':>9}{'rows a second':>16}")
    for name, seconds in (("proof", median(proofs)), ("plain reading", median(readings))):
        print(f"{name:<16}{seconds:>9.2f}{rows / seconds:>16,.0f}")
    figures = {
        "rows": rows,
        "rows_a_second": round(rows / median(proofs)),
        "seconds": round(median(proofs), 2),
        "reading_rows_a_second": round(rows / median(readings)),
        "proof_vs_reading": round(ratio, 2),
        "peak_mb": round(peak_mb()),
    }
    print(json.dumps(figures))
    return 0


def _write(number: int) -> None:
    """Rows and seals as the service makes them, many at once."""
    from django.db import connection, transaction

    from mainstay.service.common.audit import guard, sealing
    from mainstay.service.common.audit.models import AuditRow, Seal

    if AuditRow.objects.exists():
        sys.exit("the database has a trail already")
    guard.remove()  # a row comes numbered here
    head, first = sealing.START, 1
    rows: list[AuditRow] = []
    with transaction.atomic():
        for row in _rows(number):
            rows.append(row)
            if len(rows) == BATCH or row.sealed_no == number:
                previous = head
                for each in rows:
                    head = sealing._fold(head, each.digest)
                AuditRow.objects.bulk_create(rows, batch_size=500)
                key_id, mac = sealing._mac(row.at, first, row.sealed_no, previous, head)
                Seal.objects.create(
                    at=row.at, first_no=first, last_no=row.sealed_no, previous=previous, head=head, mac=mac, key_id=key_id
                )  # fmt: skip
                first, rows = row.sealed_no + 1, []
    guard.install()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _rows(number: int) -> Iterator[Any]:
    from mainstay.service.common.audit.models import AuditRow
    from mainstay.service.common.audit.trail import digest

    begun = datetime(2026, 9, 1, 8, tzinfo=UTC)
    for n in range(1, number + 1):
        action, on, payload = _entry(n)
        at, salt = begun + timedelta(microseconds=n * 1_234_567), secrets.token_hex(16)
        yield AuditRow(
            at=at, by_id=None, action=action, on_kind=on[0], on_id=on[1], payload=payload, salt=salt, sealed_no=n,
            digest=digest(salt=salt, at=at, by_id=None, action=action, on=on, payload=payload),
        )  # fmt: skip


def _entry(n: int) -> tuple[str, tuple[str, str], dict[str, Any]]:
    """A step, a letter, a register with its grids (one of twenty), or words that are not ASCII (one of fifty)."""
    if n % 20 == 0:
        grids = {str(n + k): f"{n * 7919 + k:064x}" for k in range(12)}
        said = {"school": n % 70, "year": 2026, "arrival": n % 900, "new": 24, "changed": 1, "grids": grids}
        return "register.taken", ("attendance.registerimport", str(n)), said
    if n % 50 == 1:
        return "entry.added", ("record.entry", str(n)), {"title": "Call with Zoë’s mother", "kind": "call"}
    if n % 3:
        step = {
            "before": {"state": "open"},
            "now": {"state": "considered"},
            "reason": "As the plan of 4 March says.",
        }
        return "finding.considered", ("attendance.finding", str(n)), step
    return "document.made", ("documents.document", str(n)), {"kind": "penalty_notice", "sha256": f"{n:064x}"}


def _prove() -> int:
    from mainstay.service.common.audit import sealing

    verdict = sealing.verify()
    if not verdict.holds:
        sys.exit(f"the chain does not hold: {verdict.faults[:3]}")
    return verdict.sealed


def _read() -> int:
    from django.db import connection

    columns = "sealed_no, id, at, by_id, action, on_kind, on_id, payload, salt, digest"
    number = 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM common_auditrow WHERE sealed_no IS NOT NULL ORDER BY sealed_no"
        )
        while rows := cursor.fetchmany(5000):
            number += len(rows)
    return number


def _notices(number: int) -> None:
    """Stop unless a changed row is found."""
    from django.db import connection

    from mainstay.service.common.audit import guard, sealing

    guard.remove()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE common_auditrow SET on_id = '0' WHERE sealed_no = %s", [number])
    if sealing.verify().faults != [f"Row {number} was changed."]:
        sys.exit("a changed row was not found")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
