"""Papers of a referral: enclosed, or said to be sent another way and confirmed by the officer who got them."""

from datetime import date, datetime
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework import checklist
from mainstay.service.casework.actions.referring import anew, item_of, locked, to_write
from mainstay.service.casework.models import Referral, ReferralItem, ReferralPaper
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import kinds, store

Way = ReferralPaper.Way


@transaction.atomic
def add(
    *,
    item_id: int,
    way: str,
    sent_on: date | None,
    words: str,
    by: Any,
    at: datetime,
    file: IO[bytes] | None = None,
) -> ReferralPaper:
    """One paper; it makes its line met. Raises StepRefused without file or day; FileRefused."""
    item = item_of(item_id, by)
    if item.key in checklist.SECTIONS or item.key == checklist.WINDOW:
        raise StepRefused("This line needs no paper.")
    today = timezone.localdate(at)
    if way not in Way.values:
        raise StepRefused("Choose how the paper comes.")
    if (way == Way.UPLOAD) != (file is not None):
        raise StepRefused("Choose the paper to enclose, or say that it was sent another way.")
    day = today if way == Way.UPLOAD else sent_on
    if day is None or day > today:
        raise StepRefused("Say on which day it was sent or handed over; not a day to come.")
    kept = store.keep(file, allowed=kinds.EVIDENCE, by=by, at=at) if file is not None else None
    paper = ReferralPaper.objects.create(
        item=item, way=way, sent_on=day, words=words.strip()[:300], file=kept, by=by, at=at
    )
    item.state = ReferralItem.State.MET
    item.save(update_fields=["state"])
    anew(item.referral, item.key)
    trail.record(
        by=by, at=at, action="referral.paper_added", on=item.referral, item=item.key, paper=paper.pk, way=way,
        file=kept and kept.pk,
    )  # fmt: skip
    return paper


@transaction.atomic
def remove(*, paper_id: int, by: Any, at: datetime) -> Referral:
    """Take out what was added by mistake; not what an officer has seen, once it was sent."""
    paper = ReferralPaper.objects.visible_to(by).select_related("item").filter(pk=paper_id).first()
    if paper is None:
        raise StepRefused("You cannot see this paper.")
    referral = to_write(paper.item.referral_id, by)
    if referral.submitted_at is not None and paper.at <= referral.submitted_at:
        raise StepRefused("This was sent with the referral: add what is right beside it.")
    trail.record(
        by=by, at=at, action="referral.paper_removed", on=referral, item=paper.item.key, paper=paper.pk, file=paper.file_id
    )  # fmt: skip
    paper.delete()
    anew(referral, paper.item.key)
    return referral


@transaction.atomic
def receive(*, paper_id: int, by: Any, at: datetime) -> ReferralPaper:
    """The officer has what was sent another way."""
    paper = ReferralPaper.objects.visible_to(by).select_related("item").filter(pk=paper_id).first()
    if paper is None:
        raise StepRefused("You cannot see this paper.")
    referral = locked(paper.item.referral_id, by)
    if not by.may("check_referral"):
        raise StepRefused("An officer confirms that papers were received.")
    if paper.way == Way.UPLOAD or paper.received_at is not None:
        raise StepRefused("This paper is here already.")
    paper.received_by, paper.received_at = by, at
    paper.save(update_fields=["received_by", "received_at"])
    trail.record(
        by=by,
        at=at,
        action="referral.paper_received",
        on=referral,
        paper=paper.pk,
        way=paper.way,
        sent_on=paper.sent_on,
    )
    return paper
