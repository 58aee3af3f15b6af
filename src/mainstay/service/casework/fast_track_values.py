"""What the council sets itself about Fast Track: dated values, each with who set it and why.

What was never set has our own choice, which says why it was made. What the law says is not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.service.casework.models import FastTrackValue
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused


@dataclass(frozen=True, slots=True)
class Value:
    """One value: a whole number from ``least`` to ``most``, or one of ``choices``; why: of the default."""

    name: str
    label: str
    default: Any
    why: str
    least: int = 0
    most: int = 60
    choices: tuple[tuple[str, str], ...] = ()

    def words(self, value: Any) -> str:
        return dict(self.choices).get(value, str(value))


UNITS: Final = (("school", "School weeks"), ("calendar", "Calendar weeks"))
VALUES: Final = {
    value.name: value
    for value in (
        Value("unit", "Weeks are counted as", "school",
              "Our own choice: holidays then take nothing of the family's time.", choices=UNITS),
        Value("weeks", "Weeks from the meeting to the review", CURRENT.whole("fast_track_weeks"),
              "As in the national pilots.", least=2, most=39),
        Value("notice", "Working days between the letter's receipt and the meeting", 10,
              "Our own choice: time to get legal advice, an interpreter, leave from work.", least=5, most=40),
        Value("review_notice", "Working days between the letter's receipt and the review", 5,
              "Our own choice, near the seven days another council gives: time for an interpreter, leave from work.",
              least=3, most=40),
        Value("rearranged", "How often a meeting is rearranged without a senior officer", 1,
              "Our own choice: once for the asking; then somebody looks at why.", most=5),
        Value("copy", "Working days to send the plan to each parent", 5,
              "Our own choice: the family holds it in its first week.", least=1, most=20),
        Value("breach", "Working days to decide about an early breach", 5,
              "Our own choice, as with notices to improve: the family is not kept waiting.", least=1, most=20),
        Value("signature", "Working days to have an interview that was read back signed, or why it was not", 5,
              "Our own choice: what was said is still fresh, and the parent can get advice first.", least=1, most=20),
        Value("aftercare", "School weeks of aftercare", 6,
              "Our own choice: half a term, the shorter of what councils publish.", least=2, most=20),
        Value("threshold", "Unauthorised sessions tolerated while it runs, as a plan begins with it", 4,
              "Our own choice: two days of school; the plan may say another number.", most=60),
    )
}  # fmt: skip


def in_force(on: date) -> Mapping[str, Any]:
    """Every value as it stands on a day; one query."""
    rows = FastTrackValue.objects.filter(since__lte=on, name__in=VALUES).order_by("since", "pk")
    said = dict(rows.values_list("name", "value"))
    return {name: said.get(name, value.default) for name, value in VALUES.items()}


@transaction.atomic
def set_value(*, name: str, value: Any, since: date, reason: str, by: Any, at: datetime) -> FastTrackValue:
    """Set one value from today or a later day on. Raises StepRefused without a reason, or for what it cannot be."""
    if not by.may("edit_checklist"):
        raise StepRefused("Your role cannot change this.")
    if name not in VALUES:
        raise StepRefused("There is no such value.")
    if not reason.strip():
        raise StepRefused("Say why it is changed, and by whose decision.")
    if since < timezone.localdate(at):
        raise StepRefused("A value is set from today on: what was agreed before rested on the one of then.")
    value = _checked(VALUES[name], value)
    before = in_force(since)[name]
    kept = FastTrackValue.objects.create(
        name=name, value=value, since=since, set_at=at, set_by=by, reason=reason.strip()[:300]
    )
    trail.record(
        by=by,
        at=at,
        action="fast_track.value_set",
        on=kept,
        name=name,
        before=before,
        value=value,
        since=since,
    )
    return kept


def _checked(of: Value, given: Any) -> Any:
    if of.choices:
        if given not in dict(of.choices):
            raise StepRefused(f"Choose one: {of.label.lower()}.")
        return given
    if type(given) is not int or not of.least <= given <= of.most:
        raise StepRefused(f"{of.label}: a whole number from {of.least} to {of.most}.")
    return given
