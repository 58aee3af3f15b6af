"""Applications are decided, revoked, ended: with reasons, conditions and a numbered paper."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents.models import Service
from mainstay.service.documents.service import serve
from mainstay.service.employment import checks, papers
from mainstay.service.employment.actions.applying import DECIDE
from mainstay.service.employment.actions.locking import locked, tell
from mainstay.service.employment.kinds import KINDS, of
from mainstay.service.employment.models import Chaperone, Licence, Permit, PermitChange
from mainstay.service.employment.models.base import State
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience

RENEW: Final = "employment-renew"
#: what may be changed while a permit holds
CHANGED: Final = ("job", "duties", "workplace", "work", "work_listed", "school_week", "free_week")


@transaction.atomic
def grant(*, kind: str, pk: int, reasons: str, conditions: Sequence[str], by: Any, at: datetime) -> Any:
    """Grant it with its conditions; the law's answer is kept with the decision. Raises StepRefused with what is missing."""
    one = locked(KINDS[kind].model, pk, by, at, "decide_employment")
    _take(one, "grant", reasons, by, at)
    one.conditions = [line.strip()[:300] for line in conditions if line.strip()]
    one.granted_on = timezone.localdate(at)
    one.expires_on = _ends(one)
    _paper(one, "grant", by, at)
    if isinstance(one, Chaperone) and one.expires_on:
        deadlines.start(
            pupil=None, about=one, rule=RENEW, label=f"{one.number}: approval ends", by=by, at=at, owner=one.owner,
            trigger_on=one.granted_on, last_day=one.expires_on,
        )  # fmt: skip
    return one


def _ends(one: Any) -> date | None:
    """The last day on which it holds: the end of school age, the last performance, or after the council's years."""
    if isinstance(one, Permit):
        return checks.leaving_age(one.born_on)
    if isinstance(one, Licence):
        return max(day.on for day in one.days.all())
    if isinstance(one, Chaperone):
        years = checks.said(one)["chaperone_years"]
        return clock.last_day_of_months_beginning_with(checks.today(one), 12 * years)
    return one.last_on  # type: ignore[no-any-return]


@transaction.atomic
def refuse(*, kind: str, pk: int, reasons: str, by: Any, at: datetime) -> Any:
    """Refuse it; the paper gives the reasons and how to object or appeal."""
    one = locked(KINDS[kind].model, pk, by, at, "decide_employment")
    _take(one, "refuse", reasons, by, at)
    _paper(one, "refuse", by, at)
    return one


@transaction.atomic
def revoke(*, kind: str, pk: int, reasons: str, by: Any, at: datetime) -> Any:
    """Take back what was granted; the paper gives the reasons."""
    one = locked(KINDS[kind].model, pk, by, at, "decide_employment")
    _take(one, "revoke", reasons, by, at)
    one.ended_on, one.ended_because = timezone.localdate(at), reasons.strip()
    _paper(one, "revoke", by, at)
    return one


@transaction.atomic
def end(*, kind: str, pk: int, step: str, because: str, by: Any, at: datetime) -> Any:
    """step: "withdraw" before a decision, "end" of what was granted."""
    one = locked(KINDS[kind].model, pk, by, at)
    if step not in ("withdraw", "end") or not because.strip():
        raise StepRefused("Say why it ends.")
    one.state, one.state_since = KINDS[kind].steps.check(step, one, by), at
    one.ended_on, one.ended_because = timezone.localdate(at), because.strip()
    _save(one, step, because, by, at)
    return one


def _take(one: Any, step: str, reasons: str, by: Any, at: datetime) -> None:
    kind = of(one)
    one.state, one.state_since = kind.steps.check(step, one, by), at
    one.decision = decide(
        by=by, at=at, kind=f"employment_{kind.key}.{step}", outcome=str(State(one.state)), reasons=reasons,
        answer=_answer(one),
    )  # fmt: skip


def _answer(one: Any) -> dict[str, Any] | None:
    if isinstance(one, Permit):
        weeks = [answer.as_dict() for answer in checks.weeks(one).values()]
        return {"rules_version": weeks[0]["rules_version"], "weeks": weeks}
    answer = checks.licence(one) if isinstance(one, Licence) else None
    return answer.as_dict() if answer else None


def _paper(one: Any, step: str, by: Any, at: datetime) -> None:
    _issue(one, step, by, at)
    _save(one, step, one.decision.reasons if one.decision else "", by, at)


def _issue(one: Any, step: str, by: Any, at: datetime) -> None:
    """The paper, which lies among the letters to post until somebody says on which day it went."""
    one.document = papers.issue(one, step, by=by, at=at)
    name, address = papers.applicant(one)
    serve(
        document=one.document, addressee=None, name=name, address=address, method=Service.Method.FIRST_CLASS,
        channel=Service.Channel.PRINT, sent_on=None, by=by, at=at,
    )  # fmt: skip


def _save(one: Any, step: str, text: str, by: Any, at: datetime) -> None:
    one.save()
    deadlines.stop(about=one, by=by, at=at, rule=DECIDE)
    if one.state not in (State.GRANTED, State.RECEIVED):
        deadlines.stop(about=one, by=by, at=at)
    if hasattr(one, "views"):
        one.views.waiting().update(dropped=True)
    kind = of(one)
    title = f"{kind.one.capitalize()} {one.number}: {one.get_state_display().lower()}"
    school = Audience.SCHOOL if step in ("grant", "revoke", "end") else Audience.SERVICE
    tell(
        one, title, papers.summary(one) if school == Audience.SCHOOL else text, by=by, at=at, audience=school
    )
    trail.record(by=by, at=at, action=f"employment_{kind.key}.{step}", on=one)
    if to := papers.email(one):
        post.queue(
            to=to,
            subject=f"{one.number}: {one.get_state_display().lower()}",
            body=papers.message(one),
            at=at,
            about=one,
        )


@transaction.atomic
def change(*, pk: int, changes: dict[str, Any], because: str, by: Any, at: datetime) -> Permit:
    """Other hours or work while a permit holds; asked of the law again, and a new paper. Raises StepRefused."""
    one: Permit = locked(Permit, pk, by, at, "decide_employment")
    KINDS["permit"].steps.check("change", one, by)
    if not because.strip():
        raise StepRefused("Say why it is changed.")
    if set(changes) - set(CHANGED):
        raise StepRefused("Only hours, job and place can be changed: anything else is a new permit.")
    before = {name: getattr(one, name) for name in changes}
    if before == changes:
        raise StepRefused("Nothing was changed.")
    for name, value in changes.items():
        setattr(one, name, value)
    found = {breach.text: None for answer in checks.weeks(one).values() for breach in answer.breaches}
    if found:
        raise StepRefused(" ".join(found))
    PermitChange.objects.create(
        permit=one, before=before, after=changes, because=because.strip(), at=at, by=by
    )
    _issue(one, "grant", by, at)
    one.save()
    tell(one, f"Employment permit {one.number}: changed", because, by=by, at=at)
    trail.record(by=by, at=at, action="employment_permit.changed", on=one, fields=sorted(changes))
    return one


def expire(*, on: date, at: datetime) -> int:
    """What was granted and is past its last day; the number ended."""
    ended = 0
    for kind in KINDS.values():
        past = kind.model.objects.filter(state=State.GRANTED, expires_on__lt=on).order_by("pk")
        for pk in list(past.values_list("pk", flat=True)):
            ended += _expire(kind, pk, at)
    return ended


@transaction.atomic
def _expire(kind: Any, pk: int, at: datetime) -> int:
    one = kind.model.objects.select_for_update(of=("self",)).get(pk=pk)
    if one.state != State.GRANTED:
        return 0
    one.state, one.state_since, one.ended_on = State.ENDED, at, one.expires_on
    one.ended_because = "Its last day is past."
    one.save(update_fields=["state", "state_since", "ended_on", "ended_because"])
    deadlines.stop(about=one, by=None, at=at)
    tell(one, f"{kind.one.capitalize()} {one.number}: over", one.ended_because, by=None, at=at)
    trail.record(by=None, at=at, action=f"employment_{kind.key}.expired", on=one)
    return 1
