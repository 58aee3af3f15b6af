"""How a document reached each person: recorded, posted, proved, returned; each time the law counts anew.

The day it counts as received is ``Service.presumed_on``. E-mail and other ways count from proof alone, and a
letter that came back counts as not received until somebody proves that it was: the reading that protects the
family, where the notes are silent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mainstay.law import clock
from mainstay.law.notice_dates import STARTS, Method, served
from mainstay.law.rules import CURRENT, Rules
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import Parent
from mainstay.service.documents.announcements import service_changed
from mainstay.service.documents.models import Document, PrintRun, Service
from mainstay.service.documents.states import SENT
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry

RETURNED_RULE: Final = "returned-mail"
#: working days to find out why a letter came back: our own choice, a week in which an address can be asked for
#: before the time to pay would have run out
RETURNED_WORKING_DAYS: Final = 5
FAILED_RULE: Final = "letter-failed"
#: working days to send anew what GOV.UK Notify did not post: our own choice, short, for it has reached nobody
FAILED_WORKING_DAYS: Final = 2
#: what GOV.UK Notify posts, and how it calls the class
POSTAGE: Final[Mapping[str, post.Postage]] = {
    Service.Method.FIRST_CLASS: "first",
    Service.Method.SECOND_CLASS: "second",
}
#: these count from proof alone
_UNPROVED: Final = (Service.Method.EMAIL, Service.Method.OTHER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """One document on its way to one person; with the channel "notify" its letter goes to the outbox as well.

    reference: what a letter is called there ("PN-0001234-K"), never a name; "" for the number of the record
    agreement: for e-mail, how and when this person agreed to get notices that way
    local: the council's own values of the law's parameters, such as its offset for first class post
    """

    document: Document
    addressee: Parent | None
    name: str
    address: str
    method: str
    channel: str
    reference: str = ""
    agreement: str = ""
    local: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def serve(
    *,
    document: Document,
    addressee: Parent | None,
    name: str,
    address: str,
    method: str,
    channel: str,
    sent_on: date | None,
    by: Any,
    at: datetime,
    run: PrintRun | None = None,
    reference: str = "",
    agreement: str = "",
    local: Mapping[str, Any] | None = None,
) -> Service:
    """Record that a document goes to one person; the rest as in ``Sending``.

    sent_on: the day it was posted, handed over or sent; None while it still lies here.
    Raises StepRefused for a draft, a day to come or before the document was made, e-mail without agreement.
    """
    sending = Sending(
        document=document, addressee=addressee, name=name, address=address, method=method, channel=channel,
        reference=reference, agreement=agreement, local=local or {},
    )  # fmt: skip
    service = _made(sending, sent_on, by, at, run)
    service.save()
    _to_outbox([(service, sending)], at)
    trail.record(
        by=by, at=at, action="service.recorded", on=service, document=document.pk, facts=service.facts()
    )
    if sent_on is not None:
        _tell(service, _sent_words(service), "", by=by, at=at)
    service_changed.send(service=service, before=None, by=by, at=at)
    return service


@transaction.atomic
def serve_many(
    *,
    sendings: Sequence[Sending],
    sent_on: date | None,
    by: Any,
    at: datetime,
    run: PrintRun | None = None,
) -> list[Service]:
    """Record a batch at once, inside the caller's transaction; in the order given.

    run: the print run of those that are printed here. One audit row names them all. Nothing is announced and the
    chronology says nothing: the caller has the rows, knows why they were sent and tells it.
    Raises StepRefused as ``serve`` does.
    """
    services = Service.objects.bulk_create([_made(s, sent_on, by, at, run) for s in sendings], batch_size=500)
    _to_outbox(zip(services, sendings, strict=True), at)
    on = run or ("documents.service", "")
    trail.record(by=by, at=at, action="service.recorded_many", on=on, services=[s.pk for s in services], sent_on=sent_on)  # fmt: skip
    return services


@transaction.atomic
def correct_posting(
    *, service: Service, sent_on: date, reason: str, by: Any, at: datetime, method: str | None = None
) -> Service:
    """Set the day a document was sent (and how, where that was wrong too); the law counts anew.

    reason: what was wrong; may be empty for the first day recorded. Raises StepRefused.
    """
    service, before = _locked(service)
    if service.sent_on is not None and not reason.strip():
        raise StepRefused("Say why the day is corrected.")
    if method is not None:
        service.method = Service.Method(method)
    return _posted(service, before, sent_on, reason, by, at)


@transaction.atomic
def post_run(*, run: PrintRun, sent_on: date, reason: str, by: Any, at: datetime) -> PrintRun:
    """The letters of a run were posted on that day; each whose day is another is corrected, the law counting anew.

    A letter whose own day was set apart from the run's keeps it. Raises StepRefused, naming the letter.
    """
    run = PrintRun.objects.select_for_update().get(pk=run.pk)
    if run.file_id is None:
        raise StepRefused("This run is not put together yet: there is nothing to post.")
    before_on = run.posted_on or timezone.localdate(run.made_at)
    of_run = Q(sent_on=None) | Q(sent_on=before_on)
    moved = list(_to_change().filter(of_run, run=run).exclude(sent_on=sent_on).order_by("pk"))
    if any(service.sent_on for service in moved) and not reason.strip():
        raise StepRefused("Say why the day is corrected.")
    for service in moved:
        try:
            _posted(service, service.facts(), sent_on, reason, by, at)
        except StepRefused as refusal:
            raise StepRefused(f"{service.document.title}: {refusal}") from None
    old, run.posted_on = run.posted_on, sent_on
    run.save(update_fields=["posted_on"])
    trail.record(by=by, at=at, action="print_run.posted", on=run, before=old, now=sent_on, changed=len(moved))
    return run


@transaction.atomic
def not_posted(*, service: Service, problem: str, by: Any, at: datetime) -> Service:
    """A letter was not posted after all: it does not count as received, and waits to be printed here instead.

    Somebody looks into it. A day on which receipt is proved stays.
    """
    service, before = _locked(service)
    service.sent_on, service.channel = None, Service.Channel.PRINT
    title = f"{service.document.title}: not posted"
    service = _changed(service, before, "service.not_posted", title, problem, by, at)
    today = timezone.localdate(at)
    _start_task(
        service, FAILED_RULE, f"Letter {service.pk} was not posted", today, FAILED_WORKING_DAYS, by, at
    )
    return service


def _posted(
    service: Service, before: dict[str, Any], sent_on: date, reason: str, by: Any, at: datetime
) -> Service:
    _check_sent(service.document, sent_on, at)
    if service.proved_on is not None and service.proved_on < sent_on:
        raise StepRefused(
            f"It was received on {long_date(service.proved_on)}: it cannot have been sent later."
        )
    if service.returned_on is not None and service.returned_on < sent_on:
        raise StepRefused(
            f"It came back on {long_date(service.returned_on)}: it cannot have been sent later."
        )
    service.sent_on, service.sent_by = sent_on, by or service.sent_by
    deadlines.stop(about=service, by=by, at=at, rule=FAILED_RULE)
    return _changed(service, before, "service.posted", _sent_words(service), reason, by, at)


@transaction.atomic
def prove(*, service: Service, received_on: date, proof: str, by: Any, at: datetime) -> Service:
    """Keep the proof of the day it was received, such as a certificate of handing over or what the parent showed.

    It wins over any presumption. Raises StepRefused without words, for a day to come or before it was sent.
    """
    if not proof.strip():
        raise StepRefused("Say what proves it.")
    service, before = _locked(service)
    if received_on > timezone.localdate(at):
        raise StepRefused("The day it was received cannot be in the future.")
    if received_on < (service.sent_on or timezone.localdate(service.document.made_at)):
        raise StepRefused("It cannot have been received before it was sent.")
    service.proved_on, service.proof = received_on, proof.strip()
    deadlines.stop(about=service, by=by, at=at, rule=RETURNED_RULE)
    title = f"{service.document.title}: proved to be received on {long_date(received_on)}"
    return _changed(service, before, "service.proved", title, service.proof, by, at)


@transaction.atomic
def mark_returned(*, service: Service, returned_on: date, reason: str, by: Any, at: datetime) -> Service:
    """A letter came back: it no longer counts as received, and somebody has to find out why.

    Raises StepRefused without a reason, for a day to come or before it was sent, or where receipt is proved.
    """
    if not reason.strip():
        raise StepRefused("Say why it came back, as the envelope has it.")
    service, before = _locked(service)
    if service.sent_on is None:
        raise StepRefused("This was never sent: record first on which day it was posted.")
    if service.proved_on is not None:
        raise StepRefused("It is proved that this was received: what came back must be another letter.")
    if returned_on > timezone.localdate(at):
        raise StepRefused("The day it came back cannot be in the future.")
    if returned_on < service.sent_on:
        raise StepRefused("It cannot have come back before it was sent.")
    service.returned_on, service.returned_reason = returned_on, reason.strip()[:200]
    title = f"{service.document.title}: came back undelivered on {long_date(returned_on)}"
    service = _changed(service, before, "service.returned", title, service.returned_reason, by, at)
    look_into_returned(service, returned_on, by=by, at=at)
    return service


def look_into_returned(service: Service, returned_on: date, *, by: Any, at: datetime) -> None:
    """The task to find out why a letter came back."""
    label = f"Returned letter {service.pk}"
    _start_task(service, RETURNED_RULE, label, returned_on, RETURNED_WORKING_DAYS, by, at)


def _start_task(
    service: Service, rule: str, label: str, trigger_on: date, working_days: int, by: Any, at: datetime
) -> None:
    """Counted from the day it was recorded, so that nobody begins overdue."""
    owner = service.sent_by if service.sent_by is not None and service.sent_by.is_active else None
    last_day = clock.working_day_after(timezone.localdate(at), working_days)
    deadlines.start(
        pupil=service.pupil_id, about=service, rule=rule, label=label, trigger_on=trigger_on, last_day=last_day,
        owner=owner, by=by, at=at,
    )  # fmt: skip


def _to_change() -> QuerySet[Service]:
    return Service.objects.select_for_update(of=("self",)).select_related("document", "sent_by")


def _locked(service: Service) -> tuple[Service, dict[str, Any]]:
    service = _to_change().get(pk=service.pk)
    return service, service.facts()


def _made(sending: Sending, sent_on: date | None, by: Any, at: datetime, run: PrintRun | None) -> Service:
    document, method = sending.document, Service.Method(sending.method)
    if document.draft:
        raise StepRefused("A draft is not sent to anybody. Issue the document first.")
    if not sending.name.strip() or not sending.address.strip():
        raise StepRefused("Say who it goes to, and where.")
    if method == Service.Method.EMAIL and not sending.agreement.strip():
        raise StepRefused(
            "E-mail counts only for somebody who agreed to get notices that way: say how and when."
        )
    if sending.channel == Service.Channel.NOTIFY and method not in POSTAGE:
        raise StepRefused("GOV.UK Notify posts letters by first or second class.")
    if sent_on is not None:
        _check_sent(document, sent_on, at)
    service = Service(
        document=document, pupil_id=document.pupil_id, addressee=sending.addressee, method=method,
        run=run if sending.channel != Service.Channel.NOTIFY else None,
        addressee_name=sending.name.strip()[:200], address=sending.address.strip(), made_at=at, changed_at=at,
        channel=Service.Channel(sending.channel), sent_on=sent_on, sent_by=by if sent_on else None,
        answer={"local": dict(sending.local), "agreement": sending.agreement.strip()},
    )  # fmt: skip
    _count(service)
    return service


def _to_outbox(letters: Iterable[tuple[Service, Sending]], at: datetime) -> None:
    """The letters that GOV.UK Notify prints and posts, in the transaction that says they are sent."""
    post.queue_letters(
        (
            post.Letter(
                pdf=sending.document.file, reference=sending.reference or str(service.pk),
                postage=POSTAGE[service.method], to=service.addressee_name, about=service,
            )
            for service, sending in letters
            if service.channel == Service.Channel.NOTIFY
        ),
        at=at,
    )  # fmt: skip


def _check_sent(document: Document, sent_on: date, at: datetime) -> None:
    if sent_on > timezone.localdate(at):
        raise StepRefused("The day it was sent cannot be in the future.")
    made_on = timezone.localdate(document.made_at)
    if sent_on < made_on:
        raise StepRefused(f"The document was made on {long_date(made_on)}: it cannot have been sent before.")


def _count(service: Service) -> None:
    """The day it counts as received, by the law, and why."""
    service.presumed_on, kept = None, {k: service.answer.get(k) for k in ("local", "agreement")}
    unproved = service.method in _UNPROVED or service.returned_on is not None or service.sent_on is None
    if service.proved_on is None and unproved:
        service.answer = kept
        return
    rules = Rules(local=kept["local"]) if kept["local"] else CURRENT
    method: Method = service.method if service.method in STARTS else "other"
    try:
        service.presumed_on, why = served(method, service.sent_on, service.proved_on, rules)
    except clock.BeyondTable as unknown:
        raise StepRefused(f"When it counts as received cannot be said: {unknown}.") from None
    service.answer = {**kept, "reasons": [why.as_dict()], "warnings": [], "rules_version": rules.version}


def _changed(
    service: Service, before: dict[str, Any], action: str, title: str, text: str, by: Any, at: datetime
) -> Service:
    """Count anew, keep, and tell everybody."""
    _count(service)
    service.changed_at = at
    service.save()
    now = service.facts()
    trail.record(by=by, at=at, action=action, on=service, before=before, now=now, reason=text)
    _tell(service, title, text, by=by, at=at)
    service_changed.send(service=service, before=before, by=by, at=at)
    return service


def _sent_words(service: Service) -> str:
    return f"{service.document.title}: {SENT[service.method]} on {long_date(service.sent_on)}"


def _tell(service: Service, title: str, text: str, *, by: Any, at: datetime) -> None:
    if service.pupil_id is not None:
        counted = f"It counts as received on {long_date(service.presumed_on)}." if service.presumed_on else ""
        said = "\n".join(filter(None, (text.strip(), counted or "It does not count as received.")))
        add_entry(pupil=service.pupil_id, by=by, at=at, kind="service", title=title, text=said, about=service)
