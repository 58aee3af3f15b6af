"""Small groups: what is shown never tells about a hidden one."""

from hypothesis import given
from hypothesis import strategies as st

from mainstay.service.purchased.suppressing import hidden, suppressed


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(3, 10))
def test_what_is_hidden_cannot_be_worked_out(sizes: list[int], small: int) -> None:
    away = hidden(sizes, small)
    assert all(n in away for n, size in enumerate(sizes) if 0 < size < small)
    assert all(sizes[n] > 0 for n in away)
    shown = [n for n, size in enumerate(sizes) if size > 0 and n not in away]
    if away and shown:
        assert len(away) > 1 and sum(sizes[n] for n in away) >= small
    if not any(0 < size < small for size in sizes):
        assert not away


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(3, 10))
def test_a_hidden_row_keeps_its_label_alone(sizes: list[int], small: int) -> None:
    rows = suppressed([{"label": str(n), "pupils": size, "rate": 1} for n, size in enumerate(sizes)], small)
    assert [row["label"] for row in rows] == [str(n) for n in range(len(sizes))]
    assert all(set(row) == {"label", "hidden"} for row in rows if row["hidden"])
