"""The council's code of conduct for penalty notices: dated values, each with who set it and why."""

from django.conf import settings
from django.db import models


class CodeValue(models.Model):
    """One value of the code from a day on; the latest set for the latest day that has come is in force."""

    name = models.CharField(max_length=40)  # a key of ``code.VALUES``
    value = models.JSONField()
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "-since", "-pk"]
        indexes = [models.Index(fields=["name", "since"])]
