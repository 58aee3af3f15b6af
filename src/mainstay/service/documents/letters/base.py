"""What every letter is made of: who writes, to whom, under which number, and the slots a council may word itself.

Sentences stand in the Typst templates; the value objects give facts only, days written out, sums in whole pounds.
A letter knows one address: its own addressee's.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final, Self

from mainstay.law.clock import in_words

#: lines of an address beneath the name that printers of posted letters take
WINDOW_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: name of the council (or school), its address line by line, telephone and e-mail in one line."""

    name: str
    address: tuple[str, ...]
    contact: str
    service: str = ""  # "Education welfare service"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom it goes to, and where, line by line."""

    name: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a letter that a council may word itself: extra paragraphs, never what the law asks for.

    needed: it may not be left empty
    """

    name: str
    purpose: str
    default: str
    most: int = 600  # characters
    needed: bool = False


OPENING = Slot("opening", "A first paragraph, after the greeting", "")
SUPPORT = Slot(
    "support",
    "What help you offer, before the end of the letter",
    "If something is making it hard for your child to go to school, please tell us or the school. We want to help, "
    "and asking for help never makes things worse.",
    most=900,
)
#: where the letter itself says enough, until a council adds to it
SUPPORT_IF_ADDED = replace(SUPPORT, default="")
SIGN_OFF = Slot("sign_off", "The words above the name", "Yours sincerely", most=80, needed=True)
CONTACT = Slot(
    "contact",
    "Who to call, in the box at the end, before telephone and e-mail",
    "Call or write to us if anything here is unclear. Somebody you trust may speak for you.",
    needed=True,
)


@dataclass(frozen=True, kw_only=True)
class Letter(ABC):
    """Fields of every letter.

    reference: our number, also for payment; dated: the day it is sent; signed_by, signed_post: who answers for it
    """

    template: ClassVar[str]
    name: ClassVar[str]  # what people call it
    purpose: ClassVar[str]
    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SUPPORT, SIGN_OFF, CONTACT)
    to_families: ClassVar[bool] = True

    sender: Sender
    addressee: Addressee
    reference: str
    dated: date
    signed_by: str
    signed_post: str

    @property
    def title(self) -> str:
        """The title of the PDF; the file list of a reader shows it."""
        return f"{self.name} {self.reference}"

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """The template's own values."""

    def courtesy(self) -> dict[str, Any] | None:
        """The facts of the sheet in another language (``languages.sheet``); None: there is none."""
        return None

    def as_values(self, wording: Mapping[str, str] | None = None) -> dict[str, Any]:
        """All values of the template. wording: a council's own, by slot (``wording.in_force``)."""
        words = {slot.name: slot.default for slot in self.slots} | dict(wording or {})
        return {
            "title": self.title,
            "sender": {
                "name": self.sender.name,
                "service": self.sender.service,
                "address": list(self.sender.address),
                "contact": self.sender.contact,
            },
            "addressee": {"name": self.addressee.name, "address": _in_window(self.addressee.address)},
            "reference": self.reference,
            "dated": in_words(self.dated),
            "signed_by": self.signed_by,
            "signed_post": self.signed_post,
            "to_families": self.to_families,
            "wording": words,
            "courtesy": self.courtesy(),
            **self.facts(),
        }

    @classmethod
    @abstractmethod
    def sample(cls) -> Self:
        """One with invented people, for previews."""

    @classmethod
    def samples(cls) -> dict[str, Self]:
        """What it is -> a sample of it, where it comes in several forms."""
        return {cls.name: cls.sample()}


def _in_window(address: tuple[str, ...]) -> list[str]:
    """An address of more lines than a window shows, its shortest neighbours in one line, the postcode by itself."""
    lines = list(address)
    while len(lines) > WINDOW_LINES:
        at = min(range(len(lines) - 2), key=lambda n: len(lines[n]) + len(lines[n + 1]))
        lines[at : at + 2] = [", ".join(lines[at : at + 2])]
    return lines


def span(first: date, last: date) -> str:
    """ "on Monday 7 October 2024", or "from … to …"."""
    if first == last:
        return f"on {in_words(first)}"
    return f"from {in_words(first)} to {in_words(last)}"
