"""How long a prosecution may be begun: some months from the offence (Magistrates' Courts Act 1980 s.127(1)).

The day of the offence is left out, and the limit is not put off because it falls on a weekend. An offence over
several days is safe until the limit of its first day, and can be begun at all until that of its last; in between
it has to be shortened to begin later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mainstay.law import clock
from mainstay.law.answer import Answer, Reason, Warning_
from mainstay.law.rules import CURRENT, Rules


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitationAnswer(Answer):
    """Until when the whole offence is in time, until when any of it; from which day it is, where only part is.

    alerts: the days before the safe date on which whoever prosecutes is alerted
    """

    safe_date: date
    outer_date: date
    blocked: bool
    shorten_from: date | None
    alerts: tuple[date, ...]


def find(
    offence_from: date, offence_to: date, issue_on: date | None = None, rules: Rules = CURRENT
) -> LimitationAnswer:
    """The limits of an offence from one day to another.

    issue_on: the day on which the information is laid, or the charge issued
    """
    months = rules.whole("limitation_months")
    safe, outer = (clock.months_after(day, months) for day in (offence_from, offence_to))
    blocked = issue_on is not None and issue_on > outer
    late = issue_on is not None and issue_on > safe and not blocked
    shorten = _first_in_time(offence_from, issue_on, months) if late and issue_on else None
    return LimitationAnswer(
        safe_date=safe,
        outer_date=outer,
        blocked=blocked,
        shorten_from=shorten,
        alerts=tuple(safe - weeks * clock.WEEK for weeks in rules.wholes("limitation_alert_weeks")),
        reasons=tuple(_reasons(months, safe, outer, issue_on, shorten, rules)),
        warnings=_warnings(shorten),
        rules_version=rules.version,
    )


def _first_in_time(first: date, issue_on: date, months: int) -> date:
    day = first
    while clock.months_after(day, months) < issue_on:
        day += clock.DAY
    return day


def _warnings(shorten: date | None) -> tuple[Warning_, ...]:
    if shorten is None:
        return ()
    text = f"Part of the offence is out of time: shorten it to begin on {clock.in_words(shorten)} or later."
    return (Warning_("older_than_six_months", text),)


def _reasons(
    months: int, safe: date, outer: date, issue_on: date | None, shorten: date | None, rules: Rules
) -> Iterable[Reason]:
    text = (
        f"A prosecution is begun within {months} months of the offence, the day of the offence left out: until "
        f"{clock.in_words(safe)} for all of it, until {clock.in_words(outer)} for its last day."
    )
    yield rules.reason("limitation_months", text)
    if issue_on is None:
        return
    if issue_on > outer:
        yield rules.reason("limitation_months", f"On {clock.in_words(issue_on)} all of it is out of time.")
    elif shorten is not None:
        text = f"On {clock.in_words(issue_on)} it is in time from {clock.in_words(shorten)} on."
        yield rules.reason("limitation_months", text)
    else:
        yield rules.reason("limitation_months", f"On {clock.in_words(issue_on)} all of it is in time.")
