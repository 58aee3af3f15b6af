"""Rows whose column is among many numbers, as one parameter of the statement.

``filter(pupil__among=among(pupils))`` is ``pupil__in`` without one parameter a number: nothing to compile for
each of them, and no limit on how many there may be.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Field, ForeignKey, Lookup


class Numbers:
    """Ids, ascending and each once; opaque to Django, which would otherwise look at every one of them."""

    __slots__ = ("values",)

    def __init__(self, values: Iterable[int]) -> None:
        self.values: Final = sorted(set(map(int, values)))


among = Numbers


@ForeignKey.register_lookup  # relations inherit none from Field
@Field.register_lookup
class Among(Lookup):
    lookup_name = "among"

    def get_prep_lookup(self) -> Numbers:
        if not isinstance(self.rhs, Numbers):
            raise TypeError("… __among takes among(ids)")
        return self.rhs

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        # the column is one of our own
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.rhs.values)]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, self.rhs.values]
