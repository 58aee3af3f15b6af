"""What the council sets for this room: its area, its clocks, whom to ask first; each from a day on, with a reason."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from mainstay.law.deadline_rules import RULES
from mainstay.law.rules import CURRENT, Rules
from mainstay.service.common.audit import trail
from mainstay.service.common.prepared import prepared
from mainstay.service.common.steps import StepRefused
from mainstay.service.missing.clocks_notifications import FROM, OWN
from mainstay.service.missing.models import MissingValue
from mainstay.service.missing.sources import COUNCIL, SOURCES


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that can be set. kind: text, lines, sources, whole, day; rule: the deadline rule whose length it is."""

    name: str
    group: str
    label: str
    kind: str
    default: Any
    hint: str = ""
    most: int = 100
    least: int = 1
    rule: str = ""


_CLOCKS: Final = "Clocks"
_PUBLIC: Final = "The public form"
LOCAL: Final = "No law sets it: the service confirms it or sets its own."


def _clock(name: str, rule: str, label: str) -> Value:
    return Value(
        name, _CLOCKS, label, "whole", CURRENT.whole(RULES[rule].parameter), LOCAL, most=60, rule=rule
    )


KNOWN: Final = {
    value.name: value
    for value in (
        _clock("visit_days", "cme-home-visit", "School days until the school visits the home"),
        _clock("school_days", "cme-school-enquiries", "School days for the school’s own enquiries"),
        _clock("triage_days", "cme-triage", "Working days until a referral is looked through"),
        _clock("first_days", "cme-enquiries-first", "School days for the council’s first enquiries"),
        _clock("second_days", "cme-enquiries-second", "School days for all of the council’s enquiries"),
        Value("review_weeks", _CLOCKS, "Weeks between two reviews of a child not found", "whole", 13, LOCAL, most=26),
        Value("answer_days", _CLOCKS, "Working days for an officer to answer a hand-over", "whole", 2, LOCAL, most=20),
        Value("must_ask", "Enquiries", "Asked of in every search, one a line", "sources",
              [SOURCES[name].label for name in ("council_tax", "housing", "admissions", "health", "social_care")],
              "Until each is asked, a child cannot be put down as not found."),
        Value("area", "Area", "Beginnings of the area’s postcodes, one a line", "lines", [],
              "Such as SO14. Empty: a referral is taken whatever the postcode."),
        Value("elsewhere", "Area", "Where somebody goes for a child outside the area", "text",
              "Tell the council of the place where the child lives: www.gov.uk/find-local-council"),
        Value("social_care", "Who to tell of a risk", "Social care, by telephone", "text", "01632 960100, any hour"),
        Value("police", "Who to tell of a risk", "Police", "text", "999 in an emergency, otherwise 101"),
        Value("draft_days", _PUBLIC, "Days a form that was not sent is kept", "whole", 14, LOCAL, most=60),
        Value("least_seconds", _PUBLIC, "Seconds a person needs at least to fill it in", "whole", 10,
              "Sent faster, it is taken for a program’s.", most=120, least=0),
        Value(FROM, "Notifications", "Returns are asked for from", "day", "",
              "Who joined, left or was absent before that day is not listed as due. Empty: as far back as the list looks."),
        *(Value(name, "Notifications", label, "whole", default, LOCAL, most=200) for name, (label, default) in OWN.items()),
    )
}  # fmt: skip


def in_force(on: date) -> dict[str, Any]:
    """Every value as it stood on a day; what was never set has its default."""
    said = dict(_set(on))
    return {name: said.get(name, value.default) for name, value in KNOWN.items()}


@prepared
def _set(on: date) -> QuerySet[Any]:
    latest = Window(RowNumber(), partition_by=F("name"), order_by=[F("since").desc(), F("pk").desc()])
    rows = MissingValue.objects.filter(since__lte=on).annotate(place=latest).filter(place=1)
    return rows.order_by().values_list("name", "value")


def rules(on: date) -> Rules:
    """The law's parameters with the lengths that the council set."""
    said = in_force(on)
    clocks = [value for value in KNOWN.values() if value.rule]
    return Rules(
        local={RULES[one.rule].parameter: said[one.name] for one in clocks if said[one.name] != one.default}
    )


def must_ask(on: date) -> list[str]:
    """The names of the sources that every search asks."""
    by_label = {source.label: name for name, source in SOURCES.items()}
    return [by_label[label] for label in in_force(on)["must_ask"] if label in by_label]


def in_area(postcode: str, on: date) -> bool:
    """Whether a postcode belongs to the council's area; every one does where no area is set."""
    area = ["".join(line.upper().split()) for line in in_force(on)["area"]]
    outward = "".join(postcode.upper().split())[:-3]
    return not area or outward in area


@transaction.atomic
def set_value(*, name: str, value: Any, since: date, reason: str, by: Any, at: datetime) -> MissingValue:
    """Set one value from a day on. Raises StepRefused for one it cannot have, a day in the past, or no reason."""
    if not by.may("work_missing"):
        raise StepRefused("Your role cannot change this.")
    if name not in KNOWN:
        raise StepRefused("There is no such value.")
    if not reason.strip():
        raise StepRefused("Say why it is changed.")
    if since < timezone.localdate(at):
        raise StepRefused("A value can be set from today on.")
    kept = MissingValue.objects.create(
        name=name, value=_checked(KNOWN[name], value), since=since, set_at=at, set_by=by, reason=reason.strip()[:300]
    )  # fmt: skip
    trail.record(by=by, at=at, action="missing.value_set", on=kept, name=name, value=kept.value, since=since)
    return kept


def _checked(of: Value, given: Any) -> Any:
    if of.kind == "whole":
        if type(given) is not int or not of.least <= given <= of.most:
            raise StepRefused(f"{of.label}: a whole number from {of.least} to {of.most}.")
        return given
    if of.kind == "day":
        return given.isoformat() if given else ""
    if of.kind == "text":
        if not str(given).strip():
            raise StepRefused(f"{of.label}: write something.")
        return str(given).strip()[:300]
    lines = list(dict.fromkeys(line.strip()[:60] for line in given if line.strip()))
    if of.kind == "sources":
        known = [source.label for source in SOURCES.values() if COUNCIL in source.sides]
        if unknown := [line for line in lines if line not in known]:
            raise StepRefused(f"“{unknown[0]}” is none of: {', '.join(known)}.")
    return lines
