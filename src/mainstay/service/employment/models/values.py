"""Forms of the public that are not sent yet, and the council's own values, each from a day on."""

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """A public form saved part-way. data: page -> what was typed; found again by a code of which the hash is kept."""

    form = models.CharField(max_length=10)
    code_hash = models.CharField(max_length=64, unique=True)
    data = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["pk"]


class EmploymentValue(models.Model):
    """One value of the council from a day on."""

    name = models.CharField(max_length=40)
    value = models.JSONField()
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["name", "since"], name="employment_value_by_name")]
