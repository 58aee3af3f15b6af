"""Letters about a case to its parents: issued, dated today and handed to the post, each parent's apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from mainstay.law import clock
from mainstay.law.notice_dates import STARTS, Method, served
from mainstay.law.rules import CURRENT, Rules
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent
from mainstay.service.documents import languages, rendering, runs, wording
from mainstay.service.documents import writing as ways
from mainstay.service.documents.letters.base import Letter
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.service import Sending, serve_many


@dataclass(frozen=True, slots=True)
class ToParent:
    """One parent's letter; address: as on the envelope."""

    parent: Parent
    letter: Letter
    address: str


def render(one: ToParent) -> bytes:
    """The letter as a PDF, to be looked at."""
    return rendering.render(
        one.letter.template, _values(one.letter), language=languages.of_parent(one.parent.language),
        large_print=one.parent.large_print,
    )  # fmt: skip


def send(
    letters: Sequence[ToParent],
    *,
    about: models.Model,
    pupil_id: int,
    by: Any,
    at: datetime,
    by_hand: bool = False,
) -> list[tuple[Document, Service]]:
    """Issue and post all of them today; inside the caller's transaction, which tells the chronology.

    by_hand: they are to be handed over, and lie here until the day is recorded.
    """
    today = timezone.localdate(at)
    how = ways.on(today)
    channel = Service.Channel.HAND if by_hand else how.channel
    documents = [
        rendering.issue(
            template=one.letter.template, title=one.letter.title, values=_values(one.letter), pupil_id=pupil_id, by=by,
            at=at, draft=False, about=about, language=languages.of_parent(one.parent.language), large_print=one.parent.large_print,
        )
        for one in letters
    ]  # fmt: skip
    sendings = [
        Sending(
            document=document, addressee=one.parent, name=one.parent.name, address=one.address,
            method=Service.Method.HAND if by_hand else how.method, channel=channel, local=dict(how.local),
        )
        for one, document in zip(letters, documents, strict=True)
    ]  # fmt: skip
    run = runs.start(by=by, at=at) if channel == Service.Channel.PRINT else None
    services = serve_many(sendings=sendings, sent_on=None if by_hand else today, by=by, at=at, run=run)
    if run is not None:
        runs.put_together(run=run, by=by, at=at)
    return list(zip(documents, services, strict=True))


def received(today: date) -> date:
    """When a letter posted today counts as received. Raises StepRefused where that is not known."""
    how = ways.on(today)
    rules = Rules(local=how.local) if how.local else CURRENT
    method: Method = how.method if how.method in STARTS else "other"
    try:
        return served(method, today, None, rules)[0]
    except clock.BeyondTable as unknown:
        raise StepRefused(f"When the letter counts as received cannot be said: {unknown}.") from None


def _values(letter: Letter) -> dict[str, Any]:
    return letter.as_values(wording.in_force(letter.template, letter.dated))
