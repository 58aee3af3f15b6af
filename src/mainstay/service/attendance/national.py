"""The published national figures that pages draw beside a school's and the city's."""

import csv
from functools import cache
from importlib.resources import files

from mainstay.law import codes

#: year the figures are of, named wherever they are drawn
LABEL = "England 2024/25"
SOURCE = (
    "Department for Education, pupil attendance in schools, 2024/25 to July 2025. "
    "Contains public sector information licensed under the Open Government Licence v3.0."
)


@cache
def absence(phase: str) -> float | None:
    """Overall absence of a phase in England, as a share of possible sessions; None where none is published."""
    path = files("mainstay.registers") / "figures" / "targets.csv"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    absent = {entry.code for entry in codes.all_codes() if entry.absent}
    shares = [
        float(row["percent"])
        for row in csv.DictReader(lines)
        if row["area"] == "england" and row["phase"] == phase and row["measure"] in absent
    ]
    return sum(shares) / 100 if shares else None
