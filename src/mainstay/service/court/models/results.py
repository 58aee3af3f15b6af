"""What the court decided: verdict, sentences, orders; later made void or appealed, never deleted."""

from django.conf import settings
from django.db import models

from mainstay.service.court.models.hearings import Hearing
from mainstay.service.court.models.prosecutions import Prosecution


class Result(models.Model):
    """The result of one prosecution; one that is void stays, shown as void."""

    class Verdict(models.TextChoices):
        CONVICTED = "convicted", "Convicted as charged"
        LESSER = "lesser", "Convicted of the lesser offence, section 444(1)"
        ACQUITTED = "acquitted", "Acquitted"
        DISMISSED = "dismissed", "Dismissed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DISCONTINUED = "discontinued", "Discontinued"

    class Void(models.TextChoices):
        DECLARATION = "declaration", "Statutory declaration: did not know of the proceedings"
        REOPENED = "reopened", "Reopened by the court"
        APPEAL = "appeal", "Allowed on appeal"

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="results")
    hearing = models.ForeignKey(Hearing, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    verdict = models.CharField(max_length=12, choices=Verdict)
    offence = models.CharField(max_length=10, choices=Prosecution.Offence)  # of which it was decided
    costs_asked_pence = models.PositiveIntegerField(default=0)
    costs_granted_pence = models.PositiveIntegerField(default=0)
    surcharge_pence = models.PositiveIntegerField(default=0)
    supervision_directed = models.BooleanField(default=False)  # s.447(2)
    actions = models.TextField(blank=True)  # required of the service and the school
    told_school_at = models.DateTimeField(null=True)
    told_officer_at = models.DateTimeField(null=True)
    letter = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    letter_service = models.ForeignKey(
        "documents.Service", null=True, on_delete=models.PROTECT, related_name="+"
    )
    void = models.CharField(max_length=12, choices=Void, blank=True)
    void_on = models.DateField(null=True)
    void_because = models.TextField(blank=True)
    appealed_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-on", "-pk"]


class Sentence(models.Model):
    """One part of a sentence, or one order made with it."""

    class Kind(models.TextChoices):
        ABSOLUTE = "absolute_discharge", "Absolute discharge"
        CONDITIONAL = "conditional_discharge", "Conditional discharge"
        DEFERRED = "deferred", "Deferred sentence"
        FINE = "fine", "Fine"
        COMMUNITY = "community_order", "Community order"
        SUSPENDED = "suspended", "Suspended sentence"
        CUSTODY = "custody", "Custody"
        PARENTING = "parenting_order", "Parenting order"

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="sentences")
    kind = models.CharField(max_length=22, choices=Kind)
    pence = models.PositiveIntegerField(null=True)
    months = models.PositiveSmallIntegerField(null=True)
    ends_on = models.DateField(null=True)
    spent_on = models.DateField(null=True)
    requirements = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
