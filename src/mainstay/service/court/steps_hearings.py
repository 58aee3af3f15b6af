"""What stands in the way of the steps before and after a result, in words."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from mainstay.service.common.ui.filters import long_date
from mainstay.service.court.models import Hearing, Prosecution, Result

State, Plea, Kind = Prosecution.State, Prosecution.Plea, Hearing.Kind


def keep(one: Prosecution) -> None:
    """Read its results with their sentences once for every part of a page; two queries."""
    results = Result.objects.select_related("letter_service").prefetch_related("sentences")
    prefetch_related_objects([one], Prefetch("results", results))


def standing(one: Any) -> Result | None:
    """The result that is not void."""
    return next((each for each in one.results.all() if not each.void), None)


def decided_at_hearing(one: Any) -> str | None:
    found = one.hearings.filter(outcome=Hearing.Outcome.DECIDED)
    if found.filter(results=None).exists():
        return None
    return "Record the hearing first, as decided: a result is what a hearing ended with."


def told(one: Any) -> str | None:
    result = standing(one)
    if result is not None and result.told_school_at and result.told_officer_at:
        return None
    return "Tell the school and the officer the result, with what each has to do."


def conviction_stands(one: Any) -> str | None:
    result = standing(one)
    if result is not None and result.convicted:
        return None
    return "Only a conviction that stands can become void."


def letter_sent(one: Any) -> str | None:
    result = standing(one)
    if result is None or result.letter_service is None:
        return "Send the parent the letter about the result."
    if result.letter_service.sent_on is None:
        return "Hand the parent the letter about the result, and record the day."
    return None


def served(one: Prosecution, on: date) -> str | None:
    """Why it is not shown by that day that the defendant got the charge; None where it is."""
    service = one.charge_service
    if service is None or service.sent_on is None:
        return "There is no proof of service: the charge is not recorded as sent."
    if service.proved_on is not None and service.proved_on <= on:
        return None
    if service.returned_on is not None:
        return f"There is no proof of service: the charge came back on {long_date(service.returned_on)}."
    if service.presumed_on is None or service.presumed_on > on:
        return f"There is no proof of service by {long_date(on)}: the charge does not count as received then."
    return None


def may_list(one: Prosecution, kind: str, on: date) -> str | None:
    """Why it may not be listed for such a hearing on a day, in words that go on after its number."""
    if one.state not in (State.SINGLE_JUSTICE, State.LISTED, State.TRIAL):
        return f"is {one.get_state_display().lower()}, not before the court."
    coming = one.hearings.filter(outcome="").select_related("sitting").first()
    if coming is not None:
        return f"is listed already, on {long_date(timezone.localdate(coming.sitting.starts))}: record that hearing first, or that it was not held."
    if kind == Kind.SINGLE_JUSTICE:
        return _on_papers(one, on)
    if one.state == State.SINGLE_JUSTICE and one.plea not in (Plea.NOT_GUILTY, Plea.HEARING):
        return "goes before a single justice on the papers: no hearing was asked for."
    if kind == Kind.TRIAL and one.state != State.TRIAL:
        return "has no trial: the defendant has not pleaded not guilty before the court."
    if kind == Kind.FIRST and one.state == State.TRIAL:
        return "had its first hearing: list it for trial, or for another hearing."
    return None


def _on_papers(one: Prosecution, on: date) -> str | None:
    if one.state != State.SINGLE_JUSTICE:
        return "is not under the single justice procedure: it is heard in court."
    if one.plea in (Plea.NOT_GUILTY, Plea.HEARING):
        return "goes to a hearing in court: the defendant asked for one, or pleaded not guilty."
    if one.plea != Plea.GUILTY and (one.reply_by is None or on <= one.reply_by):
        until = long_date(one.reply_by) if one.reply_by else "a day that is not counted yet"
        return f"cannot be decided on the papers yet: the defendant may reply until {until}."
    return None


def kind_of(one: Prosecution) -> str:
    """The hearing that comes next as the case stands."""
    if one.state == State.SINGLE_JUSTICE:
        asked = one.plea in (Plea.NOT_GUILTY, Plea.HEARING)
        return Kind.FIRST if asked else Kind.SINGLE_JUSTICE
    if one.state == State.TRIAL:
        return Kind.TRIAL
    return Kind.SENTENCE if one.plea == Plea.GUILTY else Kind.FIRST
