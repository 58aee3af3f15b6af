"""The command ``mainstay``: imports Django only for the commands that need it."""

import sys
from importlib import import_module

#: name -> module with main(argv) -> exit status, and what it does
COMMANDS = {
    "rules": ("mainstay.roof.rules_command", "ask the law a question, get an answer with its reasons"),
    "registers": ("mainstay.registers.command", "check, pack, measure or simulate registers"),
    "serve": ("mainstay.roof.serve_command", "run web, worker and daily timer together"),
    "demo": ("mainstay.roof.demo_command", "load the made-up city into an empty database"),
    "manage": ("mainstay.roof.manage_command", "any other administration command"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; 2 for wrong usage."""
    argv = sys.argv[1:] if argv is None else argv
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
