"""Events after a conviction: a statutory declaration, reopening, an appeal. A void result stays, shown as void."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.law import deadlines as law
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import mails
from mainstay.service.court.actions.hearings import RELIST_WORKING_DAYS
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.results import APPEAL, unsettle_notice
from mainstay.service.court.actions.sittings import RELIST, may
from mainstay.service.court.models import Prosecution, Result
from mainstay.service.court.steps import PROSECUTION
from mainstay.service.penalties.models import Notice
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience

Void = Result.Void


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """kind: a value of ``Result.Void``; on: the day of the declaration or decision; aware_on: of a declaration, when
    the parent heard of the proceedings; late_allowed: the court took it although its time was over."""

    kind: str
    on: date
    because: str
    aware_on: date | None = None
    late_allowed: bool = False


@transaction.atomic
def make_void(*, result_id: int, event: Event, by: Any, at: datetime) -> Result:
    """The conviction is void from that day; the case is listed again, or over where an appeal was allowed.

    Raises StepRefused for a day that cannot be, without reasons, or out of time where the court did not allow it.
    """
    result, one = _held(result_id, by)
    target = PROSECUTION.check("appeal_allowed" if event.kind == Void.APPEAL else "void", one, by)
    if wrong := _wrong(result, event, timezone.localdate(at)):
        raise StepRefused(wrong)
    result.void, result.void_on, result.void_because = event.kind, event.on, event.because.strip()
    result.aware_on = event.aware_on
    result.save(update_fields=["void", "void_on", "void_because", "aware_on"])
    deadlines.stop(about=result, by=by, at=at)
    deadlines.stop(about=one, by=by, at=at)
    again = event.kind != Void.APPEAL
    one.state, one.state_since, one.closed_at = target, at, None if again else at
    if again:
        one.plea, one.plea_on, one.mitigation = "", None, ""
        _relist(one, by, at)
    one.save()
    unsettle_notice(one, "" if again else Notice.Outcome.ACQUITTED)
    words = f"{result.get_void_display()}, {long_date(event.on)}. The result of {long_date(result.on)} no longer counts."
    follows = "The case goes back to the court." if again else "The case is over."
    told = result.told_school_at is not None
    tell(one, f"{one.number}: the result is void", f"{words}\n{follows}", by=by, at=at,
         audience=Audience.SCHOOL if told else Audience.SERVICE, about=result)  # fmt: skip
    if told:
        mails.to_school(one, "A result that you were told is void", at)
    trail.record(
        by=by, at=at, action="result.void", on=result, prosecution=one.pk, kind=event.kind, on_day=event.on
    )
    return result


def _held(result_id: int, by: Any) -> tuple[Result, Prosecution]:
    may(by)
    result = Result.objects.select_for_update().get(pk=result_id)
    one = locked(result.prosecution_id, by)
    if result.void:
        raise StepRefused(f"This result is void already: {result.get_void_display().lower()}.")
    return result, one


def _wrong(result: Result, event: Event, today: date) -> str:
    if event.kind not in Void.values:
        return "Choose what happened."
    if not event.because.strip():
        return "Say what the court was told, or why it decided so."
    if event.on < result.on or event.on > today:
        return "The day lies before the result, or is still to come."
    if event.kind == Void.APPEAL and result.appealed_on is None:
        return "Record the appeal first."
    if event.kind != Void.DECLARATION:
        return ""
    if event.aware_on is None or not result.on <= event.aware_on <= event.on:
        return "Say when the parent heard of the proceedings: after the result, and before the declaration."
    last = law.find("statutory-declaration", event.aware_on).last_day
    if event.on > last and not event.late_allowed:
        return f"The declaration was possible until {long_date(last)}: only the court can allow it later, and you say that it did."
    return ""


def _relist(one: Prosecution, by: Any, at: datetime) -> None:
    today = timezone.localdate(at)
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=RELIST, label=f"{one.number}: ask the court for the next day",
        trigger_on=today, last_day=clock.working_day_after(today, RELIST_WORKING_DAYS), by=by, at=at,
        owner=one.legal_owner or by,
    )  # fmt: skip


@transaction.atomic
def appealed(*, result_id: int, on: date, note: str, late_allowed: bool, by: Any, at: datetime) -> Result:
    """The parent appeals to the Crown Court. Raises StepRefused out of time where that court did not allow it."""
    result, one = _held(result_id, by)
    if not result.convicted:
        raise StepRefused("There is no conviction to appeal against.")
    if result.appealed_on is not None:
        raise StepRefused("The appeal is recorded already.")
    if on < result.on or on > timezone.localdate(at):
        raise StepRefused("The day lies before the result, or is still to come.")
    last = law.find(APPEAL, result.on).last_day
    if on > last and not late_allowed:
        raise StepRefused(
            f"An appeal was possible until {long_date(last)}: only the Crown Court can allow it later, and you say that it did."
        )
    result.appealed_on, result.appeal_note = on, note.strip()
    result.save(update_fields=["appealed_on", "appeal_note"])
    deadlines.stop(about=result, rule=APPEAL, by=by, at=at)
    tell(
        one,
        f"{one.number}: appeal to the Crown Court",
        f"{long_date(on)}. {note.strip()}",
        by=by,
        at=at,
        about=result,
    )
    trail.record(by=by, at=at, action="result.appealed", on=result, prosecution=one.pk, on_day=on)
    return result


@transaction.atomic
def appeal_dismissed(*, result_id: int, on: date, note: str, by: Any, at: datetime) -> Result:
    """The Crown Court dismissed the appeal, or it was abandoned: the result stands."""
    result, one = _held(result_id, by)
    if result.appealed_on is None or result.appeal_dismissed_on is not None:
        raise StepRefused("There is no appeal that waits for its decision.")
    if on < result.appealed_on or on > timezone.localdate(at):
        raise StepRefused("The day lies before the appeal, or is still to come.")
    result.appeal_dismissed_on = on
    result.appeal_note = "\n".join(filter(None, (result.appeal_note, note.strip())))
    result.save(update_fields=["appeal_dismissed_on", "appeal_note"])
    tell(
        one, f"{one.number}: appeal dismissed", f"{long_date(on)}. {note.strip()}", by=by, at=at, about=result
    )
    trail.record(by=by, at=at, action="result.appeal_dismissed", on=result, prosecution=one.pk, on_day=on)
    return result
