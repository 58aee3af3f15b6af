"""Somebody away, a duty day, a call, a supervision and a review, for the addresses of the team."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tests.factories import UserFactory

from mainstay.service.casework.models import Case
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.record import meetings
from mainstay.service.team.actions import away, calls, covering, duty
from mainstay.service.team.actions.supervision import begin
from mainstay.service.team.models import Sample

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = ("duty_call", "quality_review", "quality_moderate")


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    officer, colleague = UserFactory(role="ewo"), UserFactory(role="ewo")
    day = date(2026, 12, 1)
    visits = [
        meetings.plan(
            kind="visit", title="Home visit", starts=AT + timedelta(days=8, hours=hour),
            ends=AT + timedelta(days=8, hours=hour + 1), where="At home", organiser=officer, by=officer, at=AT,
            pupil=pupil, school=pupil.school,
        )
        for hour in (0, 2)
    ]  # fmt: skip
    gone = away.enter(
        officer=officer, kind="sickness", first_on=day, first_half="AM", last_on=day, last_half="PM", stands_in=None,
        by=by, at=AT,
    )  # fmt: skip
    (cover,) = covering.ask(absence_id=gone.pk, meeting_ids=[visits[0].pk], colleague=colleague, by=by, at=AT)
    duty.set_days(officers={day: officer}, by=by, at=AT)
    duty_day = officer.duty_days.get()
    swap = duty.ask_swap(day_id=duty_day.pk, of=colleague, in_return=None, because="", by=officer, at=AT)
    call = calls.take(
        who="Invented Primary", question="Which code?", theme="Codes", pupil=pupil, by=officer, at=AT
    )
    record = begin(officer=officer, held_on=AT.date(), by=by, at=AT)
    case = Case.objects.get(pupil=pupil, kind=Case.Kind.STATUTORY)
    sample = Sample.objects.create(
        term="2026-1",
        officer=officer,
        seed="s",
        drawn_from=[f"casework.case:{case.pk}"],
        drawn_by=by,
        drawn_at=AT,
    )
    review = sample.reviews.create(
        about_kind="casework.case", about_id=str(case.pk), label=f"Case {case.number}", pupil=pupil
    )
    ids = {
        "contact_of": officer.pk, "absence": gone.pk, "cover_ask": gone.pk, "cover_rearrange": gone.pk,
        "cover": cover.pk, "duty_call": call.pk, "swap_ask": duty_day.pk, "swap_answer": swap.pk,
        "supervision": record.pk, "quality": review.pk,
        "own_review": review.pk,
    }  # fmt: skip
    extra = {"cover_rearrange": {"meeting": visits[1].pk}, "team_value_set": {"name": "checklist"}}
    return ids, extra
