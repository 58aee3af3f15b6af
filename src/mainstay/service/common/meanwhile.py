"""Two people write in one form: who saves second sees the first one's words, and both stand until they are put together.

The page sends back ``mark`` of what it showed; the action compares it with what is kept now.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mainstay.service.common.steps import StepRefused


class Changed(StepRefused):
    """Somebody else saved since the page was opened; nothing is kept of what was sent, and the page shows both."""


def mark(kept: Mapping[str, Any]) -> str:
    """A short name for these values."""
    text = json.dumps({name: str(value) for name, value in kept.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check(seen: str, kept: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    """Raises Changed where the values kept are others than those seen, unless the same was written; "" saw nothing."""
    if seen and seen != mark(kept) and mark(said) != mark(kept):
        raise Changed(
            "Somebody else changed this meanwhile. Their words stand beneath: put both together and save again."
        )


def changes(seen: str, kept: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether this writer changes what is kept; who sent back what they saw does not. Raises Changed as ``check``."""
    if mark(said) == seen:
        return False
    check(seen, kept, said)
    return mark(said) != mark(kept)
