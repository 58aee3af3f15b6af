"""Courts, their sittings, and prosecutions put onto a sitting's list."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from mainstay.law import deadlines as law
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import date_time, long_date
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.models import Court, Hearing, Prosecution, Sitting
from mainstay.service.court.steps import PROSECUTION
from mainstay.service.court.steps_hearings import kind_of, may_list
from mainstay.service.record import deadlines
from mainstay.service.record.models import Meeting

State, Kind = Prosecution.State, Hearing.Kind
RECORDED: Final = "result-recorded"
RELIST: Final = "court-relist"


def may(by: Any) -> None:
    """Raises StepRefused for a role that does not prosecute."""
    if not by.may("prosecute"):
        raise StepRefused("Your role does not prosecute: ask the legal co-ordinator.")


@transaction.atomic
def add_court(*, name: str, code: str, address: str, by: Any, at: datetime) -> Court:
    """Raises StepRefused without a name, or for one that there is already."""
    may(by)
    name = " ".join(name.split())
    if not name:
        raise StepRefused("Give the court its name.")
    if Court.objects.filter(name__iexact=name).exists():
        raise StepRefused(f"{name} is there already.")
    court = Court.objects.create(name=name, code=code.strip(), address=address.strip())
    trail.record(by=by, at=at, action="court.added", on=court, name=name, code=court.code)
    return court


@transaction.atomic
def change_court(*, court_id: int, code: str, address: str, closed: bool, by: Any, at: datetime) -> Court:
    """Code, address, and whether sittings are still added; hearings held there keep it."""
    may(by)
    court = Court.objects.select_for_update().get(pk=court_id)
    old = {"code": court.code, "address": court.address, "closed_on": court.closed_on}
    court.code, court.address = code.strip(), address.strip()
    court.closed_on = (court.closed_on or timezone.localdate(at)) if closed else None
    court.save()
    new = {"code": court.code, "address": court.address, "closed_on": court.closed_on}
    trail.record(by=by, at=at, action="court.changed", on=court, old=old, new=new)
    return court


@transaction.atomic
def add_sitting(
    *, court_id: int, starts: datetime, courtroom: str, presenter: Any | None, by: Any, at: datetime
) -> Sitting:
    """Raises StepRefused for a closed court, one there is already, and a presenter who may not prosecute."""
    may(by)
    court = Court.objects.get(pk=court_id)
    if court.closed_on is not None:
        raise StepRefused(f"{court.name} is closed: choose another court.")
    if presenter is not None and not presenter.may("prosecute"):
        raise StepRefused(f"{presenter.name} does not present cases in court: choose somebody who does.")
    try:
        with transaction.atomic():
            sitting = Sitting.objects.create(
                court=court, starts=starts, courtroom=courtroom.strip(), presenter=presenter
            )
    except IntegrityError:
        raise StepRefused("That sitting is there already: put the cases onto its list.") from None
    trail.record(by=by, at=at, action="sitting.added", on=sitting, court=court.pk, starts=starts)
    return sitting


def clashes(sitting: Sitting) -> list[str]:
    """What else whoever presents has at that time, in words that name no child."""
    if sitting.presenter_id is None:
        return []
    day = timezone.localdate(sitting.starts)
    others = Sitting.objects.filter(presenter=sitting.presenter_id, starts__date=day).exclude(pk=sitting.pk)
    meetings = Meeting.objects.filter(
        organiser=sitting.presenter_id, state=Meeting.State.PLANNED, starts__date=day
    )
    return [
        *(f"another sitting at {one.court.name}, {date_time(one.starts)}" for one in others.select_related("court")),
        *(f"a meeting, {date_time(one.starts)}" for one in meetings.order_by("starts")),
    ]  # fmt: skip


@transaction.atomic
def put_onto(
    *, sitting_id: int, prosecution_ids: Iterable[int], kind: str, by: Any, at: datetime
) -> Sequence[Hearing]:
    """List prosecutions for a sitting; kind: "" for the hearing each comes to next.

    All of them or none: raises StepRefused with every reason, each beginning with the prosecution's number.
    """
    may(by)
    sitting = Sitting.objects.select_related("court", "presenter").get(pk=sitting_id)
    asked = [locked(pk, by) for pk in sorted(set(prosecution_ids))]
    if not asked:
        raise StepRefused("Choose at least one prosecution.")
    on = timezone.localdate(sitting.starts)
    if on < timezone.localdate(at):
        raise StepRefused("That sitting is over: choose one that is to come.")
    wrong = [
        f"{one.number} {words}" for one in asked if (words := may_list(one, kind or kind_of(one), on))
    ]
    if wrong:
        raise StepRefused(" ".join(wrong))
    return [listed(one, sitting, kind or kind_of(one), by=by, at=at) for one in asked]


def listed(one: Prosecution, sitting: Sitting, kind: str, *, by: Any, at: datetime) -> Hearing:
    """Put a locked prosecution onto the list, with the clock of its result."""
    if one.state == State.SINGLE_JUSTICE and kind != Kind.SINGLE_JUSTICE:
        one.state, one.state_since = PROSECUTION.check("to_hearing", one, by), at
        one.save(update_fields=["state", "state_since"])
    hearing = Hearing.objects.create(prosecution=one, sitting=sitting, kind=kind)
    on = timezone.localdate(sitting.starts)
    deadlines.stop(about=one, rule=RELIST, by=by, at=at)
    deadlines.start(
        pupil=one.case.pupil_id, about=hearing, rule=RECORDED, label=f"{one.number}: hearing, record it the same day",
        trigger_on=on, by=by, at=at, owner=sitting.presenter or one.legal_owner, **deadlines.counted(law.find(RECORDED, on)),
    )  # fmt: skip
    where = f"{sitting.court.name}, {date_time(sitting.starts)}"
    tell(one, f"{one.number} listed for {long_date(on)}", f"{hearing.get_kind_display()}: {where}.", by=by, at=at)
    trail.record(by=by, at=at, action="hearing.listed", on=hearing, prosecution=one.pk, sitting=sitting.pk)
    return hearing
