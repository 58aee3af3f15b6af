"""While an order is in force for a child, section 444 is displaced: rooms above say so where Fast Track is considered."""

from datetime import date

from mainstay.service.casework.models import Case
from mainstay.service.common.announce import Provider

#: (case) -> words, or "" where nothing displaces it
words = Provider("what displaces the duty of section 444 for the child of a case: (case) -> words or ''")
#: (case, first, last) -> words, or "" where nothing displaced it on any day from first to last
during = Provider("what displaced section 444 in a time: (case, first, last) -> words or ''")


def in_time(case: Case, first: date, last: date) -> list[str]:
    """Why parents cannot be asked about an offence of that time."""
    return [answer for answer in during.ask(case, first, last) if answer]


def words_of(case: Case) -> list[str]:
    return [answer for answer in words.ask(case) if answer]
