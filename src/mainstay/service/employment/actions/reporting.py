"""A report of illegal employment: triage with risk first, visits, the outcome, and who was told."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import limitation
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.employment import checks
from mainstay.service.employment.actions.applying import TRIAGE
from mainstay.service.employment.actions.locking import locked, tell
from mainstay.service.employment.kinds import KINDS
from mainstay.service.employment.models import Inspection, Permit, Report
from mainstay.service.employment.steps import REPORT
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience

LIMIT: Final = "employment-limitation"
State, Risk, Outcome = Report.State, Report.Risk, Report.Outcome


@transaction.atomic
def triage(*, pk: int, risk: str, told_whom: str, reasons: str, by: Any, at: datetime) -> Report:
    """Weigh the risk first. Raises StepRefused where there is one and nobody at the hub or the police was told."""
    one: Report = locked(Report, pk, by, at)
    target = REPORT.check("triage", one, by)
    if risk not in Risk.values:
        raise StepRefused("Say what risk there is.")
    if risk != Risk.NONE and not told_whom.strip():
        raise StepRefused(
            "Tell the safeguarding hub or the police first, and say whom, with their reference."
        )
    one.triage = decide(by=by, at=at, kind="employment_report.triage", outcome=risk, reasons=reasons)
    one.risk, one.told_whom = risk, told_whom.strip()[:200]
    one.state, one.state_since, one.owner = target, at, one.owner or by
    one.save()
    deadlines.stop(about=one, rule=TRIAGE, by=by, at=at)
    tell(one, f"Report {one.number}: {one.get_risk_display().lower()}", reasons, by=by, at=at)
    trail.record(by=by, at=at, action="employment_report.triage", on=one, risk=risk)
    return one


@transaction.atomic
def visit(
    *, kind: str, pk: int, on: date, where: str, met: str, checks_: list[list[str]], outcome: str, text: str, by: Any,
    at: datetime, children: int = 0, chaperones: int = 0, cautioned: bool = False, photo: StoredFile | None = None,
) -> Inspection:  # fmt: skip
    """Write down a visit or inspection. kind: "report", or of ``kinds.KINDS``. Raises StepRefused for a day to come."""
    model = Report if kind == "report" else KINDS[kind].model
    one = locked(model, pk, by, at)
    if on > timezone.localdate(at):
        raise StepRefused("A visit is written down once it was made.")
    if outcome not in Inspection.Outcome.values or not text.strip():
        raise StepRefused("Say what was seen, and what came of it.")
    if kind == "report":
        one.state, one.state_since = REPORT.check("visit", one, by), at
        one.save(update_fields=["state", "state_since"])
    made = Inspection.objects.create(
        **{kind: one}, on=on, where=where.strip(), met=met.strip(), checks=checks_, outcome=outcome, text=text.strip(),
        children=children, chaperones=chaperones, cautioned=cautioned, photo=photo, at=at, by=by,
    )  # fmt: skip
    tell(
        one,
        f"Visit {made.number} about {one.number}: {made.get_outcome_display().lower()}",
        made.text,
        by=by,
        at=at,
    )
    trail.record(by=by, at=at, action="employment.visited", on=made, about=one.number)
    return made


@transaction.atomic
def close(
    *, pk: int, outcome: str, reasons: str, offence_from: date | None, offence_to: date | None, by: Any, at: datetime,
    permit: Permit | None = None,
) -> Report:  # fmt: skip
    """Decide what becomes of it; where a prosecution is considered the six months are counted from the offence."""
    one: Report = locked(Report, pk, by, at, "decide_employment")
    today = checks.today(one)
    if outcome not in Outcome.values:
        raise StepRefused("Choose the outcome.")
    if offence_from and (offence_to or offence_from) < offence_from:
        raise StepRefused("The offence ends on or after the day it began.")
    if offence_from and max(offence_from, offence_to or offence_from) > today:
        raise StepRefused("The offence lies in the past.")
    if one.risk != Risk.NONE and outcome == Outcome.NONE and not one.inspections.exists():
        raise StepRefused("There is a risk to the child: visit before it is closed with nothing found.")
    one.outcome, one.permit = outcome, permit
    one.offence_from, one.offence_to = offence_from, offence_to or offence_from
    found = limits(one) if offence_from else None
    if outcome == Outcome.PROSECUTION and found and found.blocked:
        raise StepRefused("All of the offence is out of time: choose another outcome.")
    one.state, one.state_since = REPORT.check("close", one, by), at
    one.closing = decide(
        by=by, at=at, kind="employment_report.close", outcome=outcome, reasons=reasons,
        answer=found.as_dict() if found else None,
    )  # fmt: skip
    one.save()
    if outcome == Outcome.PROSECUTION and found:
        deadlines.start(
            pupil=one.pupil_id, about=one, rule=LIMIT, label=f"{one.number}: last day to begin a prosecution", by=by, at=at,
            owner=one.owner, trigger_on=offence_from or today, last_day=found.safe_date, answer=found.as_dict(),
        )  # fmt: skip
    tell(one, f"Report {one.number}: {one.get_outcome_display().lower()}", reasons, by=by, at=at)
    trail.record(by=by, at=at, action="employment_report.close", on=one, outcome=outcome)
    return one


def limits(one: Report) -> limitation.LimitationAnswer | None:
    """Until when a prosecution can be begun, if it were today; from the day the child was seen while no offence is named.

    None where neither is known: the day a report came says nothing of when the offence was.
    """
    first = one.offence_from or one.seen_on
    return limitation.find(first, one.offence_to or first, checks.today(one)) if first else None


@transaction.atomic
def told(*, pk: int, whom: str, what: str, on: date, by: Any, at: datetime) -> Report:
    """whom: "referrer" or "school". what: how and what, or why nobody can be told."""
    one: Report = locked(Report, pk, by, at)
    REPORT.check("tell", one, by)
    if whom not in ("referrer", "school") or not what.strip() or on > checks.today(one):
        raise StepRefused("Say whom you told, what, and on which day.")
    if whom == "school" and one.school_id is None:
        raise StepRefused("No school is known: find the child in the directory first.")
    setattr(one, f"{whom}_told_on", on)
    setattr(one, f"{whom}_told", what.strip()[:300])
    one.save()
    audience = Audience.SCHOOL if whom == "school" else Audience.SERVICE
    tell(one, f"Report {one.number}: the {whom} was told", what, by=by, at=at, audience=audience)
    trail.record(by=by, at=at, action="employment_report.told", on=one, whom=whom)
    return one
