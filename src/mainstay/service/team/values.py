"""What the service sets for itself: weights, sample size, checklists, mailbox; each from a day on, with a reason.

What stands where nothing is set is our own choice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.prepared import prepared
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.team import providers
from mainstay.service.team.models import TeamValue

VISIT: Final = "visit"


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that can be set. kind: text, lines, days (ISO dates, one a line), whole."""

    name: str
    group: str
    label: str
    kind: str
    default: Any
    hint: str = ""
    most: int = 100
    least: int = 0


THEMES: Final = [
    "Process and thresholds", "Codes and registers", "Referral and evidence", "Penalty notices and leave",
    "Support for a family", "Safeguarding", "Special educational needs or health", "Child missing education", "Other",
]  # fmt: skip
ASSUMED: Final = "Assumed: no rule says it. The service confirms it or sets its own."
OWN: Final = (
    Value("mailbox", "How to reach the service", "The service’s mailbox", "text", "welfare@example.org"),
    Value("duty_phone", "How to reach the service", "Telephone of the duty desk", "text", "01632 960000"),
    Value("duty_hours", "How to reach the service", "When the duty desk answers", "text",
          "Every school day, 9am to 4:30pm"),
    Value("duty_ahead", "Duty", "Days ahead for which a missing duty officer stands on the first page", "whole", 14),
    Value("closed_days", "Duty", "Days the service is closed, one a line", "days", [],
          "Year-month-day, such as 2026-12-24. No duty officer is needed on them."),
    Value("themes", "Duty", "Themes of the duty log, one a line", "lines", THEMES),
    Value("alarm_every", "Officers out alone", "Minutes until the alarm goes out again", "whole", 5, ASSUMED, 60, 1),
    Value("alarm_times", "Officers out alone", "How often it goes to senior officers before managers hear it, too",
          "whole", 2, f"{ASSUMED} Nought: everybody at once. It goes on until somebody answers.", 20),
    Value("weight_visit", "Weights", "A visit or meeting this week", "whole", 1,
          "How heavy one is against the others. The sum says who can take more; it measures nobody."),
    Value("sample_size", "Quality", "Records of each officer drawn a term", "whole", 3, most=20),
    Value("grades", "Quality", "Grades, the best first, one a line", "lines",
          ["Outstanding", "Good", "Requires improvement", "Inadequate"]),
    Value("checklist", "Quality", "Checklist of a review, one line each", "lines", [
        "The child’s voice is heard and recorded", "Each parent was contacted, apart where they live apart",
        "Support was offered before enforcement, and what came of it is written down",
        "Recording is timely, factual and kind", "The plan has owners and dates, and was followed up",
        "Deadlines were kept, or moved with a reason", "Needs, health and equality were considered"]),
    Value("quality_themes", "Quality", "Themes of what was found, one a line", "lines",
          ["Voice of the child", "Timeliness", "Recording", "Planning", "Work with other agencies",
           "Management oversight", "Good practice to share"]),
)  # fmt: skip


def known() -> dict[str, Value]:
    """Everything that can be set, the weights of the rooms above among them."""
    weights = [
        Value(f"weight_{one.key}", "Weights", one.label, "whole", one.default)
        for answer in providers.weights.ask()
        for one in answer
    ]
    rooms = [one for answer in providers.values.ask() for one in answer]
    return {value.name: value for value in (*OWN, *weights, *rooms)}


def in_force(on: date) -> dict[str, Any]:
    """Every value as it stood on a day; what was never set has its default."""
    said = dict(_set(on))
    return {name: said.get(name, value.default) for name, value in known().items()}


@prepared
def _set(on: date) -> QuerySet[Any]:
    latest = Window(RowNumber(), partition_by=F("name"), order_by=[F("since").desc(), F("pk").desc()])
    rows = TeamValue.objects.filter(since__lte=on).annotate(place=latest).filter(place=1)
    return rows.order_by().values_list("name", "value")


@transaction.atomic
def set_value(*, name: str, value: Any, since: date, reason: str, by: Any, at: datetime) -> TeamValue:
    """Set one value from a day on. Raises StepRefused for one it cannot have, a day in the past, or no reason."""
    if not by.may("edit_checklist"):
        raise StepRefused("Your role cannot change this.")
    if name not in known():
        raise StepRefused("There is no such value.")
    if not reason.strip():
        raise StepRefused("Say why it is changed.")
    if since < timezone.localdate(at):
        raise StepRefused("A value can be set from today on.")
    kept = TeamValue.objects.create(
        name=name, value=_checked(known()[name], value), since=since, set_at=at, set_by=by,
        reason=reason.strip()[:300],
    )  # fmt: skip
    trail.record(by=by, at=at, action="team.value_set", on=kept, name=name, value=kept.value, since=since)
    return kept


def _checked(of: Value, given: Any) -> Any:
    if of.kind == "whole":
        if type(given) is not int or not of.least <= given <= of.most:
            raise StepRefused(f"{of.label}: a whole number from {of.least} to {of.most}.")
        return given
    if of.kind == "text":
        return str(given).strip()[:300]
    lines = list(dict.fromkeys(line.strip()[:300] for line in given if line.strip()))
    if of.kind == "days":
        if any(params.day(line) is None or len(line) != 10 for line in lines):
            raise StepRefused("Write each day as year-month-day, such as 2026-12-24.")
        return sorted(lines)
    if not lines:
        raise StepRefused(f"{of.label}: at least one line.")
    return lines
