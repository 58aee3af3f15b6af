"""A booking: an officer for a morning, an afternoon or a day of what a school bought; what became of it, and what the school says."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.directory.models import Pupil, School, schools_in_view
from mainstay.service.record.models import Meeting
from mainstay.service.traded.models.menu import ServiceCode
from mainstay.service.traded.models.orders import OrderShare


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: Any) -> "BookingQuerySet":
        """Bookings of the schools this person may see."""
        return self.filter(schools_in_view(user)) if user.may("see_traded") else self.none()

    def open(self) -> "BookingQuerySet":
        """Still to come: it holds half-days that are not delivered yet."""
        return self.filter(state=Booking.State.BOOKED)


class Booking(models.Model):
    """Half-days of one share, promised by an officer for a day."""

    class Part(models.TextChoices):
        AM = "am", "Morning"
        PM = "pm", "Afternoon"
        DAY = "day", "Whole day"

    class State(models.TextChoices):
        BOOKED = "booked", "Booked"
        CANCELLED_BY_SCHOOL = "cancelled_by_school", "Cancelled by the school"
        CANCELLED_BY_SERVICE = "cancelled_by_service", "Cancelled by the service"
        DELIVERED = "delivered", "Delivered"

    share = models.ForeignKey(OrderShare, on_delete=models.PROTECT, related_name="bookings")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="traded_bookings")
    service = models.CharField(max_length=24, choices=ServiceCode)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="traded_bookings"
    )
    on = models.DateField()
    part = models.CharField(max_length=3, choices=Part)
    half_days = models.PositiveSmallIntegerField()  # 1, or 2 for a whole day
    purpose = models.CharField(max_length=300, blank=True)  # never a child's name: it stands in calendars
    state = models.CharField(max_length=20, choices=State, default=State.BOOKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    moved_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="moved_to"
    )
    charged = models.BooleanField(default=False)  # cancelled too late: the half-days are used up
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_because = models.TextField(blank=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField(null=True)  # time spent, as written down afterwards
    outcome = models.TextField(blank=True)
    meeting = models.OneToOneField(
        Meeting, null=True, on_delete=models.PROTECT, related_name="traded_booking"
    )  # the same in calendars: invitations, cover and the officer's day hang on it
    pupils = models.ManyToManyField(
        Pupil, related_name="traded_bookings"
    )  # worked with, as far as they are named

    #: the moment an action looks at it, for its steps; a page looks now
    looked_at: datetime | None = None

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["on", "part", "pk"]
        indexes = [
            models.Index(fields=["officer", "on"]),
            models.Index(fields=["school", "on"]),
            models.Index(fields=["state", "on"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(part="day", half_days=2) | models.Q(part__in=("am", "pm"), half_days=1),
                name="booking_part_and_half_days",
            ),
            models.CheckConstraint(
                condition=models.Q(charged=False) | models.Q(state="cancelled_by_school"),
                name="only_a_schools_cancellation_is_charged",
            ),
            models.UniqueConstraint(
                fields=["officer", "on"],
                condition=Q(part__in=("am", "day"), state__in=("booked", "delivered")),
                name="one_booking_of_an_officer_a_morning",
            ),
            models.UniqueConstraint(
                fields=["officer", "on"],
                condition=Q(part__in=("pm", "day"), state__in=("booked", "delivered")),
                name="one_booking_of_an_officer_an_afternoon",
            ),
        ]

    @property
    def number(self) -> str:
        return f"TB-{self.pk:06}"

    @property
    def halves(self) -> tuple[str, ...]:
        """AM, PM or both."""
        return ("AM", "PM") if self.part == self.Part.DAY else (self.part.upper(),)


class Delivery(models.Model):
    """What the officer wrote of a delivered booking, and whether the school agrees."""

    class State(models.TextChoices):
        TOLD = "told", "School to confirm"
        CONFIRMED = "confirmed", "Confirmed by the school"
        QUERIED = "queried", "Queried by the school"
        SETTLED = "settled", "Query settled"

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="delivery")
    state = models.CharField(max_length=9, choices=State, default=State.TOLD)
    half_days = (
        models.PositiveSmallIntegerField()
    )  # used: one of a whole day where only half of it was needed
    done = models.TextField()
    next = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    query = models.TextField(blank=True)  # what the school says is not right
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settlement = models.TextField(blank=True)
    given_back = models.PositiveSmallIntegerField(default=0)  # half-days

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(given_back__lte=models.F("half_days")), name="no_more_given_back_than_used"
            )
        ]


class BookingLine(models.Model):
    """One thing that happened to a booking, in words; only added to."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="lines")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=400)
    because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
