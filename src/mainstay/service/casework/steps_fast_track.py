"""The steps of a Fast Track and of an interview under caution."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.service.casework.models import FastTrack, FastTrackInvitation, Interview
from mainstay.service.casework.queries.chairs import may_chair
from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import date_time, long_date

F, I = FastTrack.State, Interview.State  # noqa: E741
OPEN: Final = frozenset(F) - {F.CLOSED}


def moment(one: FastTrack) -> datetime:
    """At which moment it is looked at: an action's own, for a page now."""
    return one.looked_at or timezone.now()


def rights_missing(to: FastTrackInvitation, on: date) -> str | None:
    """Why this parent may not be questioned under caution: the letter on their rights, or the leaflet, is lacking."""
    service = to.service
    if service is None or service.sent_on is None:
        return (
            "The letter with this parent's rights is not sent: there is no meeting under caution without it."
        )
    if service.returned_on is not None and service.proved_on is None:
        return "The letter with this parent's rights came back: hand it over, or send it anew."
    if service.presumed_on is None or service.presumed_on > on:
        return "The letter with this parent's rights does not count as received yet."
    if to.leaflet_given_on is None:
        return "The leaflet on rights is not recorded as given to this parent."
    return None


def _meeting_set(one: Any) -> str | None:
    return None if one.meeting_id else "Set the day, the place and the chair of the meeting."


def _chair_authorised(one: Any) -> str | None:
    if one.chair is None or one.meeting is None:
        return None
    on = timezone.localdate(one.meeting.starts)
    if may_chair(one.chair, on):
        return None
    return f"{one.chair.name} is not authorised to chair on {long_date(on)}: choose another chair."


def _needs_asked(one: Any) -> str | None:
    asked = [to.asked_at is not None for to in one.asked()]
    if not asked:
        return "Choose at least one parent to invite."
    if all(asked):
        return None
    return "Ask each parent whether an interpreter, an appropriate adult or help with reading is needed."


def needs_asked_again(one: Any) -> str | None:
    """The care of the meeting, before the review as well."""
    if all(to.review_asked_at is not None for to in one.asked()):
        return None
    return (
        "Ask each parent again, before the review, whether an interpreter, an appropriate adult, help with reading or "
        "another adjustment is needed."
    )


def review_not_held(one: Any, came: Collection[int]) -> str | None:
    """Why the review may not be recorded yet; came: ids of the parents who are there.

    A parent who comes without a letter has come; nobody is reviewed in their absence without having been asked.
    """
    if one.review is None:
        return "Set the day of the review first."
    if one.review.starts > moment(one):
        return f"The review has not begun yet: it is on {date_time(one.review.starts)}."
    unasked = [
        to.parent.name for to in one.asked() if to.review_service_id is None and to.parent_id not in came
    ]
    if unasked:
        return f"No invitation to this review was sent to {' and '.join(unasked)}: send it, or tick that they came."
    return needs_asked_again(one)


def _begun(one: Any) -> str | None:
    if one.meeting is not None and one.meeting.starts <= moment(one):
        return None
    return "The meeting has not begun yet."


def _letters_proved(one: Any) -> str | None:
    """Of somebody who did not come it is known that the letter reached them."""
    on = timezone.localdate(moment(one))
    lacking = [to for to in one.asked() if rights_missing(to, on)]
    return "For each parent it must be shown that the invitation was received." if lacking else None


def _planned(one: Any) -> str | None:
    return None if one.actions.all() else "Write at least one line of the plan."


def _allocated(one: Any) -> str | None:
    return None if one.case.owner_id else "Give the case to an officer: this is done at the meeting."


def _no_interview_open(one: Any) -> str | None:
    open_ = any(held.state in (I.OPENING, I.QUESTIONS, I.BREAK) for held in one.interviews.all())
    return "An interview under caution is under way: end or stop it first." if open_ else None


def _not_extended(one: Any) -> str | None:
    return "It was extended once already: another outcome has to be chosen." if one.extended_because else None


def _actions_said(one: Any) -> str | None:
    unsaid = any(action.done is None for action in one.actions.all())
    return "Say of each line of the plan whether it was done." if unsaid else None


def _aftercare_over(one: Any) -> str | None:
    until = one.aftercare_until
    if until is None or until <= timezone.localdate(moment(one)):
        return None
    return f"The aftercare runs until {long_date(until)}."


def _heard(one: Any) -> str | None:
    return (
        None
        if one.review_voice.strip()
        else "Record the review first: the child's voice and the parents' account."
    )


#: it begins with the decision of a senior officer
FAST_TRACK: Final = Steps(
    "Fast Track",
    Step("invite", "Send the invitations", frozenset({F.TO_INVITE}), F.INVITED, "invite_parents",
         (_meeting_set, _chair_authorised, _needs_asked)),
    Step("rearrange", "Arrange another day", frozenset({F.INVITED, F.NOT_ATTENDED}), F.TO_INVITE, "invite_parents"),
    Step("hold", "Record the meeting", frozenset({F.INVITED}), F.MET, "work_case", (_begun, _chair_authorised)),
    Step("not_attended", "Record that nobody came", frozenset({F.INVITED}), F.NOT_ATTENDED, "work_case",
         (_begun, _letters_proved)),
    Step("begin", "Begin the framework", frozenset({F.MET, F.NOT_ATTENDED}), F.FRAMEWORK, "work_case",
         (_planned, _allocated, _no_interview_open)),
    Step("go_on", "Let it go on after a breach", frozenset({F.FRAMEWORK}), F.FRAMEWORK, "work_case"),
    Step("bring_forward", "Bring the review forward", frozenset({F.FRAMEWORK}), F.REVIEW, "work_case"),
    Step("improved", "Close as improved, with aftercare", frozenset({F.REVIEW}), F.AFTERCARE, "work_case",
         (_heard, _actions_said)),
    Step("extend", "Extend it once", frozenset({F.REVIEW}), F.FRAMEWORK, "work_case",
         (_heard, _actions_said, _not_extended)),
    Step("relapse", "Review again after a relapse", frozenset({F.AFTERCARE}), F.REVIEW, "decide_fast_track"),
    Step("end", "End the aftercare", frozenset({F.AFTERCARE}), F.CLOSED, "work_case",
         (_aftercare_over,)),
    Step("pass_on", "Close with another outcome", frozenset({F.REVIEW}), F.CLOSED, "decide_fast_track",
         (_heard, _actions_said, _no_interview_open)),
    Step("at_once", "Pass on to legal at once", frozenset({F.MET, F.NOT_ATTENDED}), F.CLOSED, "decide_fast_track",
         (_no_interview_open,)),
    Step("stop", "Stop the Fast Track", OPEN, F.CLOSED, "decide_fast_track", (_no_interview_open,)),
)  # fmt: skip

RUNNING: Final = frozenset({I.OPENING, I.QUESTIONS, I.BREAK})


def _cautioned(one: Any) -> str | None:
    return None if one.cautioned else "Give the caution first: it is repeated after each break."


def _noted(one: Any, kind: str) -> bool:
    return bool(one.entries.filter(kind=kind, sitting=one.sitting).exists())


def _statements_put(one: Any) -> str | None:
    return (
        None
        if _noted(one, "statements")
        else "Put significant earlier statements, or say that there are none."
    )


def _may_add(one: Any) -> str | None:
    return None if _noted(one, "addition") else "Ask whether the parent wants to add anything."


def _read_back(one: Any) -> str | None:
    return None if _noted(one, "read") else "Read the note back first, or let the parent read it."


#: it begins with a sitting; what is confirmed in which order stands in ``interview_screens``
INTERVIEW: Final = Steps(
    "interview under caution",
    Step("question", "Go on to the questions", frozenset({I.OPENING}), I.QUESTIONS, "interview", (_cautioned,)),
    Step("break", "Take a break", frozenset({I.QUESTIONS}), I.BREAK, "interview"),
    Step("back", "End the break", frozenset({I.BREAK}), I.QUESTIONS, "interview"),
    Step("stop", "Stop the interview", RUNNING, I.STOPPED, "interview"),
    Step("resume", "Resume with a fresh caution", frozenset({I.STOPPED}), I.OPENING, "interview"),
    Step("end", "End the interview", frozenset({I.QUESTIONS}), I.READING, "interview",
         (_cautioned, _statements_put, _may_add)),
    Step("sign", "Sign and lock", frozenset({I.READING}), I.SIGNED, "interview", (_read_back,)),
)  # fmt: skip
