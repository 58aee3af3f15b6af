"""Deadlines that count from one day: last day, and the first day on which the next step may follow.

Each rule names its parameters, its unit, and whether the day of the trigger is counted ("beginning with")
or not ("after"). Where a step has a time to open as well, it may follow before the last day. The rules of
the 2026 Act are here and are refused until their day is appointed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mainstay.law import clock
from mainstay.law.answer import Answer, Reason, Warning_
from mainstay.law.deadline_rules import RULES as RULES
from mainstay.law.deadline_rules import Deadline, Unit
from mainstay.law.register import Calendar
from mainstay.law.rules import CURRENT, NotInForce, Rules


class UnknownDeadline(LookupError):
    """A rule id that there isn't."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineAnswer(Answer):
    """counted: whether the trigger's own day is day 1 (inclusive). reminders: days to remind its owner, if any."""

    last_day: date
    next_step_from: date
    unit: Unit
    counted: Literal["inclusive", "exclusive"]
    reminders: tuple[date, ...]


def find(
    rule: str, trigger: date, calendar: Calendar | None = None, rules: Rules = CURRENT
) -> DeadlineAnswer:
    """The deadline of that rule for that day.

    calendar: the school's, for a rule that counts school days
    Raises UnknownDeadline, NotInForce for a rule that isn't law on that day, CalendarTooShort, or clock.BeyondTable
    where bank holidays aren't known.
    """
    if rule not in RULES:
        raise UnknownDeadline(rule)
    found = RULES[rule]
    _in_force(found, rules.as_of or trigger, rules)
    length = rules.whole(found.parameter)
    last = found.last_day(trigger, length, calendar)
    if found.least_days:
        last = max(last, clock.last_day_after(trigger, rules.whole(found.least_days)))
    if found.opens:
        following = found.last_day(trigger, rules.whole(found.opens), calendar)
    else:
        following = found.next_step(trigger, length, last)
    return DeadlineAnswer(
        last_day=last,
        next_step_from=following,
        unit=found.unit,
        counted="inclusive" if found.inclusive else "exclusive",
        reminders=_reminders(found, trigger, rules),
        reasons=tuple(_reasons(found, last, rules)),
        warnings=tuple(_warnings(last)),
        rules_version=rules.version,
    )


def _in_force(rule: Deadline, on: date, rules: Rules) -> None:
    if not rule.appointed:
        return
    if not rules.known(rule.appointed):
        raise NotInForce(f"can't be counted from: no day is appointed for {rule.id} to be law")
    begins = rules.day(rule.appointed)
    if on < begins:
        raise NotInForce(f"can't be counted from: {rule.id} is law from {begins.isoformat()} only")


def _reminders(rule: Deadline, trigger: date, rules: Rules) -> tuple[date, ...]:
    if not rule.reminders:
        return ()
    return tuple(clock.months_after(trigger, -months) for months in rules.wholes(rule.reminders))


def _reasons(rule: Deadline, last: date, rules: Rules) -> Iterable[Reason]:
    yield rules.reason(
        rule.parameter, f"{rule.in_words(rules.whole)} The last day is {clock.in_words(last)}."
    )
    if rule.least_days:
        least = rules.whole(rule.least_days)
        yield rules.reason(rule.least_days, f"The law leaves at least {least} days, whatever else is set.")
    if rule.appointed:
        begins = clock.in_words(rules.day(rule.appointed))
        yield rules.reason(rule.appointed, f"This is law from {begins}.")


def _warnings(last: date) -> list[Warning_]:
    first_known, last_known = clock.bank_holidays_known()
    known_holiday = first_known <= last <= last_known and clock.is_bank_holiday(last)
    if last.weekday() < clock.SATURDAY and not known_holiday:
        return []
    text = f"The last day, {clock.in_words(last)}, is no working day and isn't moved: act before it."
    return [Warning_("last_day_not_working_day", text)]
