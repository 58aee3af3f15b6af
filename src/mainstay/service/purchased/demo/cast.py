"""Bookings to write up, children of the school, and moments, for the made-up work."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Register
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.directory.models import Pupil, School, SchoolPost
from mainstay.service.purchased.actions import writing
from mainstay.service.purchased.models import Work
from mainstay.service.traded.actions import bookings
from mainstay.service.traded.models import Booking, OrderShare
from mainstay.service.traded.queries.ledger import balances
from mainstay.service.traded.years import year_of


class Cast:
    """Each booking is written up once; the schools that somebody signs in for come first."""

    def __init__(self, loaded: Loaded, at: datetime) -> None:
        self.users, self.at = loaded.users, at
        self.today = timezone.localdate(at)
        own = SchoolPost.objects.filter(user__in=[loaded.users["school"], loaded.users["head"]])
        self.own = set(own.values_list("school_id", flat=True))
        self.used: set[int] = set()
        year = year_of(self.today)
        shares = OrderShare.objects.accepted().filter(order__year=year).select_related("school")
        bought = {share.school_id: share.school for share in shares}
        free = balances(list(bought), year) if bought else {}
        self.schools = sorted(
            (school for pk, school in bought.items() if free[pk].free > 0), key=lambda s: (s.pk not in self.own, s.pk)
        )  # fmt: skip

    def attempt(self, story: Callable[["Cast"], Any]) -> Any:
        """None where something is refused, and then nothing of it stays."""
        try:
            with transaction.atomic():
                return story(self)
        except StepRefused:
            return None

    def booking(self, service: str, ago: int = 10) -> Booking:
        """One of that service nobody wrote up yet; else an officer is booked for a morning. Raises StepRefused."""
        found = Booking.objects.filter(
            service=service, state__in=writing.BOOKED, on__lte=self.today, works=None
        )
        for one in found.order_by("pk").select_related("officer", "school"):
            if one.pk not in self.used and one.officer.may("work_purchased"):
                self.used.add(one.pk)
                return one
        for school in self.schools:
            for back in range(ago, ago + 12):
                on = self.today - timedelta(days=back)
                asked = timezone.make_aware(datetime.combine(on - timedelta(days=14), time(10)))
                officer = self.users["officer"]
                said = {"service": service, "officer": officer, "on": on, "part": "am", "purpose": ""}
                made = self.attempt(
                    lambda _, s=school, said=said, by=officer, at=asked: bookings.book(school=s, by=by, at=at, **said)  # type: ignore[misc]
                )  # fmt: skip
                if made is not None:
                    self.used.add(made.pk)
                    return made  # type: ignore[no-any-return]
        raise StepRefused("No day suited.")

    def work(self, service: str, title: str, children: int = 0) -> Work:
        """A draft beneath such a booking, about so many children who miss school."""
        booking = self.booking(service)
        work = writing.begin(booking_id=booking.pk, title=title, by=booking.officer, at=self.at)
        if children and not work.pupils.exists():
            found = self.children(work.school, booking.officer, children)
            writing.choose(work_id=work.pk, add=found, remove=[], by=booking.officer, at=self.at)
        return Work.objects.select_related("school", "owner").get(pk=work.pk)

    def children(self, school: School, user: Any, number: int) -> list[int]:
        year = academic_year(self.today)
        seen = Pupil.objects.present_to(user).filter(restricted=False, school=school).order_by()
        rows = Register.objects.filter(school=school, year=year, pupil__in=seen.values("pk"), possible__gt=0)
        named = Work.pupils.through.objects.filter(work__school=school).values("pupil_id")
        found = rows.exclude(pupil__in=named).order_by("attended", "pk").values_list("pupil_id", flat=True)
        return list(found[:number])

    def staff(self, school: School) -> Any:
        """Somebody of the school who can sign in, or nobody."""
        users = [self.users["school"], self.users["head"]]
        post = (
            SchoolPost.objects.filter(school=school, user__in=users)
            .select_related("user")
            .order_by("pk")
            .first()
        )
        return post.user if post else None

    def write(self, work: Work, **said: Any) -> Work:
        kept = {**writing.kept(work), "minutes": 150, **said}
        return writing.write(work_id=work.pk, said=kept, seen="", by=work.owner, at=self.at)

    def take(self, work: Work, *steps: str) -> None:
        for step in steps:
            writing.take(work_id=work.pk, step=step, by=work.owner, at=self.at)
