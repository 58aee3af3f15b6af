"""What the tests of the two public contracts share: the commands, called in process."""

import json
from collections.abc import Callable

import pytest


def _run(main: Callable[[list[str]], int], argv: list[str]) -> int:
    try:
        return int(main(argv))
    except SystemExit as left:
        return int(left.code or 0)


@pytest.fixture
def check(capsys):
    """Run ``registers check --json``; the exit status and one object an input."""
    from mainstay.registers.command import main

    def run(*argv, as_of="2025-12-31"):
        capsys.readouterr()
        status = _run(main, ["check", *map(str, argv), "--json", "--as-of", as_of])
        out = capsys.readouterr().out
        return status, [json.loads(line) for line in out.splitlines()]

    return run


@pytest.fixture
def registers(capsys):
    """Run any ``registers`` command; exit status, standard output, standard error."""
    from mainstay.registers.command import main

    def run(*argv):
        capsys.readouterr()
        status = _run(main, [str(a) for a in argv])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def rules(capsys, monkeypatch):
    """Run ``rules`` with text on standard input; exit status, standard output."""
    import io
    import sys

    from mainstay.roof.rules_command import main

    def run(*argv, stdin=""):
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        status = _run(main, [str(a) for a in argv])
        return status, capsys.readouterr().out

    return run


@pytest.fixture
def ask(rules):
    """Ask one question; exit status and answer."""

    def run(question, asked):
        status, out = rules(question, stdin=json.dumps(asked))
        return status, json.loads(out)

    return run
