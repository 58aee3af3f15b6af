"""One day's money as a file for the council's accounts: lines that sum to nothing, and a line of totals.

Each part of a payment is a line of the income account (less than nothing: a credit), and what came in or went out
by each way stands against it in the receipts account. No line names anybody.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mainstay.service.common.exports import plain
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.penalties.code import COLUMNS, Code
from mainstay.service.penalties.models import Payment, Posting

_APRIL: Final = 4
_RIGHT: Final = frozenset({"amount"})
#: what may be cut to its width; anything else that is too long is refused
_WORDS: Final = frozenset({"description", "reference"})

Line = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    width: int


def render(name: str, day: date, postings: Sequence[Posting], of_code: Code) -> bytes:
    """The file of one batch, in the layout and with the columns of the council's code."""
    places = _places(of_code["finance_columns"])
    lines = [*_lines(name, day, postings, of_code)]
    if of_code["finance_layout"] == "fixed":
        return "".join(_fixed(line, places) + "\r\n" for line in lines).encode()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([place.name for place in places])
    writer.writerows([plain(line[place.name]) for place in places] for line in lines)
    return text.getvalue().encode()


def period(day: date) -> str:
    """The financial year by the year it ends in, and its month counted from April: 31 October 2025 is 202607."""
    ends = day.year + (day.month >= _APRIL)
    return f"{ends}{(day.month - _APRIL) % 12 + 1:02}"


def pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02}"


def _lines(name: str, day: date, postings: Sequence[Posting], of_code: Code) -> Iterable[Line]:
    same = {
        "batch_id": name, "period": period(day), "date": f"{day:%d/%m/%Y}", "vat_code": of_code["finance_vat"],
        "cost_centre": of_code["finance_cost_centre"], "activity": of_code["finance_activity"],
    }  # fmt: skip
    ways: dict[str, int] = defaultdict(int)
    for posting in postings:
        ways[posting.payment.way] += posting.pence
        number = posting.notice.number if posting.notice else "for no notice"
        yield {
            **same,
            "account": of_code["finance_income"],
            "amount": pounds(-posting.pence),
            "description": f"Penalty notice {number} {posting.get_kind_display().lower()}",
            "reference": posting.payment.pay_id or f"payment {posting.payment_id}",
        }
    for way, pence in sorted(ways.items()):
        if pence:
            yield {
                **same,
                "account": of_code["finance_receipts"],
                "amount": pounds(pence),
                "description": f"Penalty notices: {Payment.Way(way).label.lower()}",
                "reference": "",
            }
    came = sum(posting.pence for posting in postings if posting.pence > 0)
    went = sum(posting.pence for posting in postings if posting.pence < 0)
    yield {
        **same,
        "account": "TOTAL",
        "amount": pounds(0),
        "description": f"{plural(len(postings), 'posting')}, in {pounds(came)}, out {pounds(-went)}",
        "reference": "",
    }


def _places(lines: Iterable[str]) -> list[_Place]:
    usual = dict(COLUMNS)
    found = []
    for line in lines:
        name, *width = line.split()
        found.append(_Place(name, int(width[0] if width else usual[name])))
    return found


def _fixed(line: Line, places: Iterable[_Place]) -> str:
    return "".join(_cell(line[place.name], place) for place in places)


def _cell(text: str, place: _Place) -> str:
    if len(text) > place.width and place.name not in _WORDS:
        raise StepRefused(
            f"“{text}” is longer than the column {place.name}: widen it in the code of conduct."
        )
    cut = text[: place.width]
    return cut.rjust(place.width) if place.name in _RIGHT else cut.ljust(place.width)
