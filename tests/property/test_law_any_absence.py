"""Absence: exact boundaries, and counts that always add up."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import absence
from mainstay.law.register import Calendar, Register

START = date(2024, 9, 2)
quick = settings(max_examples=100, deadline=None)


def register(codes):
    """One code a session, from the first Monday on, weekends left out; an odd one is closed with #."""
    codes = [*codes, "#"] if len(codes) % 2 else list(codes)
    days = [START + timedelta(weeks=n // 5, days=n % 5) for n in range(len(codes) // 2)]
    return Register(
        Calendar(frozenset(days)), dict(zip(days, zip(codes[::2], codes[1::2], strict=False), strict=True))
    )


@given(st.integers(1, 400), st.data())
@quick
def test_flags_turn_exactly_at_ten_and_fifty_percent(possible, data):
    absent = data.draw(st.integers(0, possible))
    answer = absence.measure(register(["I"] * absent + ["/"] * (possible - absent)))
    assert answer.persistent == (Fraction(absent, possible) >= Fraction(1, 10))
    assert answer.severe == (Fraction(absent, possible) >= Fraction(1, 2))


@given(st.integers(1, 20))
@quick
def test_one_session_decides_at_the_boundary(n):
    for part, flag in ((10, "persistent"), (2, "severe")):
        at = absence.measure(register(["O"] * n + ["/"] * (part * n - n)))
        below = absence.measure(register(["O"] * n + ["/"] * (part * n - n + 1)))
        assert getattr(at, flag) is True and getattr(below, flag) is False


@given(
    st.lists(
        st.sampled_from(["/", "L", "I", "C2", "G", "N", "O", "U", "D", "X", "Y2", "#", "-", "B"]),
        max_size=120,
    )
)
@quick
def test_counts_add_up(codes):
    answer = absence.measure(register(codes))
    assert answer.absent == answer.authorised + answer.unauthorised
    assert answer.possible == sum(code not in ("D", "X", "Y2", "#", "-") for code in codes)
    assert answer.missing_marks == codes.count("-") and answer.late == codes.count("L")
    assert (answer.rate is None) == (answer.possible == 0) == (answer.persistent is None)
    if answer.possible:
        assert abs(Fraction(answer.absent, answer.possible) - Fraction(answer.rate)) <= Fraction(1, 199_999)


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 5))
@quick
def test_rounding_is_half_up(part, whole, places):
    exact = Fraction(part, whole) * 10**places
    assert round(absence.rounded(part, whole, places) * 10**places) == (exact + Fraction(1, 2)).__floor__()
