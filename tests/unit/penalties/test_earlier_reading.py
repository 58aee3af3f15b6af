"""The CSV of earlier notices, read cell by cell."""

from datetime import date

import pytest

from mainstay.service.directory.importing import Unreadable
from mainstay.service.penalties.earlier_reading import COLUMNS, MOST_ROWS, read

TODAY = date(2026, 11, 23)
GOOD = {
    "UPN": "Z852999924001", "Child surname": "Fenwick", "Child forename": "Ada", "Child date of birth": "09/03/2016",
    "Parent title": "Mrs", "Parent forename": "Grace", "Parent surname": "Fenwick", "Parent postcode": "SO99 9ZZ",
    "Issued on": "15/11/2024", "Kind": "attendance", "Outcome": "paid", "Issuer": "Invented Council",
    "Reference": "OLD-1", "Offence from": "07/10/2024", "Offence to": "11/10/2024",
}  # fmt: skip


def file(*rows: dict[str, str], columns: tuple[str, ...] = tuple(COLUMNS)) -> bytes:
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
    return "\n".join(lines).encode()


def test_a_whole_row_is_read_as_it_stands() -> None:
    [row] = read(file(GOOD), TODAY).rows
    assert (row.line, row.upn, row.born) == (2, "Z852999924001", date(2016, 3, 9))
    assert (row.title, row.parent_forename, row.parent_surname, row.postcode) == (
        "Mrs", "Grace", "Fenwick", "SO99 9ZZ",
    )  # fmt: skip
    assert (row.issued_on, row.kind, row.outcome) == (date(2024, 11, 15), "attendance", "paid")
    assert (row.issuer, row.reference) == ("Invented Council", "OLD-1")
    assert (row.offence_from, row.offence_to) == (date(2024, 10, 7), date(2024, 10, 11))


def test_columns_go_by_name_in_any_order_case_and_delimiter_and_empty_lines_are_left_out() -> None:
    names = tuple(reversed(COLUMNS))
    text = file(GOOD, {}, GOOD | {"Issued on": "2024-11-16"}, columns=names).decode()
    reading = read(text.replace(",", ";").replace("Issued on", "ISSUED_ON").encode("utf-16"), TODAY)
    assert [(row.line, row.issued_on.day) for row in reading.rows] == [(2, 15), (4, 16)]
    assert reading.problems == []


def test_a_child_is_named_by_upn_alone_or_by_name_and_date_of_birth() -> None:
    by_upn = {k: v for k, v in GOOD.items() if not k.startswith("Child")}
    by_name = {k: v for k, v in GOOD.items() if k != "UPN"}
    reading = read(file(by_upn, by_name), TODAY)
    assert [(row.upn, row.surname) for row in reading.rows] == [("Z852999924001", ""), ("", "Fenwick")]


@pytest.mark.parametrize(
    ("changed", "column", "words"),
    [
        ({"Parent surname": ""}, "Parent surname", "is empty"),
        ({"Issuer": " "}, "Issuer", "is empty"),
        ({"UPN": "", "Child forename": ""}, "UPN", "surname, forename and date of birth"),
        ({"UPN": "12"}, "UPN", "shape of a UPN"),
        ({"Issued on": "15.11.2024"}, "Issued on", "is no date"),
        ({"Issued on": "31/02/2024"}, "Issued on", "is no date"),
        ({"Issued on": "15/11/24"}, "Issued on", "is no date"),
        ({"Issued on": "15/11/0202"}, "Issued on", "is no date"),
        ({"Issued on": "24/11/2026"}, "Issued on", "in the future"),
        ({"Child date of birth": "March"}, "Child date of birth", "is no date"),
        ({"Kind": "truancy"}, "Kind", "none of attendance, excluded"),
        ({"Outcome": "settled"}, "Outcome", "none of open, paid"),
        ({"Issuer": "x" * 121}, "Issuer", "longer than 120"),
        ({"Reference": "x" * 61}, "Reference", "longer than 60"),
        ({"Offence to": "06/10/2024"}, "Offence to", "before"),
        ({"Offence to": "16/11/2024"}, "Offence to", "after the notice was issued"),
    ],
)
def test_each_problem_has_its_line_column_and_remedy_and_the_row_is_left_out(
    changed: dict[str, str], column: str, words: str
) -> None:
    reading = read(file(GOOD, GOOD | changed), TODAY)
    [problem] = reading.problems
    assert (problem.line, problem.column) == (3, column)
    assert words in problem.problem
    assert ":" in problem.problem  # what is wrong, and what to do
    assert [row.line for row in reading.rows] == [2]


def test_every_problem_of_a_row_is_named_not_only_the_first() -> None:
    bad = GOOD | {"Kind": "truancy", "Outcome": "settled", "Issued on": "soon", "Issuer": ""}
    assert {p.column for p in read(file(bad), TODAY).problems} == {"Kind", "Outcome", "Issued on", "Issuer"}


def test_words_of_kind_and_outcome_may_have_capitals() -> None:
    [row] = read(file(GOOD | {"Kind": "Attendance", "Outcome": "PAID"}), TODAY).rows
    assert (row.kind, row.outcome) == ("attendance", "paid")


def test_a_cell_too_many_is_a_problem_and_quotes_keep_commas() -> None:
    names = ",".join(COLUMNS)
    cells = [GOOD[name] for name in COLUMNS]
    loose = ",".join(cells) + ",left over"
    quoted = ",".join(f'"{cell}"' if cell != "Invented Council" else '"Invented, Council"' for cell in cells)
    reading = read(f"{names}\n{loose}\n{quoted}\n".encode(), TODAY)
    assert [(p.line, p.column) for p in reading.problems] == [(2, "")]
    assert reading.rows[0].issuer == "Invented, Council"


def test_a_line_break_in_quotes_does_not_move_the_line_numbers_that_follow() -> None:
    names = ",".join(COLUMNS)
    cells = [f'"{GOOD[name]}"' for name in COLUMNS]
    broken = ",".join(cells).replace("Invented Council", "Invented\nCouncil")
    reading = read(f"{names}\n{broken}\n{','.join(cells)}\n".encode(), TODAY)
    assert [row.line for row in reading.rows] == [2, 4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (file(GOOD, columns=("UPN", "Issued on")), "Missing: Parent forename, Parent surname, Kind"),
        (file(GOOD, columns=tuple(c for c in COLUMNS if c not in ("UPN", "Child forename"))), r"UPN \(or"),
        (file(GOOD, columns=(*COLUMNS, "Issuer")), "stands twice"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_says_what_is_missing(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(content, TODAY)


def test_a_file_of_too_many_rows_is_sent_in_parts() -> None:
    many = b"\n".join([file().strip(), *[b"x"] * (MOST_ROWS + 1)])
    with pytest.raises(Unreadable, match="in parts"):
        read(many, TODAY)


def test_columns_that_say_nothing_here_are_named() -> None:
    reading = read(file(GOOD | {"Shoe size": "4"}, columns=(*COLUMNS, "Shoe size")), TODAY)
    assert reading.unused == ["Shoe size"]
    assert len(reading.rows) == 1
