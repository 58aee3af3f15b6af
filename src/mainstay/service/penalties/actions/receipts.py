"""The letter that says a penalty is paid: downloaded by the parent, or sent by whoever works on payments."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
from mainstay.service.documents.models import Document
from mainstay.service.documents.service import serve
from mainstay.service.penalties import code, facts, letters
from mainstay.service.penalties.actions.locking import notice_of
from mainstay.service.penalties.models import Notice


def pdf(*, notice_id: int, at: datetime) -> bytes:
    """The receipt for whoever has opened the notice, with no other address than the notice went to.

    Raises StepRefused where it is not paid.
    """
    notice = facts.select(Notice.objects).select_related("issued_by", "service").get(pk=notice_id)
    letter = _letter(notice, notice.service.address, at)
    made = rendering.render(
        letter.template, letter.values, language=letter.language, large_print=letter.large_print
    )
    trail.record(by=None, at=at, action="notice.receipt_taken", on=notice)
    return made


@transaction.atomic
def send(*, notice_id: int, by: Any, at: datetime) -> Document:
    """Make the receipt, keep it, and leave it to be posted to where the parent lives now.

    Raises StepRefused: not paid, a role that may not, a record that is not open to this person.
    """
    if not by.may("record_payments"):
        raise StepRefused("Your role cannot send receipts.")
    notice = notice_of(notice_id, by)
    now = facts.one(notice, timezone.localdate(at))
    letter = _letter(notice, letters.address_of(now), at)
    document = rendering.issue(
        template=letter.template, title=f"Receipt for {notice.number}", values=letter.values, pupil_id=notice.pupil_id,
        by=by, at=at, draft=False, about=notice, language=letter.language, large_print=letter.large_print,
    )  # fmt: skip
    serve(
        document=document, addressee=notice.parent, name=notice.parent.name, address=letter.address,
        method=now.code["service_method"], channel=letters.channel(now.code), reference=f"{notice.number}, receipt",
        sent_on=None, by=by, at=at, local=dict(now.code.rules.local),
    )  # fmt: skip
    return document


def _letter(notice: Notice, address: str, at: datetime) -> letters.Letter:
    paid = notice.allocations.filter(discharged=True).select_related("payment").first()
    if notice.state != Notice.State.PAID or paid is None:
        raise StepRefused("This notice is not paid: there is nothing to receipt.")
    return letters.receipt(notice, address, paid.payment.way, code.in_force(timezone.localdate(at)))
