"""The search box: ``write`` what can be found, ``find`` it."""

from mainstay.service.common.search.finding import (
    Hit,
    Kind,
    Passage,
    entry,
    find,
    numbers,
    passages,
    passages_of,
    places,
    register_kind,
    remove,
    schools_of,
    write,
    write_many,
)

__all__ = [
    "Hit",
    "Kind",
    "Passage",
    "entry",
    "find",
    "numbers",
    "passages",
    "passages_of",
    "places",
    "register_kind",
    "remove",
    "schools_of",
    "write",
    "write_many",
]
