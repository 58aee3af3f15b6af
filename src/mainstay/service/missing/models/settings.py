"""What the council sets for this room, each value from a day on; and forms the public has not sent yet."""

from django.conf import settings
from django.db import models


class MissingValue(models.Model):
    """One value from a day on; the latest set for the latest day that has come is in force."""

    name = models.CharField(max_length=60)  # a key of ``values.known()``
    value = models.JSONField()
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "-since", "-pk"]
        indexes = [models.Index(fields=["name", "since"])]


class Draft(models.Model):
    """A public referral begun and not sent: found by the digest of a code only its writer has; gone when it expires."""

    code_digest = models.CharField(max_length=64, unique=True)
    answers = models.BinaryField()  # locked with a key made of the code: nobody reads it without
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
