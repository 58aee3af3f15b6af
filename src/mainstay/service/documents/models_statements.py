"""Drafts of witness statements: whose, from what of the chronology, and every version of their words."""

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.service.directory.models import Pupil, pupils_in_view


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, user: Any) -> "StatementQuerySet":
        """Drafts stay with those of the service who may write them, about pupils in view."""
        if not (user.sees_all_schools and user.may("draft_statement")):
            return self.none()
        return self.filter(pupils_in_view(user))


class Statement(models.Model):
    """What one witness can say of their own knowledge about one child, drafted from the chronology."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="statements")
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)  # of the words in force

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]


class StatementVersion(models.Model):
    """The words as they once stood. What lost a race with another's change is kept beside, and is in force never."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = (
        models.TextField()
    )  # paragraphs between empty lines; numbers are put before them where they are read
    exhibits = models.JSONField(default=list)  # [{"ref": "RT/1", "what", "on", "document"}]
    known_on = models.DateField(
        null=True
    )  # made as the chronology was known on that day; None: edited by hand
    asked = models.JSONField(default=dict)  # what it was drafted from: {"entries": ids, "first", "last"}
    entries = models.JSONField(default=list)  # ids of the entries that came of it
    beside = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="one_statement_version_per_number")
        ]

    @property
    def paragraphs(self) -> list[str]:
        return [part.strip() for part in self.text.split("\n\n") if part.strip()]
