"""What a school notifies: sent, checked at once, accepted or sent back with what is missing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.missing import checks
from mainstay.service.missing.actions import off_rolling
from mainstay.service.missing.models import DueReturn, Notification, NotificationFile
from mainstay.service.missing.models.notifications import Kind
from mainstay.service.missing.steps_notifications import NOTIFICATION
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience
from mainstay.service.team.telling import school_addresses

State = Notification.State


class Differs(StepRefused):
    """Something differs: it is accepted only with a reason."""


@transaction.atomic
def send(
    *,
    kind: str,
    school: School,
    first_on: date,
    by: Any,
    at: datetime,
    pupil: Pupil | None = None,
    last_on: date | None = None,
    ground: str = "",
    said: Mapping[str, Any] | None = None,
    file: NotificationFile | None = None,
) -> tuple[Notification, bool]:
    """Keep a notification and check it; the same child, kind and days sent before is that one. Whether it is new.

    said: every other answer by its name (``notices.FIELDS``), days as YYYY-MM-DD; of a child without a record
    surname, forename, born and upn, too. What lacks something goes back at once, with what is missing.
    Raises StepRefused for a school or child outside the sender's view.
    """
    if not by.may("notify_roll"):
        raise StepRefused("Your role cannot send notifications for a school.")
    if not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("This school is not yours.")
    if kind not in Kind.values:
        raise StepRefused("Choose what you notify.")
    if pupil is not None and not Pupil.objects.visible_to(by).filter(pk=pupil.pk).exists():
        raise StepRefused("This child is not on your school’s roll.")
    one = Notification(
        kind=kind, school=school, pupil=pupil, first_on=first_on, last_on=last_on, ground=ground, said=dict(said or {}),
        via=Notification.Via.FILE if file else Notification.Via.FORM, file=file, received_at=at, sent_by=by, state_since=at,
    )  # fmt: skip
    one.digest = checks.digest(one)
    School.objects.select_for_update().get(pk=school.pk)  # the same sent twice at once is one
    before = (
        Notification.objects.filter(school=school, digest=one.digest).exclude(state=State.WITHDRAWN).first()
    )
    if before is not None:
        if before.state == State.BACK:
            return _corrected(before, one, by, at), False
        if before.ground != one.ground:
            accepted = before.state == State.ACCEPTED
            remedy = (
                "the council accepted it: tell the officer what changed"
                if accepted
                else "withdraw it, then notify again"
            )
            raise StepRefused(f"{before.number} gives another ground for the same child and days: {remedy}.")
        return before, False
    _checked(one, at)
    one.save()
    _follow(one, by, at)
    trail.record(
        by=by,
        at=at,
        action="notification.sent",
        on=one,
        kind=kind,
        school=school.pk,
        problems=len(one.problems),
    )
    if pupil is not None:
        title = f"School notified: {one.get_kind_display().lower()}"
        add_entry(
            pupil=pupil,
            by=by,
            at=at,
            kind="notification",
            title=title,
            text=one.number,
            audience=Audience.SCHOOL,
            about=one,
        )
    return one, True


@transaction.atomic
def correct(
    *,
    notification_id: int,
    by: Any,
    at: datetime,
    first_on: date,
    last_on: date | None,
    ground: str,
    said: Mapping[str, Any],
) -> Notification:
    """What was sent back, mended; it is checked again. Raises StepRefused."""
    one = _locked(notification_id)
    NOTIFICATION.check("correct", one, by)
    new = Notification(
        kind=one.kind, school=one.school, pupil=one.pupil, first_on=first_on, last_on=last_on, ground=ground,
        said={**one.said, **said}, received_at=at,
    )  # fmt: skip
    new.digest = checks.digest(new)
    same = Notification.objects.filter(school=one.school, digest=new.digest).exclude(pk=one.pk)
    if same.exclude(state=State.WITHDRAWN).exists():
        raise StepRefused("The same was notified already: withdraw one of the two.")
    return _corrected(one, new, by, at)


def _corrected(one: Notification, new: Notification, by: Any, at: datetime) -> Notification:
    for name in ("first_on", "last_on", "ground", "said", "digest"):
        setattr(one, name, getattr(new, name))
    one.words, one.state_since, one.sent_by, one.received_at = "", at, by, at
    _checked(one, at)
    one.save()
    _follow(one, by, at)
    trail.record(by=by, at=at, action="notification.corrected", on=one, problems=len(one.problems))
    return one


def _checked(one: Notification, at: datetime) -> None:
    found = checks.check(one, timezone.localdate(at))
    one.problems, one.doubts = found.problems, found.doubts
    one.answer = found.answer.as_dict() if found.answer else None
    one.state = State.BACK if found.problems else State.SENT
    if found.problems:
        one.words = "Mainstay sent this back by itself: something is missing."


def _follow(one: Notification, by: Any, at: datetime) -> None:
    """The return that was due is made, or due again; a deletion without a ground is looked into."""
    if one.pupil_id is None:
        return
    made = one.state in (State.SENT, State.ACCEPTED)
    days = (one.first_on - checks.NEAR, (one.last_on or one.first_on) + checks.NEAR)
    due = DueReturn.objects.filter(kind=one.kind, school=one.school, pupil=one.pupil_id)
    if one.kind == Kind.LEAVER:  # a signed deletion (without an enrolment that ended) is due from its day on
        due = due.filter(Q(on__range=days) | Q(enrolment=None, on__lte=one.first_on))
    elif one.kind == Kind.JOINER:
        due = due.filter(on__range=days)
    else:
        due = due.filter(on__gte=one.first_on)
    if made:
        due.filter(state=DueReturn.State.DUE).update(
            state=DueReturn.State.MADE, notification=one, settled_at=at
        )
    else:
        due.filter(notification=one).update(state=DueReturn.State.DUE, notification=None, settled_at=None)
    left = one.first_on <= timezone.localdate(at)
    if one.kind == Kind.LEAVER and not one.ground and left and one.state == State.BACK:
        off_rolling.find(
            school_id=one.school_id, pupil_id=one.pupil_id, left_on=one.first_on, notification=one, at=at,
            why="The school notified a deletion and named no ground.",
        )  # fmt: skip


@transaction.atomic
def accept(*, notification_id: int, by: Any, at: datetime, words: str = "") -> Notification:
    """It is complete, and what differs today was looked at. Raises Differs where that asks for words; StepRefused.

    words: why it is accepted although it differs; the school reads them.
    """
    one = _locked(notification_id)
    if one.state == State.SENT:
        now = checks.check(one, timezone.localdate(at))
        one.problems, one.doubts = now.problems, now.doubts
    one.state = NOTIFICATION.check("accept", one, by)
    if one.doubts and not words.strip():
        raise Differs(f"{' '.join(one.doubts)} Say why it is accepted all the same.")
    return _decided(one, words, by, at, "notification.accepted")


def accept_many(*, ids: Sequence[int], by: Any, at: datetime) -> tuple[int, int]:
    """Accept those that are complete and differ in nothing today; how many, and how many are left for a look.

    What was sent when it still agreed is checked again: a search may have begun, or the register have changed since.
    """
    done = left = 0
    for pk in Notification.objects.visible_to(by).filter(pk__in=ids).values_list("pk", flat=True):
        with transaction.atomic():
            one = _locked(pk)
            if one.state == State.SENT and not one.doubts and not one.problems:
                now = checks.check(one, timezone.localdate(at))
                one.doubts = [*now.doubts, *now.problems]
                if one.doubts:
                    one.save(update_fields=["doubts"])
            if one.doubts or one.problems or one.state != State.SENT:
                left += 1
                continue
            one.state = NOTIFICATION.check("accept", one, by)
            _decided(one, "", by, at, "notification.accepted")
            done += 1
    return done, left


@transaction.atomic
def send_back(*, notification_id: int, words: str, by: Any, at: datetime) -> Notification:
    """Say what is missing or wrong; the school is told by e-mail that something waits. Raises StepRefused."""
    one = _locked(notification_id)
    state = NOTIFICATION.check("send_back", one, by)
    if not words.strip():
        raise StepRefused("Say what is missing.")
    one.state = state
    _decided(one, words, by, at, "notification.sent_back")
    for address in school_addresses(one.school_id, at):
        post.queue(
            to=address, subject="A notification of your school came back", at=at, about=one,
            body=f"{one.number} needs something more.\n\nNobody is named here: sign in to see what.",
        )  # fmt: skip
    return one


def _decided(one: Notification, words: str, by: Any, at: datetime, action: str) -> Notification:
    one.words, one.decided_by, one.state_since = words.strip(), by, at
    one.save()
    _follow(one, by, at)
    trail.record(by=by, at=at, action=action, on=one)
    return one


@transaction.atomic
def withdraw(*, notification_id: int, by: Any, at: datetime) -> Notification:
    """The school takes it back; the return is due again. Raises StepRefused."""
    one = _locked(notification_id)
    one.state = NOTIFICATION.check("withdraw", one, by)
    one.state_since = at
    one.save()
    _follow(one, by, at)
    trail.record(by=by, at=at, action="notification.withdrawn", on=one)
    return one


def _locked(pk: int) -> Notification:
    return Notification.objects.select_for_update(of=("self",)).select_related("school", "pupil").get(pk=pk)
