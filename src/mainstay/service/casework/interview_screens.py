"""The screens of an interview under caution, in the order of the Codes of Practice: one confirmation each.

What is read out is plain words of our own; the caution alone is read as it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from mainstay.service.casework.fast_track_words import CAUTION
from mainstay.service.casework.models import Interview, InterviewEntry

Kind, State = InterviewEntry.Kind, Interview.State


@dataclass(frozen=True, slots=True)
class Screen:
    """One confirmation. say: read out; large: in large type; note: what is written down; needed: not left empty."""

    kind: str
    number: int
    title: str
    say: tuple[str, ...]
    confirm: str
    note: str
    needed: bool = False
    large: str = ""


OPENING: Final = (
    Screen(Kind.PEOPLE, 1, "Who is here", (
        "This is an interview about the school attendance of your child.",
        "Everybody here says their name and why they are here."),
        "Everybody present has said who they are", "Who is present, in what part, and where", True),
    Screen(Kind.OFFENCE, 2, "What it is about", (
        "I am going to ask you about an offence that may have been committed.",),
        "The offence, the child, the school and the dates were explained", "What was said about it, and any question"),
    Screen(Kind.FREE, 3, "Free to leave", (
        "You are not under arrest. You do not have to be here. You can leave at any time.",),
        "The parent was told, and says it is understood", "Anything the parent said"),
    Screen(Kind.ADVICE, 4, "Legal advice", (
        "You can take legal advice before we go on, and at any time. If you ask for it, we stop.",),
        "The parent was told, and wants to go on now", "What the parent said: wants none now, has had advice, a solicitor is here",
        True),
    Screen(Kind.NEEDS, 5, "Understanding", (
        "Do you need an interpreter, somebody to be with you, or help with reading?",),
        "The parent can follow the interview, with the help that is here", "Who interprets or helps, or that none is needed",
        True),
    Screen(Kind.CAUTION, 6, "The caution", (),
        "The caution was given in these words", "How the parent explained it back, in their own words", True, CAUTION),
    Screen(Kind.RECORD, 7, "This record", (
        "I write down what you and I say. At the end you read it, or it is read to you, and you can change it.",
        "It is kept with your case. It may be used in court. You get a copy."),
        "The parent was told what happens to this record", "Anything the parent said"),
)  # fmt: skip
STATEMENTS: Final = Screen(
    Kind.STATEMENTS, 10, "Earlier statements", (
        "Is there something you said about this before today that matters? I put it to you now.",),
    "Significant earlier statements were put, or there are none", "What was put, when it had been said, and the answer; or that there is none",
    True,
)  # fmt: skip
ADDITION: Final = Screen(
    Kind.ADDITION, 11, "Anything to add", ("Is there anything you want to add or to explain?",),
    "The parent had the opportunity to add", "What the parent added, or that there was nothing", True,
)  # fmt: skip
CLOSING: Final = (STATEMENTS, ADDITION)
BY_KIND: Final = {screen.kind: screen for screen in (*OPENING, *CLOSING)}


def due(one: Interview, entries: Iterable[Any]) -> Screen | None:
    """The confirmation that comes next, and before which nothing else can be done; None: questions may be asked."""
    if one.state == State.QUESTIONS:
        return None if one.cautioned else BY_KIND[Kind.CAUTION]
    if one.state != State.OPENING:
        return None
    said = {entry.kind for entry in entries if entry.sitting == one.sitting}
    return next((screen for screen in OPENING if screen.kind not in said), None)


def closing(one: Interview, entries: Iterable[Any]) -> list[tuple[Screen, bool]]:
    """What has to be put before the end, and whether it was in this sitting."""
    said = {entry.kind for entry in entries if entry.sitting == one.sitting}
    return [(screen, screen.kind in said) for screen in CLOSING]
