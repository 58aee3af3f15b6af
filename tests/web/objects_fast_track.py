"""A Fast Track with its letters sent, an interview under way and one locked, for their addresses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tests.factories import AddressFactory, UserFactory

from mainstay.service.casework.actions import chairs
from mainstay.service.casework.actions.cases import open_case
from mainstay.service.casework.models import Case, FastTrack
from mainstay.service.common.decisions.recording import decide
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.record import meetings

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = (
    "fast_track", "fast_track_new", "fast_track_meeting", "fast_track_needs", "fast_track_leaflet", "fast_track_letter",
    "fast_track_send", "fast_track_rearrange", "fast_track_hold", "fast_track_absent", "fast_track_plan",
    "fast_track_plan_send", "fast_track_line_drop", "fast_track_line_done", "fast_track_forward", "fast_track_midpoint",
    "fast_track_go_on",
    "fast_track_review", "fast_track_review_day", "fast_track_review_send", "fast_track_review_letter",
    "fast_track_outcome_send", "fast_track_outcome_letter", "fast_track_relapse", "fast_track_end", "interview_begin", "interview", "interview_pdf",
    "interview_go", "interview_stop", "interview_resume", "interview_add",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    case = open_case(
        pupil=pupil, school=pupil.school, because="Bought.", owner=by, by=by, at=AT, kind=Case.Kind.PURCHASED
    )
    AddressFactory(parent=parent)
    starts = AT - timedelta(days=1)
    meeting = meetings.plan(
        kind="fast_track", title="Fast Track meeting", starts=starts, ends=starts + timedelta(hours=1), where="School",
        organiser=by, by=by, at=AT, school=pupil.school, pupil=pupil,
        asked=[meetings.Asked("A parent", parent=parent)],
    )  # fmt: skip
    decision = decide(by=by, at=AT, kind="fast_track", outcome="fast_track", reasons="Help was not enough.")
    one = FastTrack.objects.create(
        case=case, state="invited", state_since=AT, decision=decision, offence_from=date(2026, 9, 7),
        offence_to=date(2026, 10, 23), chair=by, meeting=meeting, target=95, starts_on=date(2026, 11, 2),
        midpoint_on=date(2026, 12, 11), review_on=date(2027, 1, 29),
    )  # fmt: skip
    one.invitations.create(parent=parent, asked_at=AT, asked_by=by)
    line = one.actions.create(
        need="Mornings", action="A mentor", owner="school", due=date(2026, 12, 1), measure="Diary"
    )
    held = one.interviews.create(parent=parent, begun_at=AT, begun_by=by)
    held.entries.create(number=1, sitting=1, kind="people", at=AT, by=by, text="Three people.")
    officer = UserFactory(role="ewo")
    chair = chairs.authorise(
        user=officer, since=date(2026, 11, 23), until=None, because="Trained.", by=by, at=AT
    )
    to_parent = (
        "fast_track_needs", "fast_track_leaflet", "fast_track_letter", "fast_track_review_letter",
        "fast_track_outcome_letter", "interview_begin",
    )  # fmt: skip
    of_parent = {name: {"parent": parent.pk} for name in to_parent}
    of_line = {name: {"line": line.pk} for name in ("fast_track_line_drop", "fast_track_line_done")}
    ids = {
        "fast_track": one.pk,
        "fast_track_new": case.pk,
        "interview": held.pk,
        "interview_begin": one.pk,
        "chair": chair.pk,
    }
    return ids, {**of_parent, **of_line, "fast_track_value_set": {"name": "weeks"}}
