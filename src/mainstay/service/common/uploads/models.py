"""Files kept by hash, each encrypted with a data key of its own."""

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """One file's content; the bytes lie encrypted in var/files, named by their SHA-256."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    wrapped_key = models.BinaryField()
    key_id = models.CharField(max_length=16)
    nonce = models.BinaryField()
    scanned = models.CharField(max_length=20, default="no scanner")  # clean, no scanner
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
