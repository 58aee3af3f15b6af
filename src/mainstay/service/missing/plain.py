"""An Answer of the law as this room's pages show it: each source once, notes of where it was read in plain words."""

from collections.abc import Mapping
from typing import Any

from mainstay.law.answer import Answer
from mainstay.service.common.ui.filters import NOT_READ


def once(answer: Answer | Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The answer with each source under the last of the reasons that rest on it, in plain words."""
    if answer is None:
        return None
    said = dict(answer.as_dict() if isinstance(answer, Answer) else answer)
    reasons = [dict(one) for one in said.get("reasons", [])]
    for n, one in enumerate(reasons):
        name, firm = str(one.get("source", "")), str(one.get("confidence", ""))
        following = reasons[n + 1] if n + 1 < len(reasons) else {}
        if following.get("source") == name and following.get("confidence") == firm:
            one["source"], one["confidence"] = "", ""
        else:
            one["confidence"] = "assumed" if NOT_READ.search(name) else firm
    said["reasons"] = reasons
    return said
