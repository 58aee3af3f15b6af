"""A bank's list of payments: read whole, or refused whole with the place and the remedy."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.service.penalties.bank_lines import BankFile, BankLine, Problem, candidates, read

HEADING = "Date,Amount,Reference,Payer\n"


def one(row: str, heading: str = HEADING) -> BankLine:
    file = read(f"{heading}{row}\n".encode())
    assert file.problems == []
    assert len(file.lines) == 1
    return file.lines[0]


def problem(content: str | bytes) -> Problem:
    file = read(content if isinstance(content, bytes) else content.encode())
    assert len(file.problems) == 1, file
    return file.problems[0]


def test_a_line_is_read() -> None:
    line = one('26/11/2024,"£1,160.00",  pn 0001234  k ,Ms  Invented')
    assert (line.line, line.on, line.pence) == (2, date(2024, 11, 26), 116000)
    assert (line.reference, line.payer) == ("pn 0001234 k", "Ms Invented")
    assert candidates(line.reference) == ["PN-0001234-K"]


@pytest.mark.parametrize(
    ("cell", "pence"),
    [
        ("80.00", 8000), ("80", 8000), ("80.5", 8050), ("£80", 8000), ("£80.00", 8000), ("GBP 80.00", 8000),
        ("1,160.00", 116000), ("1,234,567.89", 123456789), ("+80.00", 8000), ("80.00 CR", 8000), ("80.00cr", 8000),
        ("(80.00)", -8000), ("(£80.00)", -8000), ("-80.00", -8000), ("−80.00", -8000), ("-£80.00", -8000),
        ("£-80.00", -8000), ("80.00-", -8000), ("80.00 DR", -8000), ("0.01", 1),
    ],
)  # fmt: skip
def test_a_sum_is_read_as_written(cell: str, pence: int) -> None:
    assert one(f'26/11/2024,"{cell}",a,b').pence == pence


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("", "no sum we read"), ("eighty", "no sum we read"), ("80,00", "no sum we read"), ("1.160,00", "no sum we read"),
        ("1,16,000.00", "no sum we read"), ("80.001", "no sum we read"), ("80.", "no sum we read"), ("$80", "no sum we read"),
        ("(80.00", "no sum we read"), ("80.00)", "no sum we read"), ("٨٠", "no sum we read"), ("8e1", "no sum we read"),
        ("(-80.00)", "says twice"), ("-80.00 CR", "says twice"), ("-80.00-", "says twice"), ("- £-80", "no sum we read"),
        ("-£-80", "says twice"), ("0.00", "is nothing"), ("10,000,000.00", "ten million"), ("9" * 5000, "ten million"),
    ],
)  # fmt: skip
def test_a_sum_that_could_be_something_else_is_refused(cell: str, words: str) -> None:
    found = problem(f'{HEADING}26/11/2024,"{cell}",a,b\n')
    assert (found.line, found.column, found.value) == (2, "Amount", cell)
    assert words in found.problem


@pytest.mark.parametrize(
    ("cell", "on"),
    [("04/11/2024", date(2024, 11, 4)), ("4/1/2024", date(2024, 1, 4)), ("2024-11-04", date(2024, 11, 4)),
     ("29/02/2024", date(2024, 2, 29))],
)  # fmt: skip
def test_a_date_is_read_day_first(cell: str, on: date) -> None:
    assert one(f"{cell},80,a,b").on == on


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("", "is missing"), ("4/11/24", "dd/mm/yyyy"), ("4 Nov 2024", "dd/mm/yyyy"), ("04-11-2024", "dd/mm/yyyy"),
        ("20241104", "dd/mm/yyyy"), ("11/26/2024", "day first"), ("30/02/2024", "no such day"), ("2024-13-01", "no such day"),
        ("04/11/1924", "between 2000 and 2100"), ("0001-01-01", "between"), ("٠٤/١١/٢٠٢٤", "dd/mm/yyyy"),
    ],
)  # fmt: skip
def test_a_date_that_is_not_clear_is_refused(cell: str, words: str) -> None:
    found = problem(f"{HEADING}{cell},80.00,a,b\n")
    assert (found.line, found.column, found.value) == (2, "Date", cell)
    assert words in found.problem


def test_every_problem_of_a_file_is_told_at_once_and_logs_get_no_value() -> None:
    file = read(
        f"{HEADING}yesterday,eighty,a,b\n26/11/2024,80.00,good,b\n\n31/11/2024,80.00,a,b,c\n".encode()
    )
    assert [(p.line, p.column) for p in file.problems] == [
        (2, "Date"),
        (2, "Amount"),
        (5, ""),
        (5, "Date"),
    ]
    assert [line.reference for line in file.lines] == ["good"]
    assert (
        str(file.problems[0])
        == "line 2, Date: this is no date we read: write it dd/mm/yyyy, such as 04/11/2024"
    )
    assert str(file.problems[2]).startswith("line 5: there are 5 cells under 4 headings")
    assert "eighty" not in " ".join(map(str, file.problems))


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("PAYER NAME;Payment reference;Paid on;Amount (£)", "Ms Invented;PN-0001234-K;26/11/2024;80.00"),
        ("Transaction Date\tNarrative\tCredit Amount\tFrom", "26/11/2024\tPN-0001234-K\t80.00\tMs Invented"),
        (
            "Account,12345678,,,\n\nDate,Details,Amount,Balance,Name",
            "26/11/2024,PN-0001234-K,80.00,1.00,Ms Invented",
        ),
        (
            "Date,Value Date,Description,Ref,Paid In,Sender",
            "26/11/2024,27/11/2024,BGC,PN-0001234-K,80.00,Ms Invented",
        ),
        ("\ufeffDate,Amount,Reference,Payer", "2024-11-26,80,PN-0001234-K,Ms Invented"),
    ],
)
def test_columns_are_found_by_their_names(heading: str, row: str) -> None:
    line = one(row, f"{heading}\n")
    assert (line.on, line.pence) == (date(2024, 11, 26), 8000)
    assert (line.reference, line.payer) == ("PN-0001234-K", "Ms Invented")


def test_columns_that_mean_nothing_are_named_and_a_payer_is_no_must() -> None:
    file = read(b"Date,Type,Amount,Ref,Balance\n26/11/2024,BGC,80,a,1\n")
    assert file.passed_over == ["Type", "Balance"]
    assert file.lines[0].payer == ""


def test_money_in_two_columns() -> None:
    heading = "Date,Paid in,Paid out,Reference\n"
    assert one("26/11/2024,80.00,,a", heading).pence == 8000
    assert one("26/11/2024,0.00,80.00,a", heading).pence == -8000
    assert one("26/11/2024,-,-80.00,a", heading).pence == -8000
    for both in ("80.00,80.00", ",", "0.00,0.00"):
        assert "fill one of the two" in problem(f"{heading}26/11/2024,{both},a\n").problem


def test_money_beside_a_column_that_says_its_way() -> None:
    heading = "Date,Amount,CR/DR,Reference\n"
    assert one("26/11/2024,80.00,CR,a", heading).pence == 8000
    assert one("26/11/2024,80.00,Debit,a", heading).pence == -8000
    assert "write CR or DR" in problem(f"{heading}26/11/2024,80.00,,a\n").problem
    assert "says twice" in problem(f"{heading}26/11/2024,-80.00,DR,a\n").problem


def test_the_way_of_a_sum_in_two_columns_names_the_first() -> None:
    assert problem("Date,Paid in,Paid out,Ref\n26/11/2024,,,a\n").column == "Paid in"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"PK\x03\x04", "no CSV"),
        (b"\xd0\xcf\x11\xe0 old", "no text in UTF-8"),
        (b"Date,\x81", "no text in UTF-8"),
        (b"Date,Amount,Reference\n\0", "no text in UTF-8"),
        (b"Date,Sum,Reference\n26/11/2024,80,a\n", "Date, Amount and Reference"),
        (b"\n" * 20 + b"Date,Amount,Reference\n26/11/2024,80,a\n", "Date, Amount and Reference"),
        (b"Date,Amount,Reference\n\n", "no payment under the heading"),
        (b"Date,Date paid,Amount,Reference\n", "“Date” and “Date paid” may each be the date"),
        (b'Date,Amount,Reference\n26/11/2024,80,"a\n', "quotation mark"),
        (b'Date,Amount,Reference\n26/11/2024,80,"a" b\n', "quotation mark"),
    ],
)
def test_a_file_that_is_not_read_says_why(content: bytes, words: str) -> None:
    found = problem(content)
    assert words in found.problem
    assert read(content).lines == []


def test_a_text_that_is_too_long_or_cannot_be_shown_is_refused() -> None:
    assert "200 characters" in problem(f"{HEADING}26/11/2024,80.00,{'x' * 201},b\n").problem
    assert "cannot be shown" in problem(f"{HEADING}26/11/2024,80.00,a\u202eb,b\n").problem


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_same_lines_in_any_coding(coding: str) -> None:
    text = f"{HEADING}26/11/2024,£80.00,é,Zoë O’Invented\n"
    assert read(text.encode(coding)) == read(text.encode())
    assert read(text.encode(coding)).lines[0].payer == "Zoë O’Invented"


def test_lines_are_numbered_as_the_file_is() -> None:
    file = read(b'Date,Amount,Reference\r\n26/11/2024,80,"two\r\nlines"\r\n\r\nnever,80,a\r\n')
    assert (file.lines[0].line, file.lines[0].reference) == (2, "two lines")
    assert file.problems[0].line == 5


payments = st.tuples(
    st.dates(date(2024, 11, 1), date(2024, 11, 4)),
    st.sampled_from([8000, 16000, -8000]),
    st.sampled_from(["PN-0001234-K", "pn-0001234-k", "a,b", ""]),
    st.sampled_from(["", "Invented"]),
)


def made(rows: list[tuple[date, int, str, str]], iso: bool = False) -> BankFile:
    out = io.StringIO()
    csv.writer(out).writerows(
        [["Date", "Amount", "Reference", "Payer"]]
        + [
            [
                str(on) if iso else f"{on:%d/%m/%Y}",
                f"{pence / 100:.2f}" if iso else f"£{pence / 100:,.2f}",
                ref,
                payer,
            ]
            for on, pence, ref, payer in rows
        ]
    )
    file = read(out.getvalue().encode())
    assert file.problems == [] or not rows
    return file


@given(rows=st.lists(payments, min_size=1, max_size=12))
def test_no_two_lines_of_a_file_have_one_digest(rows: list[tuple[date, int, str, str]]) -> None:
    assert len({line.digest for line in made(rows).lines}) == len(rows)


@given(
    rows=st.lists(payments, min_size=1, max_size=12),
    first=st.integers(1, 4),
    last=st.integers(1, 4),
    iso=st.booleans(),
)
def test_files_that_overlap_by_whole_days_count_every_payment_once(
    rows: list[tuple[date, int, str, str]], first: int, last: int, iso: bool
) -> None:
    rows.sort(key=lambda row: row[0])
    early = made([row for row in rows if row[0].day <= last])
    late = made([row for row in rows if row[0].day >= first], iso)
    everything = {line.digest for line in made(rows).lines}
    found = {line.digest for line in early.lines + late.lines}
    assert found <= everything
    assert found == everything or first > last


BITS = (
    b"",
    b",",
    b'"',
    b"\n",
    b"\r",
    b"\t",
    b";",
    b"\xff",
    b"\0",
    b"\xef\xbb\xbf",
    b"-",
    b"(",
    b"\xc2\xa3",
    b"9" * 12,
)
WHOLE = f'{HEADING}26/11/2024,"£1,160.00",PN-0001234-K,Zoë\n27/11/2024,80.00 CR,"a ""b""",Invented\n'.encode()


@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, len(WHOLE)), st.integers(0, 20), st.sampled_from(BITS) | st.binary(max_size=4)
        ),
        max_size=6,
    )
)
def test_a_damaged_file_is_lines_or_problems_and_never_a_failure(edits: list[tuple[int, int, bytes]]) -> None:
    content = WHOLE
    for place, length, bit in edits:
        content = content[:place] + bit + content[place + length :]
    file = read(content)
    assert file.lines or file.problems
    assert all(p.problem and p.line >= 1 for p in file.problems)
    assert all(line.pence and 2000 <= line.on.year <= 2100 for line in file.lines)


@given(content=st.binary(max_size=200))
def test_any_bytes_at_all_have_an_answer(content: bytes) -> None:
    assert read(content).problems
