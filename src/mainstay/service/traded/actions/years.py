"""Days that end with the financial year: warnings before, and the end itself, for every school at once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.jobs.queue import queue
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date, plural
from mainstay.service.directory.models import School
from mainstay.service.traded.actions import ledger
from mainstay.service.traded.models import Booking, LedgerEntry, YearEnd, YearWarning
from mainstay.service.traded.queries.ledger import Balance, balances
from mainstay.service.traded.telling import Word, tell
from mainstay.service.traded.warning_days import latest_due
from mainstay.service.traded.years import days, first_day, last_day, named, past_visits, year_of

END: Final = "traded.end_year"


def warn(*, on: date, last: date | None) -> None:
    """The daily task: tell each school with days left that they end, once three, two and one months before."""
    year = year_of(on)
    months = latest_due(year, on)
    if months is not None:
        warn_schools(year=year, months=months, at=timezone.now())


@transaction.atomic
def warn_schools(*, year: int, months: int, at: datetime) -> int:
    """Warn those not warned yet; how many."""
    told = YearWarning.objects.filter(year=year, months=months).values_list("school_id", flat=True)
    left = {pk: one for pk, one in balances(None, year).items() if one.left > 0 and pk not in set(told)}
    schools = list(School.objects.filter(pk__in=left).order_by("pk"))
    past = open_bookings(year).filter(on__lt=timezone.localdate(at)).order_by()
    to_write_up = dict(past.values_list("school").annotate(Count("pk")))
    words = []
    for school in schools:
        one, visits = left[school.pk], to_write_up.get(school.pk, 0)
        made = YearWarning.objects.create(school=school, year=year, months=months, half_days=one.left, at=at)
        words.append(
            Word(
                school, f"{days(one.left).capitalize()} left until 31 March",
                f"{school.name} has {days(one.left)} of an education welfare officer left for {named(year)}. "
                f"{_booked(one, visits)}They end on {long_date(last_day(year))} and cannot be carried over."
                + (" Please book what you want to use." if one.free > 0 else ""), made,
            )
        )  # fmt: skip
    tell(words, at=at)
    if schools:
        trail.record(
            by=None, at=at, action="traded.warned", on=("traded.yearwarning", str(year)), months=months,
            schools=[school.pk for school in schools],
        )  # fmt: skip
    return len(schools)


def _booked(one: Balance, to_write_up: int) -> str:
    if not one.booked:
        return ""
    many = "All" if one.free <= 0 else days(one.booked).capitalize()
    past = f" {past_visits(to_write_up)}: the officer still does that." if to_write_up else ""
    return f"{many} of them are booked.{past} "


@dataclass(frozen=True, slots=True)
class Ending:
    """One school whose half-days expire."""

    school: School
    half_days: int


def why_not(year: int, on: date) -> list[str]:
    """What stands in the way of ending a year, in words."""
    if YearEnd.objects.filter(year=year).exists():
        return [f"The year {named(year)} is ended already."]
    missing = []
    if on <= last_day(year):
        missing.append(f"The year {named(year)} ends on {long_date(last_day(year))}.")
    number = open_bookings(year).count()
    if number:
        missing.append(
            f"{plural(number, 'booking')} of that year {'is' if number == 1 else 'are'} still open: write down what was "
            "delivered, or cancel them, so that nothing is lost."
        )  # fmt: skip
    return missing


def open_bookings(year: int) -> Any:
    return Booking.objects.open().filter(on__gte=first_day(year), on__lte=last_day(year))


@transaction.atomic
def ask(*, year: int, by: Any, at: datetime) -> Job:
    """Leave the end of a year to the worker. Raises StepRefused where something stands in the way."""
    _may(by)
    if missing := why_not(year, timezone.localdate(at)):
        raise StepRefused(" ".join(missing))
    job = queue(END, by=by, at=at, year=year)
    trail.record(by=by, at=at, action="traded.year_end_asked", on=job, year=year)
    return job


def end_job(job: Job) -> None:
    """The worker's part; begun again, it finds the year ended and leaves it."""
    year = job.payload["year"]
    job.tell(10)
    if not YearEnd.objects.filter(year=year).exists():
        end(year=year, by=job.made_by, at=job.began_at)


@transaction.atomic
def end(*, year: int, by: Any, at: datetime) -> YearEnd:
    """Let what is left of a year expire, for every school in one transaction. Raises StepRefused; changes nothing then."""
    _may(by)
    ledger.lock(schools=list(balances(None, year)))
    if missing := why_not(year, timezone.localdate(at)):
        raise StepRefused(" ".join(missing))
    left = {pk: one.left for pk, one in balances(None, year).items() if one.left > 0}
    schools = list(School.objects.filter(pk__in=left).order_by("pk"))
    lines = LedgerEntry.objects.bulk_create(
        LedgerEntry(
            school=school, year=year, kind=LedgerEntry.Kind.EXPIRED, half_days=-left[school.pk], on=last_day(year), at=at,
            by=by, note="End of the financial year",
        )
        for school in schools
    )  # fmt: skip
    done = YearEnd.objects.create(year=year, at=at, by=by, schools=len(lines), half_days=sum(left.values()))
    trail.record_many(
        by=by, at=at, action="traded.expired",
        rows=[(line, {"school": line.school_id, "year": year, "half_days": line.half_days}) for line in lines],
    )  # fmt: skip
    trail.record(by=by, at=at, action="traded.year_ended", on=done, year=year, half_days=done.half_days)
    words = [
        Word(
            school, f"The year {named(year)} is ended",
            f"{days(left[school.pk]).capitalize()} of {school.name} expired on {long_date(last_day(year))}. Days are "
            "bought for one financial year and cannot be carried over.", done,
        )
        for school in schools
    ]  # fmt: skip
    tell(words, at=at)
    return done


def _may(by: Any) -> None:
    if not by.may("end_year"):
        raise StepRefused("Your role cannot end a year.")
