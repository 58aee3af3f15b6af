"""The council's own words for the public pages, version by version."""

from django.conf import settings
from django.db import models


class PublicText(models.Model):
    """One version of one text in one language, never changed. Before the first there is what is shipped."""

    key = models.SlugField(max_length=40)  # of ``texts.TEXTS``
    language = models.CharField(max_length=12)  # of the settings' LANGUAGES
    number = models.PositiveIntegerField()  # 1, 2, 3… within key and language
    title = models.CharField(max_length=120)
    text = models.TextField()  # Markdown, the part of it that ``markup`` knows
    restored = models.PositiveIntegerField(null=True)  # the number it was taken from; 0: what is shipped
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["key", "language", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["key", "language", "number"], name="one_public_text_a_number"),
        ]
