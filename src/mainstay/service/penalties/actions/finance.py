"""Handing the money over to the council's accounts: one batch for each day, made once."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.penalties import code, finance_file
from mainstay.service.penalties.models import FinanceBatch, Posting


@transaction.atomic
def make_batches(*, by: Any, at: datetime) -> list[FinanceBatch]:
    """Batches of all money of days before today that no batch has yet, one for each day.

    What comes to be known of an earlier day later gets a further batch of that day.
    Raises StepRefused for a role that may not, and where there is nothing.
    """
    if not by.may("see_income"):
        raise StepRefused("Your role cannot do this.")
    today = timezone.localdate(at)
    # whoever presses at the same moment waits here, and then finds nothing left
    waiting = Posting.objects.select_for_update(of=("self",)).filter(batch=None, day__lt=today)
    postings = list(waiting.select_related("payment", "notice").order_by("day", "pk"))
    if not postings:
        raise StepRefused("Every day before today is in a batch already.")
    of_code = code.in_force(today)
    return [
        _make(day, list(same), of_code, by, at) for day, same in groupby(postings, key=lambda one: one.day)
    ]


def _make(day: date, postings: list[Posting], of_code: code.Code, by: Any, at: datetime) -> FinanceBatch:
    number = (FinanceBatch.objects.aggregate(Max("number"))["number__max"] or 0) + 1
    name = f"{of_code['finance_prefix']}{number:04}"[:20]
    layout = of_code["finance_layout"]
    content = finance_file.render(name, day, postings, of_code)
    batch = FinanceBatch.objects.create(
        number=number, name=name, day=day, made_at=at, made_by=by, postings=len(postings), layout=layout,
        pence=sum(posting.pence for posting in postings),
        file=store.keep_made(content, kind="csv" if layout == "csv" else "text", by=by, at=at),
    )  # fmt: skip
    Posting.objects.filter(pk__in=[posting.pk for posting in postings]).update(batch=batch)
    trail.record(
        by=by, at=at, action="finance.batch_made", on=batch, name=name, day=day, pence=batch.pence,
        postings=len(postings), sha256=batch.file.sha256,
    )  # fmt: skip
    return batch
