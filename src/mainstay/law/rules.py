"""The numbers of the law, as they stood on a day and with a caller's own values in their place.

They live in ``parameters/rules.toml`` and ``parameters/employment.toml``, each with its dates, source and confidence.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, cast

from mainstay.law import clock
from mainstay.law.answer import Confidence, Reason, Source, plain

_PARAMETERS = ("rules.toml", "employment.toml")
_TABLES = ("codes.toml", "bank_holidays.toml", *_PARAMETERS, "defences.toml")
_TABLES = ("codes.toml", "bank_holidays.toml", "rules.toml", "defences.toml", "grounds.toml")

#: stands for a value of the law that nobody has read yet, or that isn't fixed yet: a caller may give one
UNKNOWN = "unknown"


class UnknownParameter(LookupError):
    """A name that no parameter has."""


class NotInForce(LookupError):
    """A parameter of which no value is held for that day."""


class BadValue(ValueError):
    """A value that a parameter can't have; the text says what it can."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of the law in one time; ``None`` leaves an end open."""

    name: str
    kind: str  # whole, wholes, date, month_day, month_days
    value: Any
    meaning: str
    source: str
    confidence: Confidence
    in_force_from: date | None = None
    in_force_to: date | None = None
    least: int = 1
    most: int = 1000

    def in_force(self, on: date) -> bool:
        return (self.in_force_from is None or self.in_force_from <= on) and (
            self.in_force_to is None or on <= self.in_force_to
        )

    def check(self, value: object) -> Any:
        """``value`` as this parameter keeps it, dates given as text or date; BadValue in plain words."""
        return _CHECKS[self.kind](self, value)


def _whole(parameter: Parameter, value: object) -> int:
    if type(value) is not int or not parameter.least <= value <= parameter.most:
        raise BadValue(f"is not a whole number from {parameter.least} to {parameter.most}")
    return value


def _wholes(parameter: Parameter, value: object) -> list[int]:
    if not isinstance(value, list) or not value:
        raise BadValue(f"is not a list of whole numbers from {parameter.least} to {parameter.most}")
    return sorted({_whole(parameter, item) for item in value}, reverse=True)


def _date(_: Parameter, value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str):
            return clock.from_iso(value)
    except ValueError:
        pass
    raise BadValue("is not a date (use YYYY-MM-DD)")


def _month_day(_: Parameter, value: object) -> str:
    try:
        if isinstance(value, str):
            clock.from_iso(f"2001-{value}")  # a year without 29 February
            return value
    except ValueError:
        pass
    raise BadValue("is not a day of the year (use MM-DD)")


def _month_days(parameter: Parameter, value: object) -> list[str]:
    if not isinstance(value, list) or not value:
        raise BadValue("is not a list of days of the year (use MM-DD)")
    return sorted(_month_day(parameter, item) for item in value)


_CHECKS = {
    "whole": _whole,
    "wholes": _wholes,
    "date": _date,
    "month_day": _month_day,
    "month_days": _month_days,
}


def _text(table: str) -> str:
    return (files("mainstay.law") / "parameters" / table).read_text("utf-8")


@cache
def parameters() -> Mapping[str, tuple[Parameter, ...]]:
    """Name -> its values through time, the latest last."""
    found: dict[str, tuple[Parameter, ...]] = {}
    entries = (entry for table in _PARAMETERS for entry in tomllib.loads(_text(table))["parameter"])
    for entry in entries:
        parameter = Parameter(**entry)
        if parameter.value != UNKNOWN:
            parameter.check(parameter.value)
        found[parameter.name] = (*found.get(parameter.name, ()), parameter)
    return MappingProxyType(found)


@cache
def version() -> str:
    """A short name of the whole set of parameters: it changes when any of them does."""
    return _digest("".join(map(_text, _TABLES)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Rules:
    """The parameters to answer with.

    as_of: the law as it stood then; None for the latest held
    local: values that replace a parameter's own, by name

    Raises UnknownParameter or BadValue for a local value.
    """

    as_of: date | None = None
    local: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked = {}
        for name, value in self.local.items():
            if name not in parameters():
                raise UnknownParameter(name)
            checked[name] = parameters()[name][-1].check(value)
        object.__setattr__(self, "local", MappingProxyType(checked))

    @property
    def version(self) -> str:
        """``version()``, and a mark of the local values when there are any."""
        if not self.local:
            return version()
        return (
            f"{version()}+local.{_digest(json.dumps(plain(dict(self.local)), sort_keys=True, default=str))}"
        )

    def parameter(self, name: str) -> Parameter:
        """The entry in force; NotInForce when none is held for ``as_of``."""
        entries = parameters()[name]
        if self.as_of is None:
            return entries[-1]
        for entry in entries:
            if entry.in_force(self.as_of):
                return entry
        raise NotInForce(f"no value of {name} is held for the law as it stood on {self.as_of}")

    def known(self, name: str) -> bool:
        """Is there a value to count with: the law's, or the caller's own?"""
        return name in self.local or self.parameter(name).value != UNKNOWN

    def _value(self, name: str) -> Any:
        if not self.known(name):
            meaning = self.parameter(name).meaning
            raise NotInForce(f"can't be counted: no value of {name} is known ({meaning}); give one in local")
        return self.local[name] if name in self.local else self.parameter(name).value

    def whole(self, name: str) -> int:
        return cast(int, self._value(name))

    def wholes(self, name: str) -> list[int]:
        """Those whole numbers, the largest first."""
        return list(self._value(name))

    def day(self, name: str) -> date:
        return cast(date, self._value(name))

    def month_day(self, name: str, year: int) -> date:
        """The day of the year that a parameter names, in that year."""
        return date.fromisoformat(f"{year}-{self._value(name)}")

    def month_days(self, name: str) -> list[str]:
        return list(self._value(name))

    def source(self, name: str) -> Source:
        """Where the value used comes from: the parameter's source, or the caller."""
        if name in self.local:
            return Source(f"Local value of {name}, given with the question", "local")
        entry = parameters()[name][-1] if self.as_of is None else self.parameter(name)
        return Source(entry.source, entry.confidence)

    def reason(self, name: str, text: str) -> Reason:
        """A sentence that rests on that parameter."""
        return Reason(text, self.source(name))


#: the latest law held, with no local values
CURRENT = Rules()
