"""An action in one line: "@school call home by Fri" says who, what and by when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mainstay.service.common.keys import fold
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import and_list
from mainstay.service.common.ui.forms import MONTHS

SCHOOL: Final = "school"
OFFICER: Final = "ewo"
EXAMPLE: Final = "“@school call home by Fri” or “@ewo visit by 4 Dec”"
_WHO: Final = re.compile(r"@(\S+)\s*")
_DATE: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s/.-]+([a-z]+|\d{1,2})(?:[\s/.-]+(\d{4}|\d{2}))?")
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YEAR: Final = timedelta(days=366)
_LONGEST: Final = 200


class NotUnderstood(StepRefused):
    """A line that does not say who, what and by when; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Line:
    """owner: ``SCHOOL``, ``OFFICER`` or the number of somebody asked to the meeting."""

    owner: str | int
    text: str
    due: date


def read(line: str, today: date, people: Mapping[int, str]) -> Line:
    """Read one line; people: number -> name of those asked to the meeting.

    Raises NotUnderstood, saying in words what is not understood.
    """
    said = " ".join(line.split())
    who = _WHO.match(said)
    if who is None:
        raise NotUnderstood(f"Begin the action with who does it, for example {EXAMPLE}.")
    what, by, when = said[who.end() :].rpartition(" by ")
    if not by:
        raise NotUnderstood(f"End the action with the day by which it is done, for example {EXAMPLE}.")
    what = what.strip(" ,;")
    if not what:
        raise NotUnderstood(f"Say what is to be done, for example {EXAMPLE}.")
    if len(what) > _LONGEST:
        raise NotUnderstood(f"An action has at most {_LONGEST} letters: put the rest into the note.")
    return Line(_owner(who[1], people), what, _day(when, today))


def _owner(word: str, people: Mapping[int, str]) -> str | int:
    """Whoever's first name, last name or whole name without spaces it is."""
    asked = fold(word).replace(" ", "")
    if asked in (SCHOOL, OFFICER):
        return asked
    named = {pk: fold(name) for pk, name in people.items()}
    found = [pk for pk, name in named.items() if asked in (*name.split(), name.replace(" ", ""))]
    if len(found) == 1:
        return found[0]
    known = ", ".join(["@school", "@ewo", *(f"@{name.replace(' ', '')}" for name in people.values())])
    if found:
        raise NotUnderstood(
            f"“@{word}” fits {and_list([people[pk] for pk in found])}. Write the whole name without spaces."
        )
    raise NotUnderstood(f"Nobody at this meeting is called “@{word}”. Write one of {known}.")


def _day(words: str, today: date) -> date:
    """A weekday is the next one after today; a day without a year the next such day."""
    said = words.strip(" .!").lower()
    if said in ("today", "tomorrow"):
        return today + timedelta(days=said == "tomorrow")
    for number, name in enumerate(_DAYS):
        if said == name or (said == name[:3] or (len(said) == 4 and said == name[:4])):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    found = _DATE.fullmatch(said)
    day = _date(found, today) if found else None
    if day is None:
        raise NotUnderstood(
            f"“{words.strip()}” is not a day. Write a weekday or a date, for example {EXAMPLE}."
        )
    if day < today:
        raise NotUnderstood("The day by which it is done must not be in the past.")
    if day > today + _YEAR:
        raise NotUnderstood("The day by which it is done must be within a year.")
    return day


def _date(found: re.Match[str], today: date) -> date | None:
    day, month, year = found.groups()
    number = MONTHS.get(month) or (int(month) if month.isdecimal() else 0)
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
        this = date(today.year, number, int(day))
        return this if this >= today else date(today.year + 1, number, int(day))
    except ValueError:
        return None
