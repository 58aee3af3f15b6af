"""What a prosecution's page shows of its own subject, and a case's page of its prosecutions."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from mainstay.law import defences
from mainstay.service.casework import parts as of_case
from mainstay.service.casework.models import Case
from mainstay.service.court import charging
from mainstay.service.court.actions.testing import FACTORS
from mainstay.service.court.models import Prosecution
from mainstay.service.court.parts import Part
from mainstay.service.court.queries import prosecutions as shown
from mainstay.service.documents.states import state as served

State = Prosecution.State


def proposal(one: Prosecution, user: Any) -> Part:
    return Part(90, "Proposal", _body("part_proposal", one=one))


def order(one: Prosecution, user: Any) -> Part | None:
    if one.consideration is None:
        return None
    return Part(80, "Supervision order considered", _body("part_order", one=one))


def test(one: Prosecution, user: Any) -> Part | None:
    """For those who test, review and decide; it is privileged."""
    if not shown.reads_privileged(user):
        return None
    found = charging.facts_of(one)
    written = found.code_test
    rows = [
        {"key": label, "value": written.factors[name]}
        for name, label in FACTORS.items()
        if written is not None and written.factors.get(name)
    ]
    asked = [(defence, found.defences.get(defence.code)) for defence in defences.of(one.offence)]
    return Part(
        70, "Full code test", _body("part_test", one=one, test=written, asked=asked, factor_rows=rows)
    )


def authorisation(one: Prosecution, user: Any) -> Part | None:
    if one.authorisation is None:
        return None
    owes = [
        {"key": one.school.name if one.school else "The school", "value": "Certificate of attendance, signed by the head teacher; a witness statement"},
        {"key": one.investigator.name, "value": "A witness statement, with exhibits"},
        {"key": one.legal_owner.name if one.legal_owner else "Legal", "value": "The bundle, the charge and its papers"},
    ]  # fmt: skip
    waits = one.state == State.EVIDENCE
    return Part(60, "Authorisation", _body("part_authorisation", one=one, owes=owes if waits else []))


def charge(one: Prosecution, user: Any) -> Part | None:
    if one.issued_on is None:
        return None
    service = one.charge_service
    over = one.reply_by is not None and one.reply_by < timezone.localdate()
    on_papers = one.state == State.SINGLE_JUSTICE and not one.plea and over
    said = {"one": one, "served": served(service) if service else "", "on_papers": on_papers}
    return Part(10, "Charge", _body("part_charge", **said))


def stopping(one: Prosecution, user: Any) -> Part | None:
    if one.stopping is None or (one.stopped_because == "code_test" and not shown.reads_privileged(user)):
        return None
    body = render_to_string("court/prosecution/part_stopping.jinja", {"one": one})
    return Part(5, "Why it was stopped", mark_safe(body))  # noqa: S308 (our template)


def on_case(case: Case, user: Any) -> of_case.Part | None:
    """The prosecutions of a case, and where one is proposed."""
    if not user.may("see_prosecutions"):
        return None
    # the case is in view of whoever sees all schools, its prosecutions with it
    found = shown.kept_with(case) if user.sees_all_schools else shown.of_case(case, user)
    may_propose = user.may("propose_prosecution") and case.closed_at is None
    if not found and not (may_propose and case.state == Case.State.LEGAL):
        return None
    said = {"found": found, "case": case, "colours": shown.COLOURS, "may_propose": may_propose}
    return of_case.Part(70, "Prosecutions", _body("part_case", **said), len(found))


def _body(template: str, **said: Any) -> SafeString:
    return mark_safe(render_to_string(f"court/prosecution/{template}.jinja", said))  # noqa: S308 (our template)
