"""Deadlines that count from one day: last day, and the first day on which the next step may follow.

Each rule names its parameter, its unit, and whether the day of the trigger is counted ("beginning with")
or not ("after").
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from mainstay.law import clock
from mainstay.law.answer import Answer, Warning_
from mainstay.law.register import Calendar, CalendarTooShort
from mainstay.law.rules import CURRENT, Rules

Unit = Literal["days", "months", "working_days", "business_days", "school_days"]
_DAYS_A_WEEK = 7


class UnknownDeadline(LookupError):
    """A rule id that there isn't."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One rule: its parameter holds the length; ``sentence`` says it in words, {n} being the length, {s} its plural."""

    id: str
    parameter: str
    unit: Unit
    inclusive: bool
    last_day: Callable[[date, int, Calendar | None], date]
    sentence: str
    next_step: Callable[[date, int, date], date] = lambda trigger, length, last: last + clock.DAY

    def in_words(self, length: int) -> str:
        return self.sentence.format(n=length, s="" if length == 1 else "s")


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineAnswer(Answer):
    """``counted`` says whether the trigger's own day is day 1 (inclusive)."""

    last_day: date
    next_step_from: date
    unit: Unit
    counted: Literal["inclusive", "exclusive"]


def _beginning_with(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.last_day_beginning_with(trigger, days)


def _weeks_beginning_with(trigger: date, weeks: int, _: Calendar | None) -> date:
    return clock.last_day_beginning_with(trigger, weeks * _DAYS_A_WEEK)


def _after(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.last_day_after(trigger, days)


def _before(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.last_day_after(trigger, -days)


def _months_after(trigger: date, months: int, _: Calendar | None) -> date:
    return clock.months_after(trigger, months)


def _business_days_after(trigger: date, days: int, _: Calendar | None) -> date:
    return clock.business_day_after(trigger, days)


def _school_days_after(trigger: date, days: int, calendar: Calendar | None) -> date:
    if calendar is None:
        raise CalendarTooShort("is needed: this rule counts school days")
    found = clock.school_day_after(calendar.days, trigger, days)
    if found is None:
        raise CalendarTooShort(
            f"holds fewer than {days} school days after {trigger.isoformat()}: give more of it"
        )
    return found


_ALL: Final = (
    Deadline(
        "sao-first-notice",
        "sao_days",
        "days",
        True,
        _beginning_with,
        "A parent has at least {n} days, beginning with the day of service, to show that the child is "
        "suitably educated.",
    ),
    Deadline(
        "sao-choice-of-school",
        "sao_choice_days",
        "days",
        True,
        _beginning_with,
        "A parent has {n} days, beginning with the day of service, to choose another school.",
    ),
    Deadline(
        "sao-school-objection",
        "sao_objection_days",
        "days",
        True,
        _beginning_with,
        "A school has {n} days, beginning with the day of receipt, to ask the Secretary of State for a direction.",
    ),
    Deadline(
        "eso-direction-report",
        "eso_direction_weeks",
        "days",
        True,
        _weeks_beginning_with,
        "The authority gives the court its reasons within {n} weeks, beginning with the day of the direction.",
    ),
    Deadline(
        "eso-extend-from",
        "eso_extension_months",
        "months",
        False,
        lambda trigger, months, calendar: trigger,
        "An extension is applied for before the order expires, and not earlier than {n} month{s} before that.",
        lambda trigger, months, last: clock.months_after(trigger, -months),
    ),
    Deadline(
        "sjp-reply",
        "sjp_reply_days",
        "business_days",
        False,
        _business_days_after,
        "A defendant has {n} business days after service of the papers to reply.",
    ),
    Deadline(
        "access-request",
        "access_request_months",
        "months",
        False,
        _months_after,
        "A request for access to personal data is answered within {n} month{s} after it was received.",
    ),
    Deadline(
        "new-pupil-return",
        "new_pupil_return_days",
        "days",
        False,
        _after,
        "A school tells the authority of a new pupil by the end of day {n} after the name was entered; every "
        "day counts, not only school days. None is due for a child in the most junior class who starts on the "
        "first day of the school year, unless the authority asks.",
    ),
    Deadline(
        "offer-of-employment-permit",
        "employment_permit_days",
        "days",
        False,
        _after,
        "An employer applies for a permit within {n} days after offering a child employment.",
    ),
    Deadline(
        "performance-licence",
        "performance_licence_days",
        "days",
        False,
        _before,
        "A licence is applied for at least {n} days before the first performance.",
        lambda trigger, days, last: trigger,
    ),
    Deadline(
        "unresolved-n",
        "unresolved_n_days",
        "school_days",
        False,
        _school_days_after,
        "The reason for an N is established within {n} school days; after that it becomes O.",
    ),
)

#: rule id -> rule
RULES: Final[Mapping[str, Deadline]] = MappingProxyType({rule.id: rule for rule in _ALL})


def find(
    rule: str, trigger: date, calendar: Calendar | None = None, rules: Rules = CURRENT
) -> DeadlineAnswer:
    """The deadline of that rule for that day.

    calendar: the school's, for a rule that counts school days
    Raises UnknownDeadline, CalendarTooShort, or clock.BeyondTable where bank holidays aren't known.
    """
    if rule not in RULES:
        raise UnknownDeadline(rule)
    found = RULES[rule]
    length = rules.whole(found.parameter)
    last = found.last_day(trigger, length, calendar)
    following = found.next_step(trigger, length, last)
    text = f"{found.in_words(length)} The last day is {clock.in_words(last)}."
    return DeadlineAnswer(
        last_day=last,
        next_step_from=following,
        unit=found.unit,
        counted="inclusive" if found.inclusive else "exclusive",
        reasons=(rules.reason(found.parameter, text),),
        warnings=tuple(_warnings(last)),
        rules_version=rules.version,
    )


def _warnings(last: date) -> list[Warning_]:
    first_known, last_known = clock.bank_holidays_known()
    known_holiday = first_known <= last <= last_known and clock.is_bank_holiday(last)
    if last.weekday() < clock.SATURDAY and not known_holiday:
        return []
    text = f"The last day, {clock.in_words(last)}, is no working day and isn't moved: act before it."
    return [Warning_("last_day_not_working_day", text)]
