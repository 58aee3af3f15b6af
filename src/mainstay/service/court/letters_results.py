"""The letter about a result, made from the row: to the parent prosecuted, about nobody else."""

from datetime import date
from typing import Any

from django.utils import timezone

from mainstay.law import charge
from mainstay.law import deadlines as law
from mainstay.service.casework import sending
from mainstay.service.common.ui.filters import money
from mainstay.service.court import sentencing
from mainstay.service.court.models import Hearing, Prosecution, Result, Sentence
from mainstay.service.documents import writing as ways
from mainstay.service.documents.homes import Home
from mainstay.service.documents.letters import Addressee, CourtEnded, CourtResult

Verdict, Kind = Result.Verdict, Sentence.Kind


def about(result: Result, one: Prosecution, home: Home, on: date, by: Any) -> sending.ToParent:
    """Of a result that stands."""
    parts = {part.kind: part for part in result.sentences.all()}
    acquitted = result.verdict in (Verdict.ACQUITTED, Verdict.DISMISSED)
    hearing = result.hearing
    letter = CourtResult(
        sender=ways.on(on).sender,
        addressee=Addressee(one.parent.name, home.lines),
        reference=one.number,
        dated=on,
        signed_by=by.name,
        signed_post=by.post,
        child_name=f"{one.case.pupil.forename} {one.case.pupil.surname}".strip(),
        school=(one.school or one.case.school).name,
        court=hearing.sitting.court.name if hearing else "the court",
        heard_on=timezone.localdate(hearing.sitting.starts) if hearing else result.on,
        ending="convicted" if result.convicted else "acquitted" if acquitted else "ended",
        offence=charge.OFFENCES[result.offence],
        lesser=result.verdict == Verdict.LESSER,
        in_absence=bool(hearing and hearing.in_absence),
        sentences=tuple(sentencing.in_words(part) for part in parts.values()),
        pay=_pay(result, parts),
        parenting_until=parts[Kind.PARENTING].ends_on if Kind.PARENTING in parts else None,
        discharge_until=parts[Kind.CONDITIONAL].ends_on if Kind.CONDITIONAL in parts else None,
        directed=result.supervision_directed,
        appeal_by=law.find("crown-court-appeal", result.on).last_day if result.convicted else None,
    )
    return sending.ToParent(one.parent, letter, home.text)


def ended(
    result: Result, one: Prosecution, home: Home, on: date, by: Any, *, hearing: Hearing | None
) -> sending.ToParent:
    """Of one that the council discontinued; hearing: that was to come."""
    letter = CourtEnded(
        sender=ways.on(on).sender,
        addressee=Addressee(one.parent.name, home.lines),
        reference=one.number,
        dated=on,
        signed_by=by.name,
        signed_post=by.post,
        child_name=f"{one.case.pupil.forename} {one.case.pupil.surname}".strip(),
        school=(one.school or one.case.school).name,
        hearing_on=timezone.localdate(hearing.sitting.starts) if hearing else None,
        court=hearing.sitting.court.name if hearing else "",
    )
    return sending.ToParent(one.parent, letter, home.text)


def _pay(result: Result, parts: dict[str, Sentence]) -> tuple[tuple[str, str], ...]:
    fine = parts[Kind.FINE].pence or 0 if Kind.FINE in parts else 0
    sums = [("Fine", fine), ("Surcharge", result.surcharge_pence), ("Costs", result.costs_granted_pence)]
    lines = [(name, money(pence)) for name, pence in sums if pence]
    if len(lines) > 1:
        lines.append(("Together", money(sum(pence for _, pence in sums))))
    return tuple(lines)
