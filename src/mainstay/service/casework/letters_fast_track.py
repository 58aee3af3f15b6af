"""The letters of Fast Track, made from the row: the invitation to each parent, and the plan."""

from datetime import date
from typing import Any, Final

from django.utils import timezone

from mainstay.service.casework import sending
from mainstay.service.casework.models import FastTrack, FastTrackInvitation
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import leaflets
from mainstay.service.documents import writing as ways
from mainstay.service.documents.homes import Home
from mainstay.service.documents.letters import Addressee, FastTrackInvite, FastTrackPlan
from mainstay.service.documents.models import Leaflet

_SECTIONS: Final = {"444(1)": "section 444(1)", "444(1A)": "section 444(1A)"}


def invitation(to: FastTrackInvitation, home: Home, on: date, by: Any) -> sending.ToParent:
    """Of a Fast Track with a meeting and a chair."""
    one = to.fast_track
    assert one.meeting is not None and one.chair is not None
    starts = timezone.localtime(one.meeting.starts)
    leaflet = on_rights(to.leaflet_language, on)
    letter = FastTrackInvite(
        **common(one, to, home, on, by),
        section=_SECTIONS[one.section],
        offence_from=one.offence_from,
        offence_to=one.offence_to,
        meeting_on=starts.date(),
        meeting_time=clock_time(starts),
        where=one.meeting.where,
        chair=one.chair.name,
        leaflet=leaflet.title,
        leaflet_language=named(leaflet),
        help_arranged=help_of(to),
        again=one.rearranged > 0,
    )
    return sending.ToParent(to.parent, letter, home.text)


def on_rights(language: str, on: date) -> Leaflet:
    """The leaflet on rights in that language, or in English where there is none. Raises StepRefused without any."""
    leaflet = leaflets.in_language(leaflets.RIGHTS, language, on)
    if leaflet is None:
        raise StepRefused("The service has no leaflet on rights: write one first, under Leaflets.")
    return leaflet


def named(leaflet: Leaflet) -> str:
    """Its language as letters have it: nothing for English."""
    return "" if leaflet.language == "en" else leaflets.language_name(leaflet.language)


def plan(to: FastTrackInvitation, home: Home, on: date, by: Any) -> sending.ToParent:
    """Of a Fast Track whose framework has begun."""
    one = to.fast_track
    assert one.starts_on and one.midpoint_on and one.review_on and one.target is not None
    actions = one.actions.order_by("due", "pk")
    letter = FastTrackPlan(
        **common(one, to, home, on, by),
        agreed=bool(one.agreed),
        starts_on=one.starts_on,
        midpoint_on=one.midpoint_on,
        review_on=one.review_on,
        target=one.target,
        tolerated=one.tolerated,
        actions=tuple((a.need, a.action, a.who or a.get_owner_display(), a.due, a.measure) for a in actions),
        questions=tuple(line.strip() for line in one.questions.splitlines() if line.strip()),
    )
    return sending.ToParent(to.parent, letter, home.text)


def help_of(to: FastTrackInvitation) -> tuple[str, ...]:
    """What was arranged for this parent, a sentence each."""
    said = (
        (to.interpreter, f"An interpreter for {to.interpreter} will be there."),
        (to.appropriate_adult, f"An appropriate adult will be with you: {to.appropriate_adult}."),
        (to.reading_help, f"Help with reading: {to.reading_help}."),
        (to.adjustments, f"An adjustment for you: {to.adjustments}."),
    )
    return tuple(sentence for needed, sentence in said if needed)


def clock_time(at: Any) -> str:
    """ "3:05pm" """
    hour = at.hour % 12 or 12
    return f"{hour}:{at.minute:02d}{'am' if at.hour < 12 else 'pm'}"


def common(one: FastTrack, to: FastTrackInvitation, home: Home, on: date, by: Any) -> dict[str, Any]:
    """What every letter of a Fast Track says; the one address in it is the addressee's."""
    return {
        "sender": ways.on(on).sender,
        "addressee": Addressee(to.parent.name, home.lines),
        "reference": one.number,
        "dated": on,
        "signed_by": by.name,
        "signed_post": by.post,
        "child_name": f"{one.case.pupil.forename} {one.case.pupil.surname}".strip(),
        "school": one.case.school.name,
    }
