"""A meeting is set, each parent's needs are asked about, and each gets a letter and a leaflet of their own."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.casework import letters_fast_track, sending
from mainstay.service.casework.actions import cases
from mainstay.service.casework.actions.fast_track_locking import locked, take
from mainstay.service.casework.actions.fast_track_posting import posted
from mainstay.service.casework.fast_track_values import in_force
from mainstay.service.casework.models import FastTrack, FastTrackInvitation
from mainstay.service.casework.queries.chairs import may_chair
from mainstay.service.casework.steps_fast_track import FAST_TRACK
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date, plural
from mainstay.service.documents import leaflets
from mainstay.service.documents.models import LeafletGiven
from mainstay.service.record import meetings
from mainstay.service.record.meetings import Asked
from mainstay.service.record.models import Audience, Meeting

State = FastTrack.State
#: when parents are asked what they need: before the meeting, and before the review
ASKED: Final = (State.TO_INVITE, State.INVITED)
ASKED_AGAIN: Final = (State.FRAMEWORK, State.REVIEW)
#: stands in calendars: never whom it is about
TITLE = "Fast Track meeting"


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """Time and place; school_name, school_email: somebody of the school who is asked to come, or ""."""

    starts: datetime
    ends: datetime
    where: str
    school_name: str = ""
    school_email: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What one parent needs at a meeting, and the leaflet as it goes to them."""

    interpreter: str
    appropriate_adult: str
    reading_help: str
    leaflet_language: str
    adjustments: str = ""


@transaction.atomic
def set_meeting(
    *, fast_track_id: int, when: When, chair: Any, because: str, by: Any, at: datetime
) -> FastTrack:
    """Set the day, or another one before the letters are sent; calendars follow.

    because: why it is moved, where it was set before. Raises StepRefused for a chair who is not authorised that day,
    or a day too soon for the letters.
    """
    one = _inviting(fast_track_id, by, at)
    if one.state != State.TO_INVITE:
        raise StepRefused("The invitations are sent: arrange another day instead.")
    on = timezone.localdate(when.starts)
    if not may_chair(chair, on):
        raise StepRefused(f"{chair.name} is not authorised to chair on {long_date(on)}.")
    if not FastTrack.objects.visible_to(chair).filter(pk=one.pk).exists():
        raise StepRefused(f"{chair.name} may not see this case: choose somebody else.")
    early_enough(on, timezone.localdate(at))
    if one.meeting is not None and one.meeting.state == Meeting.State.PLANNED:
        one.meeting = _moved(one.meeting, when, chair, because, by, at)
    else:
        one.meeting = _planned(one, when, chair, by, at)
    one.chair = chair
    one.save(update_fields=["meeting", "chair"])
    trail.record(by=by, at=at, action="fast_track.meeting_set", on=one, starts=when.starts, chair=chair.pk)
    return one


def is_of_fast_track(meeting: Meeting) -> bool:
    """Its meeting or its review: whoever holds it is its chair, and parents have its day by letter."""
    return meeting.about_kind == FastTrack._meta.label_lower


def cannot_hold(meeting: Meeting, colleague: Any) -> str | None:
    if not is_of_fast_track(meeting) or may_chair(colleague, timezone.localdate(meeting.starts)):
        return None
    return "This colleague is not authorised to chair a Fast Track meeting that day."


def cannot_move(meeting: Meeting) -> str | None:
    if not is_of_fast_track(meeting):
        return None
    return "Move it on the page of the Fast Track: the parents are written to in time."


def handed_over(*, meeting: Meeting, to: Any, by: Any, at: datetime) -> None:
    """Somebody else holds the meeting or the review: they are the chair from now on."""
    if not is_of_fast_track(meeting):
        return
    one = FastTrack.objects.select_for_update().get(pk=int(meeting.about_id))
    before, one.chair = one.chair_id, to
    one.save(update_fields=["chair"])
    trail.record(by=by, at=at, action="fast_track.chair_changed", on=one, before=before, chair=to.pk)


def earliest(today: date, notice: str = "notice") -> date:
    """The first day a meeting can be on, for a letter posted today. Raises StepRefused where that is not known.

    notice: the council's value it has to keep, of the meeting or of the review
    """
    received = sending.received(today)
    try:
        return clock.working_day_after(received, in_force(today)[notice])
    except clock.BeyondTable as unknown:
        raise StepRefused(f"When the letter counts as received cannot be said: {unknown}.") from None


def early_enough(on: date, today: date, notice: str = "notice") -> None:
    """Raises StepRefused for a day that leaves a parent too little time after the letter."""
    first = earliest(today, notice)
    if on < first:
        days, what = in_force(today)[notice], "meeting" if notice == "notice" else "review"
        raise StepRefused(
            f"A letter posted today allows a {what} from {long_date(first)} on: the parent has {days} working days "
            "after receiving it."
        )


def _planned(one: FastTrack, when: When, chair: Any, by: Any, at: datetime) -> Meeting:
    asked = [Asked(to.parent.name, parent=to.parent) for to in one.asked()]
    if one.case.owner is not None:
        asked.append(Asked.of(one.case.owner))
    if when.school_name:
        asked.append(Asked(when.school_name, when.school_email))
    return meetings.plan(
        kind="fast_track", title=TITLE, starts=when.starts, ends=when.ends, where=when.where, organiser=chair, by=by,
        at=at, about=one, school=one.case.school, pupil=one.case.pupil, asked=asked,
    )  # fmt: skip


def _moved(meeting: Meeting, when: When, chair: Any, because: str, by: Any, at: datetime) -> Meeting:
    if meeting.organiser_id != chair.pk:
        meetings.hand_over(meeting_id=meeting.pk, to=chair, because=because, by=by, at=at)
    return meetings.move(
        meeting_id=meeting.pk,
        starts=when.starts,
        ends=when.ends,
        where=when.where,
        because=because,
        by=by,
        at=at,
    )


@transaction.atomic
def ask_needs(*, invitation_id: int, needs: Needs, by: Any, at: datetime) -> FastTrackInvitation:
    """Keep what one parent says they need, and in which language their leaflet goes.

    It is asked before the meeting, and once more before the review: then the chronology keeps it too.
    """
    to = _invitation(invitation_id, by, at, (*ASKED, *ASKED_AGAIN))
    one = to.fast_track
    said = {name: words.strip() for name, words in asdict(needs).items()}
    if one.state in ASKED_AGAIN:
        _keep(to, **said, review_asked_at=at, review_asked_by=by)
        text = "\n".join(letters_fast_track.help_of(to)) or "Nothing is needed."
        title = f"Fast Track {one.number}: {to.parent.name} asked again what they need"
        cases.tell(one.case, title, text, by=by, at=at, audience=Audience.SERVICE)
    else:
        _keep(to, **said, asked_at=at, asked_by=by)
    trail.record(by=by, at=at, action="fast_track.needs_asked", on=to, fast_track=to.fast_track_id)
    return to


@transaction.atomic
def give_leaflet(
    *, invitation_id: int, language: str, given_on: date, how: str, by: Any, at: datetime
) -> FastTrackInvitation:
    """Record that a parent got the leaflet on rights another way than with the letter."""
    to = _invitation(invitation_id, by, at)
    if given_on > timezone.localdate(at):
        raise StepRefused("The day it was given cannot be in the future.")
    _give(to, language, given_on, how, by, at)
    return to


def _give(to: FastTrackInvitation, language: str, on: date, how: str, by: Any, at: datetime) -> None:
    leaflet = letters_fast_track.on_rights(language, on)
    case = to.fast_track.case
    given = leaflets.give_leaflet(
        leaflet=leaflet, pupil=case.pupil, to=to.parent, how=how, given_on=on, by=by, at=at, about=to.fast_track
    )  # fmt: skip
    named, how_given = letters_fast_track.named(leaflet), given.get_how_display()
    _keep(to, leaflet_language=named, leaflet_given_on=on, leaflet_how=how_given)
    trail.record(
        by=by, at=at, action="fast_track.leaflet_given", on=to, given_on=on, language=to.leaflet_language
    )


@transaction.atomic
def send(*, fast_track_id: int, by: Any, at: datetime) -> FastTrack:
    """Post the invitations, each parent's own with the leaflet enclosed.

    Raises StepRefused with what is missing: the meeting, a chair, needs not asked, an address, a day too soon.
    """
    one = _inviting(fast_track_id, by, at)
    FAST_TRACK.check("invite", one, by)
    assert one.meeting is not None
    today = timezone.localdate(at)
    early_enough(timezone.localdate(one.meeting.starts), today)
    asked = one.asked()
    posted(one, asked, letters_fast_track.invitation, "", by, at)
    for to in asked:
        _give(to, to.leaflet_language, today, LeafletGiven.How.POST, by, at)
    said = f"{plural(len(asked), 'letter')}, each parent's own, with the leaflet on rights."
    take(one, "invite", "invitations sent", said, by, at, audience=Audience.SCHOOL)
    return one


@transaction.atomic
def rearrange(*, fast_track_id: int, because: str, by: Any, at: datetime) -> FastTrack:
    """Cancel the day; another is then set, and new letters are sent. Raises StepRefused beyond what the council allows."""
    one = _inviting(fast_track_id, by, at)
    if not because.strip():
        raise StepRefused("Say why another day is arranged, and who asked for it.")
    if one.rearranged >= in_force(timezone.localdate(at))["rearranged"] and not by.may("decide_fast_track"):
        raise StepRefused("It was rearranged before: a senior officer decides about another day.")
    if one.meeting is not None and one.meeting.state == Meeting.State.PLANNED:
        meetings.cancel(meeting_id=one.meeting.pk, because=because, by=by, at=at)
    one.rearranged += 1
    take(one, "rearrange", "another day is arranged", because, by, at)
    one.meeting = None
    one.save(update_fields=["meeting"])
    one.invitations.update(document=None, service=None, leaflet_given_on=None, leaflet_how="", attended=None)
    return one


def _inviting(fast_track_id: int, by: Any, at: datetime) -> FastTrack:
    if not by.may("invite_parents"):
        raise StepRefused("Your role cannot invite parents.")
    return locked(fast_track_id, by, at)


def _invitation(
    invitation_id: int, by: Any, at: datetime, states: Collection[str] = ASKED
) -> FastTrackInvitation:
    """One invitation as it stands once its Fast Track is locked."""
    rows = FastTrackInvitation.objects.filter(pk=invitation_id)
    fast_track_id = rows.values_list("fast_track_id", flat=True).first()
    if fast_track_id is None:
        raise StepRefused("You cannot see this invitation.")
    one = _inviting(fast_track_id, by, at)
    if one.state not in states:
        raise StepRefused("The meeting is over: what was asked for it stays as it is.")
    to = rows.select_related("parent").get()
    to.fast_track = one
    return to


def _keep(to: FastTrackInvitation, **said: Any) -> None:
    """Write what is said, and nothing else of the invitation."""
    for name, value in said.items():
        setattr(to, name, value)
    to.save(update_fields=list(said))
