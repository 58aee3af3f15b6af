"""A booking: an officer for a morning, an afternoon or a day of what a school bought."""

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.service.directory.models import School, schools_in_view
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
        ]

    @property
    def number(self) -> str:
        return f"TB-{self.pk:06}"
