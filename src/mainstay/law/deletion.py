"""Deleting a name from the admission register: the grounds, what each needs, and when the authority must be told.

Regulations 9 and 13(4)-(6) of the School Attendance (Pupil Registration) (England) Regulations 2024. The grounds live
in ``parameters/grounds.toml``, each with its source and confidence.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from mainstay.law import clock
from mainstay.law.answer import Answer, Confidence, Reason, Source
from mainstay.law.rules import CURRENT, Rules

_TOLD: Final = Source("REG24 (SI 2024/208) reg 13(4)-(6)", "statute")
_BACKDATED: Final = Source(
    "REG24 (SI 2024/208) reg 9: that it is never backdated is one council's reading", "assumed"
)


@dataclass(frozen=True, slots=True)
class Need:
    """What a return has to show. kind: text, day, or yes (to be confirmed)."""

    name: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground; letter is that of regulation 9(1), "J-O" where it is not known which."""

    code: str
    letter: str
    ground: str
    needs: tuple[Need, ...]
    source: str
    confidence: Confidence

    def reason(self) -> Reason:
        return Reason(f"Ground {self.letter}: {self.ground}.", Source(self.source, self.confidence))


@dataclass(frozen=True, kw_only=True, slots=True)
class DeletionAnswer(Answer):
    """return_due: the authority must be told; late: it was told after the deletion; missing: needs not shown, by name.

    lawful: the ground is shown to be met when the name was deleted.
    """

    return_due: bool
    late: bool
    lawful: bool
    missing: tuple[str, ...]


@cache
def grounds() -> Mapping[str, Ground]:
    """Code -> ground, in the order of the regulation."""
    table = tomllib.loads((files("mainstay.law") / "parameters" / "grounds.toml").read_text("utf-8"))
    needs = {entry["name"]: Need(**entry) for entry in table["need"]}
    return MappingProxyType({entry["code"]: _ground(entry, needs) for entry in table["ground"]})


def _ground(entry: dict[str, Any], needs: Mapping[str, Need]) -> Ground:
    return Ground(**entry | {"needs": tuple(needs[name] for name in entry["needs"])})


def find(
    ground: str,
    deleted_on: date,
    told_on: date,
    met_on: date | None = None,
    shown: Collection[str] = (),
    most_senior_class_over: bool = False,
    rules: Rules = CURRENT,
) -> DeletionAnswer:
    """Whether a deletion stands on a ground, and whether the authority was told in time.

    ground: a code of ``grounds()``, or "" where none is given; met_on: the day on which it was met, as the school says
    shown: names of the needs that the return shows
    most_senior_class_over: deleted at or after the end of the last term of the school year in the most senior class
    Raises KeyError for a code that is none.
    """
    known = grounds()[ground] if ground else None
    missing = tuple(need.name for need in known.needs if need.name not in shown) if known else ()
    early = met_on is not None and deleted_on < met_on
    late = not most_senior_class_over and told_on > deleted_on
    lawful = known is not None and not missing and not early
    return DeletionAnswer(
        return_due=not most_senior_class_over,
        late=late,
        lawful=lawful,
        missing=missing,
        reasons=tuple(_reasons(known, missing, deleted_on, met_on, late, most_senior_class_over)),
        warnings=(),
        rules_version=rules.version,
    )


def _reasons(
    ground: Ground | None,
    missing: tuple[str, ...],
    deleted_on: date,
    met_on: date | None,
    late: bool,
    senior: bool,
) -> list[Reason]:
    said = []
    if ground is None:
        text = "A name may be deleted only on a ground of regulation 9, and none is given."
        said.append(Reason(text, Source("REG24 (SI 2024/208) reg 9(1)", "statute")))
    else:
        said.append(ground.reason())
        words = [need.words for need in ground.needs if need.name in missing]
        if words:
            text = f"Not shown: {'; '.join(words)}."
            said.append(Reason(text, Source(ground.source, ground.confidence)))
    if met_on is not None and deleted_on < met_on:
        said.append(
            Reason(
                f"The ground was met on {clock.in_words(met_on)}, after the deletion: a deletion is never backdated.",
                _BACKDATED,
            )
        )
    if senior:
        said.append(
            Reason("No return is due: the child left the most senior class at the end of the year.", _TOLD)
        )
    else:
        text = "The authority is told when the ground is met, and no later than the deletion."
        said.append(Reason(f"{text}{' It was told later.' if late else ''}", _TOLD))
    return said
