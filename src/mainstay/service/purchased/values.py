"""What the service sets for purchased work: small numbers, checklist, questions; each from a day on, with a reason.

What stands where nothing is set is our own choice.
"""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.attendance.summaries import SMALL
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.purchased.models import PurchasedValue
from mainstay.service.team.values import Value

OWN: Final = (
    Value("small", "Figures of groups", "Groups of fewer pupils than this are not shown", "whole", SMALL,
          "Where only one group is small, the next smallest is hidden, too: nobody shall subtract.", 50, 3),
    Value("slot_minutes", "Intervention days", "Length of a slot in minutes", "whole", 30, "", 120, 10),
    Value("policy_checklist", "Policy review", "Checklist of an attendance policy, one line each", "lines", [
        "Who leads on attendance, and how parents reach them",
        "When registers are taken, and when they close",
        "How and by when parents report an absence",
        "What the school does on the first day of absence",
        "How patterns of absence are found, and what support is offered",
        "Part-time timetables, and how they are reviewed",
        "Leave of absence, and who decides on it",
        "When the council is involved, and what may follow in law",
        "Pupils with health or special educational needs",
        "How the policy is published and reviewed each year"]),
    Value("questions", "Training", "Questions of the evaluation, one a line; each is answered from 1 to 5", "lines", [
        "The content was useful for my work", "It was explained clearly", "I know what to do differently"]),
    Value("signpost", "Training", "Where to find out more about safeguarding training", "text",
          "Ask the designated safeguarding lead officer for education settings."),
)  # fmt: skip


def known() -> dict[str, Value]:
    return {value.name: value for value in OWN}


def in_force(on: date) -> dict[str, Any]:
    """Every value as it stood on a day; what was never set has its default."""
    said: dict[str, Any] = {}
    for name, value in (
        PurchasedValue.objects.filter(since__lte=on).order_by("since", "pk").values_list("name", "value")
    ):
        said[name] = value
    return {name: said.get(name, value.default) for name, value in known().items()}


@transaction.atomic
def set_value(*, name: str, value: Any, since: date, reason: str, by: Any, at: datetime) -> PurchasedValue:
    """Set one value from a day on. Raises StepRefused for one it cannot have, a day in the past, or no reason."""
    if not by.may("edit_purchased_values"):
        raise StepRefused("Your role cannot change this.")
    if name not in known():
        raise StepRefused("There is no such value.")
    if not reason.strip():
        raise StepRefused("Say why it is changed.")
    if since < timezone.localdate(at):
        raise StepRefused("A value can be set from today on.")
    kept = PurchasedValue.objects.create(
        name=name, value=_checked(known()[name], value), since=since, set_at=at, set_by=by, reason=reason.strip()[:300]
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="purchased.value_set", on=kept, name=name, value=kept.value, since=since
    )
    return kept


def _checked(of: Value, given: Any) -> Any:
    if of.kind == "whole":
        if type(given) is not int or not of.least <= given <= of.most:
            raise StepRefused(f"{of.label}: a whole number from {of.least} to {of.most}.")
        return given
    if of.kind == "text":
        return str(given).strip()[:300]
    lines = list(dict.fromkeys(line.strip()[:300] for line in given if line.strip()))
    if not lines:
        raise StepRefused(f"{of.label}: at least one line.")
    return lines
