"""``mainstay registers …``: the register engine from the command line, with no database and no settings."""

import sys
from importlib import import_module

#: name -> module with main(argv) -> exit status, and what it does
COMMANDS = {
    "check": ("check_command", "read register files, store nothing, report"),
    "pack": ("store_command", "write register files into a Parquet store"),
    "measure": ("measure_command", "measure files or a store, one row a pupil and year"),
    "codes": ("codes_command", "list the attendance codes and their bytes"),
    "simulate": ("simulate_command", "make up a city's registers"),
}


def main(argv: list[str]) -> int:
    """Run one sub-command; 2 for wrong usage."""
    if argv and argv[0] in COMMANDS:
        module = import_module(f"mainstay.registers.{COMMANDS[argv[0]][0]}")
        return int(module.main(argv[1:]))
    out = sys.stdout if argv in (["-h"], ["--help"]) else sys.stderr
    width = max(map(len, COMMANDS))
    print("usage: mainstay registers COMMAND …\n", file=out)
    for name, (_, purpose) in COMMANDS.items():
        print(f"  {name:<{width}}  {purpose}", file=out)
    return 0 if out is sys.stdout else 2
