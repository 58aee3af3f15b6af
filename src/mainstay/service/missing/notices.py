"""What each kind of notification asks of a school, field by field; forms, files, checks and pages read it here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mainstay.law import deletion
from mainstay.service.missing.models.notifications import Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked. kind: text, lines, day, whole, yes; column: its heading in a file."""

    name: str
    label: str
    kind: str = "text"
    needed: bool = False
    hint: str = ""
    column: str = ""
    held: bool = False  # our record of the child can say it, too


_ADDRESS: Final = Asked("address", "The child’s address", "lines", True, column="address", held=True)
_PARENTS: Final = Asked(
    "parents",
    "Parents the child lives with, their names and addresses",
    "lines",
    True,
    column="parents",
    held=True,
)
_NUMBERS: Final = Asked(
    "numbers", "Telephone numbers for an emergency", needed=True, column="phones", held=True
)

#: kind -> what is asked beside the child and the days
FIELDS: Final[Mapping[str, tuple[Asked, ...]]] = {
    Kind.JOINER: (
        _ADDRESS, _PARENTS, _NUMBERS,
        Asked("year_group", "Year group", column="year_group"),
        Asked("previous", "School the child came from", column="previous_school",
              hint="Or where from: home education, another country."),
    ),
    Kind.LEAVER: (
        _ADDRESS, _PARENTS, _NUMBERS,
        Asked("met_on", "Day on which the ground was met", "day", column="ground_met_on"),
        Asked("senior", "The child was in the most senior class and left at or after the end of the school year", "yes",
              column="most_senior_class"),
        Asked("ctf_name", "Name of the common transfer file you uploaded to School to School", column="ctf_file",
              hint="Such as 8529999_CTF_XXXXXXX_001.xml: XXXXXXX where you do not know the new school."),
    ),
    Kind.TEN_DAYS: (
        Asked("irregular", "Not ten days in a row, but the child does not attend regularly", "yes", column="irregular"),
        Asked("done", "What the school has done", "lines", True, column="done", hint="Calls, letters, visits, support."),
        Asked("reason", "What the family says", "lines", column="reason"),
    ),
    Kind.SICKNESS: (
        Asked("expected", "Further school days likely to be missed through illness", "whole", column="days_expected"),
        Asked("work", "How the child is taught meanwhile", "lines", True, column="education"),
    ),
    Kind.PART_TIME: (
        Asked("hours", "Hours a week at school", "whole", True, column="hours_a_week"),
        Asked("reason", "Why", "lines", True, column="reason"),
        Asked("plan", "How and by when the child comes back to full time", "lines", True, column="plan"),
        Asked("agreed_on", "Day on which a parent agreed", "day", True, column="parent_agreed_on"),
    ),
}  # fmt: skip

#: kind -> what its first and last day are called; "" where it has none
DAYS: Final[Mapping[str, tuple[str, str]]] = {
    Kind.JOINER: ("Day on which the name was entered", ""),
    Kind.LEAVER: ("Day from which the name is deleted", ""),
    Kind.TEN_DAYS: ("First day of the absence", "Last day of it so far"),
    Kind.SICKNESS: ("First day missed through illness this school year", "Last day so far"),
    Kind.PART_TIME: ("First day of the timetable", "Day on which it ends"),
}
#: kinds whose last day has to be given
ENDS: Final = frozenset({Kind.PART_TIME, Kind.TEN_DAYS})

INTRO: Final[Mapping[str, str]] = {
    Kind.JOINER: "Tell us of every new pupil by the end of the fifth day after the name was entered.",
    Kind.LEAVER: "Tell us when a ground for deleting the name is met, and no later than you delete it. A deletion is "
                 "never backdated.",
    Kind.TEN_DAYS: "Tell us of a child who was absent without leave for ten school days in a row, or does not attend "
                   "regularly.",
    Kind.SICKNESS: "Tell us of a child who missed, or is likely to miss, 15 school days of the year through illness.",
    Kind.PART_TIME: "Tell us of a timetable that is not full time, before it begins.",
}  # fmt: skip


def needs(kind: str, ground: str) -> tuple[Asked, ...]:
    """Everything asked for that kind, what the ground of a deletion needs among it."""
    asked = FIELDS[kind]
    if kind == Kind.LEAVER and ground:
        known = deletion.grounds()[ground]
        asked += tuple(Asked(need.name, need.words, need.kind, column=need.name) for need in known.needs)
    return asked


def grounds() -> list[tuple[str, str]]:
    """(code, words) of each ground of a deletion, with its letter where it is known."""
    return [
        (
            one.code,
            f"{one.letter}: {one.ground}"
            if len(one.letter) == 1
            else f"{one.ground} (letter to be confirmed)",
        )
        for one in deletion.grounds().values()
    ]


def ground_words(code: str) -> str:
    return dict(grounds()).get(code, "None given")


def answers(kind: str, ground: str, said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was answered, in words, for pages."""
    return [
        (one.label, shown(one, said[one.name]))
        for one in needs(kind, ground)
        if said.get(one.name) not in (None, "")
    ]


def shown(one: Asked, value: Any) -> str:
    if one.kind == "yes":
        return "Yes" if value else "No"
    if one.kind == "day" and value:
        day = date.fromisoformat(str(value))
        return f"{day.day} {day:%B %Y}"
    return str(value)
