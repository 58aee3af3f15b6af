"""Performances of children: Children and Young Persons Act 1963 ss.37 to 40 and the 2014 regulations.

First whether a licence is needed: few days without payment or absence, what a school arranges, and what a body of
persons with the council's approval puts on need none. Then the hours of each day by the child's age. Most of the
numbers are assumed: confirm them with legal.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from mainstay.law import clock
from mainstay.law.answer import Answer, Confidence, Reason, Source, Warning_
from mainstay.law.employment import clock_time, hours_words, years
from mainstay.law.rules import CURRENT, Rules


@dataclass(frozen=True, slots=True)
class Band:
    """The parameters of one age: minutes at the place and of performing in a day, and the latest minute of it."""

    place: str
    acting: str
    latest: str


UNDER5: Final = Band(
    "performance_place_minutes_under5",
    "performance_acting_minutes_under5",
    "performance_latest_minute_under5",
)
UNDER9: Final = Band(
    "performance_place_minutes_under9",
    "performance_acting_minutes_under9",
    "performance_latest_minute_under9",
)
FROM9: Final = Band(
    "performance_place_minutes_from9", "performance_acting_minutes_from9", "performance_latest_minute_from9"
)
PARAMETERS: Final = (
    "performance_licence_days", "performance_free_days", "performance_free_months", "performance_earliest_minute",
    *(name for one in (UNDER5, UNDER9, FROM9) for name in (one.place, one.acting, one.latest)),
    "performance_days_in_row", "performance_weeks_before_rest", "performance_rest_days",
    "performance_rest_licence_days", "performance_night_rest_hours", "performance_education_minutes", "chaperone_children",
)  # fmt: skip
_EXEMPT: Final = Source("Children and Young Persons Act 1963 s.37(3)", "assumed")
_TRIGGERS: Final = Source("Southampton’s and Westmorland’s pages on performance licences", "local")


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a licence is needed.

    regulated: a charge is made, the premises are licensed, it is broadcast or recorded, or paid sport or modelling
    body: a body of persons holds the approval of the council where it takes place
    """

    regulated: bool = True
    payment: bool = False
    absence: bool = False
    by_school: bool = False
    body: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a performance, minutes after midnight. acting: minutes performing or rehearsing; education: minutes."""

    on: date
    arrives: int
    leaves: int
    acting: int
    school_day: bool = False
    education: int = 0


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is against the rules; on: None where it is about all of it."""

    code: str
    on: date | None
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PerformanceAnswer(Answer):
    """Whether a licence is needed and on what ground none is; what is against the hours; until when one is applied for.

    days_counted: the most days of performing in the months that end on one of these days, this performance included
    ground: needed, not_regulated, absence, payment, days; or exempt as four_days, school, body
    """

    needed: bool
    ground: str
    days_counted: int
    apply_by: date
    late: bool
    allowed: bool
    breaches: tuple[Breach, ...]


def find(
    date_of_birth: date,
    days: Sequence[Day],
    facts: Facts = Facts(),
    earlier: Collection[date] = (),
    applied_on: date | None = None,
    education_by_plan: bool = False,
    circus: bool = False,
    children: int = 1,
    chaperones: int = 1,
    rules: Rules = CURRENT,
) -> PerformanceAnswer:
    """Is a licence needed, and are the hours of each day kept?

    days: at least one. earlier: other days on which the child performed, for whichever producer.
    children, chaperones: who is together in one charge. Raises ValueError without a day.
    """
    if not days:
        raise ValueError("no day")
    first = min(day.on for day in days)
    counted = _most_days({day.on for day in days}, set(earlier), rules)
    ground = _ground(facts, counted, rules)
    apply_by = first - rules.whole("performance_licence_days") * clock.DAY
    found = tuple(_breaches(date_of_birth, days, education_by_plan, circus, children, chaperones, rules))
    needed = ground in ("needed", "payment", "absence", "days")
    late = needed and applied_on is not None and applied_on > apply_by
    return PerformanceAnswer(
        needed=needed,
        ground=ground,
        days_counted=counted,
        apply_by=apply_by,
        late=late,
        allowed=not found,
        breaches=found,
        reasons=tuple(_reasons(date_of_birth, first, ground, counted, apply_by, rules)),
        warnings=_warnings(late, apply_by),
        rules_version=rules.version,
    )


def _most_days(these: Collection[date], earlier: Collection[date], rules: Rules) -> int:
    """The most days in the months that end on a day of these; a day just so many months before is counted in."""
    months = rules.whole("performance_free_months")
    every = {*these, *earlier}
    return max(sum(clock.months_after(end, -months) <= day <= end for day in every) for end in these)


def _ground(facts: Facts, counted: int, rules: Rules) -> str:
    if not facts.regulated:
        return (
            "not_regulated"
            if not (facts.payment or facts.absence)
            else "payment"
            if facts.payment
            else "absence"
        )
    if facts.payment:
        return "payment"
    if facts.by_school:
        return "school"
    if facts.absence:
        return "absence"
    if facts.body:
        return "body"
    return "four_days" if counted <= rules.whole("performance_free_days") else "days"


def band(born: date, on: date) -> Band:
    """The parameters for a child of that age: under 5, 5 to 8, 9 and over."""
    old = years(born, on)
    return UNDER5 if old < 5 else UNDER9 if old < 9 else FROM9


def confidence(found: Breach, born: date, rules: Rules = CURRENT) -> Confidence:
    """How firm the number is that a breach goes against: "statute" for what cannot be at all, such as leaving before arriving."""
    of_age = band(born, found.on) if found.on else None
    name = {
        "too_early": "performance_earliest_minute", "too_late": of_age.latest if of_age else "",
        "place_hours": of_age.place if of_age else "", "acting_hours": of_age.acting if of_age else "",
        "education": "performance_education_minutes", "days_in_row": "performance_days_in_row",
        "rest": "performance_rest_days", "night_rest": "performance_night_rest_hours", "chaperone_ratio": "chaperone_children",
    }.get(found.code)  # fmt: skip
    return rules.parameter(name).confidence if name else "statute"


def _breaches(
    born: date, days: Sequence[Day], by_plan: bool, circus: bool, children: int, chaperones: int, rules: Rules
) -> Iterable[Breach]:
    in_order = sorted(days, key=lambda day: (day.on, day.arrives))
    for day in in_order:
        yield from _of_day(born, day, by_plan, rules)
    dates = sorted({day.on for day in days})
    yield from _in_a_row(dates, rules)
    yield from _rest(dates, circus, rules)
    yield from _after_night(born, in_order, rules)
    most = rules.whole("chaperone_children") * chaperones
    if children > most:
        text = f"{children} children and {chaperones} chaperone{'s' * (chaperones != 1)}: the most is {most} children."
        yield Breach("chaperone_ratio", None, text)


def _of_day(born: date, day: Day, by_plan: bool, rules: Rules) -> Iterable[Breach]:
    name, whole, ages = clock.in_words(day.on), rules.whole, band(born, day.on)
    if day.leaves <= day.arrives or day.acting > day.leaves - day.arrives:
        yield Breach(
            "not_a_time",
            day.on,
            f"{name}: the child must leave after arriving, and perform within that time.",
        )
        return
    earliest, latest = whole("performance_earliest_minute"), whole(ages.latest)
    place, acting = whole(ages.place), whole(ages.acting)
    if day.arrives < earliest:
        yield Breach(
            "too_early", day.on, f"{name}: the child may not be there before {clock_time(earliest)}."
        )
    if day.leaves > latest:
        yield Breach("too_late", day.on, f"{name}: the child must have left by {clock_time(latest)}.")
    if day.leaves - day.arrives > place:
        there = hours_words(day.leaves - day.arrives)
        yield Breach(
            "place_hours",
            day.on,
            f"{name}: the child would be there for {there}, and the most is {hours_words(place)}.",
        )
    if day.acting > acting:
        text = f"{name}: the child would perform for {hours_words(day.acting)}, and the most is {hours_words(acting)}."
        yield Breach("acting_hours", day.on, text)
    lessons = whole("performance_education_minutes")
    if day.school_day and not by_plan and day.education < lessons:
        text = f"{name} is a school day: the child needs {hours_words(lessons)} of lessons, or a plan that averages them."
        yield Breach("education", day.on, text)


def _in_a_row(dates: Sequence[date], rules: Rules) -> Iterable[Breach]:
    most, run = rules.whole("performance_days_in_row"), 0
    for n, day in enumerate(dates):
        run = run + 1 if n and day - dates[n - 1] == clock.DAY else 1
        if run == most + 1:
            yield Breach(
                "days_in_row",
                day,
                f"{clock.in_words(day)}: the child would take part on more than {most} days in a row.",
            )


def _rest(dates: Sequence[date], circus: bool, rules: Rules) -> Iterable[Breach]:
    """After so many weeks in a row, each with the most days, so many days off; not for short licences or a circus."""
    if circus or len(dates) < rules.whole("performance_rest_licence_days"):
        return
    weeks, most = rules.whole("performance_weeks_before_rest"), rules.whole("performance_days_in_row")
    counts: dict[date, int] = {}
    for day in dates:
        counts[clock.monday(day)] = counts.get(clock.monday(day), 0) + 1
    full = {monday for monday, many in counts.items() if many >= most}
    for start in sorted(full):
        if all(start + n * clock.WEEK in full for n in range(weeks)):
            last = start + weeks * clock.WEEK - clock.DAY
            rest = rules.whole("performance_rest_days")
            if any(last < day <= last + rest * clock.DAY for day in dates):
                yield Breach("rest", last, f"After {weeks} such weeks the child rests for {rest} days.")
                return


def _after_night(born: date, days: Sequence[Day], rules: Rules) -> Iterable[Breach]:
    rest = rules.whole("performance_night_rest_hours") * 60
    for before, after in pairwise(days):
        night = before.leaves > rules.whole(band(born, before.on).latest)
        gap = (after.on - before.on).days * 24 * 60 + after.arrives - before.leaves
        if night and gap < rest:
            text = f"{clock.in_words(after.on)}: the child needs {hours_words(rest)} of rest after work at night."
            yield Breach("night_rest", after.on, text)


def _warnings(late: bool, apply_by: date) -> tuple[Warning_, ...]:
    if not late:
        return ()
    text = f"The application came after {clock.in_words(apply_by)}: the council may decline it."
    return (Warning_("late_application", text),)


_SAID: Final = {
    "not_regulated": "Nothing about it asks for a licence: no charge, no licensed premises, no recording, no paid sport "
    "or modelling, no payment and no absence from school.",
    "school": "A school arranges it and the child is not paid: no licence is needed.",
    "body": "A body of persons with the council’s approval puts it on, without payment or absence: no licence is needed.",
    "payment": "The child is paid: a licence is needed.",
    "absence": "The child misses school for it: a licence is needed.",
}


def _reasons(
    born: date, first: date, ground: str, counted: int, apply_by: date, rules: Rules
) -> Iterable[Reason]:
    many, months = rules.whole("performance_free_days"), rules.whole("performance_free_months")
    if ground in _SAID:
        yield Reason(_SAID[ground], _TRIGGERS if ground == "not_regulated" else _EXEMPT)
    text = f"Up to {many} days of performing in {months} months need no licence where nothing is paid and no school missed."
    yield rules.reason("performance_free_days", f"{text} With these there are {counted}, over all producers.")
    text = f"An application is made at least {rules.whole('performance_licence_days')} days before the first performance"
    yield rules.reason("performance_licence_days", f"{text}: by {clock.in_words(apply_by)}.")
    ages = band(born, first)
    place, acting = (hours_words(rules.whole(name)) for name in (ages.place, ages.acting))
    latest = clock_time(rules.whole(ages.latest))
    earliest = clock_time(rules.whole("performance_earliest_minute"))
    text = f"A child of {years(born, first)} is at most {place} there in a day and performs at most {acting}"
    yield rules.reason(ages.place, f"{text}, between {earliest} and {latest}.")
    row = rules.whole("performance_days_in_row")
    yield rules.reason("performance_days_in_row", f"A child takes part on at most {row} days in a row.")
    lessons = hours_words(rules.whole("performance_education_minutes"))
    text = f"On a school day there are {lessons} of education, or on average by a plan the council approves."
    yield rules.reason("performance_education_minutes", text)
    text = f"One chaperone has at most {rules.whole('chaperone_children')} children in their charge."
    yield rules.reason("chaperone_children", text)
