"""How a school's files are read: columns, codes and date order, kept for it once they worked."""

import json
import tomllib
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import School

Table = dict[str, Any]
ORDERS: Final = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}


def saved(school: School | None) -> Table:
    """What is kept for a school; empty where nothing is."""
    return dict(school.attendance_mapping or {}) if school is not None else {}


def parse(text: str) -> Table:
    """What a person typed (TOML); StepRefused says what is wrong with it."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise StepRefused(f"Columns and codes: {problem}") from None


def lines(table: Table) -> list[str]:
    """The table as a person reads it."""
    found = [
        f"{_quoted(header)} is read as {_quoted(field)}" for header, field in table.get("columns", {}).items()
    ]
    found += [f"{_quoted(mark)} means {_quoted(code)}" for mark, code in table.get("codes", {}).items()]
    if dates := table.get("dates"):
        found.append(f"dates are {ORDERS.get(dates, dates)}")
    if row := table.get("header_row"):
        found.append(f"the headings are on line {row}")
    return found


def _quoted(text: Any) -> str:
    return json.dumps(str(text), ensure_ascii=False)


@transaction.atomic
def remember(*, school: School, typed: str, dates: str, by: Any | None, at: datetime) -> None:
    """Keep what a person set for a file that was taken: the school's next files are read so, too."""
    school = School.objects.select_for_update().get(pk=school.pk)
    old = saved(school)
    order = dates or old.get("dates")
    new = (parse(typed) or old) | ({"dates": order} if order else {})
    if new != old:
        _keep(school, old, new, by, at)


@transaction.atomic
def forget(*, school: School, by: Any, at: datetime) -> None:
    """From now on the school's files are read as they come.

    Raises StepRefused for a school that is not theirs.
    """
    if not by.may("import_registers") or not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("You cannot send registers of that school.")
    school = School.objects.select_for_update().get(pk=school.pk)
    if old := saved(school):
        _keep(school, old, {}, by, at)


def _keep(school: School, old: Table, new: Table, by: Any | None, at: datetime) -> None:
    school.attendance_mapping = new or None
    school.save(update_fields=["attendance_mapping"])
    trail.record(by=by, at=at, action="school.mapping_changed", on=school, old=old, new=new)
