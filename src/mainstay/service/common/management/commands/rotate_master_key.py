"""``mainstay manage rotate_master_key``: lock every stored file's key with a new master key."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mainstay.service.common.keyring import KeyMissing
from mainstay.service.common.uploads import care


class Command(BaseCommand):
    help = "Make a new master key and lock every stored file's key with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--forget-old",
            action="store_true",
            help="take keys that lock nothing any more out of the key file (older backups then need a copy of it)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key_id, count = care.rotate(forget=options["forget_old"])
        except KeyMissing as missing:
            raise CommandError(str(missing)) from None
        self.stdout.write(f"Master key {key_id} is in use; the keys of {count} files were locked with it.")
        self.stdout.write(
            f"Copy {settings.CONFIG.master_key_path} to its safe now: without it the files are lost."
        )
