"""Penalty notices: one parent, one child, from the choice of the parent to the end."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.models import Decision
from mainstay.service.directory.models import Parent, Pupil, School, pupils_in_view, schools_in_view
from mainstay.service.penalties.models.requests import Kind, NoticeRequest


class NoticeNumber(models.Model):
    """Numbers given out, each once; one that never reached a notice leaves a gap."""

    given_at = models.DateTimeField()


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """Of pupils and schools in view; a school sees what became of its own requests, once it is issued."""
        if not user.may("see_notices"):
            return self.none()
        seen = self.filter(pupils_in_view(user), schools_in_view(user))
        return seen.filter(issued_on__isnull=False) if user.is_school_user else seen

    def issued(self) -> "NoticeQuerySet":
        return self.filter(issued_on__isnull=False)

    def standing(self) -> "NoticeQuerySet":
        """Issued, and not withdrawn: its sessions are used up for that parent."""
        return self.issued().exclude(state=Notice.State.WITHDRAWN)


class Notice(models.Model):
    """One penalty notice to one parent for one child. Frozen from the day it is issued."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being checked"
        PROPOSED = "proposed", "To approve"
        APPROVED = "approved", "Approved, to issue"
        REFUSED = "refused", "Not issued"
        ISSUED = "issued", "Issued, to be paid"
        PAID = "paid", "Paid"
        UNPAID = "unpaid", "Unpaid: prosecute or withdraw"
        PROSECUTING = "prosecuting", "To be prosecuted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Outcome(models.TextChoices):
        CONVICTED = "convicted", "Convicted"
        ACQUITTED = "acquitted", "Acquitted"

    class Ground(models.TextChoices):
        WRONGLY_ISSUED = "wrongly_issued", "It ought not to have been issued"
        OUTSIDE_CODE = "outside_code", "It was issued outside the code of conduct"
        WRONG_RECIPIENT = "wrong_recipient", "It was issued to the wrong person"
        MATERIAL_ERROR = "material_error", "It contains a material error"
        UNPAID = "unpaid_not_prosecuted", "Unpaid, and not to be prosecuted"

    class Reason(models.TextChoices):
        HOLIDAY = "holiday", "Unauthorised family holiday"
        LATE = "late", "Arriving late"
        OTHER = "other", "Other unauthorised absence"

    request = models.ForeignKey(NoticeRequest, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="penalty_notices")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="penalty_notices")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="penalty_notices")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    # the choice of this parent
    why_parent = models.TextField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    # the decision, and what it rests on, frozen when it is proposed
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    sent_back_because = models.TextField(blank=True)
    sessions = models.JSONField(default=list)
    offence_from = models.DateField(null=True, blank=True)
    offence_to = models.DateField(null=True, blank=True)
    marks_digest = models.CharField(max_length=64, blank=True)  # of the sessions' marks when proposed
    certificates = models.JSONField(default=list)  # ids of the documents that froze the registers
    # issuing
    held_because = models.TextField(blank=True)  # why the latest attempt to issue it did not
    number = models.CharField(max_length=12, null=True, blank=True, unique=True)
    position = models.CharField(max_length=6, blank=True)  # first, second; "" for an excluded child
    reason = models.CharField(max_length=7, choices=Reason, blank=True)  # by its sessions; "" as above
    reduced_pence = models.PositiveIntegerField(null=True, blank=True)
    reduced_days = models.PositiveSmallIntegerField(null=True, blank=True)
    full_pence = models.PositiveIntegerField(null=True, blank=True)
    full_days = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)  # the law's Answer at issue
    rules_version = models.CharField(max_length=40, blank=True)
    code_version = models.CharField(max_length=12, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    service = models.ForeignKey(
        "documents.Service", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    surname_key = models.CharField(max_length=80, blank=True)  # what opens it on the public page,
    postcode_key = models.CharField(max_length=8, blank=True)  # as both stand on the letter
    # dates by the rule; null while receipt is not presumed (returned undelivered)
    served_on = models.DateField(null=True, blank=True)
    reduced_until = models.DateField(null=True, blank=True)
    full_until = models.DateField(null=True, blank=True)
    decide_from = models.DateField(null=True, blank=True)
    dates_answer = models.JSONField(null=True, blank=True)
    # the end
    paid_on = models.DateField(null=True, blank=True)
    paid_pence = models.PositiveIntegerField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    ground = models.CharField(max_length=24, choices=Ground, blank=True)
    withdrawal = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawal_document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    prosecution = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    spent_on = models.DateField(null=True, blank=True)  # a conviction: from then on legal alone is told of it
    # a legal co-ordinator lets sessions of a withdrawn notice be relied on again
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_because = models.TextField(blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["parent", "pupil"]),
            models.Index(fields=["state", "decide_from"]),
            models.Index(fields=["issued_on"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["request", "parent"], name="one_notice_per_parent_and_request"),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True)
                | Q(
                    number__isnull=False,
                    issued_at__isnull=False,
                    issued_by__isnull=False,
                    document__isnull=False,
                    service__isnull=False,
                    full_pence__isnull=False,
                ),
                name="issued_notice_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "proposed", "approved", "refused"))
                | Q(issued_on__isnull=False),
                name="later_states_are_issued",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_on__isnull=False, paid_pence__isnull=False),
                name="paid_notice_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_on__isnull=False) & ~Q(ground="")),
                name="withdrawn_notice_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"notice {self.pk}"
