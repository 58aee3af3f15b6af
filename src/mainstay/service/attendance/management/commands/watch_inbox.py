"""``mainstay manage watch_inbox``: take register files that arrive by secure transfer."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from mainstay.service.attendance import inbox


class Command(BaseCommand):
    help = (
        "Take register files dropped into the inbox; finished ones move to done/ or refused/ with a report."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, help="the inbox (default: inbox in the var folder)")
        parser.add_argument("--once", action="store_true", help="take what waits, then end")
        parser.add_argument("--every", type=float, default=30, metavar="SECONDS", help="how often to look")
        parser.add_argument(
            "--quiet",
            type=float,
            default=20,
            metavar="SECONDS",
            help="a file must not have changed for so long",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"] or Path(settings.CONFIG.var) / "inbox"
        while True:
            taken = inbox.empty(folder, options["quiet"])
            if taken or options["once"]:
                self.stdout.write(f"{taken} files looked at.")
            if options["once"]:
                return
            close_old_connections()
            time.sleep(options["every"])
