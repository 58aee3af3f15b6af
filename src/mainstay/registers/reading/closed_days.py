"""Bank holidays of England as the law's table has them."""

from datetime import date

from mainstay.law import clock


def is_bank_holiday(on: date) -> bool:
    """True on an English bank holiday; days outside the table's years are not known to be one."""
    return on in clock.bank_holidays()
