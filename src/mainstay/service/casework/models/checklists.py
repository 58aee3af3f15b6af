"""Lists of the council's own, in versions, each dated, with who changed it and why: evidence, areas of an assessment."""

from django.conf import settings
from django.db import models


class Checklist(models.Model):
    """One version. What stood before the first of them is ``casework.checklist.DEFAULT``."""

    number = models.PositiveIntegerField(unique=True)
    since = models.DateField()
    items = models.JSONField()  # [{"key", "text", "proof", "source"}] in order
    window_sessions = models.PositiveSmallIntegerField()  # unauthorised sessions asked for …
    window_weeks = models.PositiveSmallIntegerField()  # … within so many school weeks
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]


class AreaList(models.Model):
    """One version of the areas of an early help assessment; before the first: ``casework.assessment.DEFAULT``."""

    number = models.PositiveIntegerField(unique=True)
    since = models.DateField()
    items = models.JSONField()  # [{"key", "text", "hint"}] in order
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
