"""Lists of payments from the council's bank: kept, read whole or refused whole, each line counted once, and matched.

A line is matched by the numbers of notices in its reference and by nothing else; what is not clear waits for a
person. Lines are booked one transaction each, so that a run that breaks off goes on where it was.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any, Final

import structlog
from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.jobs import queue
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import and_list
from mainstay.service.common.uploads import store
from mainstay.service.penalties import bank_lines
from mainstay.service.penalties.actions.paying import came_in, lock, wrong_day
from mainstay.service.penalties.models import BankFile, BankLine, Notice, Payment
from mainstay.service.penalties.models.payments import conflicted
from mainstay.service.penalties.settling import price

log = structlog.get_logger("mainstay.penalties")
State = BankLine.State
MATCH: Final = "penalties.bank_file"
ALLOWED: Final = frozenset({"csv", "text"})
#: lines that are matched while the sender waits; more is the worker's: our own choice
AT_ONCE: Final = 100
UNSETTLED: Final = (Notice.State.ISSUED, Notice.State.UNPAID, Notice.State.PROSECUTING)
NO_NUMBER: Final = "There is no number of a notice in the reference."


def take(*, file: IO[bytes], filename: str, by: Any, at: datetime) -> BankFile:
    """Keep a file somebody sent, and match its lines; with problems in it none of its lines is taken.

    Raises StepRefused for a role that may not; FileRefused.
    """
    if not by.may("record_payments"):
        raise StepRefused("Your role cannot record payments.")
    kept = store.keep(file, allowed=ALLOWED, by=by, at=at, name=filename)
    read = bank_lines.read(store.read(kept))
    came, job = _keep(kept, filename, read, by, at)
    if job is not None and job.state == Job.State.RUNNING:
        queue.run(job, at)
    came.refresh_from_db()
    return came


@transaction.atomic
def _keep(
    kept: Any, filename: str, read: bank_lines.BankFile, by: Any, at: datetime
) -> tuple[BankFile, Job | None]:
    problems = [{"line": p.line, "column": p.column, "problem": p.problem} for p in read.problems]
    came = BankFile.objects.create(
        file=kept, filename=filename[:200], sent_by=by, sent_at=at, problems=problems
    )
    if problems:
        trail.record(
            by=by, at=at, action="bank_file.refused", on=came, sha256=kept.sha256, problems=len(problems)
        )
        return came, None
    money_in = [line for line in read.lines if line.pence > 0]
    # sorted, so that two files with the same lines wait for each other and never both
    BankLine.objects.bulk_create(
        (
            BankLine(
                source=came, line=line.line, digest=line.digest, on=line.on, pence=line.pence,
                reference=line.reference, payer=line.payer,
            )
            for line in sorted(money_in, key=lambda line: line.digest)
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    new = came.lines.count()
    came.counts = {
        "lines": new,
        "known": len(money_in) - new,
        "out": len(read.lines) - len(money_in),
    }
    came.save(update_fields=["counts"])
    trail.record(by=by, at=at, action="bank_file.taken", on=came, sha256=kept.sha256, **came.counts)
    if not new:
        return came, None
    leave = queue.begin if new <= AT_ONCE else queue.queue
    return came, leave(MATCH, by=by, at=at, bank_file=came.pk)


def match_job(job: Job) -> None:
    """Match what no one has looked at yet."""
    lines = BankLine.objects.filter(source=job.payload["bank_file"], settled_at=None, state=State.UNMATCHED)
    ids = list(lines.order_by("line").values_list("pk", flat=True))
    for done, pk in enumerate(ids, 1):
        _match(pk, job.made_by, job.began_at)
        if done % 50 == 0:
            job.tell(100 * done // len(ids))


@transaction.atomic
def _match(line_id: int, by: Any, at: datetime) -> None:
    line = BankLine.objects.select_for_update().get(pk=line_id)
    if line.state != State.UNMATCHED or line.settled_at is not None:
        return
    line.settled_at = at
    line.reason = _book(line, bank_lines.candidates(line.reference), by, at)[:300]
    line.save()


def _book(line: BankLine, numbers: Sequence[str], by: Any, at: datetime) -> str:
    """Book a line for these notices; words where it is not clear what it is for."""
    if not numbers:
        return NO_NUMBER
    notices = lock(Notice.objects.filter(number__in=numbers).values_list("pk", flat=True))
    if unknown := sorted(set(numbers) - {notice.number or "" for notice in notices}):
        words = "are no numbers" if len(unknown) > 1 else "is no number"
        return f"{and_list(unknown)} {words} of a notice of ours."
    for notice in notices:
        if words := wrong_day(notice, line.on, timezone.localdate(at)):
            return f"{notice.number}: {words}"
    parts = _parts(line, notices)
    if parts is None:
        return "It names several notices, and the sum is not what is due on them together."
    line.payment = came_in(parts, way=Payment.Way.BANK, on=line.on, note="", by=by, at=at)
    line.state = State.TAKEN
    return ""


def _parts(line: BankLine, notices: Sequence[Notice]) -> list[tuple[Notice, int]] | None:
    """What of the sum is for which notice; several share it only where it is exactly what they cost together."""
    if len(notices) == 1:
        return [(notices[0], line.pence)]
    sums = [price(notice, line.on) if notice.state in UNSETTLED else None for notice in notices]
    if None in sums or sum(filter(None, sums)) != line.pence:
        return None
    return [(notice, pence) for notice, pence in zip(notices, sums, strict=True) if pence is not None]


@transaction.atomic
def match(*, line_id: int, numbers: Sequence[str], by: Any, at: datetime) -> BankLine:
    """Say which notice, or notices, a line is for. Raises StepRefused in words where it cannot be."""
    line = _to_match(line_id, by)
    seen = Notice.objects.issued().filter(number__in=numbers).exclude(conflicted(by, ""))
    if not numbers or seen.count() != len(set(numbers)):
        raise StepRefused("There is no such notice, or you cannot see it. Check the number.")
    if words := _book(line, list(dict.fromkeys(numbers)), by, at):
        raise StepRefused(words)
    return _settled(line, "bank_line.matched", by, at, payment=line.payment_id)


@transaction.atomic
def not_ours(*, line_id: int, reason: str, by: Any, at: datetime) -> BankLine:
    """Say that a line is for something else. Raises StepRefused without a reason."""
    line = _to_match(line_id, by)
    if not reason.strip():
        raise StepRefused("Say what the payment was for.")
    line.state, line.reason = State.NOT_OURS, reason.strip()[:300]
    return _settled(line, "bank_line.not_ours", by, at)


def _to_match(line_id: int, by: Any) -> BankLine:
    if not by.may("record_payments"):
        raise StepRefused("Your role cannot record payments.")
    line = BankLine.objects.select_for_update().get(pk=line_id)
    if line.state != State.UNMATCHED:
        raise StepRefused("Somebody has dealt with this line already.")
    return line


def _settled(line: BankLine, action: str, by: Any, at: datetime, **said: Any) -> BankLine:
    line.settled_by, line.settled_at = by, at
    line.reason = line.reason if line.state == State.NOT_OURS else ""
    line.save()
    trail.record(by=by, at=at, action=action, on=line, **said)
    return line
