"""``mainstay manage …``: Django's own administration commands."""

import os

from django.core.management import execute_from_command_line


def main(argv: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.roof.settings")
    execute_from_command_line(["mainstay manage", *argv])
    return 0
