"""The order of day and month, decided again by trying both on every cell and title."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.registers import reading

TODAY = date(2025, 12, 1)
ADA = "Z852999924001"

cells = st.tuples(st.integers(1, 14), st.integers(1, 12) | st.integers(1, 14))
titles = st.lists(st.tuples(st.sampled_from(("Printed", "Week beginning")), cells), max_size=2)
marked = st.lists(st.tuples(cells, st.sampled_from(("/", "O", "#", ""))), min_size=1, max_size=5)
births = st.none() | cells


def day(cell: tuple[int, int], order: str, year: int = 2025) -> date | None:
    number, month = cell if order == "dmy" else cell[::-1]
    try:
        return date(year, month, number)
    except ValueError:
        return None


def is_date(cell: tuple[int, int]) -> bool:
    return any(day(cell, order) for order in ("dmy", "mdy"))


def fits(order: str, rows: list[tuple[tuple[int, int], str]], weeks: list[tuple[int, int]]) -> bool:
    on = [day(cell, order) for cell, mark in rows if mark not in ("", "#") and is_date(cell)]
    mondays = [day(cell, order) for cell in weeks if is_date(cell)]
    return all(d and d <= TODAY and d.weekday() < 5 for d in on) and all(
        d and d.weekday() == 0 for d in mondays
    )


@given(titles, marked, births)
@settings(max_examples=400, deadline=None)
def test_the_order_is_the_one_that_every_cell_and_title_allows(
    above: list[tuple[str, tuple[int, int]]],
    rows: list[tuple[tuple[int, int], str]],
    born: tuple[int, int] | None,
) -> None:
    lines = [f"{words} {a:02}/{b:02}/2025" for words, (a, b) in above]
    lines.append("UPN,DOB,Date,Session,Mark")
    dob = f"{born[0]:02}/{born[1]:02}/2015" if born else ""
    lines += [f"{ADA},{dob},{a:02}/{b:02}/2025,AM,{mark}" for (a, b), mark in rows]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("\n".join(lines) + "\n")
        found = reading.read(path, reading.Options(as_of=TODAY, check_plausible=False))

    columns = [cell for cell, _ in rows] + [born] * (len(rows) if born else 0)
    dates = [cell for cell in columns if cell and is_date(cell)]
    said = [cell for _, cell in above if is_date(cell)]
    weeks = [cell for words, cell in above if words == "Week beginning"]
    doubtful = [cell for cell in [*dates, *said] if day(cell, "dmy") != day(cell, "mdy")]
    orders = [order for order in ("dmy", "mdy") if all(day(cell, order) for cell in [*dates, *said])]
    if len(orders) != 1:
        orders = [order for order in orders if fits(order, rows, weeks)]
    if all(day(cell, "dmy") == day(cell, "mdy") for cell in dates):
        orders = ["dmy"]
    warnings = {warning.code: warning.count for warning in found.warnings}
    if len(orders) != 1:
        assert (found.stopped_because or "").startswith("dates_ambiguous")
        assert warnings["dates_ambiguous"] == len(doubtful)
        return
    assert "dates_ambiguous" not in warnings
    assert found.rows_read == len(rows)
    refused = {n for n, (cell, _) in enumerate(rows) if day(cell, orders[0]) is None}
    if born and day(born, orders[0], 2015) is None:
        refused = set(range(len(rows)))
    assert refused <= {error.line - len(above) - 2 for error in found.errors if error.line}
