"""The values of a paper that is made for the court from what is recorded: ``evidence.typ``."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.court.models import Prosecution

Values = dict[str, Any]


def paper(
    one: Prosecution, title: str, facts: list[list[str]], *parts: Values, opening: tuple[str, ...] = ()
) -> Values:
    return {
        "title": title, "mark": "", "opening": list(opening), "facts": facts, "parts": list(parts),
        "footer": f"{settings.CONFIG.council_name}. {one.number}. {title}",
    }  # fmt: skip


def part(
    heading: str, *words: str, head: tuple[str, ...] = (), rows: list[list[str]] | None = None, wide: int = 0
) -> Values:
    return {
        "heading": heading,
        "words": list(words),
        "points": [],
        "head": list(head),
        "rows": rows or [],
        "wide": wide,
    }


def about(one: Prosecution) -> list[list[str]]:
    """Initials only: what is read out in court names no child."""
    return [
        ["Defendant", one.parent.name],
        ["Child", one.case.pupil.initials],
        ["School", one.school.name if one.school else "none"],
        ["Period of the charge", f"{in_words(one.offence_from)} to {in_words(one.offence_to)}"],
    ]


def signed(by: Any, at: datetime) -> str:
    return f"Signed on screen: {by.name}, {by.post or 'of the council'}, {in_words(timezone.localdate(at))}"
