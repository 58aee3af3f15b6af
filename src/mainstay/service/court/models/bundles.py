"""The evidence served: one bundle of a prosecution, what is in it, and what is not."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.models import StoredFile
from mainstay.service.court.models.evidence import Certificate, WitnessStatement
from mainstay.service.court.models.prosecutions import Prosecution


class BundleQuerySet(models.QuerySet["Bundle"]):
    def visible_to(self, user: Any) -> "BundleQuerySet":
        return self.filter(prosecution__in=Prosecution.objects.visible_to(user).order_by().values("pk"))

    def live(self) -> "BundleQuerySet":
        return self.exclude(state=Bundle.State.WITHDRAWN)


class Bundle(models.Model):
    """One version of the evidence; once issued nothing is added without withdrawing it and serving anew."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being put together"
        ISSUED = "issued", "Issued"
        WITHDRAWN = "withdrawn", "Withdrawn"

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="bundles")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    manifest = models.JSONField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_aside = models.JSONField(default=dict)  # expected paper -> why this bundle goes without it

    objects = BundleQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["prosecution", "version"], name="one_bundle_per_version"),
            models.UniqueConstraint(
                fields=["prosecution"], condition=~Q(state="withdrawn"), name="one_live_bundle"
            ),
        ]


class BundleItem(models.Model):
    """One paper of a bundle: a document of ours, or an uploaded file with its description."""

    class Kind(models.TextChoices):
        CHARGE = "charge", "Charge and notice"
        CERTIFICATE = "certificate", "Certificate of attendance"
        STATEMENT = "statement", "Witness statement"
        EXHIBIT = "exhibit", "Exhibit"
        INTERVIEW = "interview", "Record of interview"
        SERVICE = "service", "Proof of service"
        CHRONOLOGY = "chronology", "Chronology"
        COSTS = "costs", "Costs schedule"
        PRINTOUT = "printout", "Printout of the register"
        FAMILY = "family", "Family circumstances"
        NOTICE = "notice", "Notice about the statements"
        OTHER = "other", "Other"

    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="items")
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=200)
    ref = models.CharField(max_length=20, blank=True)  # "RT/1"
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    description = models.TextField(blank=True)  # what a page shows, where it carries no tags
    redactions = models.JSONField(default=list)  # [{"page", "x", "y", "w", "h", "because"}] in per cent
    #: what it is of: a certificate, a statement, the statement that produces an exhibit
    certificate = models.ForeignKey(
        Certificate, null=True, on_delete=models.PROTECT, related_name="bundle_items"
    )
    witness = models.ForeignKey(
        WitnessStatement, null=True, on_delete=models.PROTECT, related_name="bundle_items"
    )
    first_page = models.PositiveIntegerField(null=True)
    last_page = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "ref"], condition=~Q(ref=""), name="one_exhibit_per_number"
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False, file__isnull=True)
                | Q(document__isnull=True, file__isnull=False),
                name="bundle_item_is_one_paper",
            ),
        ]


class UnusedQuerySet(models.QuerySet["UnusedItem"]):
    def visible_to(self, user: Any) -> "UnusedQuerySet":
        return self.filter(prosecution__in=Prosecution.objects.visible_to(user).order_by().values("pk"))

    def to_look_at(self) -> "UnusedQuerySet":
        return self.filter(decision=UnusedItem.Decision.OPEN)


class UnusedItem(models.Model):
    """One paper of the case file that is not served, and what was decided about it."""

    class Decision(models.TextChoices):
        OPEN = "open", "To be looked at"
        DISCLOSE = "disclose", "Disclosed"
        WITHHOLD = "withhold", "Withheld"
        NOT_RELEVANT = "not_relevant", "Neither undermines nor assists"

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="unused")
    what = models.CharField(max_length=300)
    about_kind = models.CharField(max_length=60, blank=True)  # "record.entry", "documents.document"
    about_id = models.CharField(max_length=40, blank=True)
    privileged = models.BooleanField(default=False)
    undermines = models.BooleanField(null=True)  # might undermine the case, or assist the defence
    decision = models.CharField(max_length=12, choices=Decision, default=Decision.OPEN)
    because = models.TextField(blank=True)
    disclosed_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)

    objects = UnusedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prosecution", "about_kind", "about_id"], name="unused_listed_once"
            ),
        ]
