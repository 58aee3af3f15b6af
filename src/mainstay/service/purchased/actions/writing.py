"""A piece of work is begun beneath its booking, written, given its children, shared, finished."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mainstay.service.common import meanwhile
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.purchased import kinds
from mainstay.service.purchased.models import Moving, Presence, Slot, Work
from mainstay.service.purchased.steps import WORK
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.announcements import intervention_ended
from mainstay.service.record.models import Audience
from mainstay.service.traded.models import Booking

State = Work.State
WRITTEN: Final = ("title", "on", "minutes", "done", "outcome")
#: bookings beneath which work may be written: what was cancelled was not done
BOOKED: Final = (Booking.State.BOOKED, Booking.State.DELIVERED)


@transaction.atomic
def begin(*, booking_id: int, title: str, by: Any, at: datetime) -> Work:
    """Begin to write the work of one booking. Raises StepRefused for a cancelled one, or one not in view."""
    if not by.may("work_purchased"):
        raise StepRefused("Your role cannot write up purchased work.")
    booking = Booking.objects.visible_to(by).select_related("school", "officer").filter(pk=booking_id).first()
    if booking is None:
        raise StepRefused("You cannot see this booking.")
    if booking.state not in BOOKED:
        raise StepRefused("This booking was cancelled: nothing is written up beneath it.")
    made = Work.objects.create(
        booking=booking, service=booking.service, school=booking.school, on=booking.on, state_since=at,
        title=title.strip()[:160] or booking.get_service_display(), made_by=by, made_at=at,
        owner=booking.officer if booking.officer.may("work_purchased") else by,
    )  # fmt: skip
    _take_named(made, booking, by)
    trail.record(by=by, at=at, action="purchased.begun", on=made, booking=booking.pk, service=made.service)
    return made


def _take_named(work: Work, booking: Booking, by: Any) -> None:
    """The children whom the booking names, where the form takes so many."""
    kind = kinds.of(work)
    if kind.about == kinds.NOBODY:
        return
    named = Pupil.objects.visible_to(by).filter(
        traded_bookings=booking, school=booking.school_id, restricted=False
    )
    found = list(named.distinct())
    if kind.about == kinds.SOME or len(found) == 1:
        work.pupils.add(*found)


@transaction.atomic
def open_course(*, service: str, school: School, title: str, on: date, by: Any, at: datetime) -> Work:
    """Training that no booking stands behind: the service offers it to every school, at one of them."""
    if not by.may("work_purchased"):
        raise StepRefused("Your role cannot offer training.")
    if service not in kinds.KINDS or "places" not in kinds.KINDS[service].parts:
        raise StepRefused("Choose which training it is.")
    if not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("You cannot see this school.")
    if not title.strip():
        raise StepRefused("Give it a title.")
    made = Work.objects.create(
        service=service, school=school, title=title.strip()[:160], on=on, state_since=at, made_by=by, made_at=at, owner=by,
        details={"everybody": True},
    )  # fmt: skip
    trail.record(by=by, at=at, action="purchased.course_opened", on=made, service=service)
    return made


@transaction.atomic
def write(*, work_id: int, said: Mapping[str, Any], seen: str, by: Any, at: datetime) -> Work:
    """Keep what the form says: the common words, and the details of its kind.

    seen: ``meanwhile.mark`` of ``kept`` as the page showed it. Raises Changed where somebody else wrote meanwhile.
    """
    work = to_write(work_id, by)
    meanwhile.check(seen, kept(work), said)
    names = {detail.name for detail in kinds.of(work).details}
    if set(said) != {*WRITTEN, *names}:
        raise ValueError(f"not the fields of this work: {sorted(said)}")
    if not str(said["title"]).strip():
        raise StepRefused("Give it a title.")
    for name in WRITTEN:
        value = said[name]
        setattr(work, name, value.strip() if isinstance(value, str) else value)
    details = {n: v.strip() if isinstance(v, str) else v for n, v in said.items() if n in names}
    work.details = {**work.details, **details}
    work.save(update_fields=[*WRITTEN, "details"])
    trail.record(by=by, at=at, action="purchased.written", on=work)
    return work


def kept(work: Work) -> dict[str, Any]:
    """What the form shows of it."""
    details = {detail.name: work.details.get(detail.name) for detail in kinds.of(work).details}
    return {**{name: getattr(work, name) for name in WRITTEN}, **details}


def keep_detail(work: Work, name: str, value: Any) -> None:
    """One thing of the details that no form of words holds; inside the caller's transaction."""
    work.details = {**work.details, name: value}
    work.save(update_fields=["details"])


@transaction.atomic
def choose(*, work_id: int, add: Collection[int], remove: Collection[int], by: Any, at: datetime) -> Work:
    """Choose the children it is about, of the school's roll. Raises StepRefused for one not in view, or used already."""
    work = to_write(work_id, by)
    kind = kinds.of(work)
    if kind.about == kinds.NOBODY:
        raise StepRefused("This work names no children.")
    if work.case_id or work.plan_id or work.referral_id:
        raise StepRefused(
            "A case or plan of this child hangs on it: begin another piece of work for another child."
        )
    found = list(Pupil.objects.visible_to(by).filter(pk__in=add, school=work.school_id, merged_into=None))
    if len(found) != len(set(add)):
        raise StepRefused("Choose children on the roll of this school.")
    if any(not access.may_open(by, pupil) for pupil in found if pupil.restricted):
        raise StepRefused("A record among them is restricted: open it with a reason first.")
    used = Slot.objects.filter(work=work, pupil__in=remove).exists()
    used = used or Presence.objects.filter(session__work=work, pupil__in=remove, there=True).exists()
    if used or Moving.objects.filter(work=work, pupil__in=remove).exists():
        raise StepRefused(
            "This child has a slot, was at a session or is on the list of moves: take them off there first."
        )
    if kind.about == kinds.ONE and add:
        if len(found) > 1:
            raise StepRefused("This work is about one child. Begin another piece of work for another child.")
        work.pupils.clear()
    work.pupils.remove(*remove)
    work.pupils.add(*found)
    trail.record(
        by=by, at=at, action="purchased.children_chosen", on=work, added=sorted(add), removed=sorted(remove)
    )
    return work


@transaction.atomic
def take(*, work_id: int, step: str, by: Any, at: datetime) -> Work:
    """Share it, take it back, finish it, open it again; each child's chronology says that it was shared or finished."""
    work = locked(work_id, by)
    work.state, work.state_since = WORK.check(step, work, by), at
    work.save(update_fields=["state", "state_since"])
    if step in ("share", "finish"):
        _tell(work, step, by, at)
    trail.record(by=by, at=at, action=f"purchased.{step}", on=work)
    if step == "finish":
        _ended(work, by, at)
    return work


def _ended(work: Work, by: Any, at: datetime) -> None:
    """Its school, and every other that came, may be asked how it was; of work about one child its parents, too."""
    pupil = work.pupils.first() if kinds.of(work).about == kinds.ONE else None
    came = School.objects.filter(pk__in=work.places.filter(attended=True).values("school")).order_by("pk")
    service = "training" if work.service in kinds.TRAINING else "purchased"
    for school in dict.fromkeys([work.school, *came]):
        intervention_ended.send(service=service, pupil=pupil, school=school, about=work, by=by, at=at)


def _tell(work: Work, step: str, by: Any, at: datetime) -> None:
    kind = kinds.of(work)
    done = "shared with the school" if step == "share" else "finished"
    slots = {slot.pupil_id: slot for slot in work.slots.all()}
    for pupil in work.pupils.all():
        # of work about several children nobody's words go to another one's record
        text = work.done if kind.about == kinds.ONE else ""
        if step == "finish" and kind.about == kinds.ONE:
            text = work.outcome
        if (slot := slots.get(pupil.pk)) is not None and slot.came:
            text = f"{slot.get_came_display()}. {slot.result}".strip()
        add_entry(
            pupil=pupil, by=by, at=at, kind="purchased_work", title=f"{kind.label} {work.number}: {done}", text=text,
            audience=Audience.SCHOOL, about=work,
        )  # fmt: skip


def locked(work_id: int, by: Any, permission: str = "work_purchased") -> Work:
    """The work, locked. Raises StepRefused where it is not in view, or the record of its one child is not open."""
    rows = Work.objects.select_for_update(of=("self",)).select_related(
        "school", "booking", "owner", "case", "plan"
    )
    work = rows.filter(pk=work_id).first()
    if work is None or not Work.objects.visible_to(by).filter(pk=work_id).exists():
        raise StepRefused("You cannot see this work.")
    if not by.may(permission):
        raise StepRefused("Your role cannot change this.")
    if kinds.of(work).about == kinds.ONE:
        child = work.pupils.first()
        if child is not None and not access.may_open(by, child):
            raise StepRefused("This record is restricted: open it with a reason first.")
    return work


def to_write(work_id: int, by: Any, permission: str = "work_purchased") -> Work:
    """The work, locked, while it can still be written on."""
    work = locked(work_id, by, permission)
    if work.state == State.DONE:
        raise StepRefused("This work is finished. Open it again to write on.")
    return work


def of_part(work_id: int, part: str, by: Any, permission: str = "work_purchased") -> Work:
    """As ``to_write``, of a form that has this part."""
    work = to_write(work_id, by, permission)
    if part not in kinds.of(work).parts:
        raise StepRefused("This service has no such part.")
    return work


def child_of(work: Work, pupil_id: int | None, by: Any) -> Pupil:
    """One of its children, in view. Raises StepRefused for any other."""
    child = work.pupils.filter(Q(pk=pupil_id)).first() if pupil_id else None
    if child is None or not access.in_view(by, child):
        raise StepRefused("Choose one of the children of this work.")
    return child


def today(at: datetime) -> date:
    return timezone.localdate(at)
