"""Who writes to parents, and how: the council's address, by which post, who prints; a school as the directory knows it.

Where that is set lies in a room above, which registers for ``writing``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mainstay.service.common.announce import Provider
from mainstay.service.directory.models import School
from mainstay.service.documents.letters.base import Sender


@dataclass(frozen=True, slots=True)
class Writing:
    """As letters go on a day; local: the council's own values of the law's parameters about service."""

    sender: Sender
    method: str
    channel: str
    local: Mapping[str, Any]


writing = Provider("how the council writes on a day: (on) -> Writing", required=True)


def on(day: date) -> Writing:
    found: Writing = writing.ask(day)[0]
    return found


def of_school(school: School) -> Sender:
    """A school as it writes to parents."""
    parts = [part.strip() for part in school.address.replace("\n", ",").split(",")]
    lines = tuple(filter(None, [*parts, school.postcode.strip()]))
    return Sender(school.name, lines or (school.name,), school.phone or "Please ask at the school office.")
