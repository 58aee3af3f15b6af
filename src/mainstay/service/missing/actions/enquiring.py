"""What is asked about the child, what came of it, who was told of a risk, what those who look write to each other."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.missing import clocks, sources
from mainstay.service.missing.actions.beginning import risk_clock
from mainstay.service.missing.actions.locking import locked, needs_state, of_school, past, tell
from mainstay.service.missing.models import Alert, Enquiry, HandOver, Message, MissingChild
from mainstay.service.missing.steps import OPEN
from mainstay.service.record.models import Deadline

Side, Result = Enquiry.Side, Enquiry.Result


def side_of(by: Any) -> str:
    return Side.SCHOOL if by.is_school_user else Side.COUNCIL


@transaction.atomic
def enquire(
    *,
    child_id: int,
    source: str,
    asked_on: date,
    by: Any,
    at: datetime,
    source_told: str = "",
    asked: str = "",
    legal_basis: str = "",
    result: str = "",
    answer: str = "",
    answered_on: date | None = None,
    side: str = "",
) -> Enquiry:
    """Log one enquiry, with its answer where there is one already.

    side: whose it is; the person's own where not said. Raises StepRefused where the council's names no legal basis.
    """
    one = locked(child_id, by, at, "refer_missing")
    needs_state(one, *OPEN)
    side = side or side_of(by)
    if source not in sources.SOURCES or side not in sources.SOURCES[source].sides:
        raise StepRefused("Choose who was asked.")
    past(asked_on, at, "day it was asked")
    if side == Side.COUNCIL and not legal_basis.strip():
        raise StepRefused("Say by what right the council asks: the legal basis.")
    line: Enquiry = one.enquiries.create(
        side=side, source=source, source_told=source_told.strip()[:160], asked_on=asked_on, asked=asked.strip(),
        legal_basis=legal_basis.strip()[:200], at=at, by=by,
    )  # fmt: skip
    if result:
        _answer(line, result, answer, answered_on or asked_on, at)
    if side == Side.COUNCIL:
        _first_done(one, by, at)
    title = f"{sources.label(source)[:80]} asked" + (
        f": {line.get_result_display().lower()}" if result else ""
    )
    text = "\n".join(filter(None, (line.asked, line.answer)))
    tell(one, title, text, by=by, at=at, audience=of_school(one) if side == Side.SCHOOL else "")
    trail.record(by=by, at=at, action="missing.enquired", on=line, source=source, side=side, result=result)
    return line


def _first_done(one: MissingChild, by: Any, at: datetime) -> None:
    """The first enquiries are done, and their clock ends, once everybody is asked whom every search asks."""
    row = (
        Deadline.objects.running()
        .filter(about_kind=one._meta.label_lower, about_id=str(one.pk), rule=clocks.FIRST)
        .first()
    )
    if row is not None and not clocks.not_asked(one, row):
        clocks.stop(one, by, at, clocks.FIRST)


@transaction.atomic
def answered(
    *, enquiry_id: int, result: str, answer: str, answered_on: date, by: Any, at: datetime
) -> Enquiry:
    """What came of an enquiry, or that nothing did; changed later, the audit keeps both."""
    found = Enquiry.objects.filter(pk=enquiry_id).values_list("child_id", "side").first()
    if found is None or (by.is_school_user and found[1] != Side.SCHOOL):
        raise StepRefused("You cannot see this enquiry.")
    one = locked(found[0], by, at, "refer_missing")
    line = Enquiry.objects.select_for_update().get(pk=enquiry_id)
    before = {"result": line.result, "answer": line.answer, "on": line.answered_on}
    _answer(line, result, answer, answered_on, at)
    title = f"{sources.label(line.source)[:80]}: {line.get_result_display().lower()}"
    tell(one, title, line.answer, by=by, at=at, audience=of_school(one) if line.side == Side.SCHOOL else "")
    if line.side == Side.COUNCIL:
        _first_done(one, by, at)
    trail.record(by=by, at=at, action="missing.answered", on=line, before=before, result=result)
    return line


def _answer(line: Enquiry, result: str, answer: str, on: date, at: datetime) -> None:
    if result not in Result.values or not result:
        raise StepRefused("Choose what came of it.")
    if on < line.asked_on:
        raise StepRefused("The answer cannot be older than the question.")
    past(on, at, "day of the answer")
    if result in (Result.TRACE, Result.FOUND) and not answer.strip():
        raise StepRefused("Write down what was said.")
    line.result, line.answer, line.answered_on = result, answer.strip(), on
    line.save()


@transaction.atomic
def alert(
    *,
    child_id: int,
    to: str,
    told_at: datetime,
    spoke_to: str,
    by: Any,
    at: datetime,
    reference: str = "",
    text: str = "",
) -> Alert:
    """Social care or the police were told: whom, when, by what reference."""
    one = locked(child_id, by, at, "refer_missing")
    needs_state(one, *OPEN)
    if to not in Alert.To.values or not spoke_to.strip():
        raise StepRefused("Say who was told, and whom you spoke to.")
    if told_at > at:
        raise StepRefused("The time cannot be in the future.")
    row: Alert = one.alerts.create(
        to=to, told_at=told_at, spoke_to=spoke_to.strip()[:160], reference=reference.strip()[:60], text=text.strip(),
        at=at, by=by,
    )  # fmt: skip
    risk_clock(one, by, at)
    words = "\n".join(filter(None, (f"Spoke to {row.spoke_to}", row.reference, row.text)))
    tell(one, f"{row.get_to_display().lower()} told of a risk", words, by=by, at=at)
    trail.record(by=by, at=at, action="missing.alerted", on=row, to=to)
    return row


@transaction.atomic
def write(*, child_id: int, text: str, between: str, by: Any, at: datetime) -> Message:
    """A message of the shared log: among officers, or between them and the school."""
    one = locked(child_id, by, at, "see_missing")
    between = Message.Between.SCHOOL if by.is_school_user else between
    if between == Message.Between.SCHOOL and one.school_id is None:
        raise StepRefused("No school has part in this.")
    if between not in Message.Between.values or not text.strip():
        raise StepRefused("Write something.")
    message: Message = one.messages.create(between=between, text=text.strip(), at=at, by=by)
    trail.record(by=by, at=at, action="missing.message", on=message, between=between)
    return message


def waiting(one: MissingChild) -> HandOver | None:
    """The hand-over that nobody has answered."""
    return next((each for each in one.handovers.all() if each.state == HandOver.State.OFFERED), None)
