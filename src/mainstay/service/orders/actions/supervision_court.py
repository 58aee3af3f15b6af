"""In court and at the end: application, service, hearing, extension, discharge, closure."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.casework.families import parents_of
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents.models import Service
from mainstay.service.documents.service import Sending, correct_posting, prove, serve_many
from mainstay.service.orders import providers
from mainstay.service.orders.actions.supervision_locking import (
    DIRECTED,
    EXPIRY,
    NOTICE,
    REPORT,
    VISIT,
    clock,
    locked,
    needed,
    past,
    stop,
    take,
    tell,
)
from mainstay.service.orders.models import Extension, Respondent, SupervisionOrder
from mainstay.service.orders.steps_supervision import SUPERVISION
from mainstay.service.orders.supervision_dates import counted, end_extended, end_of, of_age, serve_by, window
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience

State, Ending = SupervisionOrder.State, SupervisionOrder.Ending


@transaction.atomic
def apply(
    *, order_id: int, applied_on: date, court: str, court_number: str, forms: str, hearing_on: date | None,
    fee: Decimal | None = None, by: Any, at: datetime,
) -> SupervisionOrder:  # fmt: skip
    """The application went to the court; the child and each parent are respondents, to be served in time."""
    one = locked(order_id, by, at)
    SUPERVISION.check("apply", one, by)
    needed(the_court=court, the_names_of_the_forms=forms)
    past(applied_on, at, "of the application")
    if one.authorised is not None and applied_on < timezone.localdate(one.authorised.at):
        agreed = in_words(timezone.localdate(one.authorised.at))
        raise StepRefused(f"The application was authorised on {agreed}: it cannot have been made before.")
    take(
        one, "apply", "applied for", f"{court.strip()}, {forms.strip()}", by, at, applied_on=applied_on, applied_by=by,
        court=court.strip(), court_number=court_number.strip(), forms=forms.strip(),
        fee_pence=None if fee is None else int(fee * 100),
    )  # fmt: skip
    stop(one, DIRECTED, by, at)
    one.respondents.create(parent=None)
    for parent in parents_of(one.case.pupil_id, timezone.localdate(at)):
        one.respondents.create(parent=parent)
    if hearing_on is not None:
        _list(one, hearing_on, applied_on, by, at)
    return one


@transaction.atomic
def adjourn(*, order_id: int, hearing_on: date, because: str, by: Any, at: datetime) -> SupervisionOrder:
    """The hearing is on that day: the first day set, or another one with why; service is counted from it."""
    one = locked(order_id, by, at)
    SUPERVISION.check("adjourn", one, by)
    needed(why_or_that_it_is_the_first_day=because)
    title = f"hearing on {in_words(hearing_on)}"
    take(one, "adjourn", title, because, by, at)
    _list(one, hearing_on, one.applied_on or hearing_on, by, at)
    return one


def _list(one: SupervisionOrder, hearing_on: date, after: date, by: Any, at: datetime) -> None:
    if hearing_on < after:
        raise StepRefused("The hearing cannot be before the application.")
    one.hearing_on = hearing_on
    one.save(update_fields=["hearing_on"])
    answer = serve_by(hearing_on)
    if any(each.served_on is None for each in one.respondents.all()):
        clock(
            one, NOTICE, "serve the application and the notice of the hearing", by, at, trigger_on=hearing_on,
            **deadlines.counted(answer),
        )  # fmt: skip


@transaction.atomic
def serve(
    *, order_id: int, row_id: int, served_on: date, how: str, late_because: str, by: Any, at: datetime
) -> Respondent:
    """The application and the notice of the hearing were served on one respondent, in time or with the court's leave."""
    one = locked(order_id, by, at)
    SUPERVISION.check("serve", one, by)
    row = one.respondents.select_related("parent", "service").filter(pk=row_id).first()
    if row is None:
        raise StepRefused("This respondent is not there any more.")
    needed(how_it_was_served=how)
    past(served_on, at, "of service")
    if one.applied_on is not None and served_on < one.applied_on:
        raise StepRefused("It cannot have been served before the application.")
    if one.hearing_on is None:
        raise StepRefused("Record the day of the hearing first: the notice names it.")
    last = serve_by(one.hearing_on).last_day
    if served_on > last and not late_because.strip():
        raise StepRefused(
            f"For a hearing on {in_words(one.hearing_on)} service is in time until {in_words(last)}: ask the court for "
            "another day, or write down how it shortened the time."
        )
    row.served_on, row.how, row.late_because = served_on, how.strip()[:200], late_because.strip()[:300]
    row.service = _plan_served(one, row, by, at)
    row.save()
    take(one, "serve", "a respondent was served", row.how, by, at)
    if all(each.served_on is not None for each in one.respondents.all()):
        stop(one, NOTICE, by, at)
    return row


def _plan_served(one: SupervisionOrder, row: Respondent, by: Any, at: datetime) -> Service | None:
    """That the plan and report reached the respondent with the application, as it was proved; corrected with it."""
    if one.plan_document is None or row.served_on is None:
        return None
    service, on = row.service, row.served_on
    if service is None:
        pupil = one.case.pupil
        name = row.parent.name if row.parent else f"{pupil.forename} {pupil.surname}".strip()
        sending = Sending(
            document=one.plan_document, addressee=row.parent, name=name, address=row.how, method=Service.Method.OTHER,
            channel=Service.Channel.HAND,
        )  # fmt: skip
        (service,) = serve_many(sendings=[sending], sent_on=on, by=by, at=at)
    elif service.sent_on is not None and on < service.sent_on:
        service = correct_posting(service=service, sent_on=on, reason=row.how, by=by, at=at)
    service = prove(service=service, received_on=on, proof=row.how, by=by, at=at)
    if service.sent_on != on:
        service = correct_posting(service=service, sent_on=on, reason=row.how, by=by, at=at)
    return service


@transaction.atomic
def made(
    *, order_id: int, made_on: date, ends_on: date | None, court_number: str, by: Any, at: datetime
) -> SupervisionOrder:
    """The court made the order; ends_on: where it set an earlier last day than the law's.

    It lasts as the law has it, its own day counted, and never beyond compulsory school age.
    """
    one = locked(order_id, by, at)
    SUPERVISION.check("made", one, by)
    past(made_on, at, "of the order")
    if one.applied_on is not None and made_on < one.applied_on:
        raise StepRefused("It cannot have been made before the application.")
    longest = end_of(one.case.pupil, made_on)
    if ends_on is not None and not made_on <= ends_on <= longest.last_day:
        raise StepRefused(f"An order made then ends on {in_words(longest.last_day)} at the latest.")
    last = ends_on or longest.last_day
    take(
        one, "made", f"made, in force until {in_words(last)}", longest.answer.reasons[0].text, by, at,
        audience=Audience.SCHOOL, made_on=made_on, ends_on=last, hearing_on=one.hearing_on or made_on,
        court_number=court_number.strip() or one.court_number,
    )  # fmt: skip
    stop(one, NOTICE, by, at)
    clock(one, VISIT, "visit", by, at, **counted(VISIT, made_on))
    clock(one, REPORT, "progress report", by, at, **counted(REPORT, made_on))
    watch_end(one, by, at)
    providers.supervision_made.send(order=one, by=by, at=at)
    return one


def watch_end(one: SupervisionOrder, by: Any, at: datetime) -> None:
    """The clock of the order's end, with the window in which an extension is applied for."""
    assert one.ends_on is not None
    answer = window(one.ends_on)
    clock(
        one,
        EXPIRY,
        "extend it, or let it expire",
        by,
        at,
        trigger_on=one.ends_on,
        **deadlines.counted(answer),
    )


@transaction.atomic
def refused(*, order_id: int, on: date, reasons: str, by: Any, at: datetime) -> SupervisionOrder:
    """The court refused the order."""
    return _end(order_id, "refused", Ending.REFUSED, "refused by the court", on, reasons, by, at)


@transaction.atomic
def other_order(*, order_id: int, on: date, reasons: str, by: Any, at: datetime) -> SupervisionOrder:
    """The court made another order instead; reasons: which."""
    return _end(
        order_id, "other_order", Ending.OTHER_ORDER, "the court made another order", on, reasons, by, at
    )


@transaction.atomic
def care_order(*, order_id: int, on: date, reasons: str, by: Any, at: datetime) -> SupervisionOrder:
    """A care order was made for the child: the supervision order ends with it."""
    return _end(order_id, "care_order", Ending.CARE_ORDER, "ended by a care order", on, reasons, by, at)


@transaction.atomic
def discharge(
    *, order_id: int, on: date, discharge_by: str, court: str, reasons: str, by: Any, at: datetime
) -> SupervisionOrder:
    """A court discharged the order, on the application of the child, a parent or the authority."""
    if discharge_by not in SupervisionOrder.Applicant.values:
        raise StepRefused("Choose who applied for the discharge.")
    needed(the_court=court)
    who = SupervisionOrder.Applicant(discharge_by).label
    text = f"{who} applied, {court.strip()}. {reasons}"
    return _end(
        order_id, "discharge", Ending.DISCHARGED, "discharged", on, text, by, at, discharge_by=discharge_by
    )  # fmt: skip


def _end(
    order_id: int, step: str, ending: str, title: str, on: date, reasons: str, by: Any, at: datetime, **changes: Any
) -> SupervisionOrder:  # fmt: skip
    one = locked(order_id, by, at)
    SUPERVISION.check(step, one, by)
    needed(what_the_court_said=reasons)
    past(on, at, "it ended")
    since = one.made_on or one.applied_on
    if since is not None and on < since:
        raise StepRefused("It cannot have ended before it began.")
    if one.ends_on is not None and on > one.ends_on:
        raise StepRefused(f"The order expired on {in_words(one.ends_on)}: nothing ended it after that.")
    audience = Audience.SCHOOL if one.made_on else Audience.SERVICE
    text = "" if one.made_on else reasons  # the court's reasons stay with the service
    take(
        one, step, title, text, by, at, audience=audience, ending=ending, ended_on=on, ended_because=reasons.strip(),
        **changes,
    )  # fmt: skip
    close_clocks(one, by, at)
    return one


def close_clocks(one: SupervisionOrder, by: Any, at: datetime) -> None:
    """What runs about an order stops with it; an application to extend it lapses."""
    deadlines.stop(about=one, by=by, at=at)
    one.extensions.filter(outcome="").update(
        outcome=Extension.Outcome.LAPSED, decided_on=timezone.localdate(at)
    )


@transaction.atomic
def summarise(*, order_id: int, closure: str, by: Any, at: datetime) -> SupervisionOrder:
    """Sum up at the end what the order did, and what follows."""
    one = locked(order_id, by, at)
    needed(the_summary=closure)
    take(one, "summarise", "closure summary", closure, by, at, closure=closure.strip())
    return one


@transaction.atomic
def extend(
    *,
    order_id: int,
    applied_on: date,
    because: str,
    forms: str,
    hearing_on: date | None,
    by: Any,
    at: datetime,
) -> Extension:
    """The authority applied to extend the order: within the window, refused outside it."""
    one = locked(order_id, by, at)
    SUPERVISION.check("extend", one, by)
    assert one.ends_on is not None
    needed(why_it_is_extended=because, the_names_of_the_forms=forms)
    past(applied_on, at, "of the application")
    opens = window(one.ends_on)
    if not opens.next_step_from <= applied_on <= opens.last_day:
        raise StepRefused(
            f"An extension is applied for from {in_words(opens.next_step_from)} to {in_words(opens.last_day)}: "
            f"{opens.reasons[0].text}"
        )
    longest = end_extended(one.case.pupil, one.ends_on)
    if longest.last_day <= one.ends_on:
        raise StepRefused(
            f"Compulsory school age ends with {in_words(longest.last_day)}: the order cannot be extended."
        )
    take(one, "extend", "extension applied for", because, by, at)
    row = one.extensions.create(
        applied_on=applied_on, applied_by=by, because=because.strip(), forms=forms.strip(), hearing_on=hearing_on,
        ended_before=one.ends_on,
    )  # fmt: skip
    return row


@transaction.atomic
def extension_heard(
    *, order_id: int, outcome: str, decided_on: date | None, hearing_on: date | None, ends_on: date | None, by: Any,
    at: datetime,
) -> Extension:  # fmt: skip
    """What the court said of the extension, or the new day of its hearing (outcome "")."""
    one = locked(order_id, by, at)
    SUPERVISION.check("extension_heard", one, by)
    row = one.extensions.select_for_update().get(outcome="")
    assert one.ends_on is not None
    if not outcome:
        if hearing_on is None:
            raise StepRefused("Say on which day it is heard.")
        row.hearing_on = hearing_on
        row.save(update_fields=["hearing_on"])
        take(one, "extension_heard", f"extension heard on {in_words(hearing_on)}", "", by, at)
        return row
    if outcome not in (Extension.Outcome.GRANTED, Extension.Outcome.REFUSED, Extension.Outcome.WITHDRAWN):
        raise StepRefused("Choose what the court said.")
    if decided_on is None:
        raise StepRefused("Say on which day it was decided.")
    past(decided_on, at, "it was decided")
    if not row.applied_on <= decided_on <= one.ends_on:
        raise StepRefused("It is decided after the application, and while the order is in force.")
    row.outcome, row.decided_on, row.hearing_on = outcome, decided_on, row.hearing_on or decided_on
    if outcome != Extension.Outcome.GRANTED:
        take(one, "extension_heard", f"extension {row.get_outcome_display().lower()}", "", by, at)
        row.save()
        return row
    longest = end_extended(one.case.pupil, one.ends_on)
    if ends_on is None:
        raise StepRefused("Say until when the court extended it, as the order has it.")
    if not one.ends_on < ends_on <= longest.last_day:
        raise StepRefused(
            f"It ends after {in_words(one.ends_on)}, and on {in_words(longest.last_day)} at the latest: "
            f"{longest.answer.reasons[0].text}"
        )
    row.ends_on = ends_on
    title = f"extended until {in_words(ends_on)}"
    take(one, "extension_heard", title, "", by, at, audience=Audience.SCHOOL, ends_on=ends_on)
    row.save()
    watch_end(one, by, at)
    return row


@transaction.atomic
def expire(*, order_id: int, on: date, at: datetime) -> SupervisionOrder | None:
    """What the day ends, without anybody: the order expired, or compulsory school age is over; None where it has not."""
    rows = SupervisionOrder.objects.select_for_update(of=("self",)).select_related(
        "case__pupil", "case__owner"
    )
    one = rows.get(pk=order_id)
    if one.state != State.IN_FORCE or one.ends_on is None:
        return None
    span = of_age(one.case.pupil)
    by_age = span is not None and span[1] <= one.ends_on
    last = span[1] if span is not None and by_age else one.ends_on
    if last >= on:
        return None
    if not by_age and one.extensions.filter(outcome="", hearing_on__lte=one.ends_on).exists():
        return None  # heard in time: what the court said has to be recorded
    one.state, one.state_since, one.ended_on = State.ENDED, at, last
    one.ending = Ending.OVER_AGE if by_age else Ending.EXPIRED
    one.save()
    close_clocks(one, None, at)
    tell(
        one,
        f"ended with {in_words(last)}",
        one.get_ending_display(),
        by=None,
        at=at,
        audience=Audience.SCHOOL,
    )
    trail.record(by=None, at=at, action="supervision_order.expired", on=one, ending=one.ending)
    return one
