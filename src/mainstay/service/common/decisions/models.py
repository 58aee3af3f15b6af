"""Decision records: why something was decided, in parts that can be read years later."""

from django.conf import settings
from django.db import models


class Decision(models.Model):
    """One decision with its reasons and the Answer of the law it rested on."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)  # "finding.consideration"
    outcome = models.CharField(max_length=60)
    reasons = models.TextField()
    evidence = models.TextField(blank=True)
    support_tried = models.TextField(blank=True)
    circumstances = models.TextField(blank=True)
    equality = models.TextField(blank=True)
    alternatives = models.TextField(blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)  # what the rule said, whole
    rules_version = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True, approved_by__isnull=True)
                | models.Q(approved_at__isnull=False, approved_by__isnull=False),
                name="decision_approved_at_and_by_together",
            )
        ]
