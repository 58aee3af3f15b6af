"""Fast Tracks: to be invited, invited, met, running with a signed interview, to be reviewed."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.utils import timezone

from mainstay.service.casework import watching_fast_track
from mainstay.service.casework.actions import chairs, interviewing
from mainstay.service.casework.actions import fast_track_deciding as deciding
from mainstay.service.casework.actions import fast_track_inviting as inviting
from mainstay.service.casework.actions import fast_track_letters as writing
from mainstay.service.casework.actions import fast_track_meeting as meeting
from mainstay.service.casework.actions import fast_track_reviewing as reviewing
from mainstay.service.casework.demo import way
from mainstay.service.casework.demo.scene import Child, Scene, instant, weekday
from mainstay.service.casework.models import FastTrack, Interview

HOUR: Final = timedelta(hours=1)
WEIGHED: Final = deciding.Weighed(
    reasons=way.WHY["fast_track"],
    evidence="The investigation recommends it; the register check is in the case.",
    support_tried="Breakfast club, a learning mentor, two home visits, an attendance contract.",
    alternatives="Early help was taken and ended. A supervision order was talked over with social care: too much for now.",
    circumstances="Neither the child nor a parent is known to be vulnerable; asked at school and of the school nurse.",
    equality="One parent reads slowly: letters are read out on the telephone as well.",
)
NEEDS: Final = inviting.Needs(
    interpreter="", appropriate_adult="", reading_help="The letter is read out", leaflet_language=""
)
LINES: Final = (
    ("Mornings are hard", "Meets the child at the gate each morning", "school", "The learning mentor", "The mentor's diary"),
    ("Late evenings", "Lights out at nine on school nights", "parent", "The mother", "What the child says on Mondays"),
)  # fmt: skip
#: what is noted at each screen before questions may be asked
OPENING: Final = {
    "people": "The parent, the officer, the chair; the school, room 4.", "offence": "Explained; no question.",
    "free": "Understood.", "advice": "Wants none now.", "needs": "None needed; the note is read out.",
    "caution": "“I need not say anything, and if I keep something back now it may count later.”", "record": "Understood.",
}  # fmt: skip
QUESTIONS: Final = (
    ("How did you learn of the days missed?", "From the texts of the school. I knew of most of them."),
    (
        "What did you do on those mornings?",
        "I called from work. Twice nobody answered, and I did not go home.",
    ),
    ("Was there a reason the school does not know of?", "No answer."),
)


def tell(scene: Scene) -> None:
    chairs.authorise(
        user=scene.users["officer"], since=scene.day(90).date(), until=None, by=scene.users["manager"], at=scene.day(90),
        because="Chaired four meetings beside the senior officer; interview training in spring.",
    )  # fmt: skip
    for story in (_to_invite, _invited, _met, _interviewed, _to_review):
        scene.tell(partial(story, scene))


def _to_invite(scene: Scene, child: Child) -> FastTrack:
    """Decided yesterday: business support asks each parent what they need and sets the day."""
    return _decided(scene, child, 1)


def _invited(scene: Scene, child: Child) -> FastTrack:
    """The letters are out, and the meeting is to come."""
    return _asked(scene, child, 12)


def _met(scene: Scene, child: Child) -> FastTrack:
    """Held in these days: the plan is being written."""
    one = _held(scene, child, 32)
    _line(one, LINES[0], _after(one))
    return one


def _interviewed(scene: Scene, child: Child) -> FastTrack:
    """The framework runs; one parent was interviewed under caution and signed."""
    one = _held(scene, child, 62)
    _interview(one, one.invitations.order_by("pk")[0].parent_id)
    one = _runs(one)
    writing.send_plan(fast_track_id=one.pk, by=scene.users["support"], at=_after(one) + 26 * HOUR)
    line = one.actions.order_by("pk")[0]
    meeting.say_done(
        action_id=line.pk,
        done=True,
        evidence="The mentor, on the telephone.",
        by=one.case.owner,
        at=scene.day(6),
    )
    watching_fast_track.look([one.pk], by=None, at=scene.day(1))
    return one


def _to_review(scene: Scene, child: Child) -> FastTrack:
    """It goes well: the review comes sooner, as soon as letters allow; parents are asked again and invited."""
    one, when = _runs(_held(scene, child, 70)), scene.day(3)
    first = inviting.earliest(timezone.localdate(when), "review_notice")
    starts = instant(weekday(first + timedelta(days=1)), 14)
    one = reviewing.bring_forward(
        fast_track_id=one.pk, starts=starts, ends=starts + HOUR, where="At the school, room 4", by=one.case.owner,
        because="Six weeks without a session missed: the family asks for it.", at=when,
    )  # fmt: skip
    for to in one.invitations.order_by("pk"):
        inviting.ask_needs(invitation_id=to.pk, needs=NEEDS, by=scene.users["support"], at=when + HOUR)
    return writing.invite_to_review(fast_track_id=one.pk, by=scene.users["support"], at=when + 2 * HOUR)


def _decided(scene: Scene, child: Child, ago: int) -> FastTrack:
    """Investigated in three weeks, and decided by the senior officer so many days ago."""
    case = way.opened(scene, child, ago + 26)
    case = way.investigated(scene, case, "fast_track", ago + 5, scene.ahead(12).date())
    offence = deciding.Offence(
        section="444(1)", offence_from=scene.day(ago + 60).date(), offence_to=scene.day(ago + 8).date()
    )
    return deciding.decide(
        case_id=case.pk, weighed=WEIGHED, offence=offence, parents=child.parents, by=scene.users["senior"],
        at=scene.day(ago),
    )  # fmt: skip


def _asked(scene: Scene, child: Child, ago: int) -> FastTrack:
    """The meeting is on the first day the letters allow."""
    one, support, when = _decided(scene, child, ago), scene.users["support"], scene.day(ago - 1)
    for to in one.invitations.order_by("pk"):
        inviting.ask_needs(invitation_id=to.pk, needs=NEEDS, by=support, at=when)
    starts = instant(weekday(inviting.earliest(timezone.localdate(when)) + timedelta(days=1)), 10)
    at = inviting.When(starts=starts, ends=starts + HOUR, where=f"{child.school.name}, room 4")
    chair = scene.users["senior"]
    inviting.set_meeting(fast_track_id=one.pk, when=at, chair=chair, because="", by=support, at=when)
    return inviting.send(fast_track_id=one.pk, by=support, at=when + HOUR)


def _held(scene: Scene, child: Child, ago: int) -> FastTrack:
    one = _asked(scene, child, ago)
    assert one.meeting is not None
    held = meeting.Held(
        views="Mornings are hard since the shifts changed; a call before eight would help.", child_present=True,
        child_voice=way.CHILD, support="A learning mentor meets the child at the gate.",
    )  # fmt: skip
    guests = list(one.meeting.guests.order_by("pk").values_list("pk", flat=True))
    return meeting.hold(fast_track_id=one.pk, held=held, guests=guests, by=one.case.owner, at=_after(one))


def _runs(one: FastTrack) -> FastTrack:
    """The plan is agreed on the day of the meeting; the framework begins."""
    when = _after(one)
    for line in LINES:
        _line(one, line, when)
    terms = meeting.Terms(agreed=True, because="", target=95, tolerated=6)
    return meeting.begin(fast_track_id=one.pk, terms=terms, by=one.case.owner, at=when + HOUR / 2)


def _line(one: FastTrack, line: tuple[str, str, str, str, str], when: datetime) -> None:
    need, action, owner, who, measure = line
    due = timezone.localdate(when) + timedelta(days=28)
    meeting.add_line(
        fast_track_id=one.pk, by=one.case.owner, at=when,
        line=meeting.Line(need=need, action=action, owner=owner, who=who, due=due, measure=measure),
    )  # fmt: skip


def _interview(one: FastTrack, parent: int) -> Interview:
    """With one parent, from the caution to the signature."""
    by, when = one.case.owner, _after(one)
    held = interviewing.begin(fast_track_id=one.pk, parent_id=parent, by=by, at=when)
    said: dict[str, Any] = {"interview_id": held.pk, "by": by}
    for kind, note in OPENING.items():
        interviewing.confirm(kind=kind, note=note, at=when + HOUR / 12, **said)
    for question, answer in QUESTIONS:
        interviewing.ask(question=question, answer=answer, at=when + HOUR / 6, **said)
    interviewing.confirm(kind="statements", note="None.", at=when + HOUR / 4, **said)
    interviewing.confirm(kind="addition", note="“I want this to stop, too.”", at=when + HOUR / 4, **said)
    interviewing.end(at=when + HOUR / 4, **said)
    interviewing.read_back(note="Read out by the officer.", amendments="", at=when + HOUR / 3, **said)
    interviewing.sign(signed_as=held.parent.name, refusal="", at=when + HOUR / 3, **said)
    interviewing.add(kind="copy", text="A copy was handed over on the day.", at=when + HOUR / 3, **said)
    return held


def _after(one: FastTrack) -> datetime:
    """When the meeting was over."""
    assert one.meeting is not None
    return one.meeting.ends
