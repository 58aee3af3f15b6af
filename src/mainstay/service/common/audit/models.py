"""The audit trail: rows are added, never changed; a batch is sealed into a keyed chain later."""

from django.conf import settings
from django.db import models


class AuditRow(models.Model):
    """One action: who did what to what, when. ``payload`` may be erased by retention; the digest stays."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=80, db_index=True)  # "finding.considered"
    on_kind = models.CharField(max_length=60)  # "attendance.finding"
    on_id = models.CharField(max_length=40)
    payload = models.JSONField(null=True, blank=True)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    sealed_no = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["on_kind", "on_id"])]


class Seal(models.Model):
    """One batch of audit rows, chained to the batch before and keyed with the master key."""

    at = models.DateTimeField()
    first_no = models.BigIntegerField(unique=True)
    last_no = models.BigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    head = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
