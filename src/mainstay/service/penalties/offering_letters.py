"""What post gives to the first page of those whose work it is; and how the council writes, by its code of conduct."""

from datetime import date
from typing import Any

from django.urls import reverse

from mainstay.service.attendance.providers import first_page
from mainstay.service.attendance.queries.screen import Block, Row
from mainstay.service.common.ui.filters import plural
from mainstay.service.documents import queries, runs
from mainstay.service.documents.models import PrintRun, Service
from mainstay.service.documents.writing import writing
from mainstay.service.penalties import letters


def cards(user: Any, today: date) -> list[Block]:
    if not user.may("record_service") or user.may("see_findings"):
        return []
    waiting = runs.to_print(Service.objects.visible_to(user)).count()
    unposted = PrintRun.objects.visible_to(user).filter(posted_on=None).exclude(file=None).count()
    returned = queries.returned(user).count()
    parts = (
        (waiting, "letter", "to print", "letters_to_post"),
        (unposted, "print run", "without a day of posting", "print_runs"),
        (returned, "letter", "came back", "returned_mail"),
    )
    rows = [
        Row(f"{plural(number, noun)} {words}", reverse(name)) for number, noun, words, name in parts if number
    ]
    return [Block("Post", rows, "No letter waits, and none has come back.", reverse("print_runs"), order=48)]


def register() -> None:
    """From ``apps.py``."""
    first_page.register(cards)
    writing.register(letters.writing)
