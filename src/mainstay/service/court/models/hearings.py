"""Courts, their sittings, and each hearing of a prosecution."""

from django.conf import settings
from django.db import models

from mainstay.service.court.models.prosecutions import Prosecution


class Court(models.Model):
    """A court where cases are heard."""

    name = models.CharField(max_length=120, unique=True)
    code = models.CharField(max_length=20, blank=True)
    address = models.TextField(blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["name"]


class Sitting(models.Model):
    """One day's list at one court."""

    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="sittings")
    starts = models.DateTimeField()
    courtroom = models.CharField(max_length=40, blank=True)
    presenter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # who presents the council's cases

    class Meta:
        ordering = ["starts", "pk"]


class Hearing(models.Model):
    """One prosecution before the court on one day."""

    class Kind(models.TextChoices):
        SINGLE_JUSTICE = "single_justice", "On the papers, by a single justice"
        FIRST = "first", "First hearing"
        TRIAL = "trial", "Trial"
        SENTENCE = "sentence", "Sentence"
        OTHER = "other", "Other"

    class Outcome(models.TextChoices):
        ADJOURNED = "adjourned", "Adjourned"
        TRIAL_SET = "trial_set", "Set down for trial"
        DECIDED = "decided", "Decided"
        WARRANT = "warrant", "Warrant issued"
        VACATED = "vacated", "Not held"

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="hearings")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="hearings")
    kind = models.CharField(max_length=14, choices=Kind)
    bench = models.CharField(max_length=200, blank=True)
    attended = models.JSONField(default=list)  # who was there: defendant, school, officer, ...
    plea = models.CharField(max_length=10, choices=Prosecution.Plea, blank=True)
    notes = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    because = models.TextField(blank=True)  # of an adjournment: why, and who asked
    asked_by = models.CharField(max_length=40, blank=True)
    directions = models.TextField(blank=True)
    directions_due = models.DateField(null=True)
    costs_pence = models.PositiveIntegerField(null=True)  # of the adjournment
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["sitting__starts", "pk"]
