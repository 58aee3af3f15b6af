"""The letters about a review, made from the row: the invitation, that it comes sooner, its outcome."""

from datetime import date
from typing import Any

from django.utils import timezone

from mainstay.service.casework import sending
from mainstay.service.casework.letters_fast_track import clock_time, common, help_of
from mainstay.service.casework.models import Case, FastTrack, FastTrackInvitation
from mainstay.service.documents.homes import Home
from mainstay.service.documents.letters import FastTrackOutcome, FastTrackReview, FastTrackSooner

State = FastTrack.State


def asked_to_review(to: FastTrackInvitation, home: Home, on: date, by: Any) -> sending.ToParent:
    """Of a Fast Track whose review has a day; sooner than its weeks end, the letter says so."""
    one = to.fast_track
    assert one.review is not None and one.review_on is not None and one.target is not None
    starts = timezone.localtime(one.review.starts)
    said: dict[str, Any] = {
        **common(one, to, home, on, by), "review_on": starts.date(), "review_time": clock_time(starts),
        "where": one.review.where, "chair": one.chair.name if one.chair else one.review.organiser.name,
        "help_arranged": help_of(to),
    }  # fmt: skip
    if one.state == State.REVIEW and starts.date() < one.review_on:
        sooner = FastTrackSooner(
            planned_on=one.review_on, tolerated=one.tolerated, breached_on=one.breached_on, **said
        )
        return sending.ToParent(to.parent, sooner, home.text)
    return sending.ToParent(to.parent, FastTrackReview(target=one.target, **said), home.text)


def outcome_of(one: FastTrack) -> str:
    """What was decided, as the letter has it; "" where there is nothing to write to a parent who was invited."""
    if one.state == State.FRAMEWORK:
        return "extended" if one.extended_because else ""
    if one.case.closed_because == Case.Reason.IN_ERROR:  # two records became one: the other goes on
        return ""
    over = one.state in (State.AFTERCARE, State.CLOSED) and one.outcome != FastTrack.Outcome.NOT_SUITABLE
    return one.outcome if over and one.written_to() else ""


def outcome(to: FastTrackInvitation, home: Home, on: date, by: Any) -> sending.ToParent:
    """Of a Fast Track with an outcome, or extended."""
    one = to.fast_track
    kind = outcome_of(one)
    figures = one.figures or {}
    share = figures.get("percent")
    letter = FastTrackOutcome(
        **common(one, to, home, on, by),
        outcome=kind,
        decided_on=timezone.localdate(one.outcome_decision.at if one.outcome_decision else one.state_since),
        told=one.told,
        target=one.target,
        figures=(f"{share}", figures["unauthorised"]) if share is not None else None,
        actions=tuple(
            (line.action, line.who or line.get_owner_display(), _DONE[line.done])
            for line in one.actions.order_by("due", "pk")
        ),
        aftercare_until=one.aftercare_until if kind == "improved" else None,
        review_on=one.review_on if kind == "extended" else None,
    )
    return sending.ToParent(to.parent, letter, home.text)


_DONE = {True: "Yes", False: "No", None: "Not said yet"}
