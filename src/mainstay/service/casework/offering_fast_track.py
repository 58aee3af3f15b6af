"""What Fast Tracks give to the rest: their part of a case's page, first pages, where one can be seen."""

from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.announcements import marks_changed
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.casework import merging_fast_track, parts, watching_fast_track
from mainstay.service.casework.actions import fast_track_inviting
from mainstay.service.casework.letters_fast_track_review import outcome_of
from mainstay.service.casework.models import Case, FastTrack, FastTrackInvitation
from mainstay.service.casework.places import Place, offer
from mainstay.service.casework.queries.cases import child
from mainstay.service.casework.queries.fast_tracks import COLOURS, REVIEW_NEAR
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.prepared import now, prepared
from mainstay.service.common.ui.filters import short_date
from mainstay.service.directory.announcements import parents_merged
from mainstay.service.record import providers
from mainstay.service.record.models import Meeting
from mainstay.service.team import providers as team

State = FastTrack.State
#: how far ahead a chair sees meetings and reviews: our own choice, time to prepare
AHEAD: Final = timedelta(days=14)


def part(case: Case, user: Any) -> parts.Part | None:
    """The Fast Tracks of a case, the latest first."""
    found = list(FastTrack.objects.visible_to(user).filter(case=case).select_related("meeting"))
    ongoing = any(one.state != State.CLOSED for one in found)
    decided = ongoing or case.closed_at is not None or case.state == Case.State.LEGAL
    may_decide = user.may("decide_fast_track") and not decided
    if not found and not may_decide:
        return None
    given = {"found": found, "colours": COLOURS, "case": case, "may_decide": may_decide}
    body = render_to_string("casework/fast_track/_part.jinja", given)
    return parts.Part(60, "Fast Track", mark_safe(body), len(found))  # noqa: S308 (a rendered template)


def first_page(user: Any, today: date) -> list[Block]:
    """Letters to send, for business support; meetings and reviews, for whoever chairs, works on the case or leads."""
    blocks = []
    if user.may("invite_parents") and not user.may("work_case"):
        blocks.append(_to_send(user))
    if user.may("work_case"):
        blocks.append(_due(user, today))
    return blocks


def _to_send(user: Any) -> Block:
    found = _unsent(user)
    return Block(
        "Fast Track letters", [_row(one, _to_write(one)) for one in found[:SHOWN]], "No letter waits to be sent.",
        reverse("fast_tracks"), order=47,
    )  # fmt: skip


@prepared
def _unsent(user: Any) -> QuerySet[FastTrack]:
    to_review = Q(review__state=Meeting.State.PLANNED, review__starts__range=(now(), now() + REVIEW_NEAR))
    recent = Q(state__in=(State.AFTERCARE, State.CLOSED), state_since__gte=now() - REVIEW_NEAR) & ~Q(
        case__closed_because=Case.Reason.IN_ERROR
    )
    written_to = Q(rearranged__gt=0) | Q(invitations__service__isnull=False)
    lacking = (
        Q(state=State.FRAMEWORK, invitations__plan_service=None)
        | (Q(state__in=(State.FRAMEWORK, State.REVIEW), invitations__review_service=None) & to_review)
        | (recent & written_to & Q(invitations__outcome_service=None))
    )
    waiting = Q(state=State.TO_INVITE) | (Q(invitations__parent__merged_into=None) & lacking)
    rows = (
        FastTrack.objects.visible_to(user)
        .filter(waiting)
        .distinct()
        .select_related("case__pupil", "case__school")
        .prefetch_related(Prefetch("invitations", FastTrackInvitation.objects.select_related("parent")))
    )
    return rows.order_by("pk")[: SHOWN + 1]


def _to_write(one: FastTrack) -> str:
    """Which letter waits, of one that is in the list."""
    if one.state == State.TO_INVITE:
        return "Invite the parents"
    if outcome_of(one) in ("", "extended"):
        lacking = any(to.plan_service_id is None for to in one.asked())
        return "Send the plan" if lacking and one.state == State.FRAMEWORK else "Invite to the review"
    return "Send the outcome"


def _due(user: Any, today: date) -> Block:
    found = _near(user, today + AHEAD)
    urgent = any(one.breached_on or one.state in (State.REVIEW, State.NOT_ATTENDED) for one in found)
    return Block(
        "Fast Track meetings and reviews", [_row(one, _note(one)) for one in found[:SHOWN]],
        "No meeting and no review is due in the next two weeks.", reverse("fast_tracks"),
        "All Fast Tracks" if len(found) > SHOWN else "", "urgent" if urgent else "", order=44 if found else 56,
    )  # fmt: skip


@prepared
def _near(user: Any, soon: date) -> QuerySet[FastTrack]:
    meets = Q(state=State.INVITED, meeting__starts__date__lte=soon)
    decides = Q(state__in=(State.NOT_ATTENDED, State.MET, State.REVIEW)) | Q(
        state=State.FRAMEWORK, review_on__lte=soon
    )
    breached = Q(state=State.FRAMEWORK) & ~Q(breached_on=None)
    mine = Q() if user.may("see_team") else Q(chair=user) | Q(case__owner=user)
    rows = FastTrack.objects.visible_to(user).filter(mine, meets | decides | breached)
    return rows.select_related("case__pupil", "case__school", "meeting").order_by("pk")[: SHOWN + 1]


def _note(one: FastTrack) -> str:
    if one.state == State.FRAMEWORK and one.breached_on:
        return "a breach to decide on"
    if one.state == State.FRAMEWORK:
        return f"review {short_date(one.review_on)}"
    return (
        f"meeting {short_date(one.meeting.starts.date())}"
        if one.state == State.INVITED and one.meeting
        else ""
    )


def _row(one: FastTrack, note: str) -> Row:
    text = f"{child(one.case)}, {one.case.school.name}"
    return Row(text, reverse("fast_track", args=[one.pk]), note, one.get_state_display(), COLOURS[one.state])


def address(kind: str, key: str) -> str | None:
    """Where a Fast Track or an interview that a deadline or entry is about can be seen."""
    names = {"casework.fasttrack": "fast_track", "casework.interview": "interview"}
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None


def register() -> None:
    """From ``apps.py``."""
    offer(
        Place(40, "Fast Tracks", "fast_tracks", "see_cases"),
        Place(80, "Chairs", "chairs", "authorise_chairs"),
        Place(82, "Fast Track values", "fast_track_values", "edit_checklist"),
    )
    parts.add(part)
    attendance.first_page.register(first_page)
    providers.addresses.register(address)
    marks_changed.subscribe(watching_fast_track.marks_changed)
    parents_merged.subscribe(merging_fast_track.move_parent)
    team.cannot_hold.register(fast_track_inviting.cannot_hold)
    team.cannot_move.register(fast_track_inviting.cannot_move)
    team.handed_over.subscribe(fast_track_inviting.handed_over)
    daily("casework.fast_tracks")(watching_fast_track.fall_due)
