"""What went before: earlier notices from old books and other authorities, and enquiries to those."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.models import StoredFile
from mainstay.service.directory.models import Parent, Pupil, pupils_in_view
from mainstay.service.penalties.models.requests import Kind


class EarlierImport(models.Model):
    """One CSV of earlier notices: checked, looked at, then taken or discarded."""

    class State(models.TextChoices):
        PREVIEW = "preview", "Ready to look at"
        TAKEN = "taken", "Taken"
        REFUSED = "refused", "Refused"
        DISCARDED = "discarded", "Discarded"

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEW)
    report = models.JSONField(default=dict)  # counts, problems, rows as understood
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at", "-pk"]


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, user: Any) -> "EnquiryQuerySet":
        """The service's own."""
        if not (user.may("see_notices") and user.may("see_service_entries")):
            return self.none()
        return self.filter(pupils_in_view(user))


class Enquiry(models.Model):
    """A question to another authority about earlier notices; until it answers that is unknown, not none."""

    class Outcome(models.TextChoices):
        AWAITED = "awaited", "Awaited"
        NONE = "none", "None were issued"
        NOTICES = "notices", "Notices were issued"

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="enquiries")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="enquiries")
    authority = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    school = models.CharField(max_length=160, blank=True)  # the child's school there
    asked_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=200, blank=True)
    chased_on = models.JSONField(default=list)  # ISO dates
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.AWAITED)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)  # who there
    text = models.TextField(blank=True)
    letter = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="awaited", answered_on__isnull=True)
                | (~Q(outcome="awaited") & Q(answered_on__isnull=False)),
                name="answered_enquiry_says_when",
            )
        ]


class EarlierNotice(models.Model):
    """A notice issued before Mainstay, or by somebody else; it counts as one of ours does."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="earlier_notices")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="earlier_notices")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ATTENDANCE)
    issued_on = models.DateField()
    outcome = models.CharField(
        max_length=10,
        choices=[
            ("open", "Open"),
            ("paid", "Paid"),
            ("unpaid", "Unpaid"),
            ("convicted", "Convicted"),
            ("acquitted", "Acquitted"),
            ("withdrawn", "Withdrawn"),
        ],
    )  # the values of ``law.penalty_notice.Outcome``
    issuer = models.CharField(max_length=120)
    reference = models.CharField(max_length=60, blank=True)
    offence_from = models.DateField(null=True, blank=True)
    offence_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey(
        EarlierImport, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    enquiry = models.ForeignKey(
        Enquiry, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-issued_on", "-pk"]
        indexes = [models.Index(fields=["parent", "pupil"])]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "pupil", "kind", "issued_on", "issuer", "reference"],
                name="one_row_per_earlier_notice",
            )
        ]
