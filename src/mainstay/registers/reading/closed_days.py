"""Bank holidays of England: as the law's table has them, and by the usual rules for other years."""

from datetime import date

from mainstay.law import clock
from mainstay.registers import bank_holidays


def is_bank_holiday(on: date) -> bool:
    """True on an English bank holiday of the law's table."""
    return on in clock.bank_holidays()


def is_usually_bank_holiday(on: date) -> bool:
    """True on what the usual rules make a bank holiday, in a year that the table doesn't hold."""
    first, last = clock.bank_holidays_known()
    return not first <= on <= last and on in bank_holidays.bank_holidays(on.year)
