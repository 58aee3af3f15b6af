"""The national threshold: ten unauthorised sessions within ten school weeks.

A school week is a week, from Monday, with at least one school session; weeks without one use up nothing,
so holidays, terms and school years are crossed. Only sessions since the national framework began and while
the child is of compulsory school age count. Meeting the threshold means that a notice must be considered;
nothing follows from it by itself.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mainstay.law import age, clock
from mainstay.law.answer import Answer, Reason, Source, Warning_
from mainstay.law.register import Record, Registers, Session, Sitting, Standing, merge
from mainstay.law.rules import CURRENT, Rules


@dataclass(frozen=True, slots=True)
class Window:
    """School weeks by their Mondays, both included; ``school_weeks`` counts them."""

    first_week: date
    last_week: date
    school_weeks: int


@dataclass(frozen=True, slots=True)
class Best:
    """The largest number of counted sessions in any window; weeks are None when it is 0."""

    count: int
    first_week: date | None
    last_week: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ThresholdAnswer(Answer):
    """Whether, when and on which sessions the threshold was met."""

    met: bool
    met_on: date | None
    met_half: str | None
    window: Window | None
    sessions: tuple[Session, ...]
    best: Best
    near_miss: bool


_WEEKS: Final = Source("WT24, chapter 6; that weeks run from Monday is our reading", "assumed")
_ONCE: Final = Source("The law is silent: our reading", "assumed")

#: a sitting that counts, and the number of its school week
_Counted = tuple[int, Sitting]


def find(
    registers: Registers,
    date_of_birth: date | None = None,
    already_relied_on: Collection[tuple[date, str]] = (),
    considered_on: date | None = None,
    rules: Rules = CURRENT,
) -> ThresholdAnswer:
    """Whether the pupil's registers meet the national threshold; raises BadMark.

    already_relied_on: (day, "AM" or "PM") of sessions that support an earlier notice or charge
    considered_on: the threshold was met and considered then; only a later window meets it again
    """
    record = merge(registers)
    counted, left_out = _count(record, date_of_birth, set(already_relied_on), rules)
    met = _first_meeting(counted, considered_on, rules)
    best = _best(counted, rules.whole("threshold_weeks"))
    sessions = met or best
    last = sessions[-1] if met else None
    return ThresholdAnswer(
        met=bool(met),
        met_on=last.date if last else None,
        met_half=last.half if last else None,
        window=_window(met, record.weeks) if met else None,
        sessions=tuple(sitting.session for sitting in sessions),
        best=Best(
            len(best),
            clock.monday(best[0].date) if best else None,
            clock.monday(best[-1].date) if best else None,
        ),
        near_miss=not met and _is_near(counted, len(best), rules),
        reasons=_reasons(sessions, bool(met), considered_on, bool(already_relied_on), rules),
        warnings=(*_look_at(sessions, record), *left_out, *record.warnings),
        rules_version=rules.version,
    )


def _count(
    record: Record, born: date | None, relied_on: set[tuple[date, str]], rules: Rules
) -> tuple[list[_Counted], list[Warning_]]:
    number = {week: n for n, week in enumerate(record.weeks)}
    framework = rules.day("national_framework_from")
    existed = rules.as_of is None or rules.as_of >= framework
    compulsory = age.compulsory(born, rules=rules) if born else (date.min, date.max)
    counted: list[_Counted] = []
    too_early = wrong_age = False
    for sitting in record.sittings:
        if sitting.standing != Standing.UNAUTHORISED:
            continue
        early = not existed or sitting.date < framework
        outside = not compulsory[0] <= sitting.date <= compulsory[1]
        too_early, wrong_age = too_early or early, wrong_age or outside
        if not early and not outside and (sitting.date, sitting.half) not in relied_on:
            counted.append((number[clock.monday(sitting.date)], sitting))
    return counted, _left_out(too_early, wrong_age, framework, compulsory)


def _left_out(early: bool, outside: bool, framework: date, compulsory: tuple[date, date]) -> list[Warning_]:
    found = []
    if early:
        text = (
            f"Unauthorised sessions before the national framework ({clock.in_words(framework)}) are left out; "
            "the earlier local code governs them."
        )
        found.append(Warning_("before_national_framework", text))
    if outside:
        first, last = map(clock.in_words, compulsory)
        text = f"Unauthorised sessions outside compulsory school age ({first} to {last}) are left out."
        found.append(Warning_("outside_compulsory_age", text))
    return found


def _windows(counted: list[_Counted], weeks: int) -> Iterator[deque[_Counted]]:
    """For each session that counts: those in the school weeks ending with its own, up to itself.

    It is one and the same window that moves on: keep a copy of what you need.
    """
    held: deque[_Counted] = deque()
    for week, sitting in counted:
        held.append((week, sitting))
        while held[0][0] <= week - weeks:
            held.popleft()
        yield held


def _first_meeting(counted: list[_Counted], considered_on: date | None, rules: Rules) -> list[Sitting]:
    """The window of the first session with which the threshold is met; empty when it never is."""
    needed, new = rules.whole("threshold_sessions"), rules.whole("new_sessions_after_consideration")
    for held in _windows(counted, rules.whole("threshold_weeks")):
        if len(held) < needed:
            continue
        if considered_on is None or sum(sitting.date > considered_on for _, sitting in held) >= new:
            return [sitting for _, sitting in held]
    return []


def _best(counted: list[_Counted], weeks: int) -> list[Sitting]:
    """The sessions of the fullest window of that many school weeks; of equals, the earliest."""
    best: list[_Counted] = []
    for held in _windows(counted, weeks):
        if len(held) > len(best):
            best = list(held)
    return [sitting for _, sitting in best]


def _is_near(counted: list[_Counted], best: int, rules: Rules) -> bool:
    needed = rules.whole("threshold_sessions")
    wide = len(_best(counted, rules.whole("near_miss_weeks")))
    return rules.whole("near_miss_sessions") <= best < needed or wide >= needed


def _window(sittings: list[Sitting], weeks: Sequence[date]) -> Window:
    first, last = clock.monday(sittings[0].date), clock.monday(sittings[-1].date)
    return Window(first, last, bisect_left(weeks, last) - bisect_left(weeks, first) + 1)


def _look_at(sessions: list[Sitting], record: Record) -> list[Warning_]:
    """What an officer must look at in the sessions listed and their weeks."""
    if not sessions:
        return []
    found = []
    if any(sitting.unresolved_at for sitting in sessions):
        text = "The reason for an N is still to be established: ask the school before relying on it."
        found.append(Warning_("unresolved_n", text))
    weeks = clock.monday(sessions[0].date), clock.monday(sessions[-1].date)
    blanks = (sitting for sitting in record.sittings if sitting.standing == Standing.BLANK)
    if any(weeks[0] <= clock.monday(sitting.date) <= weeks[1] for sitting in blanks):
        text = "Sessions in these weeks have no mark: ask the school before relying on the count."
        found.append(Warning_("missing_marks", text))
    if not set.intersection(*(set(sitting.schools) for sitting in sessions)):
        text = "The sessions lie at more than one school: an officer confirms that they count together."
        found.append(Warning_("crosses_schools", text))
    return found


def _reasons(
    sessions: list[Sitting], met: bool, considered_on: date | None, some_relied_on: bool, rules: Rules
) -> tuple[Reason, ...]:
    needed, weeks = rules.whole("threshold_sessions"), rules.whole("threshold_weeks")
    rule = f"The threshold is {needed} unauthorised sessions (G, N, O or U) within {weeks} school weeks."
    text = (
        "A school week is a week, from Monday, with at least one school session; other weeks use up nothing."
    )
    reasons = [
        rules.reason("threshold_sessions", f"{rule} {_found(sessions, met)}"),
        Reason(text, _WEEKS),
    ]
    if met:
        text = "A school or officer must now consider, for this child and parent, whether a notice is right."
        reasons.append(rules.reason("threshold_weeks", text))
    if some_relied_on:
        text = "Sessions that an earlier notice or charge relies on are left out: they can't support another."
        reasons.append(Reason(text, _ONCE))
    if considered_on is not None:
        reasons.append(_considered(considered_on, bool(sessions) and not met, rules))
    return tuple(reasons)


def _found(sessions: list[Sitting], met: bool) -> str:
    if not sessions:
        return "No session counts towards it."
    first, last = clock.in_words(sessions[0].date), clock.in_words(sessions[-1].date)
    many = "1 session counts" if len(sessions) == 1 else f"{len(sessions)} sessions count"
    span = f"on {first}" if first == last else f"from {first} to {last}"
    return f"{many}, {span}: it is met." if met else f"At most {many}, {span}: it is not met."


def _considered(on: date, not_again: bool, rules: Rules) -> Reason:
    new = rules.whole("new_sessions_after_consideration")
    text = (
        f"It was considered on {clock.in_words(on)}; it counts as met again only when the window holds at "
        f"least {new} unauthorised session{'s' * (new > 1)} after that day."
    )
    if not_again:
        text += " There has been no such window since."
    return rules.reason("new_sessions_after_consideration", text)
