"""What the council sets for court: wording of charges, offence codes, rates, addresses; dated, each with who set it and why.

What was never set has our own proposal, which legal confirms. What the law says is not here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import money
from mainstay.service.court.models import CourtValue

#: what a wording may take in, with what it stands for
PLACEHOLDERS: Final = {
    "from": "first day of the offence",
    "to": "last day of the offence",
    "school": "the school",
    "child": "the child’s name",
    "born": "the child’s date of birth",
    "defendant": "the parent’s name",
    "sessions": "how many sessions the charge relies on",
    "order": "the day the order was made or served",
}
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Value:
    """kind: "wording", "text", "line" or "pence"; why: where the default comes from."""

    name: str
    label: str
    kind: str
    default: Any
    why: str

    def words(self, value: Any) -> str:
        if self.kind == "pence":
            return money(value) if value else "Not set"
        return str(value) or "Not set"


_CHILD: Final = "being the parent of {child}, born on {born}, a child of compulsory school age"
_CONFIRM: Final = "Our proposal. Legal confirms it before it is used."
_UNSET: Final = "Not set: the council’s own, asked of legal."
VALUES: Final = {
    value.name: value
    for value in (
        Value("wording_444_1", "Wording of the charge: section 444(1)", "wording",
              f"Between {{from}} and {{to}}, at {{school}}, {_CHILD} and a registered pupil at that school, who failed to "
              "attend regularly at the school, contrary to section 444(1) and (8) of the Education Act 1996.", _CONFIRM),
        Value("wording_444_1a", "Wording of the charge: section 444(1A)", "wording",
              f"Between {{from}} and {{to}}, at {{school}}, {_CHILD} and a registered pupil at that school, who failed to "
              "attend regularly at the school, and knowing of that failure, failed to cause {child} to attend, contrary to "
              "section 444(1A) and (8A) of the Education Act 1996.", _CONFIRM),
        Value("wording_443", "Wording of the charge: section 443", "wording",
              f"Between {{from}} and {{to}}, {_CHILD} in respect of whom a school attendance order naming {{school}} was "
              "served on {defendant} on {order}, failed to comply with the requirement of that order, contrary to section "
              "443(1) and (4) of the Education Act 1996.", _CONFIRM),
        Value("wording_eso_breach", "Wording of the charge: direction under a supervision order", "wording",
              "Between {from} and {to}, being the parent of {child}, born on {born}, a child in respect of whom an "
              "education supervision order made on {order} was in force, persistently failed to comply with a direction "
              "given under that order, contrary to paragraph 18 of Schedule 3 to the Children Act 1989.", _CONFIRM),
        Value("code_444_1", "Offence code: section 444(1)", "line", "", _UNSET),
        Value("code_444_1a", "Offence code: section 444(1A)", "line", "", _UNSET),
        Value("code_443", "Offence code: section 443", "line", "", _UNSET),
        Value("code_eso_breach", "Offence code: direction under a supervision order", "line", "", _UNSET),
        Value("delegated_power", "Delegated power to authorise a prosecution", "line", "", _UNSET),
        Value("plea_address", "Where a defendant sends a reply under the single justice procedure", "text", "", _UNSET),
        Value("hourly_rate", "Hourly rate in a schedule of costs", "pence", 0, _UNSET),
    )
}  # fmt: skip
#: offence -> the end of the names of its wording and code
KEYS: Final = {"444(1)": "444_1", "444(1A)": "444_1a", "443": "443", "eso-breach": "eso_breach"}


def in_force(on: date) -> Mapping[str, Any]:
    """Every value as it stands on a day; one query."""
    rows = CourtValue.objects.filter(since__lte=on, name__in=VALUES).order_by("since", "pk")
    said = dict(rows.values_list("name", "value"))
    return {name: said.get(name, value.default) for name, value in VALUES.items()}


def filled(wording: str, said: Mapping[str, str]) -> str:
    """A wording with what its placeholders stand for."""
    return _PLACEHOLDER.sub(lambda found: said.get(found[1], found[0]), wording)


@transaction.atomic
def set_value(*, name: str, value: Any, since: date, reason: str, by: Any, at: datetime) -> CourtValue:
    """Set one value from today or a later day on. Raises StepRefused without a reason, or for what it cannot be."""
    if not by.may("edit_court_values"):
        raise StepRefused("Your role cannot change this.")
    if name not in VALUES:
        raise StepRefused("There is no such value.")
    if not reason.strip():
        raise StepRefused("Say why it is changed, and by whose decision.")
    if since < timezone.localdate(at):
        raise StepRefused("A value is set from today on: a charge issued before keeps the one of then.")
    value = _checked(VALUES[name], value)
    before = in_force(since)[name]
    kept = CourtValue.objects.create(
        name=name, value=value, since=since, set_at=at, set_by=by, reason=reason.strip()[:300]
    )
    trail.record(
        by=by, at=at, action="court.value_set", on=kept, name=name, before=before, value=value, since=since
    )
    return kept


def _checked(of: Value, given: Any) -> Any:
    if of.kind == "pence":
        if type(given) is not int or not 0 <= given <= 100_000:
            raise StepRefused(f"{of.label}: a sum up to £1,000.")
        return given
    text = str(given).strip()
    if of.kind == "wording":
        unknown = sorted({name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS})
        if unknown:
            raise StepRefused(f"A wording cannot take in {{{unknown[0]}}}: choose from the list.")
        if "{from}" not in text or "{child}" not in text:
            raise StepRefused(
                "A charge says from when, and about which child: keep {from} and {child} in it."
            )
    return text
