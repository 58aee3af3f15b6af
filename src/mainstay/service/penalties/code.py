"""The council's code of conduct: what it may set, what stands where nothing is set, and what was in force when.

A value is set for a day on, by somebody, with a reason; earlier ones stay. ``in_force`` gives all of them as they
stood on a day, with a version that changes when any of them does. What the law itself fixes is not here.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law.rules import CURRENT, Rules
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties.models import CodeValue

NOTES: Final = "Councils' codes of conduct, as the domain notes quote them"
OURS: Final = "Our own choice until the council sets it"


@dataclass(frozen=True, slots=True)
class Value:
    """One thing the code says.

    kind: choice, choices, whole, yes_no, text, lines; check: words against a value, or ""
    """

    name: str
    group: str
    label: str
    kind: str
    default: Any
    source: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0
    most: int = 1000


ISSUERS: Final = (("council", "The council"), ("school", "Head teachers"), ("police", "The police"))
METHODS: Final = (
    ("first_class_post", "First class post"),
    ("second_class_post", "Second class post"),
    ("hand", "By hand"),
)
#: columns a finance file may have, with their widths where nothing else is said
COLUMNS: Final = (
    ("batch_id", "10"), ("period", "6"), ("date", "10"), ("account", "12"), ("cost_centre", "10"), ("activity", "10"),
    ("amount", "12"), ("vat_code", "4"), ("description", "40"), ("reference", "40"),
)  # fmt: skip


def _law(name: str) -> int:
    return CURRENT.whole(name)


def _values() -> tuple[Value, ...]:
    weeks = _law("improvement_weeks_least"), _law("improvement_weeks_most")
    return (
        Value("issuers", "Who", "Who issues penalty notices", "choices", ["council"], NOTES,
              "Nobody else may issue one in this council's area.", ISSUERS),
        Value("improvement_issuers", "Who", "Who gives notices to improve", "choices", ["council"], NOTES, "", ISSUERS[:2]),
        Value("improvement_weeks", "Notice to improve", "School weeks of a notice to improve", "whole", weeks[1], OURS,
              f"From {weeks[0]} to {weeks[1]}. The longest gives the family most time.", least=weeks[0], most=weeks[1]),
        Value("leave_warning", "Leave in term time", "Parents are warned when leave is refused", "yes_no", True, OURS,
              "A request after refused leave then asks whether the warning was given."),
        Value("service_method", "Service", "How penalty notices are sent", "choice", "first_class_post", NOTES, "", METHODS),
        Value("posted_by", "Service", "Who prints and posts letters", "choice", "print", OURS,
              "GOV.UK Notify needs a key in the settings; without one letters are printed here.",
              (("print", "The council: they go to the print run"), ("notify", "GOV.UK Notify"))),
        Value("first_class_working_days", "Service", "Working days until first class post counts as received", "whole",
              _law("first_class_working_days"), NOTES, "", least=_law("first_class_working_days"), most=10),
        Value("second_class_working_days", "Service", "Working days until second class post counts as received", "whole",
              _law("second_class_working_days"), NOTES, "", least=_law("second_class_working_days"), most=10),
        Value("evidence", "Requests", "What a school sends with a request, one a line", "lines",
              ["The school's letters or messages to each parent about these absences",
               "What support was offered, by whom, when, and what came of it",
               "What is known of the child's circumstances, special educational needs and health"], OURS),
        Value("below_threshold", "Requests", "Requests below the national threshold", "choice", "with_reason", NOTES, "",
              (("with_reason", "Allowed with a reason"), ("refused", "Refused"))),
        Value("least_attendance", "Local exclusions", "No notice where attendance is below this percentage", "whole", 0, NOTES,
              "0: not used. Some codes take other roads for children who miss most of school.", most=100),
        Value("prior_prosecution", "Local exclusions", "No notice to a parent prosecuted before for this child", "yes_no", False,
              NOTES, "Off unless the council's code says so."),
        Value("pay_begun_counts", "Payment", "An online payment counts on the day it was begun", "yes_no", True, OURS,
              "If it is completed before it expires; otherwise on the day it is completed. Assumed: confirm with legal."),
        Value("payee", "Letters", "Name of the council as payee", "text", "", OURS, "Empty: the council's name."),
        Value("address", "Letters", "Address for letters and payment, one line each", "lines",
              ["Education welfare service", "Civic Centre (made-up address)", "SO99 9ZZ"], OURS),
        Value("contact", "Letters", "Telephone and e-mail parents may use", "text", "01632 960000, welfare@example.org", OURS),
        Value("ways_to_pay", "Letters", "Ways to pay besides the page on the internet, one a line", "lines",
              ["At the council's cash office, with this letter",
               "By bank transfer, with the number of this notice as the reference"], OURS),
        Value("finance_prefix", "Accounts", "Beginning of the name of a batch", "text", "EWS", NOTES,
              "The number follows: EWS0001."),
        Value("finance_income", "Accounts", "Account of the income from notices", "text", "INCOME", OURS, "Ask finance."),
        Value("finance_receipts", "Accounts", "Account the money comes in to", "text", "RECEIPTS", OURS,
              "Every batch sums to nothing: what the income account gains stands against this one."),
        Value("finance_cost_centre", "Accounts", "Cost centre", "text", "EW01", NOTES),
        Value("finance_activity", "Accounts", "Activity", "text", "PN", NOTES),
        Value("finance_vat", "Accounts", "VAT code", "text", "OS", NOTES, "The income from penalties is outside VAT."),
        Value("finance_layout", "Accounts", "Layout of the file", "choice", "csv", NOTES, "",
              (("csv", "CSV"), ("fixed", "Columns of fixed width"))),
        Value("finance_columns", "Accounts", "Columns in their order, one a line", "lines", [name for name, _ in COLUMNS], NOTES,
              "A width in characters may follow: account 8. " + ", ".join(name for name, _ in COLUMNS) + ".", COLUMNS),
        Value("earlier_complete", "What went before", "Earlier notices since the national framework are all loaded", "yes_no",
              False, OURS, "Until this is declared no notice can be issued: its position would be a guess."),
    )  # fmt: skip


VALUES: Final = {value.name: value for value in _values()}


@dataclass(frozen=True, slots=True)
class Code:
    """Every value on one day."""

    on: date
    values: dict[str, Any]
    version: str

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def rules(self) -> Rules:
        """The law with this council's own days of service in place."""
        names = ("first_class_working_days", "second_class_working_days")
        own = {name: self[name] for name in names if self[name] != CURRENT.whole(name)}
        return replace(CURRENT, local=own) if own else CURRENT


def in_force(on: date) -> Code:
    """The code as it stood on a day; what was never set has its default."""
    rows = CodeValue.objects.filter(since__lte=on).order_by("since", "pk")
    said = dict(rows.values_list("name", "value"))  # the latest of a name comes last
    values = {name: said.get(name, value.default) for name, value in VALUES.items()}
    text = json.dumps(values, sort_keys=True)
    return Code(on, values, hashlib.sha256(text.encode()).hexdigest()[:12])


@transaction.atomic
def set_value(*, name: str, value: Any, since: date, reason: str, by: Any, at: datetime) -> CodeValue:
    """Set one value from a day on. Raises StepRefused for an unknown name, a value it cannot have, or no reason.

    A day in the past is refused: what was decided then rested on the value of then.
    """
    if name not in VALUES:
        raise StepRefused("The code has no such value.")
    permission = "declare_notices_complete" if name == "earlier_complete" else "edit_notice_code"
    if not by.may(permission):
        raise StepRefused("Your role cannot change this.")
    if not reason.strip():
        raise StepRefused("Say why it is changed, and by whose decision.")
    if since < timezone.localdate(at):
        raise StepRefused(
            "A value can be set from today on: what was decided before rested on the one before."
        )
    before = in_force(since)[name]
    kept = CodeValue.objects.create(
        name=name,
        value=_checked(VALUES[name], value),
        since=since,
        set_at=at,
        set_by=by,
        reason=reason.strip()[:300],
    )
    trail.record(
        by=by,
        at=at,
        action="notice_code.set",
        on=kept,
        name=name,
        before=before,
        value=kept.value,
        since=since,
    )
    return kept


def _checked(value: Value, given: Any) -> Any:
    return _KINDS[value.kind](value, given)


def _choice(value: Value, given: Any) -> str:
    if given not in dict(value.choices):
        raise StepRefused(f"Choose one: {value.label.lower()}.")
    return str(given)


def _choices(value: Value, given: Any) -> list[str]:
    known = [key for key, _ in value.choices]
    if not isinstance(given, list | tuple) or not given or not set(given) <= set(known):
        raise StepRefused(f"Choose at least one: {value.label.lower()}.")
    return [key for key in known if key in given]


def _whole(value: Value, given: Any) -> int:
    if type(given) is not int or not value.least <= given <= value.most:
        raise StepRefused(f"{value.label}: a whole number from {value.least} to {value.most}.")
    return given


def _yes_no(value: Value, given: Any) -> bool:
    if type(given) is not bool:
        raise StepRefused(f"{value.label}: yes or no.")
    return given


def _text(value: Value, given: Any) -> str:
    if not isinstance(given, str) or len(given) > 500:
        raise StepRefused(f"{value.label}: a text of at most 500 characters.")
    return given.strip()


def _lines(value: Value, given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(line, str) and len(line) <= 300 for line in given):
        raise StepRefused(f"{value.label}: lines of at most 300 characters.")
    lines = [line.strip() for line in given if line.strip()]
    if value.choices:
        _known(value, lines)
    return lines


def _known(value: Value, lines: list[str]) -> None:
    """Each line begins with a different one of the choices; a whole number may follow."""
    words = [line.split() for line in lines]
    names = [one[0] for one in words]
    numbers = [one[1:] for one in words]
    fit = all(
        not n or (len(n) == 1 and n[0].isascii() and n[0].isdecimal() and 0 < int(n[0]) <= 200)
        for n in numbers
    )
    if not lines or len(set(names)) != len(names) or not set(names) <= dict(value.choices).keys() or not fit:
        raise StepRefused(f"{value.label}: each line one of {', '.join(dict(value.choices))}, none twice.")


_KINDS: Final[dict[str, Callable[[Value, Any], Any]]] = {
    "choice": _choice,
    "choices": _choices,
    "whole": _whole,
    "yes_no": _yes_no,
    "text": _text,
    "lines": _lines,
}
