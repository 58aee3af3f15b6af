"""Actions agreed in a meeting are done, with a word on how; those of a leaver pass on."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.attendance.targeting.actions.sending import ENTRY
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
)
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import Pupil
from mainstay.service.directory.relations import link_officers
from mainstay.service.record import access, deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience, Deadline, Guest


@transaction.atomic
def finish(*, action_id: int, words: str, by: Any, at: datetime) -> TargetingAction:
    """Tick an action done, saying in a line what was done. Raises StepRefused."""
    seen = TargetingAction.objects.visible_to(by).filter(pk=action_id).exists()
    action: TargetingAction | None = (
        TargetingAction.objects.select_for_update(of=("self",))
        .select_related("meeting", "pupil")
        .filter(pk=action_id)
        .first()
    )
    if action is None or not seen or action.meeting.state != TargetingMeeting.State.AGREED:
        raise StepRefused("You cannot see this action.")
    if action.pupil is not None and not access.may_open(by, action.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    if not may_finish(by, action):
        raise StepRefused("This action is somebody else's: whoever it belongs to, or an officer, ticks it.")
    return _finish(action, words, by, at)


@transaction.atomic
def finish_as_guest(*, action_id: int, guest: Guest, words: str, at: datetime) -> TargetingAction:
    """A guest without an account ticks what is theirs, by the link of ``guests``."""
    theirs = TargetingAction.objects.select_for_update(of=("self",)).select_related("meeting", "pupil")
    action = theirs.filter(
        pk=action_id, guest=guest, owner=None, meeting__state=TargetingMeeting.State.AGREED
    ).first()
    if action is None:
        raise StepRefused("This action is not yours.")
    return _finish(action, words, None, at)


def _finish(action: TargetingAction, words: str, by: Any | None, at: datetime) -> TargetingAction:
    if action.done_at is not None:
        raise StepRefused("This action is done already.")
    if not words.strip():
        raise StepRefused("Say in a line what was done.")
    action.done_at, action.done_by, action.done_words = at, by, words.strip()[:300]
    action.save(update_fields=["done_at", "done_by", "done_words"])
    deadlines.stop(about=action, by=by, at=at)
    if action.pupil_id is not None:
        add_entry(
            pupil=action.pupil_id, by=by, at=at, kind=ENTRY, title=f"Done: {action.text}",
            text=action.done_words if by else f"{action.owner_name}, by e-mail link: {action.done_words}",
            audience=Audience.SCHOOL, about=action.meeting,
        )  # fmt: skip
    trail.record(
        by=by, at=at, action="targeting.action_done", on=action, guest=None if by else action.guest_id
    )
    return action


def may_finish(user: Any, action: TargetingAction) -> bool:
    """An officer ticks any action; a school its own and those of the person."""
    return bool(
        user.may("hold_meetings") or action.owner_id == user.pk or (action.for_school and user.is_school_user)
    )


def followed(*, school_ids: list[int], by: Any, at: datetime) -> None:
    """What a school or a guest has to do is followed up by whoever is link officer now."""
    kind, officers = TargetingAction._meta.label_lower, link_officers(school_ids, timezone.localdate(at))
    for school, officer in officers.items():
        owners = dict(
            TargetingAction.objects.open().filter(meeting__school=school).values_list("pk", "owner_id")
        )
        open_now = Deadline.objects.open().filter(about_kind=kind, about_id__in=[str(pk) for pk in owners])
        ids = [
            pk for pk, about, owner in open_now.exclude(owner=officer).values_list("pk", "about_id", "owner_id")
            if owner is None or owner != owners[int(about)]
        ]  # fmt: skip
        if ids:
            Deadline.objects.filter(pk__in=ids).update(owner=officer)
            trail.record(
                by=by, at=at, action="deadlines.passed_on", on=("directory.school", str(school)), deadlines=sorted(ids),
                to=officer.pk,
            )  # fmt: skip


def left(*, user: User, at: datetime) -> None:
    """Open actions of a leaver pass to the link officers of the schools, or to nobody; so does what they followed up."""
    _pass_on(user, at)
    held = Deadline.objects.open().filter(
        Q(owner=None) | Q(owner=user), about_kind=TargetingAction._meta.label_lower
    )
    about = [int(key) for key in held.values_list("about_id", flat=True)]
    schools = (
        TargetingAction.objects.filter(pk__in=about).order_by().values_list("meeting__school_id", flat=True)
    )
    followed(school_ids=sorted(set(schools)), by=None, at=at)


def _pass_on(user: User, at: datetime) -> None:
    theirs = TargetingAction.objects.open().filter(owner=user)
    by_school: dict[int, list[int]] = {}
    for school, pk in theirs.order_by("pk").values_list("meeting__school_id", "pk"):
        by_school.setdefault(school, []).append(pk)
    officers = link_officers(by_school, timezone.localdate(at))
    for school, ids in by_school.items():
        officer = officers.get(school)
        officer = None if officer is None or officer.pk == user.pk else officer
        TargetingAction.objects.filter(pk__in=ids).update(
            owner=officer, owner_name=officer.name if officer else "Nobody any more"
        )
        about = {"about_kind": TargetingAction._meta.label_lower, "about_id__in": [str(pk) for pk in ids]}
        Deadline.objects.open().filter(**about).update(owner=officer)
        trail.record(
            by=None, at=at, action="targeting.actions_passed_on", on=("directory.school", str(school)), actions=ids,
            to=officer and officer.pk,
        )  # fmt: skip


def owned(user: User) -> list[dict[str, str]]:
    """Their open actions and the meetings they are to hold, school by school."""
    actions = TargetingAction.objects.open().filter(owner=user).order_by("meeting__school__key")
    planned = TargetingMeeting.objects.to_come().filter(calendar__organiser=user).order_by("school__key")
    counted = [
        (actions.values_list("meeting__school_id", "meeting__school__name"), "open action"),
        (planned.values_list("school_id", "school__name"), "planned targeting meeting"),
    ]
    return [
        {"text": f"{plural(n, what)} of {name}", "href": f"{reverse('targeting_meetings')}?school={school}"}
        for rows, what in counted
        for school, name, n in rows.annotate(n=Count("pk"))
    ]


def merged(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """What was decided about the second record of a child is about the first; where both were discussed in one
    meeting, the second's decision stays with it, out of view."""
    both = TargetingDecision.objects.filter(pupil=kept).values("meeting_id")
    rows = {
        TargetingDecision: TargetingDecision.objects.filter(pupil=other).exclude(meeting__in=both),
        TargetingAction: TargetingAction.objects.filter(pupil=other),
    }
    for model, theirs in rows.items():
        ids = sorted(theirs.values_list("pk", flat=True))
        model._default_manager.filter(pk__in=ids).update(pupil=kept)
        moved[model._meta.label_lower] = ids
