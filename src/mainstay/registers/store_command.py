"""``mainstay registers pack INPUT... --out DIR``: write register files into a Parquet store."""

import argparse
from pathlib import Path

from mainstay.registers import store
from mainstay.registers.engines import Task
from mainstay.registers.inputs import (
    STOPPED,
    Given,
    WrongUsage,
    add_options,
    take,
    tell,
    the_store,
    wrong_usage,
)
from mainstay.registers.register import Stopped


def main(argv: list[str]) -> int:
    """Read, check and pack; 0 done, 1 with refused rows, 2 wrong usage, 3 an input was stopped."""
    parser = argparse.ArgumentParser("mainstay registers pack", description=__doc__)
    add_options(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the store")
    chosen = parser.parse_intermixed_args(argv)
    try:
        given = Given.of(chosen)
        if the_store(chosen.inputs) is not None:
            raise WrongUsage(f"{chosen.inputs[0]} is a register store already")
        taken = take(chosen.inputs, given)
        if taken.stopped and not chosen.skip_stopped:
            tell("nothing was written: put the stopped inputs right, or leave them out with --skip-stopped")
            return STOPPED
        if not taken.source.parts:
            raise WrongUsage("the inputs hold no marks: nothing was packed")
        task = Task(calendars=given.calendars)
        rows = store.write(chosen.out, [[task.prepare(part) for part in taken.source.parts]])
    except (WrongUsage, Stopped) as problem:
        return wrong_usage("pack", problem)
    tell(f"{chosen.out}: {rows} pupil-years packed")
    return taken.status
