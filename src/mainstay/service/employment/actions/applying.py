"""Applications and reports arrive: from the public form, or typed by the service."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import deadlines as law
from mainstay.service.common.audit import trail
from mainstay.service.common.keys import fold
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.employment import checks
from mainstay.service.employment.actions.alerting import alert
from mainstay.service.employment.actions.locking import tell
from mainstay.service.employment.kinds import KINDS, of
from mainstay.service.employment.models import Licence, LicenceDay, Permit, Report
from mainstay.service.employment.values import in_force
from mainstay.service.record import access, deadlines

DECIDE: Final = "employment-decide"
TRIAGE: Final = "employment-triage"
OFFER: Final = "offer-of-employment-permit"


@transaction.atomic
def apply(
    *, kind: str, said: Mapping[str, Any], source: str, at: datetime, by: Any | None = None, pupil: Pupil | None = None,
    received_on: date | None = None,
) -> Any:  # fmt: skip
    """Keep an application of a kind (``kinds.KINDS``). said: its fields; "days" of a licence, as ``LicenceDay`` has them.

    by: None for the public form. Raises StepRefused for a law not in force, and a child who is not in view.
    """
    today = timezone.localdate(at)
    if by is not None and not by.may("work_employment"):
        raise StepRefused("Your role cannot type an application.")
    if pupil is not None and not access.may_open(by, pupil):
        raise StepRefused("You cannot see this pupil.")
    if (received_on or today) > today:
        raise StepRefused("The day it came cannot be in the future.")
    given = dict(said)
    days = given.pop("days", None)
    if kind == "permit" and (words := checks.regime_refused(given.get("regime", Permit.Regime.CYPA), today)):
        raise StepRefused(words)
    if kind == "licence":
        given["producer_key"] = fold(given["producer"])
        if not days:
            raise StepRefused("Write down at least one day.")
    if pupil is not None:
        given["pupil"] = pupil
    one = KINDS[kind].model.objects.create(
        state_since=at, source=source, received_on=received_on or today, owner=by, **given
    )
    for day in days or ():
        LicenceDay.objects.create(licence=one, **day)
    _start_clock(one, by, at)
    tell(one, f"{KINDS[kind].one.capitalize()} {one.number} asked for", "", by=by, at=at)
    trail.record(by=by, at=at, action=f"employment_{kind}.received", on=one, source=source)
    return one


def _start_clock(one: Any, by: Any, at: datetime) -> None:
    last = one.received_on + timedelta(days=in_force(timezone.localdate(at))["decide_days"])
    if isinstance(one, Licence):
        last = min(last, *(day.on for day in one.days.all()))
    deadlines.start(
        pupil=getattr(one, "pupil_id", None), about=one, rule=DECIDE, label=f"{one.number}: decide", by=by, at=at,
        owner=one.owner, trigger_on=one.received_on, last_day=last,
    )  # fmt: skip


def late_offer(one: Permit) -> str | None:
    """Words where the employer applied later than the law asks."""
    answer = law.find(OFFER, one.offered_on)
    if one.received_on <= answer.last_day:
        return None
    return f"The work was offered on {one.offered_on:%-d %B %Y} and applied for later than the law asks: {answer.reasons[0].text}"


@transaction.atomic
def report(
    *, said: Mapping[str, Any], source: str, at: datetime, by: Any | None = None, pupil: Pupil | None = None
) -> Report:
    """Keep a report of illegal employment. Raises StepRefused for a child who is not in view."""
    if by is not None and not by.may("report_employment"):
        raise StepRefused("Your role cannot report this.")
    if pupil is not None and not access.may_open(by, pupil):
        raise StepRefused("You cannot see this pupil.")
    today = timezone.localdate(at)
    given = dict(said)
    if given.get("seen_on") and given["seen_on"] > today:
        raise StepRefused("The day the child was seen cannot be in the future.")
    one = Report.objects.create(
        state_since=at, source=source, received_on=today, reported_by=by, pupil=pupil,
        school=pupil.school if pupil else None, **given,
    )  # fmt: skip
    days = 0 if one.danger else in_force(today)["triage_days"]
    deadlines.start(
        pupil=pupil, about=one, rule=TRIAGE, label=f"{one.number}: triage", by=by, at=at, trigger_on=today,
        last_day=today + timedelta(days=days),
    )  # fmt: skip
    tell(one, f"Illegal employment reported: {one.number}", one.concern, by=by, at=at)
    trail.record(by=by, at=at, action="employment_report.received", on=one, source=source)
    if one.danger:
        alert(one, by=by, at=at)
    return one


@transaction.atomic
def identify(*, kind: str, pk: int, pupil: Pupil | None, off_record: str, by: Any, at: datetime) -> Any:
    """Say which child of the directory it is about, or why the child is in none. Raises StepRefused for neither or both."""
    from mainstay.service.employment.actions.locking import locked

    model = Report if kind == "report" else KINDS[kind].model
    one = locked(model, pk, by, at)
    off_record = off_record.strip()[:300]
    if (pupil is None) == (not off_record):
        raise StepRefused("Choose the child, or say why the child is in no record here.")
    if pupil is not None and not access.may_open(by, pupil):
        raise StepRefused("You cannot see this pupil.")
    if one.state in ("refused", "withdrawn", "revoked", "ended", "closed"):
        raise StepRefused("It is over: the child is not changed any more.")
    before = one.pupil_id
    one.pupil = pupil
    fields = ["pupil"]
    if kind == "report":
        one.school = pupil.school if pupil else None
        fields.append("school")
    else:
        one.off_record = off_record
        fields.append("off_record")
    one.save(update_fields=fields)
    _move_deadlines(one, pupil)
    tell(one, f"{one.number} is about this child", "", by=by, at=at)
    trail.record(by=by, at=at, action="employment.identified", on=one, before=before, after=one.pupil_id)
    return one


def _move_deadlines(one: Any, pupil: Pupil | None) -> None:
    from mainstay.service.record.models import Deadline

    Deadline.objects.filter(about_kind=one._meta.label_lower, about_id=str(one.pk)).update(pupil=pupil)


@transaction.atomic
def correct(*, kind: str, pk: int, changes: Mapping[str, Any], by: Any, at: datetime) -> Any:
    """Put right or complete an application that is being checked; the audit keeps what was changed."""
    from mainstay.service.employment.actions.locking import locked

    one = locked(KINDS[kind].model, pk, by, at)
    if one.state != one.State.RECEIVED:
        raise StepRefused(f"This {of(one).one} is decided: it is not corrected any more.")
    changed = sorted(
        name for name, value in changes.items() if name != "days" and getattr(one, name) != value
    )
    for name in changed:
        setattr(one, name, changes[name])
    if kind == "licence":
        one.producer_key = fold(one.producer)
    one.save()
    if "days" in changes:
        if not changes["days"]:
            raise StepRefused("Write down at least one day.")
        one.days.all().delete()
        for day in changes["days"]:
            LicenceDay.objects.create(licence=one, **day)
    _start_clock(one, by, at)
    trail.record(by=by, at=at, action=f"employment_{kind}.corrected", on=one, fields=changed)
    return one


@transaction.atomic
def take_on(*, kind: str, pk: int, by: Any, at: datetime) -> Any:
    """Whoever asks works on it from now on; its open deadlines go with it."""
    from mainstay.service.employment.actions.locking import locked
    from mainstay.service.record.models import Deadline

    one = locked(Report if kind == "report" else KINDS[kind].model, pk, by, at)
    before, one.owner = one.owner_id, by
    one.save(update_fields=["owner"])
    Deadline.objects.running().filter(about_kind=one._meta.label_lower, about_id=str(one.pk)).update(owner=by)
    trail.record(by=by, at=at, action="employment.taken_on", on=one, before=before)
    return one
