"""Legal services: who is instructed in a case, and the privileged conversation with them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models import Case
from mainstay.service.common.models import StoredFile


class Instruction(models.Model):
    """A solicitor instructed in one case, until it ends: they see that case's legal papers, and no other."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="instructions")
    solicitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="instructions"
    )
    about = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "solicitor"], condition=Q(ended_at=None), name="instructed_once"
            )
        ]


class Advice(models.Model):
    """One message of the privileged conversation about a case; never served, never shown to a school."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="advice")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    asks = models.BooleanField(default=False)  # a question that waits for an answer
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answered_by")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
