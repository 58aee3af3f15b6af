"""Everything that the trail vouches for, checked against it: the chain, and what the rooms have written.

A room that keeps something whose digest stands in the trail registers for ``kept``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from mainstay.service.common.announce import Provider
from mainstay.service.common.audit.models import AuditRow

#: is told how many of what there is were looked at
Tell = Callable[[int], None]

kept = Provider("what is checked against the audit trail: (tell) -> Checked")


@dataclass(slots=True)
class Checked:
    """What was looked at; faults are sentences that name what was changed. unproved: its entry was erased."""

    what: str
    count: int = 0
    unproved: int = 0
    faults: list[str] = field(default_factory=list)


def entries(rows: "models.QuerySet[AuditRow]") -> Iterator[tuple[str, dict[str, Any] | None]]:
    """(What it is on, its payload) of some of the trail's rows, in the order they were written."""
    found = rows.order_by("pk").values_list("on_id", "payload")
    return found.iterator(chunk_size=2000)
