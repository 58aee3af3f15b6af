"""Hours of work of a child: Children and Young Persons Act 1933 s.18 with the council's byelaws.

One week is asked about: with school (its school days given) or without. A child under the lowest age isn't
employed at all, and after compulsory school age none of this applies. Work that follows within less than the
length of a break counts as one stretch. The 2026 Act's rules are here too, and refused until their day is known.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mainstay.law import age, clock
from mainstay.law.answer import Answer, Reason, Warning_
from mainstay.law.rules import CURRENT, NotInForce, Rules

Regime = Literal["CYPA-byelaws", "CWSA2026"]
Work = Literal["light", "listed", "prohibited"]

REGIMES: Final = ("CYPA-byelaws", "CWSA2026")
#: light: neither on the council's lists; listed: the byelaws list it as work for the youngest; prohibited: for no child
WORKS: Final = ("light", "listed", "prohibited")
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOUR: Final = 60
END_OF_DAY: Final = 24 * HOUR
SATURDAY: Final = 5
SUNDAY: Final = 6
APPOINTED: Final = "cwsa2026_employment_from"
PARAMETERS: Final = (
    APPOINTED, "employment_least_age", "employment_byelaw_age", "employment_older_age", "employment_earliest_hour",
    "employment_latest_hour", "employment_school_day_hours", "employment_before_school_hours",
    "employment_free_day_hours_younger", "employment_free_day_hours_older", "employment_sunday_hours",
    "employment_school_week_hours", "employment_free_week_hours_younger", "employment_free_week_hours_older",
    "employment_break_after_hours", "employment_break_hours", "employment_free_weeks", "cwsa_employment_least_age",
    "cwsa_employment_earliest_hour", "cwsa_employment_latest_hour",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shift:
    """Work on one day of the week (0 is Monday), in minutes after midnight, the end left out."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class School:
    """When the child is at school: days of the week, and the minutes at which it opens and closes; None: not known."""

    days: frozenset[int] = frozenset()
    opens: int | None = None
    closes: int | None = None


@dataclass(frozen=True, slots=True)
class Byelaws:
    """What the council's byelaws add; without any, the most protective reading."""

    thirteen: bool = False
    before_school: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is against the rules; day: of the week, None where it is about all of it."""

    code: str
    day: int | None
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EmploymentAnswer(Answer):
    """Whether the work may be done: by its hours, the child's age and the kind of work. minutes: of each day.

    applies: False once compulsory school age is over
    """

    allowed: bool
    applies: bool
    age: int
    minutes: tuple[int, ...]
    breaches: tuple[Breach, ...]


def years(born: date, on: date) -> int:
    """How old somebody is on a day; born on 29 February, a year older on 1 March."""
    return on.year - born.year - (on < clock.birthday(born, on.year - born.year))


def clock_time(minute: int) -> str:
    """ "7am", "3:30pm"; the end of the day is midnight."""
    if minute >= END_OF_DAY:
        return "midnight"
    hour, rest = divmod(minute, HOUR)
    return f"{hour % 12 or 12}{f':{rest:02d}' if rest else ''}{'am' if hour < 12 else 'pm'}"


def hours_words(minutes: int) -> str:
    """ "2 hours", "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, HOUR)
    words = [f"{hours} hour{'s' * (hours != 1)}"] if hours or not rest else []
    return " ".join([*words, f"{rest} minute{'s' * (rest != 1)}"] if rest else words)


def find(
    date_of_birth: date,
    on: date,
    shifts: Sequence[Shift],
    school: School = School(),
    work: Work = "light",
    byelaws: Byelaws = Byelaws(),
    free_weeks: bool | None = None,
    regime: Regime = "CYPA-byelaws",
    rules: Rules = CURRENT,
) -> EmploymentAnswer:
    """May the child do this work in such a week, as old as they are on that day?

    school: no days for a week without school. free_weeks: whether the weeks free of work are agreed; None: not said.
    Raises NotInForce for the 2026 Act before its day.
    """
    if regime == "CWSA2026":
        _in_force(on, rules)
    last = age.compulsory(date_of_birth, rules=rules)[1]
    old = years(date_of_birth, on)
    week = _Week(old, tuple(shifts), school, byelaws, regime, rules)
    applies = on <= last
    found = tuple(_breaches(week, work, free_weeks)) if applies else ()
    warnings = _warnings(free_weeks) if applies else ()
    return EmploymentAnswer(
        allowed=not found,
        applies=applies,
        age=old,
        minutes=tuple(map(week.minutes, range(7))),
        breaches=found,
        reasons=tuple(_reasons(week) if applies else _over(last, rules)),
        warnings=warnings,
        rules_version=rules.version,
    )


def free_from_work(
    worked: Collection[date], without_school: Collection[date], rules: Rules = CURRENT
) -> date | None:
    """The first Monday of the weeks in a row free of work, all without school; None where there are none.

    worked, without_school: Mondays of weeks
    """
    many = rules.whole("employment_free_weeks")
    free = {monday for monday in without_school if monday not in set(worked)}
    runs = (m for m in sorted(free) if all(m + n * clock.WEEK in free for n in range(many)))
    return next(runs, None)


def _in_force(on: date, rules: Rules) -> None:
    if on < rules.day(APPOINTED):
        raise NotInForce(
            f"is before the 2026 Act: its rules on child employment begin on {rules.day(APPOINTED)}"
        )


@dataclass(frozen=True, slots=True)
class _Week:
    age: int
    shifts: tuple[Shift, ...]
    school: School
    byelaws: Byelaws
    regime: Regime
    rules: Rules

    @property
    def cwsa(self) -> bool:
        return self.regime == "CWSA2026"

    @property
    def older(self) -> bool:
        return self.age >= self.rules.whole("employment_older_age")

    @property
    def least_age(self) -> str:
        return "cwsa_employment_least_age" if self.cwsa else "employment_least_age"

    @property
    def earliest(self) -> str:
        return "cwsa_employment_earliest_hour" if self.cwsa else "employment_earliest_hour"

    @property
    def latest(self) -> str:
        return "cwsa_employment_latest_hour" if self.cwsa else "employment_latest_hour"

    @property
    def of_week(self) -> str:
        if self.school.days:
            return "employment_school_week_hours"
        return f"employment_free_week_hours_{'older' if self.older else 'younger'}"

    def of_day(self, day: int) -> str:
        """The parameter with the most hours of that day."""
        if day in self.school.days:
            return "employment_school_day_hours"
        if day == SUNDAY and not self.cwsa:
            return "employment_sunday_hours"
        return f"employment_free_day_hours_{'older' if self.older else 'younger'}"

    def minutes(self, day: int) -> int:
        """Worked on that day; what overlaps counts once."""
        return sum(end - start for start, end in _joined(self.of(day), 0))

    def of(self, day: int) -> list[tuple[int, int]]:
        return [(one.start, one.end) for one in self.shifts if one.day == day and one.start < one.end]


def _joined(spans: Iterable[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Spans in order, those joined between which less than ``gap`` lies."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] < max(gap, 1):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _breaches(week: _Week, work: Work, free_weeks: bool | None) -> Iterable[Breach]:
    yield from _who(week, work)
    for one in week.shifts:
        if not 0 <= one.start < one.end <= END_OF_DAY:
            yield Breach(
                "not_a_time", one.day, f"{DAYS[one.day]}: the work ends after it begins, on the same day."
            )
    for day in range(7):
        yield from _of_day(week, day)
    total, most = sum(map(week.minutes, range(7))), week.rules.whole(week.of_week) * HOUR
    if total > most:
        kind = "with school" if week.school.days else "without school"
        text = f"{hours_words(total)} in a week {kind}: the most is {hours_words(most)}."
        yield Breach("week_hours", None, text)
    if free_weeks is False:
        many = week.rules.whole("employment_free_weeks")
        text = f"{many} weeks in a row free of work in the school holidays of each year are not agreed."
        yield Breach("free_weeks", None, text)


def _who(week: _Week, work: Work) -> Iterable[Breach]:
    least, byelaw = week.rules.whole(week.least_age), week.rules.whole("employment_byelaw_age")
    if work == "prohibited":
        yield Breach(
            "prohibited_work",
            None,
            "No child may do this kind of work: it is on the list of prohibited work.",
        )
    if week.age >= least:
        return
    if week.age < byelaw or week.cwsa or not week.byelaws.thirteen:
        yield Breach("too_young", None, f"The child is {week.age}: nobody under {least} may be employed.")
    elif work != "listed":
        text = (
            f"The child is {week.age}: under {least} only work that the byelaws list for that age is allowed."
        )
        yield Breach("not_listed_work", None, text)


def _of_day(week: _Week, day: int) -> Iterable[Breach]:
    spans = _joined(week.of(day), 0)
    if not spans:
        return
    name, whole = DAYS[day], week.rules.whole
    earliest, latest = whole(week.earliest) * HOUR, whole(week.latest) * HOUR
    if spans[0][0] < earliest:
        yield Breach("too_early", day, f"{name}: work begins before {clock_time(earliest)}.")
    if spans[-1][1] > latest:
        yield Breach("too_late", day, f"{name}: work ends after {clock_time(latest)}.")
    total, most = week.minutes(day), whole(week.of_day(day)) * HOUR
    if total > most:
        kind = " with school" if day in week.school.days else ""
        yield Breach(
            "day_hours", day, f"{name}{kind}: {hours_words(total)}, and the most is {hours_words(most)}."
        )
    if day in week.school.days:
        yield from _beside_school(week, day, spans)
    after, rest = whole("employment_break_after_hours") * HOUR, whole("employment_break_hours") * HOUR
    for stretch in _stretches(spans, rest):
        if sum(end - start for start, end in stretch) > after:
            text = f"{name}: more than {hours_words(after)} of work without a break of {hours_words(rest)}."
            yield Breach("no_break", day, text)
            break


def _stretches(spans: Sequence[tuple[int, int]], rest: int) -> list[list[tuple[int, int]]]:
    """Spans between which there is no whole break, together."""
    found: list[list[tuple[int, int]]] = []
    for span in spans:
        if found and span[0] - found[-1][-1][1] < rest:
            found[-1].append(span)
        else:
            found.append([span])
    return found


def _beside_school(week: _Week, day: int, spans: Sequence[tuple[int, int]]) -> Iterable[Breach]:
    name, opens, closes = DAYS[day], week.school.opens, week.school.closes
    if opens is None or closes is None:
        yield Breach("school_hours_unknown", day, f"{name}: say when the child’s school opens and closes.")
        return
    before = sum(max(0, min(end, opens) - start) for start, end in spans)
    if any(start < closes and end > opens for start, end in spans):
        text = f"{name}: work between {clock_time(opens)} and {clock_time(closes)}, while school is open."
        yield Breach("in_school_hours", day, text)
    allowed = week.byelaws.before_school or week.cwsa
    most = week.rules.whole("employment_before_school_hours") * HOUR if allowed else 0
    if before > most:
        said = f"at most {hours_words(most)} is allowed" if most else "the byelaws allow none"
        yield Breach(
            "before_school", day, f"{name}: {hours_words(before)} of work before school, and {said}."
        )


def _warnings(free_weeks: bool | None) -> tuple[Warning_, ...]:
    if free_weeks is not None:
        return ()
    text = "Nobody has said yet which weeks of the school holidays are free of work."
    return (Warning_("free_weeks_unknown", text),)


def _over(last: date, rules: Rules) -> Iterable[Reason]:
    text = f"Compulsory school age ended on {clock.in_words(last)}: none of these limits applies after it."
    yield rules.reason("compulsory_age_ends", text)


def _reasons(week: _Week) -> Iterable[Reason]:
    rules, whole = week.rules, week.rules.whole
    byelaw = f", {whole('employment_byelaw_age')} only where byelaws allow it" if not week.cwsa else ""
    text = f"A child is employed from the age of {whole(week.least_age)} on{byelaw}, and in light work only."
    yield rules.reason(week.least_age, f"{text} This child is {week.age}.")
    earliest, latest = (clock_time(whole(name) * HOUR) for name in (week.earliest, week.latest))
    yield rules.reason(week.latest, f"No child works before {earliest} or after {latest}.")
    if week.school.days:
        text = (
            f"On a day with school a child works at most {hours_words(whole('employment_school_day_hours') * HOUR)}, "
            f"not while school is open, and before it at most {hours_words(whole('employment_before_school_hours') * HOUR)}"
        )
        yield rules.reason(
            "employment_school_day_hours", f"{text}{'' if week.cwsa else ', where byelaws allow any'}."
        )
    free = week.of_day(SATURDAY)
    yield rules.reason(
        free, f"On another weekday a child of {week.age} works at most {hours_words(whole(free) * HOUR)}."
    )
    if not week.cwsa:
        sunday = hours_words(whole("employment_sunday_hours") * HOUR)
        yield rules.reason("employment_sunday_hours", f"On a Sunday a child works at most {sunday}.")
    kind = "with school" if week.school.days else "without school"
    text = f"In a week {kind} a child of {week.age} works at most {hours_words(whole(week.of_week) * HOUR)}."
    yield rules.reason(week.of_week, text)
    after, rest = (hours_words(whole(f"employment_break_{n}") * HOUR) for n in ("after_hours", "hours"))
    yield rules.reason("employment_break_hours", f"After {after} of work there is a break of {rest}.")
    many = whole("employment_free_weeks")
    text = f"{many} weeks in a row of each year’s school holidays are free of work."
    yield rules.reason("employment_free_weeks", text)
