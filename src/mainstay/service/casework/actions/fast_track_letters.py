"""After the invitation: the plan, the invitation to the review and its outcome go to each parent who was invited."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework import letters_fast_track, letters_fast_track_review
from mainstay.service.casework.actions import cases
from mainstay.service.casework.actions.fast_track_inviting import early_enough
from mainstay.service.casework.actions.fast_track_locking import COPY, locked
from mainstay.service.casework.actions.fast_track_posting import Make, posted
from mainstay.service.casework.models import FastTrack, FastTrackInvitation
from mainstay.service.casework.steps_fast_track import needs_asked_again
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience, Meeting

State = FastTrack.State


@transaction.atomic
def send_plan(*, fast_track_id: int, by: Any, at: datetime) -> FastTrack:
    """Post the plan to each parent who was invited, and stop the clock of its copies."""
    one = _writing(fast_track_id, by, at)
    if one.state not in (State.FRAMEWORK, State.REVIEW):
        raise StepRefused("There is no plan to send: the framework is not running.")
    already = "Each parent has a copy of this plan already."
    _to_each(one, "plan", one.asked(), letters_fast_track.plan, already, by, at)
    deadlines.stop(about=one, rule=COPY, by=by, at=at)
    return one


@transaction.atomic
def invite_to_review(*, fast_track_id: int, by: Any, at: datetime) -> FastTrack:
    """Post the invitation to the review, or that it comes sooner, to each parent.

    Raises StepRefused with what is missing: a day, needs not asked again, an address, a day too soon.
    """
    one = _writing(fast_track_id, by, at)
    if missing := before_review(one, at):
        raise StepRefused(" ".join(missing))
    make = letters_fast_track_review.asked_to_review
    _to_each(one, "review", one.asked(), make, "Each parent is invited to this review already.", by, at)
    return one


def before_review(one: FastTrack, at: datetime) -> list[str]:
    """What stands in the way of inviting parents to the review."""
    if one.state not in (State.FRAMEWORK, State.REVIEW):
        return ["No review is to come."]
    missing = []
    if one.review is None or one.review.state != Meeting.State.PLANNED:
        missing.append("Set the day of the review.")
    else:
        try:
            early_enough(timezone.localdate(one.review.starts), timezone.localdate(at), "review_notice")
        except StepRefused as refusal:
            missing.append(f"{refusal} Set another day of the review.")
    if words := needs_asked_again(one):
        missing.append(words)
    return missing


@transaction.atomic
def send_outcome(*, fast_track_id: int, by: Any, at: datetime) -> FastTrack:
    """Post what was decided to each parent whose invitation was sent."""
    one = _writing(fast_track_id, by, at)
    if not letters_fast_track_review.outcome_of(one):
        raise StepRefused("There is no outcome to write about.")
    make = letters_fast_track_review.outcome
    _to_each(one, "outcome", one.written_to(), make, "Each parent has this outcome already.", by, at)
    return one


def _writing(fast_track_id: int, by: Any, at: datetime) -> FastTrack:
    if not by.may("invite_parents"):
        raise StepRefused("Your role cannot write to parents.")
    return locked(fast_track_id, by, at)


_TOLD = {"plan": "plan sent", "review": "parents invited to the review", "outcome": "outcome sent"}


def _to_each(
    one: FastTrack,
    which: str,
    whom: list[FastTrackInvitation],
    make: Make,
    already: str,
    by: Any,
    at: datetime,
) -> None:
    """To each of them who has none of these yet; told in the chronology, with an audit row."""
    asked = [to for to in whom if getattr(to, f"{which}_service_id") is None]
    if not asked:
        raise StepRefused(already)
    posted(one, asked, make, f"{which}_", by, at)
    said = (
        f"{len(asked)} letters, each parent's own." if len(asked) > 1 else "A letter to the parent invited."
    )
    cases.tell(
        one.case, f"Fast Track {one.number}: {_TOLD[which]}", said, by=by, at=at, audience=Audience.SCHOOL
    )
    trail.record(
        by=by, at=at, action=f"fast_track.{which}_sent", on=one, parents=[to.parent_id for to in asked]
    )
