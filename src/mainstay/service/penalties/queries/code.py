"""The code of conduct as its pages show it: each value with who set it, since when and why, what is to come, what was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mainstay.service.penalties.code import NOTES, OURS, VALUES, Value, in_force
from mainstay.service.penalties.models import CodeValue

#: what a school needs to know to ask for a notice
FOR_SCHOOLS: Final = (
    "issuers", "improvement_issuers", "improvement_weeks", "leave_warning", "service_method",
    "first_class_working_days", "second_class_working_days", "evidence", "below_threshold",
)  # fmt: skip
#: whose word a value has while nobody has set it
CONFIDENCE: Final = {
    OURS: "Our own choice until the council sets it",
    NOTES: "As other councils’ codes have it",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One value set for a day on."""

    words: list[str]
    since: date
    at: Any
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One value of the code: what holds today, where from, what is to come and what was."""

    value: Value
    words: list[str]
    now: Said | None
    confidence: str
    upcoming: list[Said]
    history: list[Said]


def groups(user: Any, today: date) -> list[tuple[str, list[Shown]]]:
    """Every value this person reads, by group in the order of the code."""
    names = [name for name in VALUES if not user.is_school_user or name in FOR_SCHOOLS]
    found: dict[str, list[Shown]] = {}
    for one in _shown(names, today, whole=not user.is_school_user):
        found.setdefault(one.value.group, []).append(one)
    return list(found.items())


def one(name: str, today: date) -> Shown:
    """One value with everything that was said about it."""
    return next(iter(_shown([name], today, whole=True)))


def _shown(names: Iterable[str], today: date, *, whole: bool) -> Iterable[Shown]:
    names, of_code = list(names), in_force(today)
    rows: dict[str, list[CodeValue]] = {}
    for row in CodeValue.objects.filter(name__in=names).select_related("set_by").order_by("-since", "-pk"):
        rows.setdefault(row.name, []).append(row)
    for name in names:
        value, set_ = VALUES[name], rows.get(name, [])
        past = [row for row in set_ if row.since <= today]
        now = _said(value, past[0]) if past else None
        yield Shown(
            value=value,
            words=words(value, of_code[name]),
            now=now if whole else None,
            confidence="" if past else CONFIDENCE[value.source],
            upcoming=[_said(value, row) for row in reversed(set_) if row.since > today],
            history=[_said(value, row) for row in past] if whole else [],
        )


def _said(value: Value, row: CodeValue) -> Said:
    return Said(words(value, row.value), row.since, row.set_at, row.set_by.name, row.reason)


def words(value: Value, said: Any) -> list[str]:
    """A value in words, a line each."""
    if value.kind == "yes_no":
        return ["Yes" if said else "No"]
    if value.kind == "choice":
        return [dict(value.choices).get(said, str(said))]
    if value.kind == "choices":
        return [label for key, label in value.choices if key in said]
    if value.kind == "lines":
        return list(said) or ["Not set"]
    return [str(said)] if said != "" else ["Not set"]
