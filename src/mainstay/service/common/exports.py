"""Lists as CSV or XLSX, exactly what is shown: a header and rows, written as they come.

A cell of text that a spreadsheet would run as a formula is written as text. Nothing here knows
whose rows these are: what may be exported is the caller's question.
"""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from mainstay.service.common.steps import StepRefused

XLSX_ROWS: Final = 1_048_576
_FORMULA: Final = re.compile(r"\A\s*[=+\-@\t\r\n＝＋－＠](?!\Z)")
_NUMBER: Final = re.compile(r"\A[+-]\d[\d.,]*%?\Z")

Rows = Iterable[Sequence[Any]]


def export_response(kind: str, name: str, header: Sequence[str], rows: Rows) -> HttpResponseBase:
    """A download of ``name-YYYY-MM-DD.kind``; kind is "csv" or "xlsx", anything else is not found.

    rows: one sequence of cells each, in the header's order; text, numbers, dates, instants, bool, None. A Decimal is an
    amount: it keeps its two decimals.
    """
    filename = f"{name}-{timezone.localdate():%Y-%m-%d}.{kind}"
    if kind == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            csv_lines(header, rows), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
        return response
    if kind == "xlsx":
        return FileResponse(xlsx_file(header, rows), as_attachment=True, filename=filename)
    raise Http404


def csv_lines(header: Sequence[str], rows: Rows) -> Iterator[str]:
    """The lines of a CSV that a spreadsheet opens as UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([plain(cell) for cell in header])
    for row in rows:
        yield writer.writerow([plain(cell) for cell in row])


def xlsx_file(header: Sequence[str], rows: Rows) -> IO[bytes]:
    """An XLSX workbook of one sheet, at its beginning; StepRefused where a sheet has too few rows."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    formats: dict[type, Any] = {
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        Decimal: book.add_format({"num_format": "0.00"}),
    }
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, header, bold)
    for number, row in enumerate(rows, 1):
        if number >= XLSX_ROWS:
            raise StepRefused("This list is too long for one sheet: export it as CSV, or filter it first.")
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, formats)
    book.close()
    file.seek(0)
    return file


def plain(cell: Any) -> str | int | float:
    """One cell of a CSV: dates by ISO 8601, instants in London time, formulas made harmless."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return cell
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        return f"{_london(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def _write_cell(sheet: Any, row: int, column: int, cell: Any, formats: Mapping[type, Any]) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(row, column, _london(cell), formats[datetime])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats[date])
    elif isinstance(cell, Decimal):
        sheet.write_number(row, column, float(cell), formats[Decimal])
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell)
    elif cell is not None:
        sheet.write_string(row, column, ("yes" if cell else "no") if isinstance(cell, bool) else str(cell))


def _london(at: datetime) -> datetime:
    return (timezone.localtime(at) if timezone.is_aware(at) else at).replace(tzinfo=None)


class _Echo:
    """A file that hands back what is written."""

    def write(self, line: str) -> str:
        return line
