"""How the council writes to parents: its address, by which post, who prints, and in which language each reads.

Where that is set lies in a room above, which registers for ``writing``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mainstay.service.common.announce import Provider
from mainstay.service.common.keys import fold
from mainstay.service.documents import languages
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


def language_of(parent: Any) -> str:
    """The tag of the parent's language where there is a sheet in it; else English."""
    wanted = fold(parent.language)
    return next((one.tag for one in languages.known() if fold(one.english) == wanted), languages.ENGLISH)
