"""Fast Tracks for tests, taken as far as a test needs by the actions themselves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.factories import UserFactory
from tests.factories_attendance import a_child, at
from tests.factories_cases import a_case
from tests.factories_penalties import a_parent
from tests.factories_visits import investigated

from mainstay.service.casework.actions import fast_track_deciding as deciding
from mainstay.service.casework.actions import fast_track_inviting as inviting
from mainstay.service.casework.actions import fast_track_meeting as meeting
from mainstay.service.casework.actions import fast_track_reviewing as reviewing
from mainstay.service.casework.actions import interviewing
from mainstay.service.casework.models import Case, FastTrack, Interview
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.record.models import Meeting

#: the meeting: eleven working days after a letter of 23 November is received
MEETS = datetime(2026, 12, 10, 10, 0, tzinfo=UTC)
OVER = MEETS + timedelta(hours=2)
OFFENCE = deciding.Offence(section="444(1)", offence_from=date(2026, 9, 7), offence_to=date(2026, 10, 23))


def weighed(**said: str) -> deciding.Weighed:
    words = {
        "reasons": "Help was offered and did not change enough.", "evidence": "The investigation recommends it.",
        "support_tried": "Breakfast club, a mentor.", "alternatives": "Early help was declined; an order would be too much.",
        "circumstances": "No vulnerability of child or parents is known.", "equality": "Nothing that bears on it.",
    }  # fmt: skip
    return deciding.Weighed(**{**words, **said})


def decided(
    pupil: Pupil | None = None, parents: list[Parent] | None = None, by: Any = None, case: Case | None = None
) -> FastTrack:
    """Investigated, then decided on by a senior officer, with one parent to invite unless others are given."""
    pupil = pupil or (case.pupil if case else a_child())
    parents = [a_parent(pupil)] if parents is None else parents
    by = by or UserFactory(role="senior_ewo")
    case = case or investigated(a_case(pupil))
    return deciding.decide(
        case_id=case.pk, weighed=weighed(), offence=OFFENCE, parents=parents, by=by, at=at()
    )


def with_meeting(one: FastTrack, by: Any, starts: datetime = MEETS, chair: Any = None) -> FastTrack:
    """The meeting is set, and each parent's needs are asked about."""
    when = inviting.When(
        starts=starts, ends=starts + timedelta(hours=1), where="Invented Primary, the blue room"
    )
    chair = chair or UserFactory(role="senior_ewo")
    for to in one.invitations.all():
        needs = inviting.Needs(interpreter="", appropriate_adult="", reading_help="", leaflet_language="")
        inviting.ask_needs(invitation_id=to.pk, needs=needs, by=by, at=at())
    return inviting.set_meeting(fast_track_id=one.pk, when=when, chair=chair, because="", by=by, at=at())


def invited(one: FastTrack | None = None, **given: Any) -> FastTrack:
    one, by = one or decided(), UserFactory(role="business_support")
    with_meeting(one, by, **given)
    return inviting.send(fast_track_id=one.pk, by=by, at=at())


def met(one: FastTrack | None = None) -> FastTrack:
    one = one or invited()
    assert one.meeting is not None
    held = meeting.Held(
        views="Mornings are hard.",
        child_present=True,
        child_voice="I like maths.",
        support="A mentor at the gate.",
    )
    guests = [guest.pk for guest in one.meeting.guests.all()]
    return meeting.hold(fast_track_id=one.pk, held=held, guests=guests, by=one.case.owner, at=OVER)


def a_line(one: FastTrack, by: Any, when: datetime = OVER, due: date = date(2027, 1, 11)) -> Any:
    line = meeting.Line(
        need="Mornings are hard", action="Meets the child at the gate", owner="school", who="Mentor", due=due,
        measure="The mentor's diary",
    )  # fmt: skip
    return meeting.add_line(fast_track_id=one.pk, line=line, by=by, at=when)


def running(one: FastTrack | None = None, tolerated: int = 2) -> FastTrack:
    """With a plan of one line, agreed, from the day of the meeting on."""
    one = one or met()
    a_line(one, one.case.owner)
    terms = meeting.Terms(agreed=True, because="", target=95, tolerated=tolerated)
    return meeting.begin(fast_track_id=one.pk, terms=terms, by=one.case.owner, at=OVER)


def asked_again(one: FastTrack, by: Any, when: Any, **said: str) -> None:
    needs = {"interpreter": "", "appropriate_adult": "", "reading_help": "", "leaflet_language": "", **said}
    for to in one.invitations.all():
        inviting.ask_needs(invitation_id=to.pk, needs=inviting.Needs(**needs), by=by, at=when)


def reviewed(one: FastTrack, by: Any, when: Any) -> FastTrack:
    asked_again(one, by, when)
    one = FastTrack.objects.get(pk=one.pk)
    if one.review is None:
        one.review = meeting.plan_review(one, when, when + timedelta(hours=1), "School", by, when)
        one.save()
    Meeting.objects.filter(pk=one.review.pk, starts__gt=when).update(starts=when)
    came = list(one.review.guests.exclude(parent=None).values_list("pk", flat=True))
    said: dict[str, Any] = {"voice": "Better now.", "account": "The mentor helps.", "came": came}
    reviewing.record_review(fast_track_id=one.pk, by=by, at=when, **said)
    for action in one.actions.all():
        meeting.say_done(action_id=action.pk, done=True, evidence="The diary", by=by, at=when)
    return FastTrack.objects.select_related("case").get(pk=one.pk)


def opened(one: FastTrack, by: Any, when: datetime = OVER, upto: str = "record") -> Interview:
    """An interview whose opening is confirmed up to a screen; "record": questions may be asked."""
    to = one.invitations.first()
    assert to is not None
    held = interviewing.begin(fast_track_id=one.pk, parent_id=to.parent_id, by=by, at=when)
    return confirmed(held, by, when, upto)


def confirmed(held: Interview, by: Any, when: datetime, upto: str = "record") -> Interview:
    for kind in ("people", "offence", "free", "advice", "needs", "caution", "record"):
        held = interviewing.confirm(interview_id=held.pk, kind=kind, note=f"Noted: {kind}", by=by, at=when)
        if kind == upto:
            break
    return held
