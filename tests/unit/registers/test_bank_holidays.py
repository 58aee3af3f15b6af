"""Bank holidays by rule, against the holidays package and the law's own table."""

from datetime import date

import holidays
import pytest

from mainstay.law import clock
from mainstay.registers.bank_holidays import bank_holidays


@pytest.mark.parametrize("year", [*range(1982, 2017), *range(2030, 2080)])
def test_the_rules_agree_with_the_holidays_package(year: int) -> None:
    known = {on for on in holidays.country_holidays("GB", subdiv="ENG", years=year) if on.weekday() < 5}
    assert set(bank_holidays(year)) == known


def test_the_rules_agree_with_the_laws_table() -> None:
    first, last = clock.bank_holidays_known()
    ruled = {on for year in range(first.year, last.year + 1) for on in bank_holidays(year)}
    assert ruled == {on for on in clock.bank_holidays() if on.weekday() < 5}
    assert (first, last) == (date(first.year, 1, 1), date(last.year, 12, 31))
