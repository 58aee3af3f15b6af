"""What became of the half-days: one line a change, never edited; the balance is their sum."""

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.service.directory.models import School, schools_in_view
from mainstay.service.traded.models.bookings import Booking
from mainstay.service.traded.models.orders import OrderShare


class Written(Exception):
    """A line of the ledger is never changed or deleted; another line sets it right."""


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def visible_to(self, user: Any) -> "LedgerQuerySet":
        """Lines of the schools this person may see."""
        return self.filter(schools_in_view(user)) if user.may("see_traded") else self.none()

    def update(self, **values: Any) -> int:
        raise Written("the ledger is only added to")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Written("the ledger is only added to")


class LedgerEntry(models.Model):
    """Half-days that came to a school's account (above nought) or left it (below)."""

    class Kind(models.TextChoices):
        BOUGHT = "bought", "Bought"
        DELIVERED = "delivered", "Delivered"
        CHARGED = "charged", "Cancelled too late: charged"
        EXPIRED = "expired", "Expired on 31 March"
        CREDITED = "credited", "Credited"

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="traded_ledger")
    year = models.PositiveSmallIntegerField()  # the financial year begins in it
    kind = models.CharField(max_length=9, choices=Kind)
    half_days = models.IntegerField()  # signed
    share = models.ForeignKey(OrderShare, null=True, on_delete=models.PROTECT, related_name="ledger")
    booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, related_name="ledger")
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["school", "year"])]
        constraints = [
            models.UniqueConstraint(
                fields=["booking"],
                condition=models.Q(kind__in=("delivered", "charged")),
                name="a_booking_uses_its_half_days_once",
            ),
            models.UniqueConstraint(
                fields=["share"], condition=models.Q(kind="bought"), name="a_share_is_bought_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="bought", half_days__gt=0)
                | models.Q(kind__in=("delivered", "charged", "expired"), half_days__lt=0)
                | models.Q(kind="credited"),
                name="ledger_signs",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise Written("the ledger is only added to")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Written("the ledger is only added to")
