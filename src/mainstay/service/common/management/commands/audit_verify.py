"""``mainstay manage audit_verify``: prove that no sealed audit row was changed, removed or moved."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mainstay.service.common.audit import sealing


class Command(BaseCommand):
    help = "Walk the audit chain and say whether it holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", help="a head noted earlier outside this machine, which must be in the chain"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = sealing.verify(options["head"])
        sealing.record(verdict, by=None, at=timezone.now())
        self.stdout.write(f"{verdict.sealed} rows sealed, {verdict.erased} of them erased by retention.")
        self.stdout.write(f"{verdict.unsealed} rows are not sealed yet.")
        self.stdout.write(f"head {verdict.head}")
        if not verdict.holds:
            raise CommandError("the chain does not hold:\n" + "\n".join(verdict.faults))
        self.stdout.write("The chain holds.")
