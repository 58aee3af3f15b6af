"""Penalty notices: the limit, the tariff and payments, whatever the facts."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mainstay.law import clock, fast_track, limitation, notice_dates, payment, penalty_notice, tariff
from mainstay.law.penalty_notice import Earlier
from mainstay.law.register import Calendar
from mainstay.law.rules import CURRENT

DAYS = st.dates(date(2024, 8, 19), date(2032, 12, 31))
NOTICES = st.builds(
    Earlier,
    issued_on=st.one_of(DAYS, st.sampled_from([date(2024, 8, 18), date(2028, 2, 29)])),
    kind=st.sampled_from(tariff.KINDS),
    outcome=st.sampled_from(["open", "paid", "unpaid", "convicted", "acquitted", "withdrawn"]),
    same_parent=st.booleans(),
    same_child=st.booleans(),
)
LISTS = st.lists(NOTICES, max_size=6)
KINDS = st.sampled_from([("attendance", "first"), ("attendance", "second"), ("excluded", None)])


def counts(one: Earlier, on: date) -> bool:
    """The limit in one sentence: ours, live, since the framework, issued in the three years ending with that day."""
    ours = one.kind == "attendance" and one.same_parent and one.same_child
    live = one.outcome not in ("withdrawn", "acquitted") and one.issued_on >= date(2024, 8, 19)
    return ours and live and clock.months_after(on, -36) < one.issued_on <= on


def asked(on, earlier, **more):
    return penalty_notice.find("attendance", on, earlier, **more)


@given(DAYS, LISTS)
def test_the_look_back_is_a_window_on_issue_dates(on, earlier):
    answer = asked(on, earlier)
    dates = sorted(one.issued_on for one in earlier if counts(one, on))
    assert list(answer.counted) == dates
    assert answer.allowed == (len(dates) < 2)
    assert answer.position == (["first", "second"][len(dates)] if answer.allowed else None)
    assert len(answer.counted) + len(answer.not_counted) == len(earlier)


@given(DAYS, LISTS)
def test_free_again_is_the_first_day_on_which_a_notice_is_allowed(on, earlier):
    answer = asked(on, earlier)
    assert (answer.free_again_on is None) == answer.allowed
    if answer.free_again_on:
        assert asked(answer.free_again_on, earlier).allowed
        days = (answer.free_again_on - on).days
        between = [on + timedelta(days=n) for n in {*range(1, min(days, 40)), days - 1} if 0 < n < days]
        assert not any(asked(day, earlier).allowed for day in between)


@given(DAYS, st.integers(0, 1500))
def test_a_notice_counts_until_the_day_before_it_frees(issued, later):
    one, frees = Earlier(issued, "attendance", "paid", True, True), penalty_notice.frees_on(issued)
    on = issued + timedelta(days=later)
    assert bool(asked(on, [one]).counted) == (on < frees)


@given(DAYS, LISTS, NOTICES)
def test_a_withdrawn_notice_never_changes_another_answer(on, earlier, more):
    without = asked(on, earlier)
    answer = asked(on, [*earlier, replace(more, outcome="withdrawn")])
    assert replace(answer, not_counted=without.not_counted) == without


@given(DAYS, LISTS, st.permutations(range(6)))
def test_the_order_of_earlier_notices_changes_nothing(on, earlier, order):
    moved = [earlier[n] for n in order if n < len(earlier)]
    answer, again = asked(on, earlier), asked(on, moved)
    assert sorted(map(repr, answer.not_counted)) == sorted(map(repr, again.not_counted))
    assert replace(answer, not_counted=()) == replace(again, not_counted=())


@given(DAYS, LISTS)
def test_what_is_awaited_is_refused_and_has_no_tariff(on, earlier):
    answer = asked(on, earlier, cross_border_answer="awaited")
    assert (answer.allowed, answer.position, answer.tariff, answer.free_again_on) == (False, None, None, None)


@given(KINDS, st.dates(date(2024, 8, 19), date(2027, 6, 30)), st.integers(-3, 35))
def test_the_tariff_printed_is_the_tariff_charged(notice, posted, day):
    kind, position = notice
    printed = notice_dates.find(kind, position, "first_class_post", posted)
    charged = tariff.of(kind, position, CURRENT)
    assert (printed.reduced_pounds, printed.full_pounds) == (charged.reduced_pounds, charged.full_pounds)
    on = printed.served_on + timedelta(days=day)
    if on <= printed.reduced_until:
        due = printed.reduced_pounds
    else:
        due = printed.full_pounds if on < printed.decide_from else None
    for pounds in (charged.reduced_pounds - 1, charged.reduced_pounds, charged.full_pounds):
        answer = payment.find(kind, position, printed.served_on, on, [payment.Payment(on, pounds)])
        assert answer.discharged == (due is not None and pounds >= due)


@given(KINDS, DAYS, st.integers(1, 30), st.integers(1, 200))
def test_a_payment_on_each_day_has_exactly_one_answer(notice, served, day, pounds):
    kind, position = notice
    on = served + timedelta(days=day - 1)
    answer = payment.find(kind, position, served, on, [payment.Payment(on, pounds)])
    assert answer.discharged != bool(answer.refused)
    assert answer.discharged == (answer.state == "discharged") == (answer.discharged_on == on)
    due = tariff.of(kind, position, CURRENT).due(on, served)
    assert answer.refund_pounds == (pounds - due if answer.discharged else pounds)
    assert (due is None) == (day > 28)


@given(
    KINDS, DAYS, st.lists(st.tuples(st.integers(0, 40), st.integers(1, 300)), max_size=5), st.integers(0, 40)
)
def test_money_is_never_lost(notice, served, paid, withdrawn):
    kind, position = notice
    payments = [payment.Payment(served + timedelta(days=n), pounds) for n, pounds in paid]
    today = served + timedelta(days=40)
    answer = payment.find(kind, position, served, today, payments)
    received = sum(one.pounds for one in payments)
    cost = tariff.of(kind, position, CURRENT)
    kept = received - answer.refund_pounds
    assert kept in ({cost.reduced_pounds, cost.full_pounds} if answer.discharged else {0})
    assert len(answer.refused) == len(payments) - answer.discharged
    gone = payment.find(kind, position, served, today, payments, served + timedelta(days=withdrawn))
    assert gone.state == "withdrawn" and gone.refund_pounds == received and not gone.discharged


@given(DAYS, st.integers(0, 200), st.integers(-10, 500))
def test_an_offence_shortened_as_told_is_in_time_and_a_day_earlier_is_not(first, long, later):
    last = first + timedelta(days=long)
    issue_on = last + timedelta(days=later)
    answer = limitation.find(first, last, issue_on)
    assert answer.safe_date <= answer.outer_date
    assert answer.blocked == (issue_on > answer.outer_date)
    if answer.shorten_from is None:
        assert answer.blocked or issue_on <= answer.safe_date
        return
    assert first < answer.shorten_from <= last
    assert not limitation.find(answer.shorten_from, last, issue_on).warnings
    assert limitation.find(answer.shorten_from - timedelta(days=1), last, issue_on).warnings


MONDAYS = st.lists(st.integers(0, 80), min_size=30, max_size=60, unique=True)


@given(MONDAYS, st.sets(st.integers(0, 400), max_size=60), st.integers(0, 60), st.integers(2, 12))
def test_a_framework_in_school_weeks_uses_up_no_week_without_school(weeks, closed, day, length):
    first = date(2026, 8, 31)
    mondays = [first + timedelta(weeks=n) for n in sorted(weeks)]
    calendar = Calendar.of_weeks(mondays, [first + timedelta(days=n) for n in closed])
    meeting = first + timedelta(days=day)
    answer = fast_track.find(meeting, "school", calendar, length)
    for on, number in ((answer.midpoint_on, (length + 1) // 2), (answer.review_on, length)):
        assert on in calendar.days
        after = {
            clock.monday(d)
            for d in calendar.days
            if clock.monday(meeting) <= clock.monday(d) <= clock.monday(on)
        }
        assert len(after) == number
        assert not [d for d in calendar.days if clock.monday(d) == clock.monday(on) and d > on]


@given(DAYS, st.integers(2, 60))
def test_a_framework_in_calendar_weeks_keeps_the_weekday(meeting, length):
    answer = fast_track.find(meeting, "calendar", Calendar.of_weeks([], []), length)
    assert answer.review_on - meeting == timedelta(weeks=length)
    assert answer.midpoint_on.weekday() == meeting.weekday() == answer.review_on.weekday()
    assert (
        timedelta(0)
        <= (answer.midpoint_on - meeting) - (answer.review_on - answer.midpoint_on)
        <= timedelta(weeks=1)
    )
