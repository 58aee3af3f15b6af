"""An order of days: one order, one or several schools, each with its share of days and cost."""

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.service.directory.models import School, schools_in_view
from mainstay.service.traded.models.prices import SchoolType, VatCode


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: Any) -> "OrderQuerySet":
        """Orders in which a school this person may see has a share."""
        if not user.may("see_traded"):
            return self.none()
        shares = OrderShare.objects.filter(schools_in_view(user), order=models.OuterRef("pk"))
        return self.filter(models.Exists(shares))

    def waiting(self) -> "OrderQuerySet":
        """What the manager has to answer."""
        return self.filter(state__in=(Order.State.SENT, Order.State.ASKED))


class Order(models.Model):
    """What schools ask for together: days at the list price, or something bespoke that is quoted first."""

    class Kind(models.TextChoices):
        DAYS = "days", "Days of an officer"
        BESPOKE = "bespoke", "Something bespoke"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ASKED = "asked", "Quote asked for"
        QUOTED = "quoted", "Quoted"
        AGREEING = "agreeing", "Schools to approve"
        SENT = "sent", "Manager to answer"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Billing(models.TextChoices):
        ADVANCE = "advance", "Once, when accepted"
        TERMLY = "termly", "Each term"
        ARREARS = "arrears", "At the end of the year"

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.DAYS)
    year = models.PositiveSmallIntegerField()  # the financial year the days are for
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    billing = models.CharField(max_length=8, choices=Billing, default=Billing.ADVANCE)
    services = models.JSONField(default=list)  # codes of the menu the school thinks of
    wishes = models.TextField(blank=True)  # what for; of a bespoke order, what is asked for
    pence = models.PositiveIntegerField(default=0)  # of the whole order, without VAT: the shares add up to it
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    quote = models.TextField(blank=True)  # what the manager offers, in words
    quoted_half_days = models.PositiveIntegerField(null=True)
    quoted_pence = models.PositiveIntegerField(null=True)  # of the whole order, without VAT
    quote_until = models.DateField(null=True)
    quoted_at = models.DateTimeField(null=True)
    quoted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)  # accepted, declined or withdrawn
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True)  # why; told to the schools
    agreement = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    @property
    def number(self) -> str:
        return f"TR-{self.pk:06}"


class ShareQuerySet(models.QuerySet["OrderShare"]):
    def visible_to(self, user: Any) -> "ShareQuerySet":
        """Shares of the schools this person may see."""
        return self.filter(schools_in_view(user)) if user.may("see_traded") else self.none()

    def accepted(self) -> "ShareQuerySet":
        """Shares that were bought: days may be booked on them."""
        return self.filter(order__state=Order.State.ACCEPTED)


class OrderShare(models.Model):
    """One school's part of an order: its days and its cost, agreed by its head teacher."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shares")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="traded_shares")
    leads = models.BooleanField(default=False)  # the school that drafted the order
    half_days = models.PositiveIntegerField()
    pence = models.PositiveIntegerField(default=0)  # without VAT
    day_pence = models.PositiveIntegerField(default=0)  # list price of a day when it was reckoned
    school_type = models.CharField(max_length=12, choices=SchoolType)
    vat_code = models.CharField(max_length=8, choices=VatCode)
    vat_basis_points = models.PositiveIntegerField(default=0)
    purchase_order = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    refused_because = models.TextField(blank=True)  # what the head teacher did not agree to

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["order", "-leads", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "school"], name="one_share_of_a_school"),
            models.CheckConstraint(condition=models.Q(half_days__gt=0), name="share_has_days"),
        ]
