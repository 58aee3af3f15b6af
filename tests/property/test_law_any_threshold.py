"""The threshold against a slow, obviously right reading of it, and what may never change its answer."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import age, threshold
from mainstay.law.register import Calendar, Register
from mainstay.law.rules import Rules

FRAMEWORK = date(2024, 8, 19)
UNAUTHORISED = "GNOU"
#: weeks from before the framework, across two terms and the summer, with gaps for holidays
MONDAYS = [date(2024, 7, 1) + timedelta(weeks=n) for n in range(60)]
quick = settings(max_examples=40, deadline=None)

gaps = st.sets(st.sampled_from(MONDAYS), max_size=25)
codes = st.sampled_from(["/", "I", "G", "N", "O", "U", "-", "Y1", "E", "D"])
pairs = st.tuples(codes, codes)


@st.composite
def registers(draw, school="", most=40):
    """A register with a few busy stretches, so that the threshold is often near."""
    weeks = [monday for monday in MONDAYS if monday not in draw(gaps)]
    closed = draw(
        st.sets(st.sampled_from([m + timedelta(n) for m in MONDAYS for n in range(5)]), max_size=20)
    )
    calendar = Calendar.of_weeks(weeks, closed)
    in_force = [day for day in calendar.days if day >= FRAMEWORK]
    marks = {}
    if in_force:
        for day, pair in draw(st.lists(st.tuples(st.sampled_from(in_force), pairs), max_size=most)):
            marks[day] = pair
        start = draw(st.integers(0, len(in_force) - 1))
        code = draw(st.sampled_from(["G", "O", "I"]))
        for day in in_force[start : start + draw(st.integers(0, 5))]:
            marks[day] = (code, code)
    early = [day for day in calendar.days if day < FRAMEWORK]
    for day in draw(st.sets(st.sampled_from(early), max_size=6)) if early else ():
        marks[day] = ("O", "G")
    return Register(calendar, marks, school=school, unmarked_present=draw(st.booleans()))


def counted(register, born=None):
    """Sessions that count, with the number of their school week, straight from the register."""
    weeks = sorted({day - timedelta(day.weekday()) for day in register.calendar.school_days})
    first, last = age.compulsory(born) if born else (date.min, date.max)
    return [
        (weeks.index(day - timedelta(day.weekday())), day, half)
        for day, pair in sorted(register.marks.items())
        for half, code in zip(("AM", "PM"), pair, strict=True)
        if code in UNAUTHORISED and day >= FRAMEWORK and first <= day <= last
    ]


def fullest(sessions, weeks):
    """Every stretch of that many school weeks, tried one after the other."""
    return max((sum(n <= week < n + weeks for week, _, _ in sessions) for n in range(-weeks, 80)), default=0)


def first_met(sessions, needed, weeks):
    """The first session that closes a stretch holding enough of them, by looking at every beginning."""
    for end, (last_week, day, half) in enumerate(sessions):
        if sum(last_week - weeks < week for week, _, _ in sessions[: end + 1]) >= needed:
            return day, half
    return None, None


births = (
    st.none()
    | st.dates(date(2007, 9, 1), date(2009, 12, 31))
    | st.dates(date(2019, 1, 1), date(2020, 12, 31))
)


@given(registers(), births)
@quick
def test_agrees_with_the_slow_reading(register, born):
    answer = threshold.find(register, born)
    sessions = counted(register, born)
    assert answer.met == (fullest(sessions, 10) >= 10)
    assert (answer.met_on, answer.met_half) == first_met(sessions, 10, 10)
    assert answer.best.count == fullest(sessions, 10)
    assert answer.near_miss == (
        not answer.met and (answer.best.count in (8, 9) or fullest(sessions, 11) >= 10)
    )


@given(registers(most=8))
@quick
def test_agrees_with_trying_every_set_of_evidence(register):
    rules = Rules(local={"threshold_sessions": 3, "threshold_weeks": 2})
    sessions = counted(register)[:14]
    kept = {(day, half) for _, day, half in sessions}
    others = {(day, half) for _, day, half in counted(register)} - kept
    by_hand = any(max(w for w, _, _ in c) - min(w for w, _, _ in c) < 2 for c in combinations(sessions, 3))
    assert threshold.find(register, already_relied_on=others, rules=rules).met == by_hand


@given(registers(), st.data())
@quick
def test_one_more_unauthorised_session_never_un_meets(register, data):
    days = [day for day in register.calendar.days if day >= FRAMEWORK]
    if not days:
        return
    before = threshold.find(register)
    day, half = data.draw(st.sampled_from(days)), data.draw(st.integers(0, 1))
    pair = list(register.on(day))
    pair[half] = data.draw(st.sampled_from(UNAUTHORISED))
    after = threshold.find(replace(register, marks={**register.marks, day: tuple(pair)}))
    assert after.best.count >= before.best.count
    if before.met:
        assert after.met and after.met_on <= before.met_on


@given(registers(), st.randoms())
@quick
def test_the_order_of_marks_and_the_split_into_files_do_not_matter(register, random):
    whole = threshold.find([register]).as_dict()
    items = list(register.marks.items())
    random.shuffle(items)
    assert threshold.find([replace(register, marks=dict(items))]).as_dict() == whole
    days = list(register.calendar.days)
    roll = {"on_roll_from": days[0], "on_roll_to": days[-1]} if days else {}
    halves = [
        replace(
            register,
            marks={d: p for n, (d, p) in enumerate(items) if n % 2 == part},
            unmarked_present=False,
            **roll,
        )
        for part in (0, 1)
    ]
    split, plain = threshold.find(halves), threshold.find(replace(register, unmarked_present=False))
    assert split.sessions == plain.sessions
    assert (split.met_on, split.met_half, split.window, split.best) == (
        plain.met_on,
        plain.met_half,
        plain.window,
        plain.best,
    )


@given(registers())
@quick
def test_the_sessions_listed_are_the_windows_and_no_others(register):
    answer = threshold.find(register)
    listed = [(s.date, s.half) for s in answer.sessions]
    assert listed == sorted(set(listed))
    if answer.met:
        assert len(listed) == 10 and listed[-1] == (answer.met_on, answer.met_half)
        assert answer.window.school_weeks <= 10
        assert answer.window.first_week == listed[0][0] - timedelta(listed[0][0].weekday())
    else:
        assert len(listed) == answer.best.count and answer.window is None


@given(registers())
@quick
def test_sessions_already_relied_on_support_nothing_more(register):
    first = threshold.find(register)
    relied_on = {(s.date, s.half) for s in first.sessions}
    again = threshold.find(register, already_relied_on=relied_on)
    assert not relied_on & {(s.date, s.half) for s in again.sessions}


@given(registers(), st.sampled_from(MONDAYS))
@quick
def test_after_a_consideration_only_a_later_session_meets_it_again(register, considered):
    again = threshold.find(register, considered_on=considered)
    later = [s for s in counted(register) if s[1] > considered]
    if again.met:
        assert again.met_on > considered and (again.met_on, again.met_half) in [s[1:] for s in later]
    else:
        assert not any(
            sum(last - 10 < week and (d, h) <= (day, half) for week, d, h in counted(register)) >= 10
            for last, day, half in later
        )
