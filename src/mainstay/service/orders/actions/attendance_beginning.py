"""A road to an attendance order begins; its enquiries are logged; whose it is, and under which law, may change."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.law import deadlines as law
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Dated, Parent, Parenthood, Pupil
from mainstay.service.orders import attendance_ground as ground
from mainstay.service.orders.actions.attendance_locking import locked, needs_state, tell
from mainstay.service.orders.models import AttendanceEnquiry, AttendanceOrder, AttendanceOrderNotice
from mainstay.service.orders.steps_attendance import OPEN
from mainstay.service.record import access, deadlines
from mainstay.service.record.models import Deadline

CONTACT: Final = "sao-first-contact"
State, Regime = AttendanceOrder.State, AttendanceOrder.Regime


def refused(pupil: Pupil, on: date, regime: str = Regime.EA1996) -> str | None:
    """Why no road may begin for this child."""
    school = ground.registered_at(pupil, on)
    if school is not None:
        return ground.not_this_road(school)
    if words := ground.outside_age(pupil, on):
        return words
    if AttendanceOrder.objects.open().filter(pupil=pupil).exists():
        return "An attendance order of this child is open already: work goes on there."
    return ground.regime_refused(regime, on)


@transaction.atomic
def begin(
    *,
    pupil: Pupil,
    because: str,
    received_on: date,
    parents: Collection[int],
    by: Any,
    at: datetime,
    regime: str = Regime.EA1996,
) -> AttendanceOrder:
    """Begin the enquiries about one child. received_on: the day somebody told the service; parents: whom it writes to.

    Raises StepRefused for a registered child, outside compulsory school age, and under a law not in force.
    """
    today = timezone.localdate(at)
    if not by.may("work_orders") or not access.may_open(by, pupil):
        raise StepRefused("Your role cannot begin an attendance order, or the record is not open to you.")
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    if words := refused(pupil, today, regime):
        raise StepRefused(words)
    if not because.strip():
        raise StepRefused("Say why it appears that the child is not receiving suitable education.")
    if received_on > today:
        raise StepRefused("The day somebody told the service cannot be in the future.")
    one = AttendanceOrder.objects.create(
        pupil=pupil, regime=regime, state_since=at, owner=by, opened_at=at, opened_by=by, opened_because=because.strip(),
        received_on=received_on,
    )  # fmt: skip
    _keep_parents(one, parents, today)
    _start_clocks(one, by, at)
    tell(one, "enquiries begun", because, by=by, at=at)
    trail.record(by=by, at=at, action="attendance_order.begun", on=one, regime=regime)
    return one


def _start_clocks(one: AttendanceOrder, by: Any, at: datetime) -> None:
    try:
        contact = law.find(CONTACT, one.received_on)
    except clock.BeyondTable as unknown:
        raise StepRefused(f"When the family is to be contacted cannot be said: {unknown}.") from None
    deadlines.start(
        pupil=one.pupil_id, about=one, rule=CONTACT, label=f"{one.number}: first contact", by=by, at=at, owner=one.owner,
        trigger_on=one.received_on, **deadlines.counted(contact),
    )  # fmt: skip
    span = ground.school_age(one.pupil)
    assert span is not None
    leaving = law.find(ground.LEAVING, span[1])
    if leaving.last_day >= timezone.localdate(at):
        deadlines.start(
            pupil=one.pupil_id, about=one, rule=ground.LEAVING, label=f"{one.number}: compulsory school age ends soon",
            by=by, at=at, owner=one.owner, trigger_on=span[1], **deadlines.counted(leaving),
        )  # fmt: skip


def _keep_parents(one: AttendanceOrder, parents: Collection[int], on: date) -> list[Parent]:
    ties = Parenthood.objects.filter(Dated.on(on), pupil=one.pupil_id, parent__in=parents).select_related(
        "parent"
    )
    known = {tie.parent_id: tie.parent for tie in ties}
    if set(parents) - set(known):
        raise StepRefused("Choose parents and carers of this child.")
    one.parents.set(known.values())
    return list(known.values())


@transaction.atomic
def choose_parents(
    *, order_id: int, parents: Collection[int], because: str, by: Any, at: datetime
) -> AttendanceOrder:
    """Whom papers go to from now on. Raises StepRefused without anybody, or without the reason."""
    one = locked(order_id, by, at)
    needs_state(one, *OPEN)
    if not parents or not because.strip():
        raise StepRefused("Choose at least one parent, and say why.")
    before = sorted(one.parents.order_by().values_list("pk", flat=True))
    kept = _keep_parents(one, parents, timezone.localdate(at))
    tell(one, f"papers go to {' and '.join(sorted(parent.name for parent in kept))}", because, by=by, at=at)
    after = sorted(parent.pk for parent in kept)
    trail.record(by=by, at=at, action="attendance_order.parents", on=one, before=before, after=after)
    return one


@transaction.atomic
def enquire(*, order_id: int, kind: str, on: date, text: str, by: Any, at: datetime) -> AttendanceEnquiry:
    """Log one enquiry. A contact with the family, or one that was tried, meets the clock of the first contact."""
    one = locked(order_id, by, at)
    needs_state(one, *OPEN)
    if kind not in AttendanceEnquiry.Kind.values or not text.strip():
        raise StepRefused("Say what was done, and what came of it.")
    if not one.received_on <= on <= timezone.localdate(at):
        raise StepRefused("The day lies between the day the service was told and today.")
    line = one.enquiries.create(kind=kind, on=on, text=text.strip(), at=at, by=by)
    if kind != AttendanceEnquiry.Kind.REPORT:
        deadlines.stop(about=one, rule=CONTACT, by=by, at=at)
    tell(one, f"enquiry: {line.get_kind_display().lower()}", line.text, by=by, at=at)
    trail.record(by=by, at=at, action="attendance_order.enquiry", on=one, kind=kind, happened_on=on)
    return line


@transaction.atomic
def answer(*, notice_id: int, on: date, text: str, by: Any, at: datetime) -> AttendanceOrderNotice:
    """Keep what one parent answered to one paper; corrected later, the audit keeps both."""
    found = AttendanceOrderNotice.objects.filter(pk=notice_id).values_list("order_id", flat=True).first()
    if found is None:
        raise StepRefused("You cannot see this paper.")
    one = locked(found, by, at)
    notice = AttendanceOrderNotice.objects.select_related("parent", "service").get(pk=notice_id)
    sent = notice.service.sent_on if notice.service else None
    if not text.strip() or sent is None or not sent <= on <= timezone.localdate(at):
        raise StepRefused("Write down the answer, and a day between the day the paper was sent and today.")
    before = {"text": notice.answer, "on": notice.answered_on}
    notice.answer, notice.answered_on = text.strip(), on
    notice.save(update_fields=["answer", "answered_on"])
    tell(
        one,
        f"{notice.parent.name} answered: {notice.get_kind_display().lower()}",
        notice.answer,
        by=by,
        at=at,
    )
    trail.record(by=by, at=at, action="attendance_order.answered", on=notice, before=before, answered_on=on)
    return notice


@transaction.atomic
def give_to(*, order_id: int, owner: Any, by: Any, at: datetime) -> AttendanceOrder:
    """Somebody else works on it, or takes it on; its open deadlines go with it."""
    one = locked(order_id, by, at)
    needs_state(one, *OPEN)
    if owner.pk != by.pk and not by.may("allocate"):
        raise StepRefused("You can take it on yourself; a senior officer gives it to somebody else.")
    if (
        not owner.may("work_orders")
        or not AttendanceOrder.objects.visible_to(owner).filter(pk=one.pk).exists()
    ):
        raise StepRefused("This person may not work on it: choose somebody else.")
    before, one.owner = one.owner_id, owner
    one.save(update_fields=["owner"])
    of_papers = [str(pk) for pk in one.notices.values_list("pk", flat=True)]
    about_order = {"about_kind": one._meta.label_lower, "about_id": str(one.pk)}
    about_papers = {"about_kind": AttendanceOrderNotice._meta.label_lower, "about_id__in": of_papers}
    for about in (about_order, about_papers):
        Deadline.objects.open().filter(**about).update(owner=owner)
    tell(one, f"{owner.name} works on it", "", by=by, at=at)
    trail.record(by=by, at=at, action="attendance_order.owner", on=one, before=before, to=owner.pk)
    return one


@transaction.atomic
def change_regime(*, order_id: int, regime: str, reasons: str, by: Any, at: datetime) -> AttendanceOrder:
    """The recorded transitional decision: the road goes on under another law. Refused while that is not in force."""
    one = locked(order_id, by, at, "decide_order")
    needs_state(one, *OPEN)
    if regime == one.regime:
        raise StepRefused("It runs under this law already.")
    if words := ground.regime_refused(regime, timezone.localdate(at)):
        raise StepRefused(words)
    before, one.regime = one.regime, regime
    one.regime_decision = decide(
        by=by, at=at, kind="attendance_order.regime", outcome=regime, reasons=reasons
    )
    one.save(update_fields=["regime", "regime_decision"])
    tell(one, f"goes on under the {one.get_regime_display()}", reasons, by=by, at=at)
    trail.record(by=by, at=at, action="attendance_order.regime", on=one, before=before, after=regime)
    return one
