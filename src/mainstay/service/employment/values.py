"""What the council sets for child employment: byelaws, lists, lengths, checklists; each from a day on, with a reason.

What stands where nothing is set is our own choice and says so.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law.employment import END_OF_DAY, Byelaws, clock_time
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.employment.models import EmploymentValue

ASSUMED: Final = "Assumed: confirm with legal, or set the council’s own."


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that can be set. kind: whole, time (minutes after midnight), lines, text, yes_no."""

    name: str
    group: str
    label: str
    kind: str
    default: Any
    hint: str = ASSUMED
    least: int = 0
    most: int = 1440


NOT_FOUND: Final = "Empty until somebody copies the list of the council’s byelaws here, a line for each kind. Confirm it with legal."
VALUES: Final = (
    Value("byelaws_13", "Byelaws", "Byelaws allow some work from the age of 13", "yes_no", False,
          "Until somebody says yes, no 13-year-old gets a permit. " + ASSUMED),
    Value("before_school", "Byelaws", "Byelaws allow work before school", "yes_no", False,
          "Until somebody says yes, no work before school is allowed. " + ASSUMED),
    Value("listed", "Byelaws", "Work that the byelaws list for the youngest, a line each", "lines", [], NOT_FOUND),
    Value("prohibited", "Byelaws", "Work that no child may do, a line each", "lines", [], NOT_FOUND),
    Value("opens", "Hours", "When schools open", "time", 510,
          "Used where a permit does not say the hours of the child’s own school. " + ASSUMED),
    Value("closes", "Hours", "When schools close", "time", 930, ASSUMED),
    Value("answer_days", "Times", "Days a school has to answer", "whole", 7, most=60, least=1),
    Value("decide_days", "Times", "Days in which an application is decided", "whole", 21,
          ASSUMED, most=120, least=1),
    Value("triage_days", "Times", "Days in which a report of illegal employment is triaged", "whole", 1,
          "A report that fears for a child now is looked at at once. " + ASSUMED, most=30),
    Value("least_notice", "Times", "Days before the first performance under which a late application is declined", "whole", 5,
          ASSUMED, most=21),
    Value("chaperone_years", "Chaperones", "Years for which a chaperone is approved", "whole", 3,
          "Southampton’s page says 3 years.", most=10, least=1),
    Value("renew_days", "Chaperones", "Days before the end of an approval from which it stands among renewals", "whole", 84,
          "Approving takes 6 to 12 weeks, Southampton’s page says.", most=365),
    Value("chaperone_notice", "Chaperones", "Days before a production by which a chaperone gives notice of it", "whole", 21,
          "Southampton’s page says 21 days.", most=120),
    Value("draft_days", "The public forms", "Days for which a form saved part-way is kept", "whole", 28, most=365, least=1),
    Value("permit_conditions", "Conditions", "Conditions of every employment permit, a line each", "lines", [
        "The permit is kept at the place of work and shown to an officer who asks.",
        "The child works in no other way and at no other hours than the permit says.",
        "The employer tells the council at once when the work ends or is to change."]),
    Value("licence_conditions", "Conditions", "Conditions of every performance licence, a line each", "lines", [
        "The licence holder keeps the daily records and shows them to an officer who asks.",
        "The records are kept for six months after the last performance.",
        "The child is in the charge of the chaperone, parent or teacher named here at all times."]),
    Value("approval_conditions", "Conditions", "Conditions of every approval of a body of persons, a line each", "lines", [
        "No child is paid, and none misses school for it.",
        "An approved chaperone has charge of at most 12 children."]),
    Value("chaperone_conditions", "Conditions", "Conditions of every chaperone’s approval, a line each", "lines", [
        "The chaperone tells the council of each production beforehand."]),
    Value("permit_appeal", "Appeals", "How to object to the refusal or revocation of a permit", "text",
          "Write to us within 21 days and say why; a manager who did not decide looks at it again.", ASSUMED),
    Value("licence_appeal", "Appeals", "How to appeal about a performance licence", "text",
          "You may appeal to the magistrates’ court (section 37 of the Children and Young Persons Act 1963).", ASSUMED),
    Value("permit_checks", "Checklists", "What is looked at in a workplace, a line each", "lines", [
        "The permit is there", "The hours worked are those of the permit", "The work is that of the permit",
        "The risk assessment covers a child", "Breaks are given", "The insurance is in force"]),
    Value("licence_checks", "Checklists", "What is looked at where children perform, a line each", "lines", [
        "The licences or the approval are there", "Times of arriving and leaving are written down",
        "Each chaperone has at most 12 children", "Girls and boys change apart, and adults elsewhere",
        "Food, drink and rest are seen to", "Lessons are as planned", "Somebody is named for first aid"]),
)  # fmt: skip
KNOWN: Final = {value.name: value for value in VALUES}


def in_force(on: date) -> dict[str, Any]:
    """Every value as it stood on a day; one query."""
    said = {value.name: value.default for value in VALUES}
    rows = EmploymentValue.objects.filter(since__lte=on).order_by("since", "pk")
    return said | {name: value for name, value in rows.values_list("name", "value") if name in KNOWN}


def words(of: Value, value: Any) -> Any:
    """A value as a page shows it: a time as a time, anything else as it is."""
    return clock_time(value) if of.kind == "time" else value


def byelaws(said: dict[str, Any]) -> Byelaws:
    """As the law asks for them."""
    return Byelaws(thirteen=bool(said["byelaws_13"]), before_school=bool(said["before_school"]))


@transaction.atomic
def set_value(*, name: str, value: Any, since: date, reason: str, by: Any, at: datetime) -> EmploymentValue:
    """Set one value from a day on. Raises StepRefused for one it cannot have, a day in the past, or no reason."""
    if not by.may("edit_employment_values"):
        raise StepRefused("Your role cannot change this.")
    if name not in KNOWN:
        raise StepRefused("There is no such value.")
    if not reason.strip():
        raise StepRefused("Say why it is changed.")
    if since < timezone.localdate(at):
        raise StepRefused("A value can be set from today on.")
    kept = EmploymentValue.objects.create(
        name=name,
        value=_checked(KNOWN[name], value),
        since=since,
        set_at=at,
        set_by=by,
        reason=reason.strip()[:300],
    )
    trail.record(
        by=by, at=at, action="employment.value_set", on=kept, name=name, value=kept.value, since=since
    )
    return kept


def _checked(of: Value, given: Any) -> Any:
    if of.kind == "whole":
        if type(given) is not int or not of.least <= given <= of.most:
            raise StepRefused(f"{of.label}: a whole number from {of.least} to {of.most}.")
        return given
    if of.kind == "time":
        if type(given) is not int or not 0 <= given < END_OF_DAY:
            raise StepRefused(f"{of.label}: a time such as 8:30am.")
        return given
    if of.kind == "yes_no":
        return bool(given)
    if of.kind == "text":
        return str(given).strip()[:600]
    return list(dict.fromkeys(line.strip()[:300] for line in given if line.strip()))
