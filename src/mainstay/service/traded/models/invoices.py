"""Invoices, credit notes and what was paid; the plan of a year, its end and the warnings before it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.directory.models import School, schools_in_view
from mainstay.service.traded.models.orders import OrderShare
from mainstay.service.traded.models.prices import VatCode


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, user: Any) -> "InvoiceQuerySet":
        """Those of the schools this person may see; a school sees what was issued to it."""
        if not user.may("see_traded"):
            return self.none()
        seen = self.filter(schools_in_view(user))
        return seen if user.sees_all_schools else seen.exclude(number=None)

    def due_to_issue(self, day: Any) -> "InvoiceQuerySet":
        return self.filter(number=None, planned_for__lte=day)


class Numbering(models.Model):
    """The last number given, of one series; its row is held while the next is given, so that none is left out."""

    series = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)


class Invoice(models.Model):
    """One invoice or credit note for one school; planned first, numbered when it is issued."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        CREDIT = "credit", "Credit note"

    class State(models.TextChoices):
        PLANNED = "planned", "To send"
        UNPAID = "unpaid", "Sent, not paid"
        PART = "part", "Paid in part"
        PAID = "paid", "Paid"
        CREDITED = "credited", "Credited"

    kind = models.CharField(max_length=7, choices=Kind, default=Kind.INVOICE)
    number = models.PositiveIntegerField(
        null=True, unique=True
    )  # without gaps, invoices and credit notes alike
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="traded_invoices")
    share = models.ForeignKey(OrderShare, on_delete=models.PROTECT, related_name="invoices")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    part = models.PositiveSmallIntegerField(default=1)  # first of three
    parts = models.PositiveSmallIntegerField(default=1)
    planned_for = models.DateField()
    half_days = models.PositiveIntegerField(default=0)  # what it is for; of a credit note what is taken back
    net = models.PositiveIntegerField()  # pence, also of a credit note
    vat_code = models.CharField(max_length=8, choices=VatCode)
    vat_basis_points = models.PositiveIntegerField()
    vat = models.PositiveIntegerField()  # pence
    purchase_order = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True)
    credits = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="credit_notes")
    reason = models.TextField(blank=True)  # of a credit note
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-number", "planned_for", "pk"]
        indexes = [models.Index(fields=["state", "planned_for"]), models.Index(fields=["school", "year"])]
        constraints = [
            models.UniqueConstraint(
                fields=["share", "part"], condition=Q(kind="invoice"), name="one_invoice_of_a_part"
            ),
        ]

    @property
    def gross(self) -> int:
        """Pence to pay, VAT included."""
        return self.net + self.vat

    @property
    def reference(self) -> str:
        """What stands on it: "EWS-000012", a credit note "EWC-000013"; "" while it is planned."""
        if self.number is None:
            return ""
        return f"{'EWS' if self.kind == self.Kind.INVOICE else 'EWC'}-{self.number:06}"


class InvoicePayment(models.Model):
    """Money that came for one invoice, as finance wrote it down. Never edited; a mistake is taken back."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    pence = models.IntegerField()  # below nought: taken back
    on = models.DateField()
    reference = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["on", "pk"]


class IncomePlan(models.Model):
    """What the service means to sell in a year; the latest row counts. Never edited."""

    year = models.PositiveSmallIntegerField(db_index=True)
    pence = models.PositiveBigIntegerField()  # without VAT
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-year", "-pk"]


class YearEnd(models.Model):
    """That a year was ended: once, for every school together."""

    year = models.PositiveSmallIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    schools = models.PositiveIntegerField()  # whose days expired
    half_days = models.PositiveIntegerField()  # that expired, of all of them


class YearWarning(models.Model):
    """That one school was told its days end: three, two and one months before."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField()  # 3, 2 or 1
    half_days = models.PositiveIntegerField()  # that were left
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "year", "months"], name="one_year_warning_each"),
        ]
