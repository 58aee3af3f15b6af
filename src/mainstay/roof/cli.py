"""The command ``mainstay``: imports Django only for the commands that need it."""

import os
import sys
from importlib import import_module
from typing import Final

#: the status a shell gives a command whose reader went away (128 + SIGPIPE)
READER_GONE: Final = 141

#: name -> module with main(argv) -> exit status, and what it does
COMMANDS = {
    "rules": ("mainstay.roof.rules_command", "ask the law a question, get an answer with its reasons"),
    "registers": ("mainstay.registers.command", "check, pack, measure or simulate registers"),
    "evidence": ("mainstay.roof.evidence_command", "check a bundle of evidence that was issued"),
    "audit": (
        "mainstay.roof.audit_command",
        "prove that trail, documents and registers are as they were written",
    ),
    "serve": ("mainstay.roof.serve_command", "run web, worker and daily timer together"),
    "demo": ("mainstay.roof.demo_command", "load the made-up city into an empty database"),
    "pay-stand-in": ("mainstay.roof.pay_stand_in_command", "run a stand-in for GOV.UK Pay; no money moves"),
    "manage": ("mainstay.roof.manage_command", "any other administration command"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; 2 for wrong usage. A reader that has seen enough is no error: it ends quietly."""
    try:
        try:
            return _main(sys.argv[1:] if argv is None else argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE


def _main(argv: list[str]) -> int:
    if argv and argv[0] in COMMANDS:
        return int(import_module(COMMANDS[argv[0]][0]).main(argv[1:]))
    if argv == ["--version"]:
        from mainstay import __version__

        print(__version__)
        return 0
    out = sys.stdout if argv in (["-h"], ["--help"]) else sys.stderr
    width = max(map(len, COMMANDS))
    print("usage: mainstay COMMAND …\n", file=out)
    for name, (_, purpose) in COMMANDS.items():
        print(f"  {name:<{width}}  {purpose}", file=out)
    return 0 if out is sys.stdout else 2


if __name__ == "__main__":
    sys.exit(main())
