"""What a referral has to bring: the list to begin with, the version in force, and which lines answer themselves.

The sources are councils that publish such a list: local practice, none of it law. Lines whose key is in ``SECTIONS``
are answered by the referral itself, ``WINDOW`` by the register; all others by the school, with papers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mainstay.service.casework.models import Checklist

WINDOW: Final = "window"
#: lines that a part of the referral answers
SECTIONS: Final = frozenset({"voice", "agencies", "parents", "told", "signed", "consulted"})


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what is asked, what proves it, who publishes such a line."""

    key: str
    text: str
    proof: str
    source: str

    def as_kept(self) -> dict[str, str]:
        return {"key": self.key, "text": self.text, "proof": self.proof, "source": self.source}


@dataclass(frozen=True, slots=True)
class Version:
    """The list as it stands on a day; number 0 is the list to begin with."""

    number: int
    items: tuple[Item, ...]
    window_sessions: int
    window_weeks: int
    row: Checklist | None = None


DEFAULT: Final = Version(
    0,
    (
        Item("printout", "Attendance printout of this year and last, with comments and reasons", "File with its date", "Birmingham"),
        Item("codes", "Unusual codes are explained", "A few words", "Birmingham"),
        Item("letters", "Dated letters to each parent, separately", "Copies with addressee, date and address", "Birmingham, Milton Keynes, Stockton"),
        Item("meeting", "At least one school meeting; an attendance contract offered, made, refused or broken", "Minutes, contract, review", "Birmingham, Essex, Norfolk"),
        Item("visits", "Home visits: dates and outcomes, or the reason for none", "Log", "Stockton, South Tyneside, Milton Keynes"),
        Item("early_help", "Early help assessment and its review, or offer and refusal, or the reason for none", "Document with its date", "Stockton, South Tyneside, Birmingham"),
        Item("plan", "Attendance improvement plan with reviews; reasonable adjustments", "Document", "Stockton"),
        Item("voice", "What the child says", "Dated record and how it was heard", "Birmingham, East Sussex, Ealing"),
        Item("medical", "Where illness is frequent: GP, consent, school nurse, and the evidence seen", "Record", "Birmingham"),
        Item("needs", "SEN or EHC plan, emotionally based avoidance, bullying, siblings and transport were looked into", "Yes or no with details", "A council's legal panel"),
        Item("agencies", "Other agencies; the social worker consulted; safeguarding check", "Names and dates", "All"),
        Item("parents", "Every parent in law with address, date of birth, language, interpreter, reading and disability", "The part about parents", "Stockton, Swindon"),
        Item(WINDOW, "Recent unauthorised absence", "Counted from the register", "Stockton, South Tyneside"),
        Item("improve", "Notice to improve, or final warning, where one was used", "Document", "Norfolk"),
        Item("contacts", "Number of contacts with the parents", "Count", "Southwark"),
        Item("told", "Each parent was told of the referral: day and way", "Letter, or a note", "Stockton"),
        Item("signed", "The head teacher signed, with the day", "Signature", "Stockton"),
        Item("consulted", "An officer was consulted before: who, when, which advice", "Log", "Our service level agreement"),
    ),
    10,
    10,
)  # fmt: skip


def in_force(on: date) -> Version:
    """The version of that day."""
    row = Checklist.objects.filter(since__lte=on).order_by("-since", "-number").first()
    return of_row(row)


def of_row(row: Checklist | None) -> Version:
    if row is None:
        return DEFAULT
    return Version(row.number, items_of(row.items), row.window_sessions, row.window_weeks, row)


def items_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    return tuple(Item(one["key"], one["text"], one["proof"], one["source"]) for one in kept)


def by_itself(key: str) -> bool:
    """Whether the referral or the register answers this line, not the school by hand."""
    return key in SECTIONS or key == WINDOW
