"""P6 and P7: the charge is issued and served; the reply is recorded."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock, limitation
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import charging, clocks, papers, proofs
from mainstay.service.court.actions.certificates import scanned
from mainstay.service.court.actions.hearings import RELIST_WORKING_DAYS
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.sittings import RELIST, listed
from mainstay.service.court.actions.taking import take
from mainstay.service.court.models import Hearing, Prosecution
from mainstay.service.court.proving import frozen
from mainstay.service.court.steps import PROSECUTION
from mainstay.service.directory.models import Parent
from mainstay.service.documents import rendering, runs
from mainstay.service.documents.letters.base import Letter
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.service import serve
from mainstay.service.penalties import sessions as marks
from mainstay.service.record import deadlines

Route, Plea, State = Prosecution.Route, Prosecution.Plea, Prosecution.State
STEP_OF: Final = {
    Route.SINGLE_JUSTICE: "issue_single_justice",
    Route.REQUISITION: "issue_requisition",
    Route.SUMMONS: "apply_summons",
}


@transaction.atomic
def issue(*, prosecution_id: int, charge: papers.Charge, by: Any, at: datetime) -> Prosecution:
    """Issue the charge today, by one of the three routes. Everything is asked again here, the law with it.

    Raises StepRefused with every block in its words.
    """
    one = locked(prosecution_id, by, at)
    if charge.route not in STEP_OF:
        raise StepRefused("Choose how the charge is issued.")
    if charge.method not in dict(papers.METHODS):
        raise StepRefused("Court papers are handed over or go by first class post.")
    step, today = STEP_OF[Route(charge.route)], timezone.localdate(at)
    PROSECUTION.check(step, one, by)
    as_issued = charging.draft(one, today, charge.route)
    if not as_issued.answer.allowed:
        raise StepRefused(" ".join(block.text for block in as_issued.answer.blocks))
    if not charge.wording.strip() or not charge.facts.strip():
        raise StepRefused("A charge has its wording and a statement of facts.")
    made = papers.letter(one, charge, as_issued, today, by)
    _freeze(one, charge, as_issued, today, by)
    document = rendering.issue(
        template=made.template, title=made.title, values=papers.filled(made), pupil_id=one.case.pupil_id, by=by, at=at,
        draft=False, about=one, language=papers.language_of(one, made), large_print=one.parent.large_print and made.to_families,
    )  # fmt: skip
    to = None if charge.route == Route.SUMMONS else one.parent
    one.charge_document, one.charge_service = document, _serve(one, to, charge.method, made, document, by, at)
    if charge.route == Route.REQUISITION and charge.sitting is not None:
        listed(one, charge.sitting, Hearing.Kind.FIRST, by=by, at=at)
    if charge.route == Route.SUMMONS:
        deadlines.start(
            pupil=one.case.pupil_id, about=one, rule=RELIST, label=f"{one.number}: ask the court for the summons",
            trigger_on=today, last_day=clock.working_day_after(today, RELIST_WORKING_DAYS), by=by, at=at,
            owner=one.legal_owner,
        )  # fmt: skip
    for rule in (clocks.LIMIT, clocks.EVIDENCE):
        deadlines.stop(about=one, by=by, at=at, rule=rule)
    if charge.route == Route.SINGLE_JUSTICE:
        clocks.start_reply(one, by=by, at=at)
    words = (
        f"{one.get_offence_display()}. {len(one.sessions)} sessions relied on."
        if one.sessions
        else one.get_offence_display()
    )
    take(
        one, step, one.get_route_display().lower(), words, by=by, at=at, route=one.route, document=document.pk
    )
    trail.record(by=by, at=at, action="charge.issued", on=one, frozen=frozen(one))
    return one


def _freeze(one: Prosecution, charge: papers.Charge, as_issued: charging.Draft, today: date, by: Any) -> None:
    """What was charged, as it stays: wording, facts, sessions, the period they span, the answer of the law."""
    limits = limitation.find(as_issued.first, as_issued.last, today)
    one.offence_from, one.offence_to = as_issued.first, as_issued.last
    one.safe_date, one.outer_date = limits.safe_date, limits.outer_date
    one.sessions, one.marks_digest = (
        as_issued.sessions,
        marks.digest(as_issued.sessions) if as_issued.sessions else "",
    )
    one.wording, one.facts, one.route = charge.wording.strip(), charge.facts.strip(), charge.route
    one.answer = as_issued.answer.as_dict()
    one.issued_on, one.issued_by = today, by
    one.legal_owner = one.legal_owner or by


def _serve(
    one: Prosecution, to: Parent | None, method: str, made: Letter, document: Document, by: Any, at: datetime
) -> Service:
    """The papers go today: to the parent, or, of a summons applied for, to the court."""
    by_hand = method == Service.Method.HAND
    run = None if by_hand else runs.start(by=by, at=at)
    service = serve(
        document=document, addressee=to, name=made.addressee.name, address="\n".join(made.addressee.address), method=method,
        channel=Service.Channel.HAND if by_hand else Service.Channel.PRINT, sent_on=timezone.localdate(at), by=by, at=at,
        run=run, reference=one.number, local=papers.local_of_court(),
    )  # fmt: skip
    if run is not None:
        runs.put_together(run=run, by=by, at=at)
    return service


@transaction.atomic
def summons_issued(*, prosecution_id: int, summons: papers.Summons, by: Any, at: datetime) -> Prosecution:
    """The court issued the summons that was applied for: it is served on the parent, and listed for its day.

    Raises StepRefused for a day before the application or to come, or a sitting that is over; FileRefused.
    """
    one = locked(prosecution_id, by, at)
    PROSECUTION.check("summons_issued", one, by)
    today = timezone.localdate(at)
    if summons.method not in dict(papers.METHODS):
        raise StepRefused("Court papers are handed over or go by first class post.")
    if one.issued_on is None or not one.issued_on <= summons.issued_on <= today:
        raise StepRefused("The summons was issued after it was applied for, and not on a day to come.")
    if timezone.localdate(summons.sitting.starts) < today:
        raise StepRefused("That sitting is over: choose the one that the summons names.")
    made = papers.of_summons(one, summons, today, by)
    document = rendering.issue(
        template=made.template, title=made.title, values=papers.filled(made), pupil_id=one.case.pupil_id, by=by, at=at,
        draft=False, about=one, language=papers.language_of(one, made), large_print=one.parent.large_print,
    )  # fmt: skip
    one.charge_service = _serve(one, one.parent, summons.method, made, document, by, at)
    one.summons_file = scanned(summons.file, by, at) if summons.file else None
    one.court_number = summons.court_number.strip() or one.court_number
    words = f"Issued by the court on {long_date(summons.issued_on)}."
    take(one, "summons_issued", "the summons is served", words, by=by, at=at, document=document.pk)
    listed(one, summons.sitting, Hearing.Kind.FIRST, by=by, at=at)
    return one


@transaction.atomic
def reply(*, prosecution_id: int, plea: str, on: date, mitigation: str, by: Any, at: datetime) -> Prosecution:
    """P7: what the defendant replied, or that the time is over without a reply.

    Not guilty, or asking for a hearing, it is listed. Raises StepRefused before the last day has passed without a reply.
    """
    one = locked(prosecution_id, by, at)
    PROSECUTION.check("reply", one, by)
    today = timezone.localdate(at)
    if plea not in Plea.values:
        raise StepRefused("Choose what the defendant replied.")
    if on > today or (one.issued_on is not None and on < one.issued_on):
        raise StepRefused("The reply came after the charge was issued, and not in the future.")
    if plea == Plea.NONE:
        if one.reply_by is None:
            raise StepRefused("The papers do not count as served: no time to reply has run.")
        if one.reply_by >= today:
            raise StepRefused(f"The defendant can reply until {long_date(one.reply_by)}.")
    one.plea, one.plea_on, one.mitigation = plea, on, mitigation.strip()
    deadlines.stop(about=one, by=by, at=at, rule=clocks.REPLY)
    words = str(one.get_plea_display()).lower()
    take(one, "reply", f"reply: {words}", "", by=by, at=at, plea=plea)
    if plea in (Plea.NOT_GUILTY, Plea.HEARING):
        take(one, "to_hearing", "to be heard in court", "", by=by, at=at)
    return one


@transaction.atomic
def certify(*, prosecution_id: int, how: str, by: Any, at: datetime) -> Document:
    """Whoever served the papers says how; the bundle's proof of service repeats it. Raises StepRefused where they are not served."""
    one = locked(prosecution_id, by, at)
    if not by.may("prosecute"):
        raise StepRefused("Your role cannot certify service.")
    service = one.charge_service
    if service is None or service.presumed_on is None:
        raise StepRefused("The papers do not count as served yet: there is nothing to certify.")
    if not how.strip():
        raise StepRefused("Say what you did: who handed it over or posted it, and where.")
    document = rendering.issue(
        template=proofs.TEMPLATE, title=f"{proofs.TITLE} {one.number}", values=proofs.of_charge(one, how.strip(), by, at),
        pupil_id=one.case.pupil_id, by=by, at=at, draft=False, about=one,
    )  # fmt: skip
    tell(one, f"Prosecution {one.number}: service certified", "", by=by, at=at)
    return document
