"""Documents as they were issued. Templates are Typst, each with one small value object."""

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.service.common.models import StoredFile


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Any) -> "DocumentQuerySet":
        """Documents stay with the service; a school gets its own served copy."""
        return self.all() if user.sees_all_schools and user.may("see_pupils") else self.none()


class Document(models.Model):
    """A rendered PDF: stored by hash with template version and the values it was made from."""

    kind = models.CharField(max_length=40)  # "certificate_draft"
    title = models.CharField(max_length=200)
    pupil_id = models.BigIntegerField(null=True, db_index=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    template = models.CharField(max_length=60)
    template_version = models.CharField(max_length=64)
    values = models.JSONField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    draft = models.BooleanField(default=True)

    objects = DocumentQuerySet.as_manager()
