"""Few statements for many rows."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from django.db import connections

T = TypeVar("T")
#: SQLite takes this many values in one statement without a word
MANY: Final = 900


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Stretches of ``values`` short enough for one IN (…); none for an empty sequence."""
    step = MANY if connections["default"].vendor == "sqlite" else max(len(values), 1)
    for first in range(0, len(values), step):
        yield values[first : first + step]
