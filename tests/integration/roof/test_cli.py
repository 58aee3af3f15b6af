"""The command ``mainstay`` as a shell runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

REGISTER = Path(__file__).parents[2] / "data" / "registers" / "long_utf8.csv"


def gone_reader(*argv: object) -> tuple[int, str]:
    """Run a command whose reader leaves before the first line; its status and standard error."""
    command = [sys.executable, "-c", "import sys; from mainstay.roof.cli import main; sys.exit(main())"]
    with subprocess.Popen(
        [*command, *map(str, argv)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout and run.stderr
        run.stdout.close()
        said = run.stderr.read()
        return run.wait(), said


@pytest.mark.parametrize(
    "argv",
    [
        ("registers", "codes"),
        ("registers", "codes", "--json"),
        ("registers", "check", REGISTER),
        ("registers", "check", REGISTER, "--json"),
        ("registers", "measure", REGISTER, "--out", "-"),
        ("registers", "--help"),
        ("registers", "check", "--help"),
        ("rules", "--list"),
    ],
)
def test_a_reader_that_has_seen_enough_ends_a_command_quietly(argv: tuple[object, ...]) -> None:
    status, said = gone_reader(*argv)
    assert "Traceback" not in said and "roken pipe" not in said and "BrokenPipe" not in said
    assert status in (0, 141)
