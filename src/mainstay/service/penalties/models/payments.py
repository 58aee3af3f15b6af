"""Payments, what each was for, what goes back, and where they came in. Money is whole pence."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from mainstay.service.common.models import StoredFile
from mainstay.service.directory.models import conflicts_of
from mainstay.service.penalties.models.notices import Notice


def conflicted(user: Any, path: str) -> Q:
    """Of a school or child this person declared a conflict about."""
    schools, pupils = conflicts_of(user)
    return Q(**{f"{path}school__in": schools}) | Q(**{f"{path}pupil__in": pupils})


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: Any) -> "PaymentQuerySet":
        """The council's money, without conflicts of interest."""
        if not user.may("see_income"):
            return self.none()
        hidden = Allocation.objects.filter(conflicted(user, "notice__"), payment=OuterRef("pk"))
        return self.filter(~Exists(hidden))


class Payment(models.Model):
    """One payment, begun or come in; its allocations are fixed when it is made."""

    class Way(models.TextChoices):
        ONLINE = "online", "Online"
        CASH_OFFICE = "cash_office", "Cash office"
        BANK = "bank", "Bank"

    class State(models.TextChoices):
        BEGUN = "begun", "Begun"
        SUCCEEDED = "succeeded", "Received"
        FAILED = "failed", "Not completed"

    way = models.CharField(max_length=12, choices=Way)
    state = models.CharField(max_length=10, choices=State, default=State.BEGUN)
    pence = models.PositiveIntegerField()
    key = models.CharField(max_length=40, unique=True)  # ours: makes a repeat harmless, opens the return page
    reference = models.CharField(max_length=60)
    pay_id = models.CharField(max_length=40, blank=True, db_index=True)  # GOV.UK Pay's
    pay_status = models.CharField(max_length=20, blank=True)
    pay_code = models.CharField(max_length=10, blank=True)  # why it failed
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)  # captured, or failed
    counts_on = models.DateField(null=True, blank=True)  # the day it counts as paid
    checked_at = models.DateTimeField(null=True, blank=True)  # last asked at GOV.UK Pay
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)  # receipt number, payer

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        indexes = [models.Index(fields=["state", "checked_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["pay_id"], condition=~Q(pay_id=""), name="one_payment_per_pay_id"
            ),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(finished_at__isnull=False, counts_on__isnull=False),
                name="received_payment_says_when",
            ),
        ]


class Allocation(models.Model):
    """The part of a payment that is for one notice."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="allocations")
    pence = models.PositiveIntegerField()
    discharged = models.BooleanField(default=False)
    refused = models.CharField(max_length=300, blank=True)  # why it counts for nothing

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "notice"], name="one_allocation_each"),
            # whatever races: a notice is discharged once
            models.UniqueConstraint(
                fields=["notice"], condition=Q(discharged=True), name="one_discharging_payment"
            ),
        ]


class RefundQuerySet(models.QuerySet["Refund"]):
    def visible_to(self, user: Any) -> "RefundQuerySet":
        """As the payments they go back from."""
        if not user.may("see_income"):
            return self.none()
        hidden = Allocation.objects.filter(conflicted(user, "notice__"), payment=OuterRef("payment"))
        return self.filter(~Exists(hidden))

    def standing(self) -> "RefundQuerySet":
        """Paid back, or to be."""
        return self.exclude(state=Refund.State.DROPPED)

    def owed(self) -> "RefundQuerySet":
        """Still to be paid back."""
        return self.filter(state__in=(Refund.State.DUE, Refund.State.SENT))


class Refund(models.Model):
    """Money that goes back: a task until it is done."""

    class State(models.TextChoices):
        DUE = "due", "To pay back"
        SENT = "sent", "Sent to GOV.UK Pay"
        DONE = "done", "Paid back"
        DROPPED = "dropped", "No longer to pay back"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    notice = models.ForeignKey(
        Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    pence = models.PositiveIntegerField()
    because = models.CharField(max_length=300)
    state = models.CharField(max_length=7, choices=State, default=State.DUE)
    due_at = models.DateTimeField()
    pay_id = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    how = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            # two refunds alike of one payment: each has one of GOV.UK Pay's to itself
            models.UniqueConstraint(fields=["pay_id"], condition=~Q(pay_id=""), name="one_refund_per_pay_id"),
        ]


class FinanceBatch(models.Model):
    """What one day's money is handed to the council's accounts with; its file is never made twice."""

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=20, unique=True)  # "EWS0001"
    day = models.DateField(db_index=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    postings = models.PositiveIntegerField()
    pence = models.IntegerField()  # what came in less what went back
    layout = models.CharField(max_length=5)  # csv, fixed
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]


class Posting(models.Model):
    """One movement of money for the accounts: added, never edited, and handed over in one batch."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Received"
        REFUNDED = "refunded", "Paid back"
        REVERSED = "reversed", "Not taken after all"

    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind)
    pence = models.IntegerField()  # less than nothing: it went out
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="postings")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="postings")
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="posting")
    batch = models.ForeignKey(FinanceBatch, null=True, on_delete=models.PROTECT, related_name="lines")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "pk"]
        indexes = [models.Index(fields=["batch", "day"]), models.Index(fields=["day"])]
        constraints = [
            # whatever races: each part of a payment comes in once, and is taken back once
            models.UniqueConstraint(
                fields=["payment", "notice", "kind"], condition=~Q(kind="refunded"), name="one_posting_each"
            ),
            models.UniqueConstraint(
                fields=["payment", "kind"],
                condition=Q(notice__isnull=True) & ~Q(kind="refunded"),
                name="one_posting_for_no_notice",
            ),
        ]


class PayEvent(models.Model):
    """A webhook of GOV.UK Pay that was taken: repeats are known by its id."""

    event_id = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=60)
    pay_id = models.CharField(max_length=40)
    received_at = models.DateTimeField()


class BankFile(models.Model):
    """One CSV of bank lines as it was sent."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    # of a file that was refused whole: [{"line", "column", "problem"}]
    problems = models.JSONField(default=list)
    counts = models.JSONField(default=dict)  # {"lines", "known", "out"}: new, counted before, money out

    class Meta:
        ordering = ["-sent_at", "-pk"]


class BankLine(models.Model):
    """One line of money in; counted once however often it is sent. ``reason``: why it is not booked."""

    class State(models.TextChoices):
        TAKEN = "taken", "Booked"
        UNMATCHED = "unmatched", "To match"
        NOT_OURS = "not_ours", "Not a penalty notice"

    source = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    on = models.DateField()
    pence = models.PositiveIntegerField()
    reference = models.CharField(max_length=200, blank=True)
    payer = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.UNMATCHED)
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="bank_lines"
    )
    settled_at = models.DateTimeField(null=True, blank=True)  # looked at by the matching, or by a person
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["source", "line"]
        indexes = [models.Index(fields=["state", "on"])]
