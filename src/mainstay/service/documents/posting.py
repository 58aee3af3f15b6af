"""Who posts a letter, and what GOV.UK Notify says became of those it was given.

Messages of the outbox come more than once, late, or in another order; and what a person found out meanwhile stays.
Listens to ``common.outbox.announcements``.
"""

from datetime import date, datetime

import structlog

from mainstay.service.common.outbox import post
from mainstay.service.common.outbox.announcements import letter_failed, letter_posted, letter_returned
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.documents.models import Service
from mainstay.service.documents.service import (
    POSTAGE,
    correct_posting,
    look_into_returned,
    mark_returned,
    not_posted,
)

log = structlog.get_logger("mainstay.documents")


def channel(method: str, *, notify: bool) -> Service.Channel:
    """How a letter goes: by hand, or by GOV.UK Notify where that is wanted and set up, else printed here."""
    if method == Service.Method.HAND:
        return Service.Channel.HAND
    return (
        Service.Channel.NOTIFY
        if notify and method in POSTAGE and post.sends_letters()
        else Service.Channel.PRINT
    )


def subscribe() -> None:
    """From ``apps.py``."""
    letter_posted.subscribe(posted)
    letter_failed.subscribe(failed)
    letter_returned.subscribe(returned)


def posted(*, reference: str, about: tuple[str, str], on: date, at: datetime) -> None:
    """The day it was posted is the day GOV.UK Notify says, whatever was taken to be so before."""
    service = _of(about)
    if service is None or service.sent_on == on:
        return
    reason = f"GOV.UK Notify posted it on {long_date(on)}."
    try:
        correct_posting(service=service, sent_on=on, reason=reason, by=None, at=at)
    except StepRefused as refusal:  # it was proved to be received by then, or had been returned
        log.warning("posting_not_corrected", service=service.pk, because=str(refusal))


def failed(*, reference: str, about: tuple[str, str], problem: str, at: datetime) -> None:
    service = _of(about)
    if service is not None:
        not_posted(service=service, problem=problem, by=None, at=at)


def returned(*, reference: str, about: tuple[str, str], on: date, at: datetime) -> None:
    """It came back; where the record cannot say so, somebody finds out what came back."""
    service = _of(about)
    if service is None:
        return
    reason = "GOV.UK Notify says that it came back."
    try:
        mark_returned(service=service, returned_on=on, reason=reason, by=None, at=at)
    except StepRefused as refusal:
        log.warning("return_not_recorded", service=service.pk, because=str(refusal))
        look_into_returned(service, on, by=None, at=at)


def _of(about: tuple[str, str]) -> Service | None:
    kind, key = about
    return Service.objects.filter(pk=key).first() if kind == Service._meta.label_lower else None
