"""Bookings of the made-up city in every state, made by the actions people would have taken at the time."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.directory.models import Enrolment, School, SchoolPost
from mainstay.service.team.actions import away
from mainstay.service.traded.actions import bookings, bookings_ending
from mainstay.service.traded.models import Booking, OrderShare
from mainstay.service.traded.queries.calendar import busy, officers
from mainstay.service.traded.queries.ledger import balances
from mainstay.service.traded.years import year_of

#: what for, what was done, what came of it
WORK: Final = {
    "intervention_day": ("Four families came, one did not; plans were written with each.", "Four plans with a review in three weeks."),
    "casework": ("Went through the week’s absences with the attendance lead; called two homes.", "One family asks for early help."),
    "group_work": ("Third of six sessions with a group of year 5.", "The group made its own targets."),
    "gate": ("Late gate with the senior leader, 8:30am to 9:15am.", "Thirty-one late, half of last time."),
    "training": ("Codes and the day’s routines with the office and two governors.", "They ask for a second hour on part-time timetables."),
}  # fmt: skip


class Diary:
    """Who books what, in schools that have days left."""

    def __init__(self, users: Mapping[str, Any], schools: list[School], at: datetime) -> None:
        self.users, self.schools, self.at = users, schools, at
        self.today = timezone.localdate(at)
        self.people = [one for one in officers(self.today) if one.pk != users["manager"].pk]
        self.number = 0

    def school(self) -> School:
        """By turns."""
        self.number += 1
        return self.schools[self.number % len(self.schools)]

    def days(self, first: int) -> Iterator[date]:
        """Weekdays of the financial year from so many days ahead, or back from so many days ago."""
        step = 1 if first >= 0 else -1
        for number in range(15):
            day = self.today + timedelta(days=first + step * number)
            if day.weekday() < 5 and year_of(day) == year_of(self.today):
                yield day

    def book(
        self, school: School, service: str, first: int, part: str = "am", officer: Any = None
    ) -> Booking | None:
        """On the first day from then on that suits; booked three weeks before."""
        for on in self.days(first):
            at = min(moment(on - timedelta(days=21), 10), self.at)
            taken = busy([one.pk for one in self.people], on, on)
            free = [
                one
                for one in self.people
                if not any((one.pk, on, half) in taken for half in Booking(part=part).halves)
            ]
            for one in [officer] if officer is not None else free[:2]:
                by = self.staff(school) or one
                made = attempt(
                    lambda one=one, by=by, on=on, at=at: bookings.book(  # type: ignore[misc]
                        school=school,
                        service=service,
                        officer=one,
                        on=on,
                        part=part,
                        purpose="",
                        by=by,
                        at=at,
                    )
                )
                if made is not None:
                    return made  # type: ignore[no-any-return]
        return None

    def staff(self, school: School) -> Any:
        """Somebody of the school who can sign in."""
        found = SchoolPost.objects.filter(school=school, user__in=[self.users["school"], self.users["head"]])
        post = found.select_related("user").order_by("pk").first()
        return post.user if post else None

    def deliver(self, one: Booking, half_days: int | None = None) -> None:
        done, outcome = WORK.get(one.service, WORK["casework"])
        children = (
            Enrolment.objects.current().filter(school=one.school, pupil__restricted=False).order_by("pk")
        )
        if one.service in ("intervention_day", "group_work", "casework"):
            named = [row.pupil_id for row in children[:3]]
            attempt(
                lambda: bookings_ending.name_children(
                    booking_id=one.pk, pupils=named, by=one.officer, at=one.booked_at
                )
            )
        bookings_ending.deliver(
            booking_id=one.pk, half_days=half_days or one.half_days, minutes=170 * one.half_days, done=done, outcome=outcome,
            next_step="The attendance lead calls each family on Friday.", by=one.officer, at=min(moment(one.on, 16), self.at),
        )  # fmt: skip


def moment(on: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(hour)))


def attempt(act: Callable[[], Any]) -> Any:
    """None where it is refused, and then nothing of it stays."""
    try:
        with transaction.atomic():
            return act()
    except StepRefused:
        return None


def tell(loaded: Loaded, at: datetime) -> None:
    """Nothing in a city where no school bought days."""
    today = timezone.localdate(at)
    year = year_of(today)
    shares = OrderShare.objects.accepted().filter(order__year=year).select_related("school").order_by("pk")
    bought = {share.school_id: share.school for share in shares}
    free = balances(list(bought), year)
    own = set(
        SchoolPost.objects.filter(user__in=[loaded.users["school"], loaded.users["head"]]).values_list(
            "school_id", flat=True
        )
    )
    schools = sorted(
        (school for pk, school in bought.items() if free[pk].free >= 2),
        key=lambda school: (school.pk not in own, school.pk),
    )
    if not schools:
        return
    diary = Diary(loaded.users, schools, at)
    for story in (
        _confirmed,
        _told,
        _queried,
        _settled,
        _not_written,
        _charged,
        _free,
        _by_service,
        _moved,
        _to_come,
        _ill,
    ):
        attempt(lambda story=story: story(diary))  # type: ignore[misc]


def _past(diary: Diary, service: str, ago: int, part: str = "am", officer: Any = None) -> Booking:
    one = diary.book(diary.school(), service, -ago, part, officer)
    if one is None:
        raise StepRefused("No day suited.")
    return one


def _confirmed(diary: Diary) -> None:
    for service, ago, part in (("intervention_day", 40, "day"), ("group_work", 30, "am"), ("gate", 20, "am")):
        one = _past(diary, service, ago, part)
        diary.deliver(one)
        if staff := diary.staff(one.school):
            bookings_ending.confirm(booking_id=one.pk, by=staff, at=min(moment(one.on, 17), diary.at))


def _told(diary: Diary) -> None:
    one = diary.book(diary.schools[0], "casework", -4)
    if one is not None:
        diary.deliver(one)


def _queried(diary: Diary) -> None:
    one = diary.book(diary.schools[0], "training", -8, "pm")
    if one is not None and (staff := diary.staff(one.school)):
        diary.deliver(one)
        text = "Two of the five staff had been told another room and missed the first hour."
        bookings_ending.query(booking_id=one.pk, text=text, by=staff, at=min(moment(one.on, 17), diary.at))


def _settled(diary: Diary) -> None:
    one = diary.book(diary.schools[0], "intervention_day", -15, "day")
    if one is None or not (staff := diary.staff(one.school)):
        return
    diary.deliver(one)
    at = min(moment(one.on, 17), diary.at)
    bookings_ending.query(
        booking_id=one.pk,
        text="In the afternoon nobody came: the letters had the wrong day.",
        by=staff,
        at=at,
    )
    bookings_ending.settle(
        booking_id=one.pk, given_back=1, because="The letters were ours. The afternoon is given back.",
        by=diary.users["manager"], at=at,
    )  # fmt: skip


def _not_written(diary: Diary) -> None:
    _past(diary, "casework", 2, "pm", diary.users["officer"])


def _charged(diary: Diary) -> None:
    one = diary.book(diary.school(), "gate", 1)
    if one is not None:
        by = diary.staff(one.school) or one.officer
        bookings_ending.cancel_by_school(
            booking_id=one.pk, because="The hall is a polling station", by=by, at=diary.at
        )


def _free(diary: Diary) -> None:
    one = diary.book(diary.school(), "group_work", 20, "pm")
    if one is not None:
        by = diary.staff(one.school) or one.officer
        bookings_ending.cancel_by_school(
            booking_id=one.pk, because="The year group is on a trip", by=by, at=diary.at
        )


def _by_service(diary: Diary) -> None:
    """And another day stands for it."""
    one = diary.book(diary.school(), "casework", 6)
    if one is None:
        return
    bookings_ending.cancel_by_service(
        booking_id=one.pk, because="Court needs the officer that day", by=one.officer, at=diary.at
    )
    for on in diary.days(14):
        made = attempt(
            lambda on=on: bookings.book(  # type: ignore[misc]
                school=one.school, service=one.service, officer=one.officer, on=on, part="am", purpose="", by=one.officer,
                at=diary.at, instead_of=one.pk,
            )
        )  # fmt: skip
        if made is not None:
            return


def _moved(diary: Diary) -> None:
    one = diary.book(diary.schools[0], "intervention_day", 11, "am")
    if one is None:
        return
    for on in diary.days(18):
        moved = attempt(
            lambda on=on: bookings.move(  # type: ignore[misc]
                booking_id=one.pk, on=on, part="am", officer=None, because="The hall is taken by a concert", by=one.officer,
                at=diary.at,
            )
        )  # fmt: skip
        if moved is not None:
            return


def _to_come(diary: Diary) -> None:
    diary.book(diary.schools[0], "gate", 9, "am", diary.users["officer"])
    diary.book(diary.school(), "casework", 3, "pm", diary.users["officer"])
    diary.book(diary.school(), "group_work", 13, "pm")


def _ill(diary: Diary) -> None:
    """An officer is ill on a booked day: cover is needed, as for any meeting."""
    names = ("officer", "senior", "manager")
    shown = {diary.users[name].pk for name in names}
    officer = next((one for one in diary.people if one.pk not in shown), None)
    one = diary.book(diary.school(), "casework", 1, "am", officer) if officer else None
    if one is None or officer is None:
        return
    away.enter(
        officer=officer, kind="sickness", first_on=one.on, first_half="AM", last_on=one.on, last_half="PM", stands_in=None,
        by=diary.users["manager"], at=diary.at,
    )  # fmt: skip
