"""The list of Fast Tracks, and one as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.queries.findings import link_schools
from mainstay.service.casework.fast_track_register import Seen, compulsory_to
from mainstay.service.casework.forms_fast_track import DUE
from mainstay.service.casework.letters_fast_track import clock_time
from mainstay.service.casework.models import FastTrack, FastTrackInvitation
from mainstay.service.casework.queries.cases import child
from mainstay.service.casework.steps_fast_track import FAST_TRACK, rights_missing
from mainstay.service.common.prepared import today
from mainstay.service.common.ui.filters import long_date, plural, short_date
from mainstay.service.documents.homes import homes
from mainstay.service.documents.states import state as served

State = FastTrack.State
COLOURS: Final[Mapping[str, str]] = {
    State.TO_INVITE: "yellow", State.INVITED: "blue", State.NOT_ATTENDED: "red", State.MET: "turquoise",
    State.FRAMEWORK: "purple", State.REVIEW: "orange", State.AFTERCARE: "green", State.CLOSED: "grey",
}  # fmt: skip
SHOWN_WITH: Final = ("case__pupil__school", "case__school", "case__owner", "chair", "meeting", "review")
HEADER: Final = (
    "Fast Track", "Case", "Child", "UPN", "School", "State", "Meeting", "Chair", "Officer", "Review", "Breach", "Outcome",
)  # fmt: skip
#: from when parents are invited to a review: our own choice, time for letters, an interpreter and a day off
REVIEW_NEAR: Final = timedelta(days=28)
#: from when the end of compulsory school age is shown: our own choice, a framework and its aftercare
NEAR: Final = timedelta(weeks=20)
_WAY: Final = (
    ("Decided", ()),
    ("Invited", (State.TO_INVITE, State.INVITED)),
    ("Met", (State.NOT_ATTENDED, State.MET)),
    ("Framework", (State.FRAMEWORK,)),
    ("Review", (State.REVIEW,)),
    ("Aftercare", (State.AFTERCARE,)),
    ("Closed", (State.CLOSED,)),
)


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[FastTrack]:
    """Those this person may see that fit the filters; the open ones where no state is asked for."""
    found = FastTrack.objects.visible_to(user)
    if not wanted["state"]:
        found = found.open()
    elif wanted["state"] == DUE:
        found = found.review_due(today())
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["scope"] == "mine":
        found = found.filter(case__owner=user)
    elif wanted["scope"] == "chair":
        found = found.filter(chair=user)
    elif wanted["scope"] == "schools":
        found = found.filter(case__school__in=link_schools(user))
    if wanted["breached"]:
        found = found.exclude(breached_on=None)
    if wanted["school"]:
        found = found.filter(case__school=wanted["school"])
    return found.select_related(*SHOWN_WITH)


def rows(found: Iterable[FastTrack]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("fast_track", args=[one.pk]),
            "label": child(one.case),
            "child": child(one.case),
            "number": one.number,
            "school": one.case.school.name,
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "meeting": one.meeting.starts if one.meeting else None,
            "chair": one.chair.name if one.chair else "Nobody yet",
            "review_on": one.review_on,
            "breached_on": one.breached_on,
        }
        for one in found
    ]


def for_export(found: Iterable[FastTrack]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials and without UPN."""
    for one in found:
        pupil = one.case.pupil
        yield (
            one.number, one.case.number, child(one.case), "" if pupil.restricted else pupil.upn, one.case.school.name,
            one.get_state_display(), one.meeting.starts if one.meeting else None, one.chair.name if one.chair else "",
            one.case.owner.name if one.case.owner else "", one.review_on, one.breached_on, one.get_outcome_display(),
        )  # fmt: skip


def progress(one: FastTrack) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    now = next(n for n, (_, states) in enumerate(_WAY) if one.state in states)
    return [
        {"text": text, "state": "now" if n == now else "done" if n < now else "next", "note": ""}
        for n, (text, _) in enumerate(_WAY)
    ]


def meeting_rows(one: FastTrack) -> list[dict[str, Any]]:
    """The meeting as all may see it."""
    return [
        {"key": "Meeting", "value": _when(one.meeting)},
        {"key": "Chair", "value": one.chair.name if one.chair else "Nobody yet"},
        {"key": "Rearranged", "value": plural(one.rearranged, "time")},
    ]


def _when(meeting: Any) -> str:
    if meeting is None:
        return "Not set yet"
    starts = timezone.localtime(meeting.starts)
    return f"{long_date(starts.date())} at {clock_time(starts)}, {meeting.where} ({meeting.get_state_display().lower()})"


def plan_rows(one: FastTrack) -> list[dict[str, Any]]:
    if one.starts_on is None:
        return []
    return [
        {"key": "Plan", "value": "Agreed" if one.agreed else f"Imposed: {one.plan_because}"},
        {"key": "Begins", "value": long_date(one.starts_on)},
        {"key": "Half-way", "value": long_date(one.midpoint_on)},
        {"key": "Review", "value": long_date(one.review_on)},
        {"key": "Target", "value": f"{one.target}% attendance"},
        {"key": "Tolerated", "value": plural(one.tolerated, "unauthorised session")},
        *([{"key": "Extended", "value": "Once"}] if one.extended_because else []),
    ]


def parents(one: FastTrack, user: Any, today: date) -> list[dict[str, Any]]:
    """Each parent asked: needs, letters, leaflet, whether they may be questioned; in a fixed number of queries.

    The invitations are loaded with the Fast Track.
    """
    asked = one.asked()
    where = homes([to.parent_id for to in asked], one.case.pupil, today, user)
    return [_parent(to, where.get(to.parent_id), today) for to in asked]


def _parent(to: FastTrackInvitation, home: Any, today: date) -> dict[str, Any]:
    language = to.leaflet_language or "English"
    leaflet = (
        f"{language}, {short_date(to.leaflet_given_on)}, {to.leaflet_how}"
        if to.leaflet_given_on
        else "Not given yet"
    )
    came = {True: "Came", False: "Did not come", None: ""}
    return {
        "to": to,
        "pk": to.parent_id,
        "name": to.parent.name,
        "needs": needs(to),
        "asked": asked_words(to),
        "leaflet": leaflet,
        "letter": served(to.service) if to.service else "Not sent yet",
        "papers": [
            {"name": name, "document": document, "service": service, "state": served(service)}
            for name, document, service in (
                ("Invitation", to.document_id, to.service),
                ("Plan", to.plan_document_id, to.plan_service),
                ("Invitation to the review", to.review_document_id, to.review_service),
                ("Outcome", to.outcome_document_id, to.outcome_service),
            )
            if service is not None
        ],
        "came": came[to.attended],
        "no_address": home is None or not home.usable,
        "rights": rights_missing(to, today),
        "safe_contact": to.parent.safe_contact,
    }


def needs(to: FastTrackInvitation) -> str:
    """What this parent needs, as last asked."""
    said = (
        ("Interpreter", to.interpreter), ("Appropriate adult", to.appropriate_adult), ("Reading", to.reading_help),
        ("Adjustments", to.adjustments),
    )  # fmt: skip
    found = "; ".join(f"{name}: {words}" for name, words in said if words)
    return found or ("None" if to.asked_at else "Not asked yet")


def asked_words(to: FastTrackInvitation) -> str:
    """When and by whom needs were asked about, the last time; "" where they were not."""
    by, when = (
        (to.review_asked_by, to.review_asked_at)
        if to.review_asked_at is not None
        else (to.asked_by, to.asked_at)
    )
    if by is None or when is None:
        return ""
    return f"asked {'again ' if to.review_asked_at else ''}{short_date(when)}, {by.name}"


def school_age(one: FastTrack, today: date) -> str:
    """What is to know about the end of compulsory school age; "" while it is far off or the Fast Track is over."""
    last = compulsory_to(one.case.pupil)
    if last is None or one.state == State.CLOSED:
        return ""
    if last < today:
        return f"Compulsory school age ended with {long_date(last)}: close the Fast Track, or stop it."
    until = one.aftercare_until if one.state == State.AFTERCARE else one.review_on
    if until is not None and until > last:
        return f"Compulsory school age ends with {long_date(last)}, and this runs until {long_date(until)}: let the review come sooner."
    if last <= max(until or today, today) + NEAR:
        return f"Compulsory school age ends with {long_date(last)}. Weeks, review and aftercare end by then."
    return ""


def steps(one: FastTrack, user: Any) -> list[Any]:
    """The steps this person may take now, blocked ones included."""
    return FAST_TRACK.open_to(user, one.state)


def weeks(seen: Seen | None, target: int | None) -> list[dict[str, Any]]:
    """Rows of the weekly table: what was possible, attended, missed without leave, against the target."""
    if seen is None or target is None:
        return []
    return [
        {
            "week": monday,
            **figures.as_dict(),
            "met": figures.percent is not None and figures.percent >= target,
        }
        for monday, figures in seen.weeks
        if figures.possible
    ]
