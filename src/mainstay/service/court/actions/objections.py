"""Statements served under section 9 and the time to object: begun by hand or by a bundle, moved, withdrawn, served anew."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.law import deadlines as law
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court.actions.prosecutions import tell
from mainstay.service.court.models import Bundle, BundleItem, Prosecution, StatementServed, WitnessStatement
from mainstay.service.court.steps import BEFORE_COURT
from mainstay.service.documents.models import Service
from mainstay.service.record import deadlines

OBJECTION: Final = "witness-statement-objection"
WARN: Final = "court-warn-witness"
#: a bundle's rows that stand no more, in words of ours
WITHDRAWN: Final = "Its bundle was withdrawn."
LEFT_OUT: Final = "The bundle served since goes without this statement."
NOT_SERVED: Final = "It does not count as served."


def begin(
    one: Prosecution, *, witness: str, served_on: date, by: Any, at: datetime, until: date | None = None,
    statement: WitnessStatement | None = None, service: Service | None = None,
) -> StatementServed:  # fmt: skip
    """The time to object runs; until: the day that was printed, where the law's own comes sooner."""
    found, last = _counted(served_on, until)
    served = StatementServed.objects.create(
        prosecution=one, witness=witness, served_on=served_on, object_by=last, answer=found.as_dict(), statement=statement,
        service=service,
    )  # fmt: skip
    _run(one, served, found, by=by, at=at)
    text = f"Statement of {served.witness}. Objections until {long_date(last)}."
    tell(one, f"{one.number}: statement served", text, by=by, at=at)
    trail.record(by=by, at=at, action="statement.served", on=served, prosecution=one.pk, served_on=served_on)
    return served


def bundle_served(bundle: Bundle, service: Service, *, by: Any, at: datetime) -> None:
    """Every statement in it is served: its time to object runs from the day the bundle counts as received.

    An objection that was made to the same statement stays made. The same bundle sent once more changes nothing, but
    where it did not count as served. Inside the caller's transaction.
    """
    one = bundle.prosecution
    inside = {item.witness_id: item.witness for item in _statements(bundle) if item.witness is not None}
    standing = StatementServed.objects.standing().filter(prosecution=one, statement__isnull=False)
    for left in standing.exclude(statement__in=inside):
        _withdraw(left, LEFT_OUT, by=by, at=at)
    if service.presumed_on is None:
        return
    there = set(standing.values_list("statement_id", flat=True))
    for pk, statement in inside.items():
        if pk not in there:
            begin(
                one, witness=statement.signed_name, served_on=service.presumed_on, until=_printed(bundle), by=by, at=at,
                statement=statement, service=service,
            )  # fmt: skip


def bundle_withdrawn(bundle: Bundle, *, by: Any, at: datetime) -> None:
    """Nobody need object to what is withdrawn; an objection that was made stays, for the bundle served next."""
    found = StatementServed.objects.standing().filter(service__document=bundle.document_id, objected_on=None)
    for served in found:
        _withdraw(served, WITHDRAWN, by=by, at=at)


def service_changed(*, service: Service, before: dict[str, Any] | None, by: Any, at: datetime) -> None:
    """The time to object moves with the day of service; listens to ``documents.announcements.service_changed``."""
    if before is None or service.presumed_on == before["presumed_on"]:
        return
    with transaction.atomic():
        found = StatementServed.objects.select_for_update(of=("self",)).filter(
            service=service, objected_on=None
        )
        rows = found.filter(withdrawn_because__in=("", NOT_SERVED)).select_related("prosecution__case")
        bundle = Bundle.objects.filter(document=service.document_id, state=Bundle.State.ISSUED).first()
        if bundle is None:
            return
        for served in rows:
            again = (
                StatementServed.objects.standing().filter(statement=served.statement_id).exclude(pk=served.pk)
            )
            if served.prosecution.state not in BEFORE_COURT or again.exists():
                continue
            if service.presumed_on is None:
                _withdraw(served, NOT_SERVED, by=by, at=at)
            else:
                _move(served, service.presumed_on, _printed(bundle), by=by, at=at)


def _move(served: StatementServed, on: date, until: date | None, *, by: Any, at: datetime) -> None:
    one, old = served.prosecution, served.object_by
    found, last = _counted(on, until)
    served.served_on, served.object_by, served.answer = on, last, found.as_dict()
    served.withdrawn_on, served.withdrawn_because = None, ""
    served.save(update_fields=["served_on", "object_by", "answer", "withdrawn_on", "withdrawn_because"])
    _run(one, served, found, by=by, at=at)
    text = f"Statement of {served.witness}. Objections until {long_date(last)}."
    tell(one, f"{one.number}: the day a statement was served changed", text, by=by, at=at)
    trail.record(by=by, at=at, action="statement.moved", on=served, prosecution=one.pk, before=old, now=last)


def _withdraw(served: StatementServed, because: str, *, by: Any, at: datetime) -> None:
    served.withdrawn_on, served.withdrawn_because = timezone.localdate(at), because
    served.save(update_fields=["withdrawn_on", "withdrawn_because"])
    deadlines.stop(about=served, by=by, at=at)
    trail.record(by=by, at=at, action="statement.withdrawn", on=served, because=because)


def _counted(served_on: date, until: date | None) -> tuple[law.DeadlineAnswer, date]:
    """The law's answer, and the last day: a later one that was printed holds."""
    try:
        found = law.find(OBJECTION, served_on)
    except clock.BeyondTable as unknown:
        raise StepRefused(f"The time to object cannot be counted: {unknown}.") from None
    return found, max(found.last_day, until or found.last_day)


def _run(
    one: Prosecution, served: StatementServed, found: law.DeadlineAnswer, *, by: Any, at: datetime
) -> None:
    deadlines.start(
        pupil=one.case.pupil_id, about=served, rule=OBJECTION, label=f"{one.number}: last day to object to a statement",
        trigger_on=served.served_on, by=by, at=at, owner=one.legal_owner or by,
        **(deadlines.counted(found) | {"last_day": served.object_by}),
    )  # fmt: skip


def _statements(bundle: Bundle) -> Iterable[BundleItem]:
    """One of each statement; its scan goes with it."""
    return bundle.items.filter(kind=BundleItem.Kind.STATEMENT, document__isnull=False).select_related(
        "witness"
    )


def _printed(bundle: Bundle) -> date | None:
    """The last day to object as the bundle's own notice says it."""
    notice = bundle.items.filter(kind=BundleItem.Kind.NOTICE).select_related("document").first()
    if notice is None or notice.document is None:
        return None
    return date.fromisoformat(notice.document.values["objection_until"])
