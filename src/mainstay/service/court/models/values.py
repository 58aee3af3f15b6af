"""The council's own values for court: wording of charges, offence codes, hourly rate, delegated power."""

from django.conf import settings
from django.db import models


class CourtValue(models.Model):
    """One value from a day on; the latest set for the latest day that has come holds."""

    name = models.CharField(max_length=40)
    value = models.JSONField()
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "-since", "-pk"]
