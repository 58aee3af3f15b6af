"""While an order is in force for a child, section 444 is displaced: rooms above say so where Fast Track is considered."""

from mainstay.service.casework.models import Case
from mainstay.service.common.announce import Provider

#: (case) -> words, or "" where nothing displaces it
words = Provider("what displaces the duty of section 444 for the child of a case: (case) -> words or ''")


def words_of(case: Case) -> list[str]:
    return [answer for answer in words.ask(case) if answer]
