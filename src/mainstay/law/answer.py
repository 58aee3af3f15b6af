"""What every rule returns: an outcome, the reasons with their sources, and what to look at again."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

Confidence = Literal["statute", "guidance", "local", "assumed"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from, and how firmly: an Act, guidance, a council's own value, an assumption."""

    name: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence that an officer or a parent can read, with its source."""

    text: str
    source: Source

    def as_dict(self) -> dict[str, str]:
        return {"text": self.text, "source": self.source.name, "confidence": self.source.confidence}


@dataclass(frozen=True, slots=True)
class Warning_:
    """Something a person should look at before relying on the answer; ``code`` is for machines."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Base of every answer.

    ``rules_version`` names the set of parameters used, a caller's own values included.
    """

    reasons: tuple[Reason, ...]
    warnings: tuple[Warning_, ...]
    rules_version: str

    def as_dict(self) -> dict[str, Any]:
        """The answer as JSON values: dates as YYYY-MM-DD, tuples as lists."""
        plain = _plain_fields(self)
        common = {name: plain.pop(name) for name in ("reasons", "warnings", "rules_version")}
        return plain | common


@lru_cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _plain_fields(value: Any) -> dict[str, Any]:
    kind: Any = type(value)
    return {name: plain(getattr(value, name)) for name in _names(kind)}


_AS_THEY_ARE = (str, int, float, bool, type(None))


def plain(value: Any) -> Any:
    """Any part of an answer as JSON values."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, Reason):
        return value.as_dict()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return _plain_fields(value)
    return value
