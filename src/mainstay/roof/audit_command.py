"""``mainstay audit verify``: prove that trail, documents and registers are as they were written.

Exit status 0 all holds, 1 something was changed, and it is named.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FAILS = 1
#: the most faults of one kind that are printed
SHOWN = 200


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mainstay audit", description="The audit trail.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser(
        "verify", help="walk the chain, then check documents, registers and evidence against it"
    )
    check.add_argument("--quick", action="store_true", help="the chain only")
    check.add_argument("--head", help="a head noted earlier outside this machine, which must be in the chain")
    return parser


def main(argv: list[str]) -> int:
    try:
        given = _parser().parse_args(argv)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.roof.settings")
    import django

    django.setup()
    return verify(quick=given.quick, head=given.head)


def verify(*, quick: bool, head: str | None) -> int:
    """Check everything, say what was found, and keep it in the trail."""
    from django.utils import timezone

    from mainstay.service.common.audit import proving, sealing

    with _progress("rows of the chain") as tell:
        verdict = sealing.verify(head, tell)
    _say(
        "the chain",
        verdict.sealed,
        verdict.faults,
        f"{verdict.unsealed} not sealed yet, {verdict.erased} erased",
    )
    print(f"head {verdict.head}")
    if not quick:
        with _progress("documents and registers") as tell:
            found = proving.kept.ask(tell)
        for checked in found:
            _say(checked.what, checked.count, checked.faults, f"{checked.unproved} whose entry was erased")
            verdict.faults += checked.faults
    sealing.record(verdict, by=None, at=timezone.now())
    print("Everything holds." if verdict.holds else f"It does not hold: {len(verdict.faults)} faults.")
    return 0 if verdict.holds else FAILS


def _say(what: str, count: int, faults: list[str], beside: str) -> None:
    print(f"{what}: {count:,} checked, {beside}, {len(faults)} faults")
    for fault in faults[:SHOWN]:
        print(f"  {fault}")
    if len(faults) > SHOWN:
        print(f"  and {len(faults) - SHOWN} more")


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int], None]]:
    """How far it is, where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        yield lambda done: status.update(f"{done:,} {what}")
