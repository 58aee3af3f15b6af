"""The officer's steps: look through, found or not, School to School, the review of each term, a place."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import School
from mainstay.service.missing import clocks, values
from mainstay.service.missing.actions.beginning import own
from mainstay.service.missing.actions.locking import locked, needs_state, of_school, past, take, tell
from mainstay.service.missing.models import MissingChild, PlaceAsked, SearchRecord, TermReview

State, Where = MissingChild.State, MissingChild.Where


@transaction.atomic
def accept(*, child_id: int, answer: str, by: Any, at: datetime) -> MissingChild:
    """Accept a referral (C3): whoever does works on it, and the clocks of the enquiries run from the referral."""
    one = locked(child_id, by, at)
    take(
        one, "accept", "referral accepted", answer, by, at, audience=of_school(one), triaged_at=at,
        answer=answer.strip() or "Accepted: we are looking for the child.", answered_at=at,
    )  # fmt: skip
    if one.owner is None:
        own(one, by)
    clocks.stop(one, by, at, clocks.TRIAGE)
    enquiry_clocks(one, one.received_on or timezone.localdate(at), by, at)
    return one


@transaction.atomic
def send_back(*, child_id: int, way: str, answer: str, by: Any, at: datetime) -> MissingChild:
    """Return a referral with where it goes instead (C3). Raises StepRefused without words for the referrer."""
    one = locked(child_id, by, at)
    if way not in MissingChild.Way.values or not answer.strip():
        raise StepRefused("Say where it goes instead, and why.")
    take(
        one, "return", f"returned: {MissingChild.Way(way).label.lower()}", answer, by, at, audience=of_school(one),
        triaged_at=at, way=way, answer=answer.strip(), answered_at=at,
    )  # fmt: skip
    clocks.stop(one, by, at)
    return one


def enquiry_clocks(one: MissingChild, trigger: date, by: Any, at: datetime) -> None:
    for rule in (clocks.FIRST, clocks.SECOND):
        clocks.start(one, rule, trigger, by, at)


@transaction.atomic
def found(*, child_id: int, where: str, where_told: str, on: date, by: Any, at: datetime) -> MissingChild:
    """The child is found (C4): where, by whom it was said. It is closed only once that is confirmed."""
    one = locked(child_id, by, at)
    past(on, at, "day they were found")
    if where not in Where.values or not where_told.strip():
        raise StepRefused("Say where the child is, and who said so.")
    take(
        one, "found", f"found: {Where(where).label.lower()}", where_told, by, at, where=where,
        where_told=where_told.strip()[:300], found_on=on,
    )  # fmt: skip
    clocks.stop(one, by, at, clocks.FIRST, clocks.SECOND, clocks.REVIEW)
    return one


@transaction.atomic
def lost(*, child_id: int, because: str, by: Any, at: datetime) -> MissingChild:
    """What was said of the child's place does not hold: the search goes on."""
    one = locked(child_id, by, at)
    if not because.strip():
        raise StepRefused("Say what does not hold.")
    take(
        one,
        "lost",
        "not found there: the search goes on",
        because,
        by,
        at,
        where="",
        where_told="",
        found_on=None,
    )
    clocks.start(one, clocks.SECOND, timezone.localdate(at), by, at)
    return one


@transaction.atomic
def not_found(*, child_id: int, by: Any, at: datetime) -> MissingChild:
    """Every enquiry was made and answered, and the child is not found (C6): reviewed every term from now on."""
    one = locked(child_id, by, at)
    today = timezone.localdate(at)
    take(one, "not_found", "not found: the search goes on", "", by, at, not_found_on=today)
    clocks.stop(one, by, at, clocks.FIRST, clocks.SECOND)
    _review_on(one, today, next_review(today), by, at)
    return one


def next_review(after: date) -> date:
    return after + timedelta(weeks=values.in_force(after)["review_weeks"])


def _review_on(one: MissingChild, trigger: date, last_day: date, by: Any, at: datetime) -> None:
    clocks.begin(one, clocks.REVIEW, trigger, by, at, last_day=last_day)


@transaction.atomic
def post(
    *, child_id: int, posted_on: date, reference: str, by: Any, at: datetime, file_sent_on: date | None = None
) -> SearchRecord:
    """The child is posted on School to School; the day the school sent the file named for an unknown destination."""
    one = locked(child_id, by, at)
    needs_state(one, State.ENQUIRIES, State.NOT_FOUND)
    past(posted_on, at, "day it was posted")
    past(file_sent_on, at, "day of the file")
    if not reference.strip():
        raise StepRefused("Enter the reference of the message.")
    row: SearchRecord = one.search_records.create(
        posted_on=posted_on, reference=reference.strip()[:60], file_sent_on=file_sent_on, at=at, by=by
    )  # fmt: skip
    tell(one, "posted on School to School", row.reference, by=by, at=at)
    trail.record(by=by, at=at, action="missing.posted", on=row)
    return row


@transaction.atomic
def review(*, child_id: int, text: str, next_on: date, by: Any, at: datetime) -> TermReview:
    """The look at a child not found, once a term, and the day of the next one."""
    one = locked(child_id, by, at)
    needs_state(one, State.NOT_FOUND)
    today = timezone.localdate(at)
    if not text.strip():
        raise StepRefused("Say what was looked at, and what came of it.")
    if not today < next_on <= next_review(today):
        weeks = values.in_force(today)["review_weeks"]
        raise StepRefused(f"The next review is after today, and within {weeks} weeks.")
    row: TermReview = one.reviews.create(on=today, text=text.strip(), next_on=next_on, at=at, by=by)
    _review_on(one, today, next_on, by, at)
    tell(one, "reviewed", row.text, by=by, at=at)
    trail.record(by=by, at=at, action="missing.reviewed", on=row, next_on=next_on)
    return row


@transaction.atomic
def needs_place(*, child_id: int, because: str, by: Any, at: datetime) -> MissingChild:
    """Found, and on no roll (C7)."""
    one = locked(child_id, by, at)
    take(one, "needs_place", "found without a school place", because, by, at)
    return one


@transaction.atomic
def ask_place(
    *,
    child_id: int,
    via: str,
    asked_on: date,
    by: Any,
    at: datetime,
    school: School | None = None,
    text: str = "",
) -> PlaceAsked:
    """A place is asked for: by in-year admission, or of the Fair Access panel."""
    one = locked(child_id, by, at)
    needs_state(one, State.PLACE)
    past(asked_on, at, "day it was asked for")
    if via not in PlaceAsked.Via.values:
        raise StepRefused("Say which way the place is asked for.")
    row: PlaceAsked = one.places.create(
        via=via, school=school, asked_on=asked_on, text=text.strip(), at=at, by=by
    )
    tell(one, f"a place is asked for: {row.get_via_display().lower()}", row.text, by=by, at=at)
    trail.record(by=by, at=at, action="missing.place_asked", on=row, via=via)
    return row


@transaction.atomic
def place_answered(
    *, place_id: int, answer: str, answered_on: date, by: Any, at: datetime, school: School | None = None,
    starts_on: date | None = None, text: str = "",
) -> PlaceAsked:  # fmt: skip
    """What came of asking for a place. Raises StepRefused for an offer without school and first day."""
    found_ = PlaceAsked.objects.filter(pk=place_id).values_list("child_id", flat=True).first()
    if found_ is None:
        raise StepRefused("You cannot see this.")
    one = locked(found_, by, at)
    row = PlaceAsked.objects.select_for_update().get(pk=place_id)
    past(answered_on, at, "day of the answer")
    if answer not in PlaceAsked.Answer.values or not answer:
        raise StepRefused("Choose the answer.")
    row.school = school or row.school
    if answer == PlaceAsked.Answer.OFFERED and (row.school is None or starts_on is None):
        raise StepRefused("Say which school offers the place, and from which day.")
    before = row.answer
    row.answer, row.answered_on, row.starts_on = answer, answered_on, starts_on
    row.text = "\n".join(filter(None, (row.text, text.strip())))
    row.save()
    tell(one, f"place {row.get_answer_display().lower()}", text, by=by, at=at)
    trail.record(by=by, at=at, action="missing.place_answered", on=row, before=before, answer=answer)
    return row


@transaction.atomic
def placed(*, child_id: int, by: Any, at: datetime) -> MissingChild:
    """A place is offered: closed once the child has started there."""
    one = locked(child_id, by, at)
    take(one, "placed", "a place is offered: the start is to be confirmed", "", by, at)
    return one
