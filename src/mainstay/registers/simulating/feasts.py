"""Days on which families keep a religious festival, by rule, for code R."""

from datetime import date, timedelta
from typing import Final

ISLAMIC_EPOCH: Final = date(622, 7, 19).toordinal()  # proleptic Gregorian


def islamic(year: int, month: int, day: int) -> date:
    """A day of the tabular Islamic calendar; the sighted moon may differ by a day."""
    before = (year - 1) * 354 + (3 + 11 * year) // 30
    return date.fromordinal(ISLAMIC_EPOCH - 1 + before + (59 * (month - 1) + 1) // 2 + day)


def orthodox_easter(year: int) -> date:
    """Easter Sunday of the Julian calendar, as a Gregorian date (right until 2099)."""
    d = (19 * (year % 19) + 15) % 30
    e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


def feasts(year: int) -> list[date]:
    """Eid al-Fitr, Eid al-Adha, Orthodox Christmas and Good Friday, and the days after, of an academic year."""
    first, last = date(year, 9, 1), date(year + 1, 7, 31)
    around = range(int((year - 622) * 1.0307) - 1, int((year - 622) * 1.0307) + 4)
    days = [islamic(h, month, day) for h in around for month, day in ((10, 1), (12, 10))]
    days = [d + timedelta(days=n) for d in days for n in (0, 1)]
    days += [date(year + 1, 1, 7), orthodox_easter(year + 1) - timedelta(days=2)]
    return sorted(d for d in days if first <= d <= last)
