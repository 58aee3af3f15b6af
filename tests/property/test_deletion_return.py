"""A deletion return against the sentences of the regulation, one by one."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mainstay.law import deletion

days = st.dates(date(2026, 9, 1), date(2027, 7, 31))
needs = sorted({need.name for ground in deletion.grounds().values() for need in ground.needs})


@given(
    ground=st.sampled_from(["", *deletion.grounds()]),
    deleted=days,
    told=st.integers(-30, 30),
    met=st.none() | st.integers(-30, 30),
    shown=st.sets(st.sampled_from(needs)),
    senior=st.booleans(),
)
def test_each_sentence(
    ground: str, deleted: date, told: int, met: int | None, shown: set[str], senior: bool
) -> None:
    told_on = deleted + timedelta(told)
    met_on = None if met is None else deleted + timedelta(met)
    answer = deletion.find(ground, deleted, told_on, met_on, shown, senior)
    wanted = [need.name for need in deletion.grounds()[ground].needs] if ground else []
    assert list(answer.missing) == [name for name in wanted if name not in shown]
    assert answer.late == (told > 0 and not senior)
    assert answer.return_due != senior
    assert answer.lawful == (ground != "" and shown >= set(wanted) and not (met is not None and met > 0))
    assert answer.reasons and all(reason.text for reason in answer.reasons)


def test_every_ground_has_a_source_and_what_it_needs() -> None:
    for ground in deletion.grounds().values():
        assert ground.needs and ground.source.startswith("REG24")
        assert ground.letter in (*"ABCDEFGHI", "J-O")
        assert (ground.letter == "J-O") <= (ground.confidence == "assumed")
