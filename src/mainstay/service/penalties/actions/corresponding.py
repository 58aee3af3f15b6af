"""Letters to the parent about an issued notice: a reminder, and that the time to pay is over. (Receipts: ``receipts``.)

Each is made once it is true, waits to be printed with the other letters, and changes nothing about the notice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
from mainstay.service.documents.models import Document
from mainstay.service.documents.service import serve
from mainstay.service.penalties import facts, letters
from mainstay.service.penalties.actions.locking import notice_of
from mainstay.service.penalties.models import Notice

State = Notice.State


@dataclass(frozen=True, slots=True)
class Kind:
    """One letter: its name on the button, when it is true, and how it is made."""

    label: str
    states: frozenset[str]
    make: Callable[[facts.Facts, Any], letters.Letter]


KINDS: Final = {
    "reminder": Kind("Write a reminder", frozenset({State.ISSUED}), letters.reminder),
    "non_payment": Kind(
        "Write that it was not paid in time",
        frozenset({State.UNPAID, State.PROSECUTING}),
        letters.non_payment,
    ),
}


def open_to(user: Any, notice: Notice) -> list[tuple[str, str]]:
    """The letters this person may write now: name and label."""
    if not user.may("record_service"):
        return []
    return [
        (name, kind.label)
        for name, kind in KINDS.items()
        if notice.state in kind.states and (name != "reminder" or notice.served_on is not None)
    ]


@transaction.atomic
def write(*, notice_id: int, letter: str, by: Any, at: datetime) -> Document:
    """Make one of the letters; it waits to be posted.

    Raises StepRefused for a role that may not, a letter that is not true (yet), and one already waiting.
    """
    notice = notice_of(notice_id, by)
    if letter not in dict(open_to(by, notice)):
        raise StepRefused("This letter cannot be written about the notice as it stands.")
    waiting = Document.objects.about(notice).filter(
        kind=letter, services__sent_on=None, services__returned_on=None
    )
    if waiting.exists():
        raise StepRefused("This letter is written already and waits to be posted.")
    now = facts.one(notice, timezone.localdate(at))
    made = KINDS[letter].make(now, by)
    if not made.address:
        raise StepRefused("No address is known for this parent.")
    document = rendering.issue(
        template=made.template, title=made.values["title"], values=made.values, pupil_id=notice.pupil_id, by=by, at=at,
        draft=False, about=notice, language=made.language, large_print=made.large_print,
    )  # fmt: skip
    serve(
        document=document, addressee=notice.parent, name=notice.parent.name, address=made.address,
        method=now.code["service_method"], channel=letters.channel(now.code), reference=f"{notice.number}, {letter}",
        sent_on=None, by=by, at=at, local=dict(now.code.rules.local),
    )  # fmt: skip
    trail.record(by=by, at=at, action="notice.letter_written", on=notice, letter=letter, document=document.pk)
    return document
